"""How people are met (RG-08, AMB-55): on the spot, by phone, by video; outside the ordinary hours (DIS-115)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import TruncMonth

from emploi.foundation.clock import ZONE, add_months, start_of
from emploi.oversight.steering.queries.rows import ANYWHERE, NOWHERE
from emploi.pathway.appointments.enums import AppointmentStatus, Modality
from emploi.pathway.appointments.models import Appointment, Kind, Slot
from emploi.pathway.appointments.queries.choosing.hours import condition, outside, with_hours
from emploi.territory.geography.queries import place_territories, territories
from emploi.territory.rulebook import queries as rulebook
from emploi.territory.rulebook.experiments import Experiment

Rows = TypeVar("Rows", bound=QuerySet[Any])
IS_REMOTE = ~Q(modality=Modality.PHYSICAL)
# Each number of the page, as a condition of the appointments held.
LINES: Mapping[str, Q] = {
    "all": Q(),
    "physical": Q(modality=Modality.PHYSICAL),
    "phone": Q(modality=Modality.PHONE),
    "video": Q(modality=Modality.VIDEO),
    "first_remote": IS_REMOTE & Q(is_first_interview=True),
}
FLEXIBLE = "flexible"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which appointments held: months (the last excluded), place and kind ("" for every kind)."""

    since: date
    until: date
    territory: str = ANYWHERE
    kind: str = ""
    # An experiment that did not run then, or somewhere unknown: nothing is counted.
    is_void: bool = False

    @property
    def entries_until(self) -> date:
        """Return the end of the months of the entrants: none when nothing is counted."""
        return self.since if self.is_void else self.until

    def narrowed(self, *, month: date | None = None, territory: str = "", kind: str = "") -> Scope:
        """Return the same question about one month, one territory or one kind."""
        found = self if month is None else replace(self, since=month, until=add_months(month, 1))
        return replace(found, territory=territory or found.territory, kind=kind or found.kind)


@dataclass(frozen=True, slots=True)
class Sums:
    """How many appointments were held in each way."""

    counts: Mapping[str, int]

    def __getitem__(self, line: str) -> int:
        return self.counts.get(line, 0)

    @property
    def physical_share(self) -> float | None:
        """Return the share held on the spot, in percent."""
        return 100 * self["physical"] / self["all"] if self["all"] else None


@dataclass(frozen=True, slots=True)
class Table:
    """The sums in all, by month, by territory (None: outside the grid), by kind."""

    total: Sums
    months: Mapping[date, Sums]
    places: Mapping[int | None, Sums]
    kinds: Mapping[int, Sums]


@dataclass(frozen=True, slots=True)
class Supply:
    """The slots to come outside the ordinary hours of one territory."""

    territory_id: int | None
    slots: int
    free: int


def of_experiment(scope: Scope, tried: Experiment) -> Scope:
    """Return the same question about what was tried: its kind, its territory, its months (DIS-107)."""
    kind = Kind.objects.filter(slug=tried.kind).values_list("pk", flat=True).first()
    territory = territories().filter(slug=tried.territory).first() if tried.territory else None
    last = add_months(tried.last_on.replace(day=1), 1) if tried.last_on else scope.until
    since, until = max(scope.since, tried.first_on.replace(day=1)), min(scope.until, last)
    if kind is None or since >= until or (tried.territory and territory is None):
        return replace(scope, is_void=True)
    return replace(
        scope,
        since=since,
        until=until,
        kind=str(kind),
        territory=str(territory.pk) if territory else scope.territory,
    )


