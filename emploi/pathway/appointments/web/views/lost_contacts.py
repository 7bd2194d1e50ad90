"""« Coordonnées à retrouver »: wrong numbers, refused mailboxes, letters sent back."""

from __future__ import annotations

from functools import partial

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.again import ask_again
from emploi.foundation.ui.htmx import card_response
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.models import LostContact
from emploi.pathway.appointments.web.forms import OutcomeForm
from emploi.pathway.appointments.web.lists.work import LOST
from emploi.pathway.appointments.web.views.common import agent_of, try_then_go
from emploi.pathway.beneficiaries.permissions import visible_to as visible_people
from emploi.territory.agents.roles import Permission

IN_BLOCK = 5


def _waiting(request: HttpRequest) -> QuerySet[LostContact]:
    return queries.open_lost().filter(person__in=visible_people(agent_of(request)))


@requires(Permission.INVITE)
@require_safe
def lost_contacts(request: HttpRequest) -> HttpResponse:
    """The people to find again, with what still reaches them."""
    shown = LOST.listed(request, agent_of(request))
    targets = queries.targets_of([], [row.person_id for row in shown.rows])
    reach = queries.reach_of_homes({target.person.pk: target.household_id for target in targets})
    context = {"listing": shown, "reach": reach, "may_export": agent_of(request).can(Permission.EXPORT)}
    return render(request, "appointments/page_lost.html", context)


@requires(Permission.INVITE)
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what was done."""
    found = get_object_or_404(_waiting(request), pk=pk)
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return ask_again(request, form, title="Ce qui a été fait", back=reverse("appointments:lost_contacts"))
    outcome = form.cleaned_data["outcome"]
    by, at = agent_of(request).as_actor(), clock.now()
    call = partial(actions.settle_lost, lost_id=found.pk, outcome=outcome, by=by, at=at)
    return try_then_go(request, call, said="C’est réglé.", to=reverse("appointments:lost_contacts"))


@requires(Permission.INVITE)
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Use the phone or the address again."""
    found = get_object_or_404(_waiting(request), pk=pk)
    by, at = agent_of(request).as_actor(), clock.now()
    call = partial(actions.restore_contact, lost_id=found.pk, by=by, at=at)
    said = f"{found.person.full_name} : cette coordonnée sera de nouveau utilisée."
    return try_then_go(request, call, said=said, to=reverse("appointments:lost_contacts"))


@requires(Permission.INVITE)
@require_safe
def block_lost(request: HttpRequest) -> HttpResponse:
    """ "Ma journée": the people to find again."""
    waiting = _waiting(request)
    context = {"lost": waiting[:IN_BLOCK], "count": waiting.count()}
    return card_response(request, "appointments/_block_lost.html", context, title="Coordonnées à retrouver")
