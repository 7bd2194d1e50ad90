"""A calendar kept elsewhere is given, read, taken back; what it says withdraws free slots and cancels nothing."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.documents.crypto import DamagedFile
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.intake import sealing
from emploi.pathway.appointments.actions.closures import touched
from emploi.pathway.appointments.actions.slots import (
    HORIZON_MONTHS,
    agent_id_of,
    fill,
    last_day_to_generate,
    withdraw,
)
from emploi.pathway.appointments.calendars.fetching import Unreachable, checked, fetch, normal
from emploi.pathway.appointments.calendars.reading import Unreadable, busy_moments
from emploi.pathway.appointments.events import ExternalCalendarGiven, ExternalCalendarRemoved
from emploi.pathway.appointments.models import BusyTime, Closure, ExternalCalendar, Opening, Slot
from emploi.pathway.appointments.models.openings import NOTHING
from emploi.pathway.appointments.queries.calendars import TAKEN_ELSEWHERE
from emploi.pathway.appointments.rules.slots import Moments

ELSEWHERE = "Pris dans son agenda extérieur"
SEALED = "L’adresse gardée ne se lit plus. Donnez-la de nouveau."
UNFORESEEN = "Ce calendrier n’a pas pu être lu."
# What a stranger's file may break that nobody foresaw: that calendar alone is left, the others are read.
FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)

logger = logging.getLogger(__name__)


@action
def give_calendar(*, agent_id: int, address: str, by: Actor, at: datetime) -> ExternalCalendar:
    """Keep the address of an agent's other calendar, in place of the one she gave before."""
    try:
        parts = checked(address)
    except Unreachable as refusal:
        raise DomainError(str(refusal), field="address") from refusal
    former = _take_back(agent_id, at=at)
    calendar = ExternalCalendar.objects.create(
        agent_id=agent_id,
        address=sealing.seal(normal(address).encode()),
        host=(parts.hostname or "")[:253],
        added_at=at,
        added_by_id=agent_id_of(by),
    )
    publish(ExternalCalendarGiven(calendar_id=calendar.pk, agent_id=agent_id, host=calendar.host), by=by, at=at)
    if former is not None:
        # What the former one held is free again; what the new one says is known at its first reading.
        _apply(agent_id, at=at)
    return calendar


@action
def remove_calendar(*, agent_id: int, by: Actor, at: datetime) -> int:
    """Forget an agent's other calendar and what it said; returns the number of slots open again."""
    removed = _take_back(agent_id, at=at)
    if removed is None:
        raise DomainError("Aucun agenda extérieur n’est relié.")
    publish(ExternalCalendarRemoved(calendar_id=removed.pk, agent_id=agent_id), by=by, at=at)
    return _apply(agent_id, at=at)


def read_calendar(*, calendar_id: int, by: Actor, at: datetime) -> bool:
    """Read one calendar now; the network is asked outside any transaction. Returns False when it could not be read."""
    calendar = ExternalCalendar.objects.filter(pk=calendar_id, removed_at=None, agent__is_active=True).first()
    if calendar is None:
        return False
    moments, reason = _asked(calendar, at)
    if reason:
        note_unread(calendar_id=calendar_id, reason=reason, by=by, at=at)
        return False
    note_busy(calendar_id=calendar_id, moments=moments, by=by, at=at)
    return True


def _asked(calendar: ExternalCalendar, at: datetime) -> tuple[list[Moments], str]:
    """What a calendar says, or why it could not be read; its fault never stops the reading of the others."""
    until = clock.start_of(clock.add_months(at.date(), HORIZON_MONTHS))
    try:
        content = fetch(sealing.unseal(calendar.address).decode())
        return busy_moments(content, since=clock.start_of(at.date()), until=until), ""
    except (Unreachable, Unreadable) as refusal:
        return [], str(refusal)
    except DamagedFile:
        logger.warning("calendar %s: its address cannot be unsealed", calendar.pk)
        return [], SEALED
    except FAULTS as fault:
        logger.warning("calendar %s not read: %s", calendar.pk, type(fault).__name__)
        return [], UNFORESEEN


@action
def note_busy(*, calendar_id: int, moments: Sequence[Moments], by: Actor, at: datetime) -> None:
    """Keep what a calendar says, and nothing of what it said before; slots follow."""
    calendar = _locked(calendar_id)
    if calendar is None:
        return
    known = list(calendar.busy.order_by("starts_at").values_list("starts_at", "ends_at"))
    if known != list(moments):
        calendar.busy.all().delete()
        BusyTime.objects.bulk_create(
            [BusyTime(calendar=calendar, agent_id=calendar.agent_id, period=moment) for moment in moments]
        )
        _apply(calendar.agent_id, at=at)
    calendar.tried_at = calendar.read_at = at
    calendar.failing_since, calendar.error = None, ""
    calendar.save(update_fields=["tried_at", "read_at", "failing_since", "error"])


@action
def note_unread(*, calendar_id: int, reason: str, by: Actor, at: datetime) -> None:
    """A calendar could not be read: what it said last still holds; "Ma journée" tells its owner when it lasts."""
    calendar = _locked(calendar_id)
    if calendar is None:
        return
    calendar.tried_at, calendar.error = at, reason[:200]
    calendar.failing_since = calendar.failing_since or at
    calendar.save(update_fields=["tried_at", "error", "failing_since"])


def _locked(calendar_id: int) -> ExternalCalendar | None:
    found = ExternalCalendar.objects.select_for_update(of=("self",))
    return found.filter(pk=calendar_id, removed_at=None).first()


def _take_back(agent_id: int, *, at: datetime) -> ExternalCalendar | None:
    former = ExternalCalendar.objects.select_for_update(of=("self",)).filter(agent_id=agent_id, removed_at=None)
    calendar = former.first()
    if calendar is not None:
        calendar.busy.all().delete()
        calendar.removed_at, calendar.address = at, b""
        calendar.save(update_fields=["removed_at", "address"])
    return calendar


def _apply(agent_id: int, *, at: datetime) -> int:
    """Withdraw the free slots the agent cannot give, mark those booked, give back the others; returns how many."""
    coming = Slot.objects.filter(agent_id=agent_id, starts_at__gt=at)
    withdraw(coming.filter(TAKEN_ELSEWHERE), at=at, reason=ELSEWHERE)
    coming.filter(TAKEN_ELSEWHERE, closed_at=None, booked__gt=0).update(closed_at=at, closed_reason=ELSEWHERE)
    free_again = coming.filter(~TAKEN_ELSEWHERE, closed_reason=ELSEWHERE, booked__gt=0)
    reopened = free_again.exclude(_still_closed(agent_id, at)).update(closed_at=None, closed_reason="")
    for opening in _running(agent_id, at):
        reopened += fill(opening, at=at, until=last_day_to_generate(opening, at.date())).added
    return reopened


def _still_closed(agent_id: int, at: datetime) -> Q:
    """The slots that an absence, or the closing of a place, holds besides."""
    running = Closure.objects.filter(Q(agent_id=agent_id) | Q(agent=None), lifted_at=None, last_on__gte=at.date())
    return reduce(or_, (touched(closure) for closure in running), NOTHING)


def _running(agent_id: int, at: datetime) -> QuerySet[Opening]:
    openings = Opening.objects.select_for_update(of=("self",)).filter(agent_id=agent_id)
    return openings.exclude(last_on__lt=at.date()).select_related("agent", "place")
