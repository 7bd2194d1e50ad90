"""Entrants seen in a collective welcome (DIS-079); a session is never the first interview (definitions.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet
from django.db.models.lookups import In

from emploi.oversight.steering.queries.rows import ANYWHERE, NOWHERE
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.beneficiaries.models import Entry
from emploi.territory.geography.models import TerritoryCommune
from emploi.territory.geography.queries import default_grid

_SESSIONS = Appointment.objects.filter(entry__isnull=False, kind__is_collective=True)
LINES = ("entrants", "welcomed", "expected", "missing")


@dataclass(frozen=True, slots=True)
class Welcome:
    """The entrants of some months: how many came to a session, are expected at one, have neither."""

    entrants: int
    welcomed: int
    expected: int

    @property
    def missing(self) -> int:
        """Return those who neither came nor are expected."""
        return self.entrants - self.welcomed - self.expected

    @property
    def share(self) -> float | None:
        """Return the share who came, in percent."""
        return 100 * self.welcomed / self.entrants if self.entrants else None


def welcome(since: date, until: date, territory: str = ANYWHERE, *, at: datetime) -> Welcome:
    """Count, in one query; `until` is excluded."""
    entries = _entries(since, until, territory, at).order_by()
    counts = entries.aggregate(
        entrants=Count("pk"),
        welcomed=Count("pk", filter=Q(came=True)),
        expected=Count("pk", filter=Q(came=False, comes=True)),
    )
    return Welcome(**counts)


def entrants(since: date, until: date, line: str, territory: str = ANYWHERE, *, at: datetime) -> QuerySet[Entry]:
    """Return the entrants behind a number, the latest first."""
    wanted = {
        "entrants": Q(), "welcomed": Q(came=True), "expected": Q(came=False, comes=True),
        "missing": Q(came=False, comes=False),
    }  # fmt: skip
    found = _entries(since, until, territory, at).filter(wanted[line])
    return found.select_related("commune").order_by("-opened_on", "pk")


def _at_a_session(status: AppointmentStatus, **more: datetime) -> In:
    """Sessions are few among appointments: read once, not looked for again for each entrant."""
    return In(F("pk"), _SESSIONS.filter(status=status, **more).values("entry_id"))


def _entries(since: date, until: date, territory: str, at: datetime) -> QuerySet[Entry]:
    found = Entry.objects.filter(is_stock=False, opened_on__gte=since, opened_on__lt=until).annotate(
        came=_at_a_session(AppointmentStatus.HELD),
        # A session past that nobody marked is not to come.
        comes=_at_a_session(AppointmentStatus.PLANNED, starts_at__gte=at),
    )
    if territory == ANYWHERE:
        return found
    links = TerritoryCommune.objects.filter(grid=default_grid())
    if territory == NOWHERE:
        return found.exclude(commune_id__in=links.values("commune_id"))
    return found.filter(commune_id__in=links.filter(territory_id=int(territory)).values("commune_id"))
