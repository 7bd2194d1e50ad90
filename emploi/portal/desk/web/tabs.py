"""The tabs of « Nouveaux entrants »: those whose delay runs, then those who wait for the payer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from emploi.foundation.ui.lists import href_with
from emploi.portal.desk.web.filters import TABS

CLAIMANTS = "Demandeurs (droit en attente)"


def entrant_tabs(request: HttpRequest, current: str, counts: dict[str, int], waiting: int) -> list[dict[str, Any]]:
    """Return the tabs seen from the entrants: their filters are kept, the claimants have their own page."""
    tabs = [
        _tab(label, counts[slug], href_with(request, etat=slug, page=None), current=slug == current)
        for slug, label in TABS.items()
    ]
    return [*tabs, _tab(CLAIMANTS, waiting, reverse("desk:claimants"))]


def claimant_tabs(counts: dict[str, int], waiting: int) -> list[dict[str, Any]]:
    """Return the same tabs seen from the claimants."""
    home = reverse("desk:entrants")
    tabs = [_tab(label, counts[slug], f"{home}?etat={slug}") for slug, label in TABS.items()]
    return [*tabs, _tab(CLAIMANTS, waiting, reverse("desk:claimants"), current=True)]


def _tab(label: str, count: int, href: str, *, current: bool = False) -> dict[str, Any]:
    return {"label": label, "count": count, "href": href, "current": current}
