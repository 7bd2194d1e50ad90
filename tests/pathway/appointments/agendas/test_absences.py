"""An agent is away, a place closes for some hours: nobody books there, and those already booked are listed."""

from datetime import time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Closure, Slot
from emploi.territory.agents.roles import Role
from emploi.territory.organizations.models import Organization
from tests.pathway.appointments.world import MONDAY, World, agent, at

TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)


def away(world: World, **wanted: object) -> actions.Closed:
    asked = {
        "agent_id": world.officer.pk, "first_on": TUESDAY, "last_on": TUESDAY, "reason": "Formation", **wanted,
    }  # fmt: skip
    return actions.close_days(**asked, by=world.by, at=clock.now())  # type: ignore[arg-type]


def free_hours(day: object) -> list[int]:
    since = clock.start_of(day)  # type: ignore[arg-type]
    slots = Slot.objects.free().filter(starts_at__gte=since, starts_at__lt=since + timedelta(days=1))
    return [
        start.astimezone(clock.ZONE).hour for start in slots.order_by("starts_at").values_list("starts_at", flat=True)
    ]


def book(world: World, day: object, hour: int, name: str = "Nadia") -> Appointment:
    slot = world.slot(day, hour)  # type: ignore[arg-type]
    entry = world.entry(name)
    return actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())


def test_hours_of_an_absence_close_what_they_touch_and_nothing_else(world: World) -> None:
    world.opening()
    closed = away(world, last_on=WEDNESDAY, starts_at=time(9, 30), ends_at=time(10, 30))
    assert (closed.slots, closed.to_move) == (4, 0)
    assert free_hours(TUESDAY) == [11]
    assert free_hours(WEDNESDAY) == [11]


def test_new_slots_are_never_made_during_an_absence(world: World) -> None:
    away(world, starts_at=time(11), ends_at=time(12))
    world.opening()
    assert free_hours(TUESDAY) == [9, 10]


def test_lifting_one_absence_leaves_what_another_one_still_closes(world: World) -> None:
    world.opening()
    kept, freed = book(world, TUESDAY, 9), book(world, TUESDAY, 11, "Omar")
    day = away(world)
    away(world, starts_at=time(9), ends_at=time(10), reason="Réunion")
    actions.lift_closure(closure_id=day.closure.pk, by=world.by, at=clock.now())
    assert free_hours(TUESDAY) == [10]
    closed = {a.pk for a in queries.to_move(clock.now())}
    assert closed == {kept.pk}
    assert freed.pk not in closed


def test_a_place_closed_for_an_afternoon_closes_everybody_s_slots_there(world: World) -> None:
    world.opening()
    world.opening(agent_id=world.colleague.pk, starts_at=time(14), ends_at=time(16))
    world.opening(agent_id=world.colleague.pk, place_id=world.village.pk)
    done = away(world, agent_id=None, place_id=world.town.pk, starts_at=time(12), ends_at=time(18))
    assert done.slots == 2
    assert Slot.objects.free().filter(place=world.village, starts_at=at(TUESDAY, 9)).exists()


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        ({"starts_at": time(9)}, "ends_at"),
        ({"ends_at": time(9)}, "starts_at"),
        ({"starts_at": time(9), "ends_at": time(9)}, "ends_at"),
    ],
)
def test_half_said_hours_are_refused(world: World, hours: dict[str, time], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        away(world, **hours)
    assert refused.value.field == field
    with pytest.raises(IntegrityError, match="closure_hours_in_order"), transaction.atomic():
        Closure.objects.create(
            agent=world.officer, first_on=TUESDAY, last_on=TUESDAY, reason="Essai", created_at=clock.now(), **hours
        )


def test_the_screen_lists_whom_to_move_with_what_can_be_done(world: World, client_of) -> None:
    world.opening()
    booked = book(world, TUESDAY, 9)
    client = client_of(world.officer)
    form = client.get(reverse("appointments:closure_new"), {"agent": world.officer.pk, "jour": "2026-11-24"})
    assert 'value="2026-11-24"' in form.content.decode()
    typed = {
        "agent": world.officer.pk, "place": "", "first_on": "2026-11-24", "last_on": "2026-11-24",
        "starts_at": "08:00", "ends_at": "10:00", "reason": "Formation",
    }  # fmt: skip
    page = client.post(reverse("appointments:closure_new"), typed, follow=True).content.decode()
    assert "1 rendez-vous à replacer" in page
    assert "Mardi 24 novembre, de 8 h à 10 h. Formation" in page
    assert reverse("appointments:move", args=[booked.pk]) in page
    assert reverse("appointments:cancel", args=[booked.pk]) in page
    wrong = client.post(reverse("appointments:closure_new"), {**typed, "ends_at": ""}).content.decode()
    assert "Indiquez le début et la fin" in wrong
    assert 'value="08:00"' in wrong


def test_an_agent_declares_only_his_own_absence_and_is_told_who_moves_people(world: World, client_of) -> None:
    service = Organization.objects.get(slug="pole")
    counsellor = agent("Paul", "Conseil", Role.COUNSELLOR, service)
    world.opening(agent_id=counsellor.pk)
    slot = world.slot(TUESDAY, 9, agent=counsellor)
    entry = world.entry()
    actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())
    client = client_of(counsellor)
    typed = {"agent": counsellor.pk, "first_on": "2026-11-24", "last_on": "2026-11-24", "reason": "Congé"}
    page = client.post(reverse("appointments:closure_new"), typed, follow=True).content.decode()
    assert "Le secrétariat et le chef de pôle" in page
    other = client.post(reverse("appointments:closure_new"), {**typed, "agent": world.officer.pk})
    assert "Sélectionnez un choix valide" in other.content.decode()
    assert Closure.objects.count() == 1