def table(scope: Scope) -> Table:
    """Sum everything up in one statement."""
    flexible = Case(When(_outside_hours(scope), then=Value(True)), default=Value(False), output_field=BooleanField())
    groups = (
        with_hours(_held(scope))
        .annotate(month=TruncMonth("starts_at", tzinfo=ZONE), flexible=flexible)
        .values_list("month", "place_id", "kind_id", "modality", "is_first_interview", "flexible")
        .annotate(count=Count("pk"))
        .order_by()
    )
    of_place = {pk: territory.pk for pk, territory in place_territories().items()}
    rows = [(month.date(), of_place.get(place), kind, _lines(*how), n) for month, place, kind, *how, n in groups]
    return Table(
        _merged((lines, n) for *_, lines, n in rows),
        {key: _merged((r[3], r[4]) for r in rows if r[0] == key) for key in sorted({r[0] for r in rows})},
        {key: _merged((r[3], r[4]) for r in rows if r[1] == key) for key in {r[1] for r in rows}},
        {key: _merged((r[3], r[4]) for r in rows if r[2] == key) for key in {r[2] for r in rows}},
    )


def appointments(scope: Scope, line: str) -> QuerySet[Appointment]:
    """Return the appointments behind a number, the latest first."""
    held = _held(scope)
    found = with_hours(held).filter(_outside_hours(scope)) if line == FLEXIBLE else held.filter(LINES[line])
    return found.select_related("place", "kind").order_by("-starts_at", "-pk")


def supply(at: datetime, until: date) -> list[Supply]:
    """Return the slots to come outside the ordinary hours, by territory, in one query."""
    rows = (
        flexible_slots(at, until)
        .order_by()
        .values_list("place_id")
        .annotate(slots=Count("pk"), free=Sum(F("seats") - F("booked")))
    )
    of_place = {pk: territory.pk for pk, territory in place_territories().items()}
    slots: Counter[int | None] = Counter()
    free: Counter[int | None] = Counter()
    for place, count, left in rows:
        slots[of_place.get(place)] += count
        free[of_place.get(place)] += left
    return [Supply(territory, slots[territory], free[territory]) for territory in slots]


def flexible_slots(at: datetime, until: date, territory: str = ANYWHERE) -> QuerySet[Slot]:
    """Return these slots, the soonest first; `until` is excluded."""
    coming = Slot.objects.open().filter(starts_at__gte=at, starts_at__lt=start_of(until))
    there = _there(outside(coming, at.astimezone(ZONE).date()), territory)
    return there.select_related("place", "agent", "kind").order_by("starts_at", "pk")


def kind_names() -> dict[int, str]:
    """Return every kind by its number, withdrawn ones included: what was held stays told."""
    return dict(Kind.objects.values_list("pk", "name"))


def _outside_hours(scope: Scope) -> Q:
    """Judge each appointment by the ordinary hours in force that day, not by those of the end of the period."""
    found, until = Q(pk__in=[]), scope.until
    for row in rulebook.history("standard_hours").filter(valid_from__lt=scope.until):
        since = max(row.valid_from, scope.since)
        found |= Q(starts_at__gte=start_of(since), starts_at__lt=start_of(until)) & condition(row.valid_from)
        until = since
        if since == scope.since:
            break
    return found


def _held(scope: Scope) -> QuerySet[Appointment]:
    if scope.is_void:
        return Appointment.objects.none()
    held = Appointment.objects.filter(
        status=AppointmentStatus.HELD, starts_at__gte=start_of(scope.since), starts_at__lt=start_of(scope.until)
    )
    if scope.kind:
        held = held.filter(kind_id=int(scope.kind))
    return _there(held, scope.territory)


def _there(rows: Rows, territory: str) -> Rows:
    if territory == ANYWHERE:
        return rows
    placed = place_territories()
    if territory == NOWHERE:
        return rows.exclude(place_id__in=list(placed))
    return rows.filter(place_id__in=[pk for pk, found in placed.items() if str(found.pk) == territory])


def _lines(modality: str, is_first: bool, is_flexible: bool) -> tuple[str, ...]:
    """Return the lines an appointment is counted in: what LINES says in SQL."""
    remote = modality != Modality.PHYSICAL
    return (
        "all", modality, *(["first_remote"] if remote and is_first else []), *([FLEXIBLE] if is_flexible else []),
    )  # fmt: skip


def _merged(rows: Iterable[tuple[tuple[str, ...], int]]) -> Sums:
    counts: Counter[str] = Counter()
    for lines, count in rows:
        for line in lines:
            counts[line] += count
    return Sums(counts)
