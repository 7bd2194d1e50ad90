"""The tabs of the diagnosis: the sections of the questionnaire, then the papers."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from emploi.pathway.orientation import queries
from emploi.pathway.orientation.models import Interview

PAPERS = "papiers"


def tabs_of(interview: Interview, current: str) -> list[dict[str, Any]]:
    """Return the tabs, the current one marked."""
    tabs = [
        {"label": item.title, "href": section_page(interview, item.slug), "is_current": item.slug == current}
        for item in queries.questionnaire().sections
    ]
    href = reverse("orientation:papers", kwargs={"interview_id": interview.pk})
    return [*tabs, {"label": "Vos papiers", "href": href, "is_current": current == PAPERS}]


def section_page(interview: Interview, slug: str) -> str:
    """Return the address of a section."""
    return reverse("orientation:section", kwargs={"interview_id": interview.pk, "section": slug})
