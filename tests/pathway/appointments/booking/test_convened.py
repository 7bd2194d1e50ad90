"""What a convocation and its proof say: nothing false, no live link, no hidden home, no word of health."""

from datetime import date, timedelta

import pytest

from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.actions.invitations import run_batch
from emploi.pathway.appointments.enums import Act, BookedVia
from emploi.pathway.appointments.models import Appointment, Invitation, Kind
from emploi.pathway.appointments.proofs.reading import proof_of
from emploi.pathway.beneficiaries.models import Entry, HouseholdRole, Person
from tests.pathway.appointments.world import MONDAY, TESTS, World, at

NOW = at(MONDAY, 9)
TUESDAY = MONDAY + timedelta(days=1)
DAY = MONDAY + timedelta(days=10)
RECALLED = "Nous vous avons invité à prendre rendez-vous. Ce rendez-vous n’a pas eu lieu."


@pytest.fixture
def entry(world: World) -> Entry:
    world.opening(last_on=MONDAY + timedelta(days=25))
    return world.entry(email="nadia@exemple.invalid")


@pytest.fixture
def steps(world: World) -> Kind:
    """A meeting held several times, to which people are invited or summoned."""
    kind = Kind.objects.create(
        slug="point", name="Point d’étape", duration_minutes=60, can_be_summoned=True, position=5,
        absence_after_convocation="L’équipe décidera de la suite.",
    )  # fmt: skip
    world.opening(kind_id=kind.pk, last_on=MONDAY + timedelta(days=25))
    return kind


def letter_of(appointment: Appointment) -> str:
    return Message.objects.get(dedup_key=f"invitation:{appointment.invitation_id}:letter").body.replace("\\", "")


def test_an_invitation_answered_and_held_is_not_held_against_her(world: World, steps: Kind) -> None:
    entry = world.entry()
    actions.invite_entries(entry_ids=[entry.pk], kind=steps, by=world.by, at=NOW)
    slot = world.slot(TUESDAY, 9)
    first = actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=NOW)
    actions.mark_present(appointment_id=first.pk, by=world.by, at=at(TUESDAY, 11))
    again = actions.convene(entry_id=entry.pk, slot_id=world.slot(DAY, 9).pk, by=world.by, at=at(TUESDAY, 12))
    assert "invité" not in letter_of(again)


def test_an_invitation_without_any_meeting_since_the_last_one_is_recalled(world: World, steps: Kind) -> None:
    entry = world.entry()
    slot = world.slot(TUESDAY, 9)
    first = actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=NOW)
    actions.mark_present(appointment_id=first.pk, by=world.by, at=at(TUESDAY, 11))
    actions.invite_entries(entry_ids=[entry.pk], kind=steps, by=world.by, at=at(TUESDAY, 12))
    again = actions.convene(entry_id=entry.pk, slot_id=world.slot(DAY, 9).pk, by=world.by, at=at(TUESDAY, 13))
    assert RECALLED in letter_of(again)


def test_the_proof_masks_the_links_that_still_work(world: World, entry: Entry) -> None:
    summoned = actions.convene(entry_id=entry.pk, slot_id=world.slot(DAY, 9).pk, by=world.by, at=NOW)
    said = proof_of(_act(summoned), by=world.by, at=NOW)
    assert _act(summoned).token not in str(said)
    sms = next(message for message in said["messages"] if message["channel"] == "SMS")
    assert "/i/[lien masqué]/" in sms["words"]


def test_the_home_of_somebody_who_hides_it_is_that_of_everybody_there(world: World, entry: Entry) -> None:
    summoned = actions.convene(entry_id=entry.pk, slot_id=world.slot(DAY, 9).pk, by=world.by, at=NOW)
    assert "LILAS" in str(proof_of(_act(summoned), by=world.by, at=NOW)["messages"])
    with acting(TESTS):
        child = Person.objects.create(first_name="Léo", last_name="CACHE", confidential_address=True)
        HouseholdRole.objects.create(
            person=child, household=entry.household, role="ENF", started_on=date(2020, 1, 1)
        )  # fmt: skip
    assert "LILAS" not in str(proof_of(_act(summoned), by=world.by, at=NOW)["messages"])


