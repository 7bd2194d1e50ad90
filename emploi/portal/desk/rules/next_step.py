"""The next step of a person and who owes it: there is always one (product.md, « Personne n'est inemployable »)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Code(StrEnum):
    """What comes next; the words are the screens' business."""

    DECEASED = "deceased"
    MERGED = "merged"
    CHECK_DUTIES = "check_duties"
    WAIT_FOR_PAYER = "wait_for_payer"
    WAIT_AFTER_MEETING = "wait_after_meeting"
    OUT = "out"
    NEVER_IN = "never_in"
    MARK_ATTENDANCE = "mark_attendance"
    FINISH_INTERVIEW = "finish_interview"
    COME = "come"
    CALL_BACK = "call_back"
    DECIDE = "decide"
    DECIDE_BY_DEFAULT = "decide_by_default"
    FRANCE_TRAVAIL_DECIDES = "france_travail_decides"
    CONVENE = "convene"
    CALL = "call"
    RELAUNCH = "relaunch"
    CHOOSE_SLOT = "choose_slot"
    OFFER_AGAIN = "offer_again"
    INVITE = "invite"
    NOTIFY = "notify"
    AGREE = "agree"
    NAME_REFERENT = "name_referent"
    NAME_ANOTHER = "name_another"
    ANSWER_REQUEST = "answer_request"
    SIGN_CONTRACT = "sign_contract"
    COME_TO_BODY = "come_to_body"
    FIRST_MEETING = "first_meeting"
    SUPPORT = "support"


class Owes(StrEnum):
    """Who owes the next step."""

    DEPARTMENT = "department"
    PERSON = "person"
    PAYER = "payer"
    BODY = "body"
    FRANCE_TRAVAIL = "france_travail"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a person on a day; the defaults are those of somebody about whom nothing is known."""

    died_on: date | None = None
    merged_into: int | None = None
    entry_id: int | None = None
    opened_on: date | None = None
    left_on: date | None = None
    left_reason: str = ""
    duties_unknown: bool = False
    claim_pending: bool = False
    unmarked_at: datetime | None = None
    unmarked_id: int | None = None
    planned_at: datetime | None = None
    interview_id: int | None = None
    with_whom: str = ""
    asked_for_slot: bool = False
    missed_at: datetime | None = None
    met: bool = False
    invited_on: date | None = None
    invitation_ends_on: date | None = None
    # She missed a convocation, unexcused, and nothing else awaits her: the list « À orienter par défaut ».
    by_default: bool = False
    due: tuple[tuple[str, date], ...] = ()
    decision_id: int | None = None
    notified: bool = False
    # A request of another orientation without its answer.
    reorientation_id: int | None = None
    reorientation_due: date | None = None
    # The interview whose contrat d'engagement d'orientation waits for an agreement; no other decision has one.
    to_agree_in: int | None = None
    person_agreed: bool = False
    referent: str = ""
    # Who was the referent and has left the body: nobody is in her place.
    former_referent: str = ""
    body: str = ""
    body_id: int | None = None
    # The day another body gave, when it has not passed.
    outside_on: date | None = None
    # Somebody accompanies already, or the body keeps its own agenda: the first meeting is not to be placed here.
    met_by_body: bool = False

    def due_on(self, kind: str) -> date | None:
        """Return the last day of a waiting deadline, None when none of that kind waits."""
        return dict(self.due).get(kind)

    def is_due(self, kind: str, today: date) -> bool:
        """Tell whether a follow-up (relaunch, call, convocation) is due and not done."""
        day = self.due_on(kind)
        return day is not None and day <= today


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next, who owes it, until when."""

    code: Code
    owes: Owes
    due_on: date | None = None


Check = Callable[[Facts, date], NextStep | None]


def next_step(facts: Facts, today: date) -> NextStep:
    """Return the first step that applies; the last line always does."""
    for check in CHECKS:
        found = check(facts, today)
        if found is not None:
            return found
    return NextStep(Code.INVITE, Owes.DEPARTMENT, facts.due_on("first_interview"))


def _record(facts: Facts, today: date) -> NextStep | None:
    if facts.died_on:
        return NextStep(Code.DECEASED, Owes.NOBODY)
    return NextStep(Code.MERGED, Owes.DEPARTMENT) if facts.merged_into else None


