"""What the views of appointments share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from emploi.foundation import clock
from emploi.foundation.audit.actions import record_consultation
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.htmx import go, safe_next
from emploi.pathway.appointments import queries
from emploi.pathway.appointments.models import Appointment, Kind, Slot
from emploi.pathway.appointments.permissions import visible_to
from emploi.pathway.appointments.queries import PlaceChoice, Target
from emploi.pathway.appointments.queries.slots import Asked, with_slots
from emploi.pathway.appointments.queries.targets import who_may_receive
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.beneficiaries.permissions import visible_to as visible_people
from emploi.territory.agents.models import Agent

PLACES, SLOTS_A_PLACE, SLOTS_OF_ONE_PLACE = 3, 6, 40


def agent_of(request: HttpRequest) -> Agent:
    """The signed-in agent; `@requires` lets nobody else in."""
    return cast(Agent, request.user)


def appointment_of(request: HttpRequest, pk: int) -> Appointment:
    """The appointment asked for, 404 when the agent may not see it."""
    mine = visible_to(agent_of(request)).filter(pk=pk)
    return get_object_or_404(queries.appointments().filter(pk__in=mine.values("pk")), pk=pk)


def person_of(request: HttpRequest, person_id: int) -> Person:
    """The person asked for, 404 when not entrusted to the agent."""
    return get_object_or_404(visible_people(agent_of(request)), pk=person_id)


def open_entry_of(person: Person) -> Entry:
    """The running entry of a person, 404 outside the pathway."""
    return get_object_or_404(Entry.objects.open().select_related("person", "commune"), person=person)


def bookable(person: Person) -> Target:
    """The person with her running entry, or with the claim that waits; 404 when she has neither."""
    target = queries.targets_of([], [person.pk])[0]
    if target.entry is None and not target.waits:
        raise Http404
    return target


def trace(request: HttpRequest, person_id: int, page: str) -> None:
    """Keep who looked at whose appointments."""
    record_consultation(
        agent_id=agent_of(request).pk,
        agent_label=str(agent_of(request)),
        person_id=person_id,
        page=page,
        at=clock.now(),
    )


def try_then_go(request: HttpRequest, call: Callable[[], Any], *, said: str, to: str) -> HttpResponse:
    """Run an action asked by a button, say what happened, and come back where the person was."""
    try:
        call()
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, said)
    return go(request, safe_next(request, to))


def day_asked(request: HttpRequest, name: str = "jour") -> date:
    """The day in the address, today when absent or unreadable."""
    return read_day(request.GET.get(name, "")) or clock.today()


def read_day(text: str) -> date | None:
    """A day written as 2026-11-24, None otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def number_asked(request: HttpRequest, name: str) -> int | None:
    """A number in the address, None otherwise."""
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() else None


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def slots_to_offer(
    request: HttpRequest, who: Target, kind: Kind, *, not_before: datetime, accessible: bool = False
) -> dict[str, Any]:
    """The nearest places and their soonest slots, or all those of the place and day asked, for the page's context."""
    since_on = read_day(request.GET.get("depuis", ""))
    since = max(not_before, clock.start_of(since_on)) if since_on else not_before
    place_id = number_asked(request, "lieu")
    may = who_may_receive(kind, who.entry_id)
    wanted = number_asked(request, "avec") if may is None else None
    asked: Asked = {"kind_id": kind.pk, "since": since, "agent_ids": [wanted] if wanted else may}
    asked["accessible"] = accessible
    everywhere = queries.places_with_slots(who.commune_id, **asked)
    if place_id:
        chosen = [choice for choice in everywhere if choice.place.pk == place_id]
        shown = [with_slots(choice, SLOTS_OF_ONE_PLACE, **asked) for choice in chosen]
    else:
        shown = queries.nearest_slots(who.commune_id, **asked, places=PLACES, per_place=SLOTS_A_PLACE)
    return {
        "choices": shown,
        "everywhere": everywhere,
        "place_id": place_id,
        "since": request.GET.get("depuis", ""),
        "due_on": _due_on(who, kind),
        "only_with": Agent.objects.filter(pk=wanted).first() if wanted else None,
    }


def own_slots(agent: Agent, kind: Kind, *, not_before: datetime) -> dict[str, Any]:
    """The coming free slots of one agent by place, as `slots_to_offer` gives them, for the page's context."""
    free = queries.free_slots(kind_id=kind.pk, since=not_before, agent_ids=[agent.pk])
    by_place: dict[int, list[Slot]] = {}
    for slot in free.select_related("agent", "place__commune", "kind")[:SLOTS_OF_ONE_PLACE]:
        by_place.setdefault(slot.place_id, []).append(slot)
    choices = [PlaceChoice(slots[0].place, None, len(slots), slots[0].starts_at, slots) for slots in by_place.values()]
    return {"choices": choices, "everywhere": choices, "place_id": None, "since": "", "due_on": None}


def _due_on(who: Target, kind: Kind) -> date | None:
    if who.entry is None or not kind.is_first_interview:
        return None
    return queries.due_dates([who.entry.pk]).get(who.entry.pk)
