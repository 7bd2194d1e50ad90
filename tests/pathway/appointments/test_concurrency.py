"""Many people at the same second: real threads, real connections, one database."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from django.db import connection

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Invitation, Kind, Slot
from emploi.pathway.beneficiaries.models import Entry
from tests.pathway.appointments.world import World, at, build

CLIENTS = 200
SLOTS = 50
CONNECTIONS = 20
DAY = date(2026, 12, 1)


@pytest.fixture
def world(transactional_db: None) -> World:
    return build()


def together(jobs: list[Callable[[], str]]) -> Counter[str]:
    """Run every job in its own thread, all released at once, twenty connections at a time; count the answers."""
    answers: list[str] = []
    ready, pool = threading.Barrier(len(jobs)), threading.BoundedSemaphore(CONNECTIONS)

    def run(job: Callable[[], str]) -> None:
        ready.wait()
        with pool:
            try:
                answers.append(job())
            except DomainError as refusal:
                answers.append(refusal.message)
            finally:
                connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(answers) == len(jobs)
    return Counter(answers)


def booking(slot_id: int, entry: Entry) -> Callable[[], str]:
    def job() -> str:
        actions.book(
            slot_id=slot_id, entry_id=entry.pk, via=BookedVia.PERSON,
            by=Actor.person(entry.person_id, "Test"), at=at(date(2026, 11, 23)),
        )  # fmt: skip
        return "booked"

    return job


def test_two_hundred_people_on_fifty_slots(world: World) -> None:
    world.opening(first_on=DAY, last_on=DAY, starts_at=time(8), ends_at=time(8 + 4, 10), slot_minutes=5)
    slots = list(Slot.objects.order_by("pk").values_list("pk", flat=True))[:SLOTS]
    assert len(slots) == SLOTS
    entries = [world.entry(f"Personne{n}") for n in range(CLIENTS)]

    answers = together([booking(slots[n % SLOTS], entry) for n, entry in enumerate(entries)])

    assert answers["booked"] == SLOTS
    assert answers.total() - SLOTS == sum(count for text, count in answers.items() if "vient d’être pris" in text)
    assert Appointment.objects.count() == SLOTS
    assert Appointment.objects.values("slot").distinct().count() == SLOTS
    assert Slot.objects.filter(pk__in=slots, booked=1).count() == SLOTS


def test_one_impatient_person_gets_one_appointment(world: World) -> None:
    world.opening(first_on=DAY, last_on=DAY)
    entry = world.entry()
    jobs = [booking(slot_id, entry) for slot_id in Slot.objects.values_list("pk", flat=True) for _ in range(4)]
    answers = together(jobs)
    assert answers["booked"] == 1
    assert Appointment.objects.count() == Slot.objects.filter(booked=1).count() == 1


@pytest.mark.parametrize("collective", [True, False])
def test_one_impatient_person_gets_one_seat_of_any_kind(world: World, collective: bool) -> None:
    kind = Kind.objects.create(
        slug="suivi", name="Suivi", duration_minutes=60, physical_required=False, is_collective=collective
    )
    world.opening(first_on=DAY, last_on=DAY, kind_id=kind.pk, **({"seats": 12} if collective else {}))
    entry = world.entry()
    slots = Slot.objects.values_list("pk", flat=True)[: 1 if collective else 3]
    answers = together([booking(slot_id, entry) for slot_id in slots for _ in range(4)])
    assert answers["booked"] == 1
    assert Appointment.objects.count() == 1


def test_a_collective_session_fills_exactly(world: World) -> None:
    meeting, _ = Kind.objects.get_or_create(
        slug="reunion", defaults={"name": "Réunion", "duration_minutes": 60, "is_collective": True}
    )
    world.opening(first_on=DAY, last_on=DAY, ends_at=time(10), seats=12, kind_id=meeting.pk)
    slot = Slot.objects.get()
    answers = together([booking(slot.pk, world.entry(f"Personne{n}")) for n in range(30)])
    assert answers["booked"] == 12
    assert sorted(Appointment.objects.values_list("seat", flat=True)) == list(range(1, 13))


def test_two_agents_pressing_invite_together_invite_once(world: World) -> None:
    ids = [world.entry(f"Personne{n}").pk for n in range(20)]

    def job() -> str:
        batch = actions.invite_entries(entry_ids=ids, by=world.by, at=clock.at_noon(DAY - timedelta(days=5)))
        return f"{batch.count} invited"

    answers = together([job, job, job])
    assert answers["20 invited"] == 1
    assert Invitation.objects.count() == 20
