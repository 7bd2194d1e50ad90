"""The « délais » card of a person's page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.audit.actions import record_consultation
from emploi.foundation.ui.htmx import card_response, wants_fragment
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.pathway.clocks import queries
from emploi.territory.agents.roles import Permission


@requires(Permission.SEE_CLOCKS)
@require_safe
def card(request: HttpRequest, person_id: int) -> HttpResponse:
    """The delays of a person's last entry, each with its due date and the rule it comes from."""
    person = get_object_or_404(visible_to(request.user), pk=person_id)
    at = clock.now()
    if not wants_fragment(request):
        record_consultation(
            agent_id=request.user.pk, agent_label=str(request.user), person_id=person.pk, page="Délais", at=at
        )
    context = {"person": person, "countdowns": queries.countdowns(person.pk, at.date())}
    back = reverse("desk:person", kwargs={"person_id": person.pk})
    return card_response(request, "clocks/_deadlines.html", context, title=f"Délais : {person.full_name}", back=back)
