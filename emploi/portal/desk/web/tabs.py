"""The tabs of « Nouveaux entrants »: those whose delay runs, then those who wait for the payer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from emploi.foundation.ui.lists import href_with
from emploi.pathway.appointments.queries.standing import Standing
from emploi.portal.desk.web.filters import TABS
from emploi.portal.desk.web.standing import LISTS

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


def person_tabs(request: HttpRequest, current: str | None, counts: dict[str, int]) -> list[dict[str, Any]]:
    """Return the lists of the follow-up seen from the persons, the other filters kept; « Toutes » is not counted."""
    shown = {
        **LISTS,
        Standing.NOT_INVITED: "Pas encore invitées",
        Standing.PENDING: "Invitations en attente",
    }
    asked = [
        _tab(label, counts[slug], href_with(request, suivi=slug, page=None), current=slug == current)
        for slug, label in shown.items()
        if slug in counts
    ]
    everybody = _tab("Toutes", None, href_with(request, suivi=None, page=None), current=not current)
    return [everybody, *asked]


def _tab(label: str, count: int | None, href: str, *, current: bool = False) -> dict[str, Any]:
    return {"label": label, "count": count, "href": href, "current": current}
