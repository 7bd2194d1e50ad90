"""People who wait for the payer's decision: invited, booked, met; tied to their entry when it opens."""

from datetime import date, timedelta

import pytest

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import BookedVia, RequestWish
from emploi.pathway.appointments.models import Appointment, Invitation, SlotRequest
from emploi.pathway.beneficiaries.actions import open_entry
from emploi.pathway.beneficiaries.enums import EntryKind, RightStatus
from emploi.pathway.beneficiaries.models import Contact, Household, HouseholdRole, Person
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.clocks.queries import state_of
from tests.pathway.appointments.world import MONDAY, TESTS, World, at

TOMORROW = MONDAY + timedelta(days=1)
CLAIMED_ON = MONDAY - timedelta(days=10)


def claimant(world: World, *, number: int = 1) -> Person:
    """Somebody who asked for the RSA ten days ago."""
    with acting(TESTS):
        household = Household.objects.create(
            claim_number=f"9900000{number:04d}", payer="CAF", state=RightStatus.PENDING, claimed_on=CLAIMED_ON,
            commune=world.town.commune,
        )  # fmt: skip
        person = Person.objects.create(
            title="MME", first_name="Inès", last_name="ATTENTE", sort_name="ATTENTE INES", search_text="attente ines",
            birth_date=date(1990, 2, 3),
        )  # fmt: skip
        HouseholdRole.objects.create(person=person, household=household, role="DEM", started_on=CLAIMED_ON)
        Contact.objects.create(
            person=person, kind="mobile", value=f"+336399809{number:02d}", source="typed", received_on=CLAIMED_ON
        )
    return person


def enters(person: Person, on: date) -> int:
    """The payer decides: a file shows the right open."""
    household = Household.objects.get(roles__person=person)
    entry = open_entry(
        person_id=person.pk, household_id=household.pk, kind=EntryKind.FIRST, on=on, by=TESTS, at=clock.at_noon(on)
    )
    return entry.pk


def first_clock(entry_id: int) -> Deadline:
    return Deadline.objects.get(entry_id=entry_id, kind="first_interview")


def test_somebody_who_waits_is_invited_books_by_her_link_and_no_clock_runs(world: World) -> None:
    world.opening()
    person = claimant(world)

    batch = actions.invite_entries(person_ids=[person.pk], by=world.by, at=at(MONDAY, 10))

    invitation = Invitation.objects.get(batch=batch)
    assert invitation.entry_id is None
    assert Message.objects.filter(person_id=person.pk, channel="sms").count() == 1
    link = queries.link_by_token(invitation.token, today=MONDAY)
    assert link is not None
    assert link.may_choose
    assert link.commune_id == world.town.commune_id
    actions.book(
        slot_id=world.slot(TOMORROW, 9).pk, person_id=person.pk, via=BookedVia.PERSON, invitation_id=invitation.pk,
        by=Actor.person(person.pk, "Inès"), at=at(MONDAY, 11),
    )  # fmt: skip
    found = queries.link_by_token(invitation.token, today=MONDAY)
    assert found is not None
    assert found.appointment is not None
    assert not Deadline.objects.exists()


def test_she_is_not_invited_twice_nor_booked_twice(world: World) -> None:
    world.opening()
    person = claimant(world)
    actions.book(
        slot_id=world.slot(TOMORROW, 9).pk, person_id=person.pk, via=BookedVia.PHONE, by=world.by, at=at(MONDAY)
    )
    with pytest.raises(DomainError, match="déjà un premier rendez-vous"):
        actions.book(
            slot_id=world.slot(TOMORROW, 10).pk, person_id=person.pk, via=BookedVia.PHONE, by=world.by, at=at(MONDAY)
        )
    with pytest.raises(DomainError, match="a déjà un rendez-vous"):
        actions.invite_entries(person_ids=[person.pk], by=world.by, at=at(MONDAY, 10))


def test_a_refused_claim_gives_neither_invitation_nor_date_and_ends_the_link(world: World) -> None:
    world.opening()
    person = claimant(world)
    actions.invite_entries(person_ids=[person.pk], by=world.by, at=at(MONDAY, 10))
    with acting(TESTS):
        Household.objects.update(state=RightStatus.REFUSED)
    link = queries.link_by_token(Invitation.objects.get().token, today=MONDAY)
    assert link is not None
    assert link.state is queries.LinkState.ENDED
    with pytest.raises(DomainError, match="plus dans le dispositif"):
        actions.book(
            slot_id=world.slot(TOMORROW, 9).pk, person_id=person.pk, via=BookedVia.PHONE, by=world.by, at=at(MONDAY)
        )
    with pytest.raises(DomainError, match="dispositif"):
        actions.invite_entries(person_ids=[person.pk], by=world.by, at=at(TOMORROW, 11))


