"""Nobody is expected twice by mistake; an agent may still give several appointments of a kind on purpose."""

from datetime import timedelta

import pytest

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Kind, Slot
from emploi.pathway.beneficiaries.models import Entry
from tests.pathway.appointments.world import MONDAY, World

TUESDAY = MONDAY + timedelta(days=1)
LATER = MONDAY + timedelta(days=10)


@pytest.fixture
def follow_up(world: World) -> Kind:
    """A kind of which several appointments may be to come."""
    kind = Kind.objects.create(
        slug="suivi", name="Suivi", duration_minutes=60, physical_required=False, can_be_summoned=True,
        absence_after_convocation="Nous vous demanderons pourquoi.",
    )  # fmt: skip
    world.opening(kind_id=kind.pk)
    return kind


def take(slot: Slot, entry: Entry, by: Actor) -> Appointment:
    via = BookedVia.PERSON if by.kind == "person" else BookedVia.PHONE
    return actions.book(slot_id=slot.pk, entry_id=entry.pk, via=via, any_agent=True, by=by, at=clock.now())


def test_one_person_takes_one_seat_of_a_session(world: World) -> None:
    kind = Kind.objects.create(
        slug="reunion", name="Réunion", duration_minutes=60, physical_required=False, is_collective=True
    )
    world.opening(kind_id=kind.pk, seats=5)
    entry, meeting = world.entry(), world.slot(TUESDAY, 9)
    take(meeting, entry, world.by)
    for by in (world.by, Actor.person(entry.person_id, "Nadia")):
        with pytest.raises(DomainError, match="déjà un rendez-vous"):
            take(meeting, entry, by)
    assert meeting.appointments.count() == 1


def test_nobody_is_given_two_hours_at_once_even_with_a_colleague(world: World, follow_up: Kind) -> None:
    world.opening(kind_id=follow_up.pk, agent_id=world.colleague.pk)
    entry = world.entry()
    taken = take(world.slot(TUESDAY, 9), entry, world.by)
    with pytest.raises(DomainError, match="à cette heure"):
        take(world.slot(TUESDAY, 9, agent=world.colleague), entry, world.by)
    handed = actions.hand_over(
        appointment_id=taken.pk, agent_id=world.secretary.pk, reason="Absence", by=world.by, at=clock.now()
    )
    assert handed.starts_at == taken.starts_at  # the one it replaces does not stand in its way


def test_a_link_gives_one_appointment_and_an_agent_as_many_as_she_means(world: World, follow_up: Kind) -> None:
    entry = world.entry()
    take(world.slot(TUESDAY, 9), entry, Actor.person(entry.person_id, "Nadia"))
    with pytest.raises(DomainError, match="Vous pouvez le changer"):
        take(world.slot(TUESDAY, 10), entry, Actor.person(entry.person_id, "Nadia"))
    take(world.slot(TUESDAY, 11), entry, world.by)
    assert Appointment.objects.filter(kind=follow_up, status="planned").count() == 2


def test_nobody_is_convened_twice_to_the_same_thing(world: World, follow_up: Kind) -> None:
    entry = world.entry()
    common = {"entry_id": entry.pk, "by": world.by, "at": clock.now()}
    actions.convene(slot_id=world.slot(LATER, 9).pk, **common)
    written = Message.objects.count()
    with pytest.raises(DomainError, match="déplacez-le"):
        actions.convene(slot_id=world.slot(LATER, 10).pk, **common)
    assert Message.objects.count() == written
