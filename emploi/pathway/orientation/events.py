"""What happened in the orientation: ids and plain values only, never a health word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from emploi.foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class InterviewStarted(Event):
    """An interview began, from an appointment or on the spot (`walk_in`); it may follow an earlier one."""

    interview_id: int
    appointment_id: int | None = None
    walk_in: bool = False
    follows: bool = False


@dataclass(frozen=True, kw_only=True)
class InterviewCancelled(Event):
    """The interview had been begun by mistake; its reason stays with it."""

    interview_id: int
    appointment_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class InterviewClosed(Event):
    """Every step of the interview is done or left open with an owner."""

    interview_id: int
    left_open: int


@dataclass(frozen=True, kw_only=True)
class AnswersSaved(Event):
    """Answers of the diagnosis were recorded; the answers themselves stay in their own table."""

    interview_id: int | None = None
    count: int
    source: str


@dataclass(frozen=True, kw_only=True)
class BrakeAdded(Event):
    """A difficulty was named; which one is not said here (it may be health)."""

    brake_id: int


@dataclass(frozen=True, kw_only=True)
class BrakeEnded(Event):
    """A difficulty is over."""

    brake_id: int
    ended_on: date


@dataclass(frozen=True, kw_only=True)
class StepDone(Event):
    """One of the five steps is done."""

    interview_id: int
    step: str


@dataclass(frozen=True, kw_only=True)
class StepLeftOpen(Event):
    """A step could not be done: a reason and an owner are kept."""

    interview_id: int
    step: str
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class ProposalComputed(Event):
    """The rules proposed pathways; a named person decides."""

    proposal_id: int
    ruleset: str


@dataclass(frozen=True, kw_only=True)
class OrientationDecided(Event):
    """A named agent decided an orientation (TR-06, TR-13 when `previous_id` is set)."""

    decision_id: int
    decided_on: date
    legal_path: str
    basis: str
    responsible_organization_id: int
    previous_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class OrientationTakenOver(Event):
    """An orientation decided before this tool was taken over; nobody decides anything that day."""

    decision_id: int
    decided_on: date
    legal_path: str
    responsible_organization_id: int


@dataclass(frozen=True, kw_only=True)
class ContractTakenOver(Event):
    """A contract signed before this tool was taken over."""

    contract_id: int
    kind: str
    signed_on: date


@dataclass(frozen=True, kw_only=True)
class NotificationAsked(Event):
    """The decision was given to the post; the person has not received it yet."""

    decision_id: int
    means: str


@dataclass(frozen=True, kw_only=True)
class OrientationNotified(Event):
    """The person was told her orientation, on a certain date (CT R5411-8-1): her appeal delay runs from it."""

    decision_id: int
    means: str
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class NotificationReturned(Event):
    """The letter that told the decision came back: the person was not told."""

    decision_id: int


@dataclass(frozen=True, kw_only=True)
class ReferentNamed(Event):
    """The referent is named, perhaps in the place of another."""

    decision_id: int
    referent_id: int
    name: str = ""
    former: str = ""


@dataclass(frozen=True, kw_only=True)
class OrientationTransmitted(Event):
    """The decision was sent to France Travail."""

    decision_id: int
    transmitted_on: date


@dataclass(frozen=True, kw_only=True)
class TransmissionUndone(Event):
    """A sending noted by mistake was taken back: the decision is to be sent."""

    decision_id: int


@dataclass(frozen=True, kw_only=True)
class TransmissionAnswered(Event):
    """France Travail accepted, or refused, a decision it was sent."""

    decision_id: int
    is_accepted: bool
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class FollowUpLearnt(Event):
    """A file of France Travail says whether it follows the person."""

    stated_on: date
    followed: bool | None


@dataclass(frozen=True, kw_only=True)
class RecommendationLearnt(Event):
    """A file of France Travail recommends a pathway, or says which one it decided itself."""

    recommended_on: date
    legal_path: str
    is_decision: bool = False


@dataclass(frozen=True, kw_only=True)
class FranceTravailUnlearnt(Event):
    """What a file of France Travail said of the person was taken back."""


@dataclass(frozen=True, kw_only=True)
class EngagementAgreed(Event):
    """One of the two agreed to the contrat d'engagement d'orientation; `complete` when both did (AMB-06)."""

    contract_id: int
    party: str
    complete: bool


@dataclass(frozen=True, kw_only=True)
class NextAppointmentRecorded(Event):
    """The first meeting with the referent is known, booked here or by the body itself (RG-07, step 5)."""

    interview_id: int
    appointment_id: int | None = None
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class ReorientationAsked(Event):
    """Another orientation was asked for; why stays with the request."""

    reorientation_id: int
    initiator: str


@dataclass(frozen=True, kw_only=True)
class ReorientationExamined(Event):
    """The request is examined, by one of the two routes."""

    reorientation_id: int
    route: str


@dataclass(frozen=True, kw_only=True)
class ReorientationSettled(Event):
    """The request was answered by a new decision."""

    reorientation_id: int
    decision_id: int


@dataclass(frozen=True, kw_only=True)
class ReorientationRefused(Event):
    """The request was refused; the reason stays with it."""

    reorientation_id: int


@dataclass(frozen=True, kw_only=True)
class ReorientationWithdrawn(Event):
    """The request was dropped."""

    reorientation_id: int


@dataclass(frozen=True, kw_only=True)
class ModalityChanged(Event):
    """A pathway was closed, opened again, given to other bodies or moved in the settings."""

    modality: str
    change: str


@dataclass(frozen=True, kw_only=True)
class PlacesChanged(Event):
    """The places of a body were added or changed."""

    organization_id: int
    lot_id: int
    maximum: int | None = None


@dataclass(frozen=True, kw_only=True)
class PublicBodiesChanged(Event):
    """The bodies that know a situation were chosen."""

    public: str
    count: int


@dataclass(frozen=True, kw_only=True)
class RulesetPrepared(Event):
    """A draft of rules was copied or read from a file."""

    ruleset: str
    version_id: int


@dataclass(frozen=True, kw_only=True)
class RulesetChanged(Event):
    """A rule of a draft was changed, moved, added or taken out."""

    ruleset: str
    version_id: int
    rule: str


@dataclass(frozen=True, kw_only=True)
class RulesetDeleted(Event):
    """A draft was deleted."""

    ruleset: str


@dataclass(frozen=True, kw_only=True)
class RulesetSwitchedOn(Event):
    """Rules were given the day they come into force."""

    ruleset: str
    version_id: int
    on: date


@dataclass(frozen=True, kw_only=True)
class RulesetSwitchCancelled(Event):
    """The day was taken back before it came."""

    ruleset: str
    version_id: int
    on: date


@dataclass(frozen=True, kw_only=True)
class PapersNoted(Event):
    """Papers were noted as seen, to bring or not concerned; which ones stays with the interview."""

    count: int
    interview_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class PaperCopied(Event):
    """A copy of a paper was kept."""

    interview_id: int
    paper_id: int


@dataclass(frozen=True, kw_only=True)
class TradesChanged(Event):
    """The trades of a person were changed; `count` are there now."""

    interview_id: int
    count: int


@dataclass(frozen=True, kw_only=True)
class ReorientationReceiptSent(Event):
    """The person was told that her request arrived."""

    reorientation_id: int


@dataclass(frozen=True, kw_only=True)
class RefusalAsked(Event):
    """The letter of a refusal was made, handed over or given to the post."""

    reorientation_id: int
    means: str


@dataclass(frozen=True, kw_only=True)
class RefusalTold(Event):
    """The refusal was told on a certain date: the delay to contest runs."""

    reorientation_id: int
    on: date


@dataclass(frozen=True, kw_only=True)
class RefusalReturned(Event):
    """The letter of a refusal came back: nobody was told."""

    reorientation_id: int


@dataclass(frozen=True, kw_only=True)
class ContractSigned(Event):
    """The new contrat d'engagement that follows a reorientation was signed (CT D5411-14-2)."""

    decision_id: int
    on: date
