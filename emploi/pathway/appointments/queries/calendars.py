"""Calendars kept elsewhere: which to read, what goes wrong, which appointments they contradict."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from emploi.foundation import clock
from emploi.pathway.appointments.calendars import giving
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import AgendaFeed, Appointment, BusyTime, ExternalCalendar
from emploi.pathway.appointments.queries.agenda import appointments

READ_EVERY = timedelta(minutes=15)
# An address that fails is asked less often: it may be gone for good.
RETRY_EVERY = timedelta(hours=1)
# A server is restarted, a network is cut: the agent is told when it lasts.
TELL_AFTER = timedelta(hours=6)

# What a calendar shows around today.
FEED_BEFORE = timedelta(days=14)
FEED_MONTHS = 6

TAKEN_ELSEWHERE = Exists(
    BusyTime.objects.filter(
        agent=OuterRef("agent"), starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    )
)


def calendars_to_read(at: datetime) -> list[int]:
    """The calendars whose turn has come, the longest unread first."""
    due = Q(tried_at=None) | Q(failing_since=None, tried_at__lte=at - READ_EVERY) | Q(tried_at__lte=at - RETRY_EVERY)
    found = ExternalCalendar.objects.filter(due, removed_at=None, agent__is_active=True)
    return list(found.order_by("tried_at", "pk").values_list("pk", flat=True))


def calendar_of(agent_id: int) -> ExternalCalendar | None:
    """The calendar an agent keeps elsewhere, None when she gave none."""
    return ExternalCalendar.objects.filter(agent_id=agent_id, removed_at=None).first()


def is_lasting(calendar: ExternalCalendar | None, at: datetime) -> bool:
    """True when a calendar has been unreadable for so long that its owner must know."""
    return bool(calendar and calendar.failing_since and calendar.failing_since <= at - TELL_AFTER)


def conflicts_of(agent_id: int, at: datetime) -> QuerySet[Appointment]:
    """Coming appointments given here while her other calendar says the agent is taken: a person decides."""
    coming = appointments().filter(agent_id=agent_id, status=AppointmentStatus.PLANNED, starts_at__gt=at)
    return coming.filter(TAKEN_ELSEWHERE)


def feed_address_of(agent_id: int) -> str:
    """The secret address of an agent's appointments, nothing when she made none."""
    feed = AgendaFeed.objects.filter(agent_id=agent_id, revoked_at=None).first()
    return giving.address_of(feed) if feed else ""


def feed_of(token: str, *, at: datetime) -> bytes | None:
    """The appointments behind a secret address, None when it opens nothing."""
    feed = giving.feed_at(token)
    if feed is None:
        return None
    since, until = at - FEED_BEFORE, clock.start_of(clock.add_months(at.date(), FEED_MONTHS))
    living = (AppointmentStatus.PLANNED, AppointmentStatus.HELD)
    found = appointments().filter(agent_id=feed.agent_id, starts_at__gte=since, starts_at__lt=until, status__in=living)
    return giving.agenda_of(found.select_related("slot__opening", "slot__kind"), at=at)
