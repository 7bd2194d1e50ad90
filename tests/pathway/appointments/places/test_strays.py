"""An hour somebody still holds when the opening stops or changes is never offered to another once it is freed."""

from datetime import date, time, timedelta

from emploi.foundation import clock
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.actions import OpeningPlan
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Opening, Slot
from tests.pathway.appointments.world import MONDAY, World

TUESDAY, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)


def booked(world: World, day: date = FRIDAY, hour: int = 9) -> Appointment:
    slot = world.slot(day, hour)
    return actions.book(slot_id=slot.pk, entry_id=world.entry().pk, via=BookedVia.AGENT, by=world.by, at=clock.now())


def change(world: World, opening: Opening, **wanted: object) -> None:
    plan = {
        "agent_id": opening.agent_id, "place_id": opening.place_id, "kind_id": opening.kind_id,
        "first_on": opening.first_on, "last_on": opening.last_on, "weekdays": opening.weekdays,
        "starts_at": opening.starts_at, "ends_at": opening.ends_at, "slot_minutes": 60, **wanted,
    }  # fmt: skip
    actions.change_opening(opening_id=opening.pk, plan=OpeningPlan(**plan), by=world.by, at=clock.now())


def free_again(world: World, appointment: Appointment) -> bool:
    actions.cancel(appointment_id=appointment.pk, by_us=False, reason="Empêchée", by=world.by, at=clock.now())
    return Slot.objects.free().filter(pk=appointment.slot_id).exists()


def to_move() -> list[Appointment]:
    return list(queries.to_move(clock.now()))


def test_an_ended_opening_leaves_a_list_to_move_and_no_door(world: World) -> None:
    opening = world.opening()
    friday, tuesday = booked(world), booked(world, TUESDAY)
    actions.end_opening(opening_id=opening.pk, last_on=TUESDAY, reason="Mutation", by=world.by, at=clock.now())
    assert to_move() == [friday]
    assert not free_again(world, friday)
    assert free_again(world, tuesday)


def test_other_hours_close_only_those_nobody_gives_and_give_them_back(world: World) -> None:
    opening = world.opening()
    early, late = booked(world, hour=9), booked(world, hour=11)
    change(world, opening, starts_at=time(10))
    assert to_move() == [early]
    # The agent changes her mind: the appointment is where it was, and its hour is hers to give again.
    change(world, opening, starts_at=time(9))
    assert to_move() == []
    change(world, opening, starts_at=time(10))
    assert not free_again(world, early)
    assert free_again(world, late)


def test_the_same_morning_cut_otherwise_moves_nobody_and_closes_when_freed(world: World) -> None:
    opening = world.opening()
    appointment = booked(world, hour=10)
    change(world, opening, slot_minutes=45)
    assert to_move() == []
    assert not free_again(world, appointment)


def test_a_date_on_which_nobody_is_received_lists_whom_to_move(world: World) -> None:
    opening = world.opening()
    appointment = booked(world)
    actions.set_exception(opening_id=opening.pk, day=FRIDAY, starts_at=None, ends_at=None, by=world.by, at=clock.now())
    assert to_move() == [appointment]
    # Somebody away that day, then back: the opening still does not run.
    closed = actions.close_days(
        agent_id=world.officer.pk, first_on=FRIDAY, last_on=FRIDAY, reason="Congé", by=world.by, at=clock.now()
    )
    actions.lift_closure(closure_id=closed.closure.pk, by=world.by, at=clock.now())
    assert to_move() == [appointment]
    actions.remove_exception(exception_id=opening.exceptions.get().pk, by=world.by, at=clock.now())
    assert to_move() == []
    assert free_again(world, appointment)


def test_another_place_leaves_those_of_the_former_one_to_move(world: World) -> None:
    opening = world.opening()
    appointment = booked(world)
    change(world, opening, place_id=world.village.pk)
    assert to_move() == [appointment]
    assert not free_again(world, appointment)
