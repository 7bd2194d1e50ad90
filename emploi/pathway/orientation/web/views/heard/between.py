"""Between two interviews, from the person's page: a paper shown, a difficulty settled."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.htmx import safe_next
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.pathway.orientation import actions, permissions, queries
from emploi.pathway.orientation.models import Brake
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.territory.agents.roles import Permission


@requires(Permission.HOLD_INTERVIEW, Permission.PLAN_MEETINGS)
@require_POST
def paper_seen(request: AgentRequest, person_id: int) -> HttpResponse:
    """A paper still to bring was shown."""
    person = _person(request, person_id)
    try:
        actions.see_paper(
            person_id=person.pk,
            paper=request.POST.get("paper", ""),
            sees_health=permissions.sees_health(request.user),
            by=request.user.as_actor(),
            at=clock.now(),
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Le papier est noté comme vu.")
    return redirect(safe_next(request, f"/personnes/{person.pk}/"))


@requires(Permission.HOLD_INTERVIEW, Permission.PLAN_MEETINGS)
@require_POST
def brake_settled(request: AgentRequest, person_id: int, brake_id: int) -> HttpResponse:
    """A difficulty is over; it stays in the history."""
    person = _person(request, person_id)
    brake = get_object_or_404(Brake, pk=brake_id, person_id=person.pk)
    if queries.nomenclature().is_sensitive(brake.kind) and not permissions.sees_health(request.user):
        raise Http404("Difficulté inconnue")
    actions.end_brake(brake_id=brake.pk, by=request.user.as_actor(), at=clock.now())
    messages.success(request, "La difficulté est notée comme réglée.")
    return redirect(safe_next(request, f"/personnes/{person.pk}/"))


def _person(request: AgentRequest, person_id: int) -> Person:
    if not permissions.may_update_diagnosis(request.user):
        raise Http404("Diagnostic inconnu")
    return get_object_or_404(visible_to(request.user), pk=person_id)
