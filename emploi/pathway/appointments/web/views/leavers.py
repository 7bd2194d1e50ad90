"""« Rendez-vous de personnes sorties »: keep the date, or cancel it."""

from __future__ import annotations

from functools import partial

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.htmx import card_response
from emploi.pathway.appointments.actions.waiting.leavers import keep_appointment
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.appointments.permissions import visible_to
from emploi.pathway.appointments.queries.watching.leavers import leavers_expected
from emploi.pathway.appointments.web.views.common import agent_of, try_then_go
from emploi.territory.agents.roles import Permission

SHOWN = 20
TITLE = "Rendez-vous de personnes sorties"


def _waiting(request: HttpRequest) -> QuerySet[Appointment]:
    return leavers_expected(clock.now()).filter(pk__in=visible_to(agent_of(request)).values("pk"))


@requires(Permission.BOOK_FOR_CALLER)
@require_safe
def block_leavers(request: HttpRequest) -> HttpResponse:
    """ "Ma journée": coming appointments of people who are no longer in the pathway."""
    waiting = _waiting(request)
    context = {"appointments": waiting[:SHOWN], "count": waiting.count(), "shown": SHOWN}
    return card_response(request, "appointments/_block_leavers.html", context, title=TITLE)


@requires(Permission.BOOK_FOR_CALLER)
@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Receive the person all the same."""
    found = get_object_or_404(visible_to(agent_of(request)), pk=pk)
    call = partial(keep_appointment, appointment_id=found.pk, by=agent_of(request).as_actor(), at=clock.now())
    return try_then_go(request, call, said="Le rendez-vous est gardé.", to="/ma-journee/")
