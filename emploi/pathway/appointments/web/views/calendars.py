"""An agent's own calendars: the one kept elsewhere, whose busy times are read, and the address that gives ours."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import public, requires
from emploi.foundation.jobs import defer
from emploi.foundation.ui.forms import attempt
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.web.forms import CalendarForm
from emploi.pathway.appointments.web.views.common import agent_of, try_then_go
from emploi.territory.agents.roles import Permission


@requires(Permission.MANAGE_OPENINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def calendars(request: HttpRequest) -> HttpResponse:
    """Both calendars on one page; POST gives the address of the one kept elsewhere."""
    agent, now = agent_of(request), clock.now()
    form = CalendarForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        call = partial(
            actions.give_calendar,
            agent_id=agent.pk,
            address=form.cleaned_data["address"],
            by=agent.as_actor(),
            at=now,
        )
        given = attempt(form, call)
        if given:
            defer("appointments.read_calendar", calendar_id=given.pk)
            messages.success(request, "Adresse enregistrée. Elle est lue dans la minute.")
            return redirect("appointments:calendars")
    calendar = queries.calendar_of(agent.pk)
    context = {
        "form": form,
        "calendar": calendar,
        "is_lasting": queries.is_lasting(calendar, now),
        "busy": calendar.busy.count() if calendar else 0,
        "conflicts": queries.conflicts_of(agent.pk, now),
        "may_move": agent.can(Permission.BOOK_FOR_CALLER),
        "feed_address": queries.feed_address_of(agent.pk),
    }
    return render(request, "appointments/page_calendars.html", context, status=422 if form.errors else 200)


@requires(Permission.MANAGE_OPENINGS)
@require_POST
def calendar_remove(request: HttpRequest) -> HttpResponse:
    """Forget the calendar kept elsewhere."""
    agent = agent_of(request)
    call = partial(actions.remove_calendar, agent_id=agent.pk, by=agent.as_actor(), at=clock.now())
    said = "Agenda extérieur détaché : ses moments pris ne comptent plus."
    return try_then_go(request, call, said=said, to=reverse("appointments:calendars"))


@requires(Permission.MANAGE_OPENINGS)
@require_POST
def feed_make(request: HttpRequest) -> HttpResponse:
    """Make, or change, the secret address of one's appointments."""
    agent = agent_of(request)
    call = partial(actions.make_feed, agent_id=agent.pk, by=agent.as_actor(), at=clock.now())
    said = "Voici votre adresse. Celle d’avant, s’il y en avait une, n’ouvre plus rien."
    return try_then_go(request, call, said=said, to=reverse("appointments:calendars"))


@requires(Permission.MANAGE_OPENINGS)
@require_POST
def feed_revoke(request: HttpRequest) -> HttpResponse:
    """Close the secret address."""
    agent = agent_of(request)
    call = partial(actions.revoke_feed, agent_id=agent.pk, by=agent.as_actor(), at=clock.now())
    return try_then_go(request, call, said="Cette adresse n’ouvre plus rien.", to=reverse("appointments:calendars"))


@public
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """An agent's appointments for her other calendar, to whoever holds the address."""
    content = queries.feed_of(token, at=clock.now())
    if content is None:
        raise Http404
    headers = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
