"""The first interview: starting, resuming, the five steps in order."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.utils import DatabaseError

from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments import actions as appointments
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.clocks.enums import FOLLOW_UP
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation import actions, permissions, queries
from emploi.pathway.orientation.models import Answer, Interview, Step
from tests.pathway.orientation.cast import (
    MORNING,
    SYSTEM,
    World,
    agent,
    appointment,
    decided,
    entrant,
    interview,
    ready_to_orient,
)


def deadline(entry: Entry, kind: str) -> Deadline:
    return Deadline.objects.get(entry=entry, kind=kind)


class TestStart:
    def test_from_an_appointment_the_person_is_present_and_the_fifteen_days_are_met(self, world: World) -> None:
        entry = entrant()
        booked = appointment(world, entry)
        held = actions.start_interview(
            entry_id=entry.pk, appointment_id=booked.pk, by=world.officer.as_actor(), at=MORNING
        )
        booked.refresh_from_db()
        assert booked.status == "held"
        assert held.appointment_id == booked.pk
        assert deadline(entry, "first_interview").met_on == date(2026, 11, 23)
        assert list(queries.step_states(held.pk).values()) == ["open"] * 5

    def test_on_the_spot_counts_as_received(self, world: World) -> None:
        entry = entrant()
        held = interview(world, entry)
        assert deadline(entry, "first_interview").met_on == date(2026, 11, 23)
        met = Appointment.objects.get(entry=entry)
        assert held.appointment == met
        assert (met.status, met.is_first_interview, met.modality) == ("held", True, "physical")
        assert (met.agent, met.place, met.starts_at) == (world.officer, world.place, MORNING)
        with pytest.raises(DomainError, match="déjà eu lieu"):
            appointments.record_walk_in(entry_id=entry.pk, by=world.officer.as_actor(), at=MORNING)

    def test_on_the_spot_a_later_first_interview_is_released(self, world: World) -> None:
        entry = entrant()
        later = appointment(world, entry, starts_at=MORNING + timedelta(days=3))
        held = interview(world, entry)
        later.refresh_from_db()
        assert (later.status, later.cancelled_reason) == ("cancelled_by_us", "reçue sans rendez-vous")
        assert later.slot.booked == 0, "somebody else may take it"
        assert held.appointment_id != later.pk
        assert not Deadline.objects.waiting().filter(entry=entry, kind__in=FOLLOW_UP).exists()

    def test_on_the_spot_an_earlier_appointment_is_settled_first(self, world: World) -> None:
        entry = entrant()
        appointment(world, entry, starts_at=MORNING - timedelta(days=3))
        with pytest.raises(DomainError, match="Dites d’abord si la personne est venue"):
            interview(world, entry)

    def test_on_the_spot_while_the_agent_has_somebody_else_in_the_agenda(self, world: World) -> None:
        """Two people in one hour: the slot of the first is widened, no slot is invented over it."""
        other = appointment(world, entrant("Marc", "Roux"))
        held = interview(world, entrant())
        assert held.appointment is not None
        assert held.appointment.slot_id == other.slot_id
        assert held.appointment.seat == 2

    def test_marked_present_at_the_desk_then_received_on_the_spot_is_one_meeting(self, world: World) -> None:
        entry = entrant()
        booked = appointment(world, entry)
        appointments.mark_present(appointment_id=booked.pk, by=world.office.as_actor(), at=MORNING)
        assert interview(world, entry).appointment_id == booked.pk

    def test_by_telephone_somebody_writes_why(self, world: World) -> None:
        start = {"entry_id": entrant().pk, "modality": "phone", "by": world.officer.as_actor(), "at": MORNING}
        with pytest.raises(DomainError) as caught:
            actions.start_interview(**start)
        assert caught.value.field == "modality_reason"
        assert not Interview.objects.exists()
        actions.start_interview(**start, modality_reason="Pas de transport")
        assert Appointment.objects.get().modality == "phone"

    @pytest.mark.parametrize("planned", [True, False])
    def test_a_presence_is_not_taken_back_once_the_interview_began(self, world: World, planned: bool) -> None:
        entry = entrant()
        if planned:
            appointment(world, entry)
        held = interview(world, entry)
        with pytest.raises(DomainError, match="est commencé"):
            appointments.undo_attendance(
                appointment_id=held.appointment_id or 0, by=world.officer.as_actor(), at=MORNING
            )
        assert Appointment.objects.get(entry=entry).status == "held"
        assert deadline(entry, "first_interview").met_on == date(2026, 11, 23)

    def test_on_the_spot_uses_the_appointment_of_the_day(self, world: World) -> None:
        """One meeting is never counted twice."""
        entry = entrant()
        booked = appointment(world, entry)
        assert interview(world, entry).appointment_id == booked.pk

    def test_an_interview_in_progress_is_resumed(self, world: World) -> None:
        entry = entrant()
        first = interview(world, entry)
        again = actions.start_interview(entry_id=entry.pk, by=world.colleague.as_actor(), at=MORNING)
        assert again.pk == first.pk
        assert Interview.objects.count() == 1

    def test_what_the_payer_knows_is_not_asked_again(self, world: World) -> None:
        entry = entrant(homeless=True)
        with acting(SYSTEM):
            Entry.objects.filter(pk=entry.pk).update(france_travail_followed=True)
        held = interview(world, entry)
        known = queries.known_answers(entry.person_id, interview=held)
        assert known["housing"].value == "none"
        assert known["housing"].provenance == "CAF, fichier du 1er novembre 2026"
        assert known["at_charge"].value == 2
        assert known["france_travail"].value == "yes"
        assert not known["housing"].said_now

    def test_each_fact_of_the_file_has_its_own_source(self, world: World) -> None:
        """The language was noted here, the follow-up typed by an agent: the CAF said neither."""
        entry = entrant()
        with acting(SYSTEM):
            Person.objects.filter(pk=entry.person_id).update(interpreter_language="arabe")
            Entry.objects.filter(pk=entry.pk).update(france_travail_followed=True, france_travail_told_at=MORNING)
        held = interview(world, entry)
        known = queries.known_answers(entry.person_id, interview=held)
        said = {slug: shown.provenance for slug, shown in known.items()}
        assert said["france_travail"] == "noté dans le dossier, le 23 novembre 2026"
        assert [words for slug, words in said.items() if "arabe" in known[slug].text] == [
            "noté dans le dossier, le 23 novembre 2026"
        ]
        assert not queries.is_something_recorded(held)

    def test_a_follow_up_that_ended_is_no_longer_said(self, world: World) -> None:
        entry = entrant()
        with acting(SYSTEM):
            Entry.objects.filter(pk=entry.pk).update(france_travail_followed=True, france_travail_told_at=MORNING)
        held = interview(world, entry)
        with acting(SYSTEM):
            Entry.objects.filter(pk=entry.pk).update(france_travail_followed=False)
        actions.prefill(interview_id=held.pk, by=world.officer.as_actor(), at=MORNING)
        assert queries.known_answers(entry.person_id)["france_travail"].value == "no"
        other = entrant("Marc", "Roux")
        with acting(SYSTEM):
            Entry.objects.filter(pk=other.pk).update(france_travail_followed=False)
        interview(world, other)
        assert "france_travail" not in queries.known_answers(other.person_id), "never asked: nothing is said"

    def test_a_step_is_left_to_somebody_who_may_see_the_person(self, world: World) -> None:
        entry = entrant()
        stranger = agent("Zoé", "Faure", "orientation_officer", world.provider)
        owners = set(permissions.may_come_back_to(entry.person_id))
        assert {world.officer, world.colleague} <= owners
        assert stranger not in owners

    @pytest.mark.parametrize(("status", "words"), [("absent", "absente"), ("excused", "excusée")])
    def test_a_missed_appointment_starts_nothing(self, world: World, status: str, words: str) -> None:
        entry = entrant()
        booked = appointment(world, entry, status=status, marked_at=MORNING)
        with pytest.raises(DomainError, match=words):
            actions.start_interview(
                entry_id=entry.pk, appointment_id=booked.pk, by=world.officer.as_actor(), at=MORNING
            )

    def test_another_persons_appointment_is_refused(self, world: World) -> None:
        other = appointment(world, entrant("Marc", "Roux"))
        with pytest.raises(DomainError, match="pas celui de cette personne"):
            actions.start_interview(
                entry_id=entrant().pk, appointment_id=other.pk, by=world.officer.as_actor(), at=MORNING
            )

    def test_a_person_who_left_is_not_interviewed(self, world: World) -> None:
        entry = entrant()
        with acting(SYSTEM):
            Entry.objects.filter(pk=entry.pk).update(closed_on=date(2026, 11, 20), closing_reason="right_ended")
        with pytest.raises(DomainError, match="sortie du dispositif le 20 novembre 2026"):
            interview(world, entry)
        assert not Interview.objects.exists()

    def test_nobody_is_interviewed_by_the_system(self, world: World) -> None:
        with pytest.raises(DomainError, match="professionnel nommé"):
            actions.start_interview(entry_id=entrant().pk, by=SYSTEM, at=MORNING)


class TestSteps:
    def test_they_follow_the_order_of_the_plan(self, world: World) -> None:
        held = interview(world)
        with pytest.raises(DomainError, match="Vos droits et vos devoirs"):
            actions.complete_step(interview_id=held.pk, step="diagnosis", by=world.officer.as_actor(), at=MORNING)

    def test_a_done_step_keeps_who_when_and_how(self, world: World) -> None:
        held = interview(world)
        actions.complete_step(
            interview_id=held.pk,
            step="rights_and_duties",
            details={"how": "read_together"},
            by=world.officer.as_actor(),
            at=MORNING,
        )
        step = Step.objects.get(interview=held, step="rights_and_duties")
        assert (step.state, step.done_by, step.done_at) == ("done", world.officer, MORNING)
        assert step.details == {"how": "read_together"}
        assert JournalEntry.objects.filter(event="orientation.StepDone", person_id=held.person_id).count() == 1

    def test_a_second_agent_is_told_the_step_is_already_done(self, world: World) -> None:
        held = interview(world)
        actions.complete_step(interview_id=held.pk, step="rights_and_duties", by=world.officer.as_actor(), at=MORNING)
        with pytest.raises(DomainError, match="n'est plus possible"):
            actions.complete_step(
                interview_id=held.pk, step="rights_and_duties", by=world.colleague.as_actor(), at=MORNING
            )

    def test_a_step_left_open_has_a_reason_and_an_owner(self, world: World) -> None:
        held = interview(world)
        with pytest.raises(DomainError, match="Indiquez la raison"):
            actions.leave_step_open(
                interview_id=held.pk,
                step="rights_and_duties",
                reason=" ",
                owner_id=world.officer.pk,
                by=world.officer.as_actor(),
                at=MORNING,
            )

    def test_the_interview_closes_when_everything_is_settled_and_what_is_open_is_not_forgotten(
        self, world: World
    ) -> None:
        held = interview(world)
        for step in ("rights_and_duties", "diagnosis"):
            actions.complete_step(interview_id=held.pk, step=step, by=world.officer.as_actor(), at=MORNING)
        for step in ("orientation", "engagement", "next_appointment"):
            actions.leave_step_open(
                interview_id=held.pk,
                step=step,
                reason="La personne devait partir",
                owner_id=world.colleague.pk,
                by=world.officer.as_actor(),
                at=MORNING,
            )
        held.refresh_from_db()
        assert held.closed_at == MORNING
        assert list(queries.interviews_to_finish(world.colleague)) == [held]
        assert list(queries.interviews_to_finish(world.officer)) == []
        actions.complete_step(
            interview_id=held.pk,
            step="orientation",
            by=world.colleague.as_actor(),
            at=MORNING + timedelta(days=1),
        )
        assert queries.step_states(held.pk)["orientation"] == "done"

    def test_an_interview_begun_waits_for_its_officer(self, world: World) -> None:
        held = interview(world)
        assert list(queries.interviews_to_finish(world.officer)) == [held]
        assert list(queries.interviews_to_finish(world.colleague)) == []


def test_nothing_is_written_without_a_known_author(world: World) -> None:
    held = interview(world)
    for sql in (
        "UPDATE orientation_step SET state = 'open'",
        "UPDATE orientation_interview SET closed_at = now()",
        f"DELETE FROM orientation_answer WHERE person_id = {held.person_id}",
    ):
        with pytest.raises(DatabaseError, match="without a known actor"), connection.cursor() as cursor:
            from django.db import transaction

            with transaction.atomic():
                cursor.execute(sql)
    assert Answer.objects.filter(person_id=held.person_id).exists()


class TestSecondInterview:
    """The person comes back: what the first interview settled is kept or changed, never asked as if unknown."""

    def test_a_known_orientation_is_kept_with_the_person(self, world: World) -> None:
        first = ready_to_orient(world)
        decision = decided(world, first)
        for step in ("engagement", "next_appointment"):
            actions.leave_step_open(
                interview_id=first.pk,
                step=step,
                reason="Plus le temps",
                owner_id=world.officer.pk,
                by=world.officer.as_actor(),
                at=MORNING,
            )
        again = actions.start_interview(entry_id=first.entry_id, by=world.colleague.as_actor(), at=MORNING)
        assert again.pk != first.pk
        with pytest.raises(DomainError, match="Terminez d’abord"):
            actions.keep_known(interview_id=again.pk, step="orientation", by=world.colleague.as_actor(), at=MORNING)
        for step in ("rights_and_duties", "diagnosis"):
            actions.complete_step(interview_id=again.pk, step=step, by=world.colleague.as_actor(), at=MORNING)
        kept = actions.keep_known(interview_id=again.pk, step="orientation", by=world.colleague.as_actor(), at=MORNING)
        assert kept.details == {"decision": decision.pk, "kept": True}
        with pytest.raises(DomainError, match="elle se fait maintenant"):
            actions.keep_known(interview_id=again.pk, step="engagement", by=world.colleague.as_actor(), at=MORNING)

    def test_nothing_is_kept_when_nothing_was_decided(self, world: World) -> None:
        held = ready_to_orient(world)
        with pytest.raises(DomainError, match="elle se fait maintenant"):
            actions.keep_known(interview_id=held.pk, step="orientation", by=world.officer.as_actor(), at=MORNING)
