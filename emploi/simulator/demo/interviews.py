"""An interview of the demonstration held through the product's own actions, as an officer would on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from emploi.foundation.actor import Actor
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.actions.decisions import Draft
from emploi.pathway.orientation.enums import OpinionChoice, StepKind
from emploi.pathway.orientation.models import Interview, Modality
from emploi.simulator.life.calibration import Promises
from emploi.simulator.life.draws import Draws
from emploi.simulator.stories.diagnosis import Said, say

MINUTES = (8, 30, 42, 50, 55)
OBJECTIVES = [
    {"text": "Mettre à jour mon CV", "who": "person", "by": ""},
    {"text": "Transmettre le dossier au référent", "who": "officer", "by": ""},
]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A presence to turn into an interview."""

    appointment: Appointment
    officer: Actor
    starts_at: datetime

    def minute(self, count: int) -> datetime:
        """A moment of the interview."""
        return self.starts_at + timedelta(minutes=count)


def hold(meeting: Meeting, promises: Promises, draws: Draws) -> None:
    """The five steps, one after the other (RG-07)."""
    entry = Entry.objects.select_related("household").get(appointments=meeting.appointment)
    interview = actions.start_interview(
        entry_id=entry.pk, appointment_id=meeting.appointment.pk, by=meeting.officer, at=meeting.starts_at
    )
    _step(interview, StepKind.RIGHTS_AND_DUTIES, meeting, 0)
    said = say(draws, promises, self_employed=False, france_travail=bool(entry.france_travail_followed))
    _diagnose(interview, said, meeting)
    if queries.current_decision(entry.pk) is None:
        _decide(interview, entry, meeting, draws)
    meet_on = meeting.starts_at.date() + timedelta(days=draws.between(3, 12))
    actions.record_outside_appointment(
        interview_id=interview.pk,
        on=meet_on,
        hour="10 h",
        where="À confirmer",
        by=meeting.officer,
        at=meeting.minute(MINUTES[4]),
    )


def _diagnose(interview: Interview, said: Said, meeting: Meeting) -> None:
    at, by = meeting.minute(MINUTES[1]), meeting.officer
    questions = queries.questionnaire()
    known = {
        slug: value for slug, value in said.answers.items() if (q := questions.question(slug)) and q.accepts(value)
    }
    actions.save_answers(interview_id=interview.pk, answers=known, by=by, at=at)
    for kind, subtype, severity, wants_help in said.brakes:
        spec = queries.nomenclature().kind(kind)
        sub = subtype if spec and subtype and spec.subtype_label(subtype) else ""
        actions.add_brake(
            interview_id=interview.pk, kind=kind, subtype=sub, severity=severity, wants_help=wants_help, by=by, at=at
        )
    _step(interview, StepKind.DIAGNOSIS, meeting, 1)


def _decide(interview: Interview, entry: Entry, meeting: Meeting, draws: Draws) -> None:
    by, at = meeting.officer, meeting.minute(MINUTES[2])
    proposal = actions.compute_proposal(entry_id=entry.pk, interview_id=interview.pk, by=by, at=at)
    modality = Modality.objects.get(slug=proposal.ranked[0]["modality"])
    body = queries.responsible_bodies(modality, entry).first()
    if body is None:
        _leave_open(interview, meeting, StepKind.ORIENTATION, "Aucun organisme ne conduit encore cette voie")
        _leave_open(interview, meeting, StepKind.ENGAGEMENT, "L’orientation n’est pas encore décidée")
        return
    referents = list(queries.referents_of(body.pk, at.date()))
    draft = Draft(
        modality_id=modality.pk,
        responsible_organization_id=body.pk,
        interview_id=interview.pk,
        referent_id=draws.pick(referents).pk if referents else None,
        proposal_id=proposal.pk,
        opinion=OpinionChoice.AGREES,
        agreed_with_person=True,
        knows_it_is_late=True,
    )
    decision = actions.decide_orientation(entry_id=entry.pk, draft=draft, by=by, at=at)
    actions.ask_notification(decision_id=decision.pk, means="handed", by=by, at=at)
    agreed_at = meeting.minute(MINUTES[3])
    contract = actions.write_objectives(
        decision_id=decision.pk, interview_id=interview.pk, objectives=OBJECTIVES, by=by, at=agreed_at
    )
    for party in ("person", "officer"):
        actions.agree_engagement(
            contract_id=contract.pk, party=party, read=actions.version_of(contract), by=by, at=agreed_at
        )


def _step(interview: Interview, step: StepKind, meeting: Meeting, rank: int) -> None:
    actions.complete_step(interview_id=interview.pk, step=step, by=meeting.officer, at=meeting.minute(MINUTES[rank]))


def _leave_open(interview: Interview, meeting: Meeting, step: StepKind, reason: str) -> None:
    owner = meeting.officer.id or 0
    at = meeting.minute(MINUTES[3])
    actions.leave_step_open(
        interview_id=interview.pk, step=step, reason=reason, owner_id=owner, by=meeting.officer, at=at
    )
