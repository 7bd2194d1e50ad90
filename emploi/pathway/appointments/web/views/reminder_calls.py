"""« À appeler la veille »: people whom no SMS nor e-mail reminds of their appointment."""

from __future__ import annotations

from datetime import date
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.forms import attempt
from emploi.foundation.ui.htmx import card_response
from emploi.foundation.ui.lists import listing
from emploi.pathway.appointments.actions.agendas.reminder_calls import note_reminder_call
from emploi.pathway.appointments.permissions import visible_to
from emploi.pathway.appointments.queries.watching.to_remind import lines_to_call, next_day, to_remind, with_everything
from emploi.pathway.appointments.web.forms import CallForm
from emploi.pathway.appointments.web.views.common import agent_of, trace
from emploi.territory.agents.roles import Permission

IN_BLOCK = 5


@requires(Permission.BOOK_FOR_CALLER)
@require_safe
def to_call_before(request: HttpRequest) -> HttpResponse:
    """List the appointments of the coming days whose person must be called."""
    mine = visible_to(agent_of(request)).order_by().values("pk")
    page = listing(request, with_everything(to_remind(clock.today()).filter(pk__in=mine)))
    context = {"listing": page, "lines": lines_to_call(page.rows), "tomorrow": _until()}
    return render(request, "appointments/page_to_call_before.html", context)


@requires(Permission.BOOK_FOR_CALLER)
@require_safe
def block_to_call_before(request: HttpRequest) -> HttpResponse:
    """ "Ma journée": those of the next day worked."""
    mine = visible_to(agent_of(request)).order_by().values("pk")
    waiting = to_remind(clock.today(), days=next_day(clock.today())).filter(pk__in=mine)
    shown = lines_to_call(list(with_everything(waiting)[:IN_BLOCK]))
    context = {"lines": shown, "count": waiting.order_by().count() if len(shown) == IN_BLOCK else len(shown)}
    return card_response(request, "appointments/_block_to_call_before.html", context, title="À appeler la veille")


@requires(Permission.BOOK_FOR_CALLER)
@require_http_methods(["GET", "HEAD", "POST"])
def reminder_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Read what to say, call, and note what the call gave."""
    found = get_object_or_404(with_everything(visible_to(agent_of(request)).filter(status="planned")), pk=pk)
    line = lines_to_call([found])[0]
    form = CallForm(request.POST if request.method == "POST" else None, numbers=(line.number,))
    if form.is_valid():
        call = partial(note_reminder_call, appointment_id=found.pk, **form.cleaned_data)
        if attempt(form, partial(call, by=agent_of(request).as_actor(), at=clock.now())):
            messages.success(request, f"Appel à {found.person.full_name} noté.")
            return redirect("appointments:to_call_before")
    if request.method != "POST":
        trace(request, found.person_id, "Rappel par téléphone")
    context = {"line": line, "appointment": found, "person": found.person, "form": form}
    return render(request, "appointments/page_reminder_call.html", context, status=422 if form.errors else 200)


def _until() -> date:
    return clock.add_days(clock.today(), next_day(clock.today()))
