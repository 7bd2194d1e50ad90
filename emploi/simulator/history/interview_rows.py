"""The rows of interviews: steps, answers, brakes, proposal of the rules."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from emploi.foundation.ui.french import date_long_fr
from emploi.pathway.orientation import queries as orientation
from emploi.pathway.orientation.models import Answer, Brake, Interview, Proposal, Step
from emploi.pathway.orientation.rules.brakes import BrakeState
from emploi.pathway.orientation.rules.facts import Known, gather
from emploi.pathway.orientation.rules.proposing import Result, propose
from emploi.pathway.orientation.rules.steps import ORDER
from emploi.simulator.history.cases import Case
from emploi.simulator.history.parallel import WHOLE, Share
from emploi.simulator.history.rows import Table, as_json
from emploi.simulator.life.calibration import calibration
from emploi.simulator.life.months import file_created_on, last_day, month_number
from emploi.simulator.stories.diagnosis import Said

# Minutes after the beginning at which each step is done, then the end.
MINUTES = (8, 30, 42, 50, 55)
WAITING = {
    "orientation": "Une réponse d’un partenaire est attendue",
    "engagement": "L’orientation n’est pas encore décidée",
    "next_appointment": "L’orientation n’est pas encore décidée",
}
PERSON, CAF, AGENT = "person", "caf", "agent"
# Of older interviews, what statistics ask.
KEPT = frozenset({"housing", "education", "last_worked", "first_wish", "ready"})


@dataclass(slots=True)
class Talk:
    """One interview as its rows will be."""

    id: int
    started_at: datetime
    officer_id: int
    appointment_id: int
    said: Said
    reached: int = len(ORDER)
    settled: bool = True
    finished_at: datetime | None = None
    proposal_id: int | None = None
    ranked: list[dict[str, Any]] = field(default_factory=list)

    @property
    def closed_at(self) -> datetime | None:
        """The end, None while steps remain to do."""
        return self.started_at + timedelta(minutes=MINUTES[-1]) if self.reached == len(ORDER) else None


class InterviewTables:
    """The tables of the diagnosis; `detail_since` is the day from which proposals are kept."""

    def __init__(self, detail_since: datetime) -> None:
        self.interview = Table(Interview, _INTERVIEW)
        self.step = Table(Step, _STEP)
        self.answer = Table(Answer, _ANSWER)
        self.brake = Table(Brake, _BRAKE)
        self.proposal = Table(Proposal, _PROPOSAL)
        self.detail_since = detail_since
        self.rules, self.questions = orientation.shipped_ruleset(), orientation.questionnaire()
        self.brakes = orientation.nomenclature()
        self._known: dict[int, dict[str, Any]] = defaultdict(dict)
        self._active: dict[int, list[BrakeState]] = defaultdict(list)

    def start(self, share: Share = WHOLE) -> None:
        """Continues the identifiers."""
        for table in (self.interview, self.proposal):
            table.start(share)

    def in_order(self) -> list[Table]:
        """Parents first."""
        return [self.interview, self.step, self.answer, self.brake, self.proposal]

    def add(self, case: Case, talk: Talk) -> None:
        """One interview: what the payer already said, what the person says, what the rules propose."""
        self.interview.add(
            talk.id,
            case.entry_id,
            case.person_id,
            talk.appointment_id,
            talk.officer_id,
            talk.started_at,
            talk.closed_at,
        )
        household = {"at_charge": case.dependants, **({"housing": "none"} if case.homeless else {})}
        self._add_answers(case, talk, household, CAF)
        if case.followed:
            self._add_answers(case, talk, {"france_travail": "yes"}, AGENT)
        if talk.reached > 1:
            answers = _accepted(talk.said.answers, self.questions)
            if talk.started_at < self.detail_since:
                answers = {slug: value for slug, value in answers.items() if slug in KEPT}
            self._add_answers(case, talk, answers, PERSON)
            self._add_brakes(case, talk)
            if talk.started_at >= self.detail_since:
                self._add_proposal(case, talk)

    def add_steps(self, talk: Talk, details: dict[str, dict[str, Any]]) -> None:
        """The five steps; `details` of the later ones are known once the decision is."""
        for rank, step in enumerate(ORDER):
            waited = not talk.settled and step in WAITING
            done_at: datetime | None = talk.started_at + timedelta(minutes=MINUTES[rank])
            if waited:
                done_at = talk.finished_at
            # Whoever had to come back to a step stays named once it is done.
            owner = talk.officer_id if waited else None
            if rank >= talk.reached:
                self.step.add(talk.id, step, "open", "", None, "{}", None, None)
            elif done_at is None:
                self.step.add(talk.id, step, "left_open", WAITING[step], owner, "{}", None, None)
            else:
                words = as_json(details.get(step, {}))
                self.step.add(talk.id, step, "done", "", owner, words, done_at, talk.officer_id)

    def _add_answers(self, case: Case, talk: Talk, answers: dict[str, Any], source: str) -> None:
        known = self._known[case.person_id]
        is_said = source == PERSON
        at = talk.started_at + timedelta(minutes=MINUTES[1] - 2) if is_said else talk.started_at
        last_file = max(case.first_reference_on, _last_month_read(at.date()))
        source_on = {PERSON: at.date(), CAF: last_file, AGENT: case.opened_on}[source]
        author = talk.officer_id if is_said else None
        for question, value in answers.items():
            if known.get(question, _NOTHING) == value:
                continue
            known[question] = value
            self.answer.add(case.person_id, question, as_json(value), source, source_on, at, author, talk.id)

    def _add_brakes(self, case: Case, talk: Talk) -> None:
        active = self._active[case.person_id]
        for kind, subtype, severity, wants_help in talk.said.brakes:
            spec = self.brakes.kind(kind)
            sub = subtype if spec and subtype and spec.subtype_label(subtype) else ""
            if any((brake.kind, brake.subtype) == (kind, sub) for brake in active):
                continue
            active.append(BrakeState(kind, sub, severity, wants_help))
            found_on = talk.started_at.date()
            self.brake.add(case.person_id, kind, sub, severity, wants_help, found_on, PERSON, talk.officer_id, talk.id)

    def _add_proposal(self, case: Case, talk: Talk) -> None:
        result, fingerprint = self._proposed(case, talk)
        talk.proposal_id = self.proposal.take_id()
        talk.ranked = [item.as_dict() for item in result.ranked]
        self.proposal.add(
            talk.proposal_id, case.entry_id, talk.id, self.rules.identity,
            talk.started_at + timedelta(minutes=MINUTES[1] + 1), as_json(talk.ranked),
            as_json([item.as_dict() for item in result.not_applied]), as_json(list(result.missing)), fingerprint,
        )  # fmt: skip

    def _proposed(self, case: Case, talk: Talk) -> tuple[Result, str]:
        day = talk.started_at.date()
        said = f"dit par la personne, le {date_long_fr(day)}"
        answers = {slug: Known(value, said, day) for slug, value in self._known[case.person_id].items()}
        # The heaviest first, as they are read from the file.
        brakes = sorted(self._active[case.person_id], key=lambda brake: -brake.severity)
        entry = {"entry.is_return": Known(case.kind == "return", "dossier", case.opened_on)}
        if case.followed:
            entry["entry.france_travail_followed"] = Known(True, "dossier", case.opened_on)
        if case.is_msa:
            entry["entry.msa"] = Known(True, "dossier", case.opened_on)
        facts = gather(self.questions, answers, brakes, entry)
        return propose(self.rules, facts, self.brakes), orientation.fingerprint_of(facts)


def _last_month_read(day: date) -> date:
    """The day the last monthly file received before a day speaks of."""
    month = month_number(day) - 1
    read_on = file_created_on(month, int(calibration().flow["file_delay_days"]))
    return last_day(month if read_on <= day else month - 1)


def _accepted(answers: dict[str, Any], questions: Any) -> dict[str, Any]:
    """The answers whose question the Département asks, in the shape it asks them."""
    kept = {}
    for slug, value in answers.items():
        question = questions.question(slug)
        if question is not None and question.accepts(value):
            kept[slug] = value
    return kept


_NOTHING = object()
_INTERVIEW = ("id", "entry_id", "person_id", "appointment_id", "officer_id", "started_at", "closed_at")
_STEP = ("interview_id", "step", "state", "reason", "owner_id", "details", "done_at", "done_by_id")
_ANSWER = (
    "person_id", "question", "value", "source", "source_on", "recorded_at", "recorded_by_id", "interview_id",
)  # fmt: skip
_BRAKE = (
    "person_id", "kind", "subtype", "severity", "wants_help", "found_on", "source", "recorded_by_id", "interview_id",
)  # fmt: skip
_PROPOSAL = (
    "id", "entry_id", "interview_id", "ruleset", "computed_at", "ranked", "not_applied", "missing", "fingerprint",
)  # fmt: skip