def test_met_before_the_right_opens_she_is_met_on_day_zero(world: World) -> None:
    """Held on Tuesday, J0 on Friday: the 15 days are met, on their first day (definitions.md, Met)."""
    world.opening()
    person = claimant(world)
    actions.invite_entries(person_ids=[person.pk], by=world.by, at=at(MONDAY, 10))
    booked = actions.book(
        slot_id=world.slot(TOMORROW, 9).pk, person_id=person.pk, via=BookedVia.PHONE, by=world.by, at=at(MONDAY)
    )
    actions.mark_present(appointment_id=booked.pk, by=world.by, at=at(TOMORROW, 10))

    friday = MONDAY + timedelta(days=4)
    entry_id = enters(person, friday)

    clock_row = first_clock(entry_id)
    assert clock_row.met_on == TOMORROW
    assert state_of(clock_row, friday) == "met"
    assert Appointment.objects.get().entry_id == entry_id
    assert Invitation.objects.get().entry_id == entry_id
    assert not Deadline.objects.filter(kind="relaunch").exists()


def test_booked_before_and_met_after_is_met_the_day_it_happens(world: World) -> None:
    world.opening()
    person = claimant(world)
    thursday = MONDAY + timedelta(days=3)
    booked = actions.book(
        slot_id=world.slot(thursday, 9).pk, person_id=person.pk, via=BookedVia.PHONE, by=world.by, at=at(MONDAY)
    )
    entry_id = enters(person, TOMORROW)
    assert first_clock(entry_id).met_on is None
    actions.mark_present(appointment_id=booked.pk, by=world.by, at=at(thursday, 10))
    assert first_clock(entry_id).met_on == thursday


def test_invited_and_silent_she_is_followed_up_from_her_entry(world: World) -> None:
    person = claimant(world)
    actions.invite_entries(person_ids=[person.pk], by=world.by, at=at(MONDAY, 10))
    entry_id = enters(person, TOMORROW)
    started = Deadline.objects.filter(entry_id=entry_id, kind__in=["relaunch", "call", "convocation"])
    assert {row.started_on for row in started} == {TOMORROW}


def test_an_interview_of_an_older_claim_does_not_count_for_the_new_one(world: World) -> None:
    world.opening()
    person = claimant(world)
    booked = actions.book(
        slot_id=world.slot(TOMORROW, 9).pk, person_id=person.pk, via=BookedVia.PHONE, by=world.by, at=at(MONDAY)
    )
    actions.mark_present(appointment_id=booked.pk, by=world.by, at=at(TOMORROW, 10))
    with acting(TESTS):
        Household.objects.update(claimed_on=MONDAY + timedelta(days=60))
    entry_id = enters(person, MONDAY + timedelta(days=70))
    assert first_clock(entry_id).met_on is None
    assert Appointment.objects.get().entry_id is None


def test_her_request_for_a_slot_follows_her(world: World) -> None:
    person = claimant(world)
    actions.invite_entries(person_ids=[person.pk], by=world.by, at=at(MONDAY, 10))
    actions.request_slot(
        invitation=Invitation.objects.get(), wishes=[RequestWish.MORNING],
        by=Actor.person(person.pk, "Inès"), at=at(MONDAY, 12),
    )  # fmt: skip
    entry_id = enters(person, TOMORROW)
    assert SlotRequest.objects.get().entry_id == entry_id


def test_of_two_interviews_before_the_entry_the_one_held_is_the_first(world: World) -> None:
    """Held for a claim, booked again for the next one, and the payer keeps the former claim: nothing is refused."""
    world.opening()
    person = claimant(world)
    held = actions.book(
        slot_id=world.slot(TOMORROW, 9).pk, person_id=person.pk, via=BookedVia.PHONE, by=world.by, at=at(MONDAY)
    )
    actions.mark_present(appointment_id=held.pk, by=world.by, at=at(TOMORROW, 10))
    thursday = MONDAY + timedelta(days=3)
    with acting(TESTS):
        Household.objects.update(claimed_on=TOMORROW + timedelta(days=1))
    again = actions.book(
        slot_id=world.slot(thursday, 9).pk, person_id=person.pk, via=BookedVia.PHONE, by=world.by, at=at(TOMORROW, 11)
    )
    with acting(TESTS):
        Household.objects.update(claimed_on=CLAIMED_ON)
    entry_id = enters(person, TOMORROW + timedelta(days=1))
    assert first_clock(entry_id).met_on == TOMORROW
    tied = dict(Appointment.objects.filter(entry_id=entry_id).values_list("pk", "is_first_interview"))
    assert tied == {held.pk: True, again.pk: False}
