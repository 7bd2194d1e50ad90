"""The agenda: a day or a week of an agent or of a place, the list first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.htmx import card_response
from emploi.pathway.appointments import queries
from emploi.pathway.appointments.permissions import can_manage_openings_of, may_book, sees_other_agendas, visible_to
from emploi.pathway.appointments.queries import Board, Day
from emploi.pathway.appointments.queries.places.capacity import half_days
from emploi.pathway.appointments.web.views.common import agent_of, day_asked, monday_of, number_asked
from emploi.territory.agents.roles import Permission
from emploi.territory.geography.models import Place

DAY, WEEK = "jour", "semaine"


@requires(Permission.MARK_ATTENDANCE)
@require_safe
def agenda(request: HttpRequest) -> HttpResponse:
    """Appointments and free slots, one's own by default."""
    view = WEEK if request.GET.get("vue") == WEEK else DAY
    day = day_asked(request)
    first_on, last_on = (monday_of(day), monday_of(day) + timedelta(days=5)) if view == WEEK else (day, day)
    agent_id, place_id, is_default = _whose(request)
    days = queries.days(
        first_on,
        last_on,
        agent_id=agent_id,
        place_id=place_id,
        visible=visible_to(agent_of(request)),
        free_since=clock.now(),
    )
    _add_desks(days, place_id if sees_other_agendas(agent_of(request)) else None)
    context: dict[str, Any] = {
        "days": days,
        # One agent's day stays a list: its lines carry the presence buttons.
        "board": _board(days, view, agent_id),
        # One's own agenda, or everybody's for those who book for others.
        "may_move": agent_of(request).can(Permission.BOOK_FOR_CALLER) or agent_id == agent_of(request).pk,
        "may_book": may_book(agent_of(request)),
        "may_close": can_manage_openings_of(agent_of(request), agent_id),
        "view": view,
        "day": day,
        "first_on": first_on,
        "last_on": last_on,
        "agent_id": agent_id,
        "place_id": place_id,
        "is_default": is_default,
        "whole": sees_other_agendas(agent_of(request)),
        "now": clock.now(),
        **_steps(day, view),
    }
    if context["whole"]:
        context["agents"] = queries.agents_who_receive()
        context["places"] = Place.objects.active()
    return render(request, "appointments/page_agenda.html", context)


@requires(Permission.MARK_ATTENDANCE)
@require_safe
def block_today(request: HttpRequest) -> HttpResponse:
    """ "Ma journée": one's appointments of the day with their buttons."""
    today = clock.today()
    mine = visible_to(agent_of(request))
    days = queries.days(today, today, agent_id=agent_of(request).pk, visible=mine, free_since=clock.now())
    calendar = queries.calendar_of(agent_of(request).pk)
    context = {
        "day": days[0],
        "today": today,
        "now": clock.now(),
        "next": "/ma-journee/",
        "may_book": may_book(agent_of(request)),
        "unread": calendar if queries.is_lasting(calendar, clock.now()) else None,
        "conflicts": queries.conflicts_of(agent_of(request).pk, clock.now()).count() if calendar else 0,
    }
    return card_response(request, "appointments/_block_today.html", context, title="Mes rendez-vous du jour")


@requires(Permission.MARK_ATTENDANCE)
@require_safe
def block_unmarked(request: HttpRequest) -> HttpResponse:
    """ "Ma journée": presences nobody noted; one's own, or everybody's for those who book for others."""
    everybody = agent_of(request).can(Permission.BOOK_FOR_CALLER) and not agent_of(request).can(
        Permission.HOLD_INTERVIEW
    )
    waiting = queries.unmarked(clock.now(), agent_id=None if everybody else agent_of(request).pk)
    # One's own of today are in the block above.
    above = Q(agent_id=agent_of(request).pk, starts_at__gte=clock.start_of(clock.today()))
    waiting = waiting.filter(~above, pk__in=visible_to(agent_of(request)).values("pk"))
    context = {"appointments": waiting[:20], "count": waiting.count(), "now": clock.now(), "next": "/ma-journee/"}
    return card_response(request, "appointments/_block_unmarked.html", context, title="Présences à noter")


@requires(Permission.BOOK_FOR_CALLER)
@require_safe
def block_to_move(request: HttpRequest) -> HttpResponse:
    """ "Ma journée": coming appointments whose agent or place receives no more that day."""
    mine = visible_to(agent_of(request)).values("pk")
    waiting = queries.to_move(clock.now()).filter(pk__in=mine).select_related("slot")
    context = {"appointments": waiting[:20], "count": waiting.count()}
    return card_response(request, "appointments/_block_to_move.html", context, title="Rendez-vous à déplacer")


def _board(days: list[Day], view: str, agent_id: int | None) -> Board | None:
    if view == WEEK:
        return queries.week_board(days)
    return None if agent_id else queries.day_board(days[0])


def _add_desks(days: list[Day], place_id: int | None) -> None:
    """Say how many desks of the place shown are held, to those who see everybody's agenda."""
    place = Place.objects.filter(pk=place_id).first() if place_id else None
    if place is not None:
        halves = half_days(place, days[0].day, days[-1].day)
        for day in days:
            day.halves = halves.get(day.day, [])


def _whose(request: HttpRequest) -> tuple[int | None, int | None, bool]:
    """The agent and the place asked, oneself when nothing is, and always for a partner; then if nobody chose her.

    A place chosen while the form still held oneself, whom nobody chose, shows every agent of that place.
    """
    if not sees_other_agendas(agent_of(request)):
        return agent_of(request).pk, number_asked(request, "lieu"), True
    agent_id, place_id = number_asked(request, "agent"), number_asked(request, "lieu")
    untouched = agent_id is not None and agent_id == number_asked(request, "par-defaut")
    if place_id is None and (agent_id is None or untouched):
        return agent_of(request).pk, None, True
    return None if untouched else agent_id, place_id, False


def _steps(day: date, view: str) -> dict[str, date]:
    """The days the previous and next links lead to; a day view jumps over days nobody works."""
    if view == WEEK:
        return {"previous": day - timedelta(days=7), "next_day": day + timedelta(days=7)}
    before = day - timedelta(days=1)
    while before.weekday() == 6 or clock.is_holiday(before):
        before -= timedelta(days=1)
    after = day + timedelta(days=1)
    while after.weekday() == 6 or clock.is_holiday(after):
        after += timedelta(days=1)
    return {"previous": before, "next_day": after}