def _outside(facts: Facts, today: date) -> NextStep | None:
    if facts.entry_id:
        return None
    if facts.unmarked_at:
        return NextStep(Code.MARK_ATTENDANCE, Owes.DEPARTMENT, facts.unmarked_at.date())
    if facts.planned_at:
        return NextStep(Code.COME, Owes.PERSON, facts.planned_at.date())
    if facts.duties_unknown:
        return NextStep(Code.CHECK_DUTIES, Owes.DEPARTMENT)
    if facts.claim_pending:
        if facts.asked_for_slot:
            return NextStep(Code.CALL_BACK, Owes.DEPARTMENT)
        return NextStep(Code.WAIT_AFTER_MEETING if facts.met else Code.WAIT_FOR_PAYER, Owes.PAYER)
    return NextStep(Code.OUT, Owes.PAYER) if facts.left_on else NextStep(Code.NEVER_IN, Owes.NOBODY)


def _under_way(facts: Facts, today: date) -> NextStep | None:
    if facts.unmarked_at:
        return NextStep(Code.MARK_ATTENDANCE, Owes.DEPARTMENT, facts.unmarked_at.date())
    if facts.interview_id:
        return NextStep(Code.FINISH_INTERVIEW, Owes.DEPARTMENT, _orientation_due(facts))
    if facts.planned_at:
        return NextStep(Code.COME, Owes.PERSON, facts.planned_at.date())
    return NextStep(Code.CALL_BACK, Owes.DEPARTMENT, facts.due_on("first_interview")) if facts.asked_for_slot else None


def _after_orientation(facts: Facts, today: date) -> NextStep | None:
    if not facts.decision_id:
        return None
    if not facts.notified:
        return NextStep(Code.NOTIFY, Owes.DEPARTMENT)
    if facts.reorientation_id:
        return NextStep(Code.ANSWER_REQUEST, Owes.DEPARTMENT, facts.reorientation_due)
    if facts.to_agree_in:
        return NextStep(Code.AGREE, Owes.DEPARTMENT if facts.person_agreed else Owes.PERSON)
    return _with_the_body(facts)


def _with_the_body(facts: Facts) -> NextStep:
    """From the referent named to the support that runs (RG-57, TR-07), the new contract in between (CT D5411-14-2)."""
    contract = facts.due_on("contract")
    if not facts.referent:
        return NextStep(Code.NAME_ANOTHER if facts.former_referent else Code.NAME_REFERENT, Owes.BODY, contract)
    if contract is not None:
        return NextStep(Code.SIGN_CONTRACT, Owes.BODY, contract)
    if facts.outside_on is not None:
        return NextStep(Code.COME_TO_BODY, Owes.PERSON, facts.outside_on)
    return NextStep(Code.SUPPORT if facts.met_by_body else Code.FIRST_MEETING, Owes.BODY)


def _too_late(facts: Facts, today: date) -> NextStep | None:
    """Beyond the legal delay the first orientation is France Travail's (D262-65-2)."""
    last = facts.due_on("orientation_six_weeks")
    if last is None or last >= today:
        return None
    return NextStep(Code.FRANCE_TRAVAIL_DECIDES, Owes.FRANCE_TRAVAIL)


def _after_first_interview(facts: Facts, today: date) -> NextStep | None:
    return NextStep(Code.DECIDE, Owes.DEPARTMENT, _orientation_due(facts)) if facts.met else None


def _before_first_interview(facts: Facts, today: date) -> NextStep | None:
    """Absence is no rupture: relaunch, call, convocation, then orientation by default (R262-65-3)."""
    six_weeks = facts.due_on("orientation_six_weeks")
    if facts.by_default:
        return NextStep(Code.DECIDE_BY_DEFAULT, Owes.DEPARTMENT, six_weeks)
    for kind, code in (("convocation", Code.CONVENE), ("call", Code.CALL), ("relaunch", Code.RELAUNCH)):
        if facts.invited_on and facts.is_due(kind, today):
            return NextStep(code, Owes.DEPARTMENT, facts.due_on(kind))
    month = facts.due_on("orientation_month")
    is_late = month is not None and month < today
    if facts.missed_at and (facts.invited_on is None or facts.invited_on <= facts.missed_at.date()):
        due_on = six_weeks if is_late else facts.due_on("first_interview")
        return NextStep(Code.OFFER_AGAIN, Owes.DEPARTMENT, due_on)
    if facts.invitation_ends_on and facts.invitation_ends_on >= today:
        return NextStep(Code.CHOOSE_SLOT, Owes.PERSON, facts.invitation_ends_on)
    if facts.invited_on and is_late:
        return NextStep(Code.CONVENE, Owes.DEPARTMENT, six_weeks)
    return None


def _orientation_due(facts: Facts) -> date | None:
    return facts.due_on("orientation_month") or facts.due_on("orientation_six_weeks")


CHECKS: tuple[Check, ...] = (
    _record,
    _outside,
    _under_way,
    _after_orientation,
    _too_late,
    _after_first_interview,
    _before_first_interview,
)
