"""Openings give slots: holidays skipped, nothing twice, booked ones untouched."""

from datetime import date, time, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from emploi.foundation import clock
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.actions import OpeningPlan
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Opening, Slot
from tests.pathway.appointments.world import MONDAY, WORKDAYS, World, at


def plan_of(opening: Opening, **changes: object) -> OpeningPlan:
    names = (
        "agent_id",
        "place_id",
        "kind_id",
        "first_on",
        "last_on",
        "weekdays",
        "starts_at",
        "ends_at",
        "slot_minutes",
    )
    return OpeningPlan(**{**{name: getattr(opening, name) for name in names}, **changes})  # type: ignore[arg-type]


def test_an_opening_makes_its_coming_slots_at_once(world: World) -> None:
    opening = world.opening()
    starts = list(opening.slots.order_by("starts_at").values_list("starts_at", flat=True))
    assert len(starts) == 10 * 3 - 1  # today's nine o'clock is now: too late
    assert starts[0] == at(MONDAY, 10)
    assert opening.generated_until == MONDAY + timedelta(days=13)


def test_holidays_have_no_slot(world: World) -> None:
    opening = world.opening(first_on=date(2026, 12, 21), last_on=date(2027, 1, 3))
    days = {start.astimezone(clock.ZONE).date() for start in opening.slots.values_list("starts_at", flat=True)}
    assert date(2026, 12, 24) in days
    assert date(2026, 12, 25) not in days
    assert date(2027, 1, 1) not in days


def test_generating_again_changes_nothing(world: World) -> None:
    opening = world.opening()
    before = list(opening.slots.values_list("pk", "starts_at"))
    done = actions.generate_slots(opening_id=opening.pk, by=world.by, at=clock.now())
    assert (done.added, done.refused) == (0, 0)
    assert list(opening.slots.values_list("pk", "starts_at")) == before


def test_an_opening_without_end_is_extended_as_days_go(world: World) -> None:
    opening = world.opening(last_on=None)
    assert opening.generated_until == date(2027, 5, 23)
    assert actions.extend_openings(by=world.by, at=at(MONDAY, 10)) == 0
    assert actions.extend_openings(by=world.by, at=at(MONDAY + timedelta(days=7), 9)) > 0


def test_two_openings_of_one_agent_never_overlap(world: World) -> None:
    world.opening()
    plan = plan_of(Opening.objects.get(), starts_at=time(11, 30), ends_at=time(13, 30), place_id=world.village.pk)
    done = actions.create_opening(plan=plan, by=world.by, at=clock.now())
    assert done.refused == 10  # each 11 h 30 overlaps an 11 h slot; each 12 h 30 is free
    assert done.added == 10


def test_the_database_itself_refuses_an_agent_in_two_places(world: World) -> None:
    world.opening()
    first = Slot.objects.order_by("starts_at").first()
    assert first is not None
    overlapping = DateTimeTZRange(first.starts_at + timedelta(minutes=30), first.ends_at + timedelta(minutes=30))
    with pytest.raises(IntegrityError, match="slot_agent_once_at_a_time"), transaction.atomic():
        Slot.objects.create(agent=world.officer, place=world.village, kind=world.kind, period=overlapping)
    Slot.objects.create(agent=world.colleague, place=world.village, kind=world.kind, period=overlapping)


def test_changing_hours_leaves_booked_slots_alone(world: World) -> None:
    opening = world.opening()
    entry = world.entry()
    tuesday = MONDAY + timedelta(days=1)
    slot = world.slot(tuesday, 9)
    booked = actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())

    plan = plan_of(opening, starts_at=time(14), ends_at=time(16))
    done = actions.change_opening(opening_id=opening.pk, plan=plan, by=world.by, at=clock.now())

    assert done.removed == 10 * 3 - 1 - 1
    assert done.added == 10 * 2
    booked.refresh_from_db()
    assert booked.slot_id == slot.pk
    assert Slot.objects.filter(pk=slot.pk, booked=1).exists()
    assert Slot.objects.filter(starts_at=at(tuesday, 10)).count() == 0


def test_a_closed_day_gives_no_slot_and_says_whom_to_move(world: World) -> None:
    world.opening()
    tuesday = MONDAY + timedelta(days=1)
    entry = world.entry()
    slot = world.slot(tuesday, 9)
    actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())

    closed = actions.close_days(
        agent_id=world.officer.pk,
        first_on=tuesday,
        last_on=tuesday + timedelta(days=1),
        reason="Formation",
        by=world.by,
        at=clock.now(),
    )

    assert (closed.slots, closed.to_move) == (6, 1)
    assert [a.entry_id for a in queries.booked_on(closed.closure)] == [entry.pk]
    day = queries.days(tuesday, tuesday, agent_id=world.officer.pk)[0]
    assert (day.booked, day.free) == (1, 0)
    assert day.closures[0].reason == "Formation"
    opening = Opening.objects.get()
    assert actions.generate_slots(opening_id=opening.pk, by=world.by, at=clock.now()).added == 0

    assert actions.lift_closure(closure_id=closed.closure.pk, by=world.by, at=clock.now()) == 6
    again = queries.days(tuesday, tuesday, agent_id=world.officer.pk)[0]
    assert (again.booked, again.free) == (1, 2)


def test_ending_an_opening_removes_what_is_free_beyond(world: World) -> None:
    opening = world.opening()
    friday = MONDAY + timedelta(days=4)
    done = actions.end_opening(opening_id=opening.pk, last_on=friday, reason="Départ", by=world.by, at=clock.now())
    assert done.removed == 15
    assert opening.slots.filter(starts_at__gt=at(friday, 23)).count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weekdays": ()}, "weekdays"),
        ({"ends_at": time(8)}, "ends_at"),
        ({"last_on": MONDAY - timedelta(days=1)}, "last_on"),
        ({"slot_minutes": 600}, "slot_minutes"),
    ],
)
def test_a_plan_that_gives_nothing_is_refused_field_by_field(
    world: World, changes: dict[str, object], field: str
) -> None:
    plan = OpeningPlan(
        **{
            "agent_id": world.officer.pk, "place_id": world.town.pk, "kind_id": world.kind.pk, "first_on": MONDAY,
            "last_on": None, "weekdays": WORKDAYS, "starts_at": time(9), "ends_at": time(12), "slot_minutes": 60,
            **changes,
        }
    )  # type: ignore[arg-type]  # fmt: skip
    with pytest.raises(DomainError) as refused:
        actions.create_opening(plan=plan, by=world.by, at=clock.now())
    assert refused.value.field == field


def test_seats_already_past_are_no_capacity(world: World) -> None:
    world.opening()  # three slots a day, Monday to Friday; it is already nine on Monday
    tuesday = MONDAY + timedelta(days=1)
    supply = partial(queries.supply_by_week, kind_id=world.kind.pk, weeks=1)
    assert [seats for _, _, seats, _ in supply(since=MONDAY)] == [14]
    assert supply(since=tuesday) == [(world.town.pk, MONDAY, 12, 0)]
    assert [seats for _, _, seats, _ in supply(since=at(tuesday, 10, 30))] == [10]