def test_the_proof_keeps_words_of_health_and_numbers_back(world: World, entry: Entry) -> None:
    summoned = actions.convene(entry_id=entry.pk, slot_id=world.slot(DAY, 9).pk, by=world.by, at=NOW)
    moved = actions.move_appointment(
        appointment_id=summoned.pk, slot_id=world.slot(DAY, 10).pk, reason="Hospitalisation", by=world.by, at=NOW
    )
    actions.mark_excused(appointment_id=moved.pk, reason="À dire", by=world.by, at=at(DAY, 15))
    with acting(TESTS):  # written before numbers were refused there
        Appointment.objects.filter(pk=moved.pk).update(marked_reason="Dossier 2 88 04 99 123 456 78")
    said = proof_of(_act(summoned), by=world.by, at=at(DAY, 16))
    assert "Hospitalisation" not in str(said)
    assert "réservé aux professionnels" in said["changes"][0]["until"]
    assert "123 456" not in said["outcome"]
    assert "[numéro masqué]" in said["outcome"]


def test_a_kind_stopped_meanwhile_invites_nobody_more(world: World, steps: Kind) -> None:
    batch = actions.ask_batch(entry_ids=[world.entry().pk], kind=steps, by=world.by, at=NOW)
    Kind.objects.filter(pk=steps.pk).update(is_active=False)
    assert run_batch(batch.pk, now=lambda: NOW) == 0
    batch.refresh_from_db()
    assert (batch.is_running, [line["reason"] for line in batch.skipped]) == (False, ["kind_stopped"])
    assert not Invitation.objects.exists()


def test_nobody_is_convened_to_a_kind_stopped_meanwhile(world: World, steps: Kind) -> None:
    entry = world.entry()
    Kind.objects.filter(pk=steps.pk).update(is_active=False)
    with pytest.raises(DomainError, match="n’est plus proposé"):
        actions.convene(entry_id=entry.pk, slot_id=world.slot(DAY, 9).pk, by=world.by, at=NOW)


def _act(appointment: Appointment) -> Invitation:
    return Invitation.objects.get(pk=appointment.invitation_id, act=Act.CONVOCATION)


def test_another_way_to_meet_never_says_that_the_date_changed(world: World, entry: Entry) -> None:
    booked = actions.book(slot_id=world.slot(DAY, 9).pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=NOW)
    _everything_left()
    by_phone(world, booked)
    said = Message.objects.filter(template="appointments/changed")
    assert {message.channel for message in said} == {"sms", "email"}
    for message in said:
        assert "garde sa date" in message.body
        assert "ancienne date" not in message.body.lower()
    assert not Message.objects.filter(template="appointments/moved").exists()


def test_a_convocation_kept_another_way_keeps_its_own_words(world: World, entry: Entry) -> None:
    summoned = actions.convene(entry_id=entry.pk, slot_id=world.slot(DAY, 9).pk, by=world.by, at=NOW)
    _everything_left()
    by_phone(world, summoned)
    said = Message.objects.filter(template="appointments/convocation_changed")
    assert {message.channel for message in said} == {"sms", "email", "letter"}
    assert all("garde sa date" in message.body and "obligatoire" in message.body for message in said)


def test_who_was_told_nothing_yet_reads_the_first_words_as_they_now_are(world: World, entry: Entry) -> None:
    """The letter waits to be printed: it is drawn up again, since no date was ever told to be kept."""
    summoned = actions.convene(entry_id=entry.pk, slot_id=world.slot(DAY, 9).pk, by=world.by, at=NOW)
    by_phone(world, summoned)
    waiting = Message.objects.filter(status="queued", template="appointments/convocation")
    assert {message.channel for message in waiting} == {"sms", "email", "letter"}
    assert all("téléphone" in message.body.lower() for message in waiting)
    assert not Message.objects.filter(template="appointments/convocation_changed").exists()


def test_a_new_date_never_told_is_told_when_the_way_changes_too(world: World, entry: Entry) -> None:
    summoned = actions.convene(entry_id=entry.pk, slot_id=world.slot(DAY, 9).pk, by=world.by, at=NOW)
    _everything_left()
    moved = actions.move_appointment(
        appointment_id=summoned.pk, slot_id=world.slot(DAY, 10).pk, reason="Salle fermée", by=world.by, at=NOW
    )
    by_phone(world, moved)
    waiting = Message.objects.filter(status="queued", template="appointments/convocation_moved")
    assert {message.channel for message in waiting} == {"sms", "email", "letter"}


def by_phone(world: World, appointment: Appointment) -> None:
    actions.set_modality(
        appointment_id=appointment.pk, modality="phone", reason="Ne peut pas se déplacer", by=world.by,
        at=NOW + timedelta(hours=2),
    )  # fmt: skip


def _everything_left() -> None:
    """Whatever waits has left, but the reminders."""
    with acting(TESTS):
        waiting = Message.objects.filter(status="queued").exclude(template__contains="reminder")
        waiting.update(status="sent", sent_at=NOW + timedelta(minutes=5))
