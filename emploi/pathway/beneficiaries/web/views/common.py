"""What the views of this app share."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.actions import record_consultation
from emploi.foundation.ui.htmx import wants_fragment
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.beneficiaries.permissions import visible_to


def person_of(request: HttpRequest, person_id: int) -> Person:
    """The person asked for, 404 when not entrusted to the agent."""
    return get_object_or_404(visible_to(request.user), pk=person_id)


def page_of(person_id: int) -> str:
    """The address of a person's page."""
    return reverse("desk:person", kwargs={"person_id": person_id})


def trace(request: HttpRequest, person_id: int, page: str) -> None:
    """Keep who opened a page of a person; a card loaded inside the person's page is traced by that page."""
    if not wants_fragment(request):
        record_consultation(
            agent_id=request.user.pk, agent_label=str(request.user), person_id=person_id, page=page, at=clock.now()
        )
