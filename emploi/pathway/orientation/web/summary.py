"""The plain summary of an interview, read back with the person before she leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from emploi.foundation import clock
from emploi.foundation.texts.guard import shown_to
from emploi.foundation.ui.french import date_long_fr
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.enums import StepKind
from emploi.pathway.orientation.models import Brake, Decision, Interview, RightsText, Step
from emploi.pathway.orientation.queries import PaperLine, Shown
from emploi.pathway.orientation.rules.questionnaire import Section
from emploi.pathway.orientation.web.trades import TradeShown, trades_shown
from emploi.pathway.orientation.web.words import Line, lines_of


@dataclass(frozen=True, slots=True)
class BrakeShown:
    """A difficulty in words."""

    id: int
    kind: str
    label: str
    severity: str
    tone: str
    wants_help: bool
    note: str
    since: str


@dataclass(frozen=True, slots=True)
class SectionShown:
    """The answers of one section, those given only."""

    title: str
    answers: list[tuple[str, Shown]]


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything said and decided, ready to be read aloud."""

    sections: list[SectionShown]
    brakes: list[BrakeShown]
    hidden: bool
    decision: Decision | None
    lines: list[Line]
    next_appointment: str
    trades: list[TradeShown]
    papers: list[PaperLine]
    rights: Step
    rights_on: date | None
    rights_text: RightsText | None


TONES = {1: "info", 2: "warning", 3: "danger"}


def summary_of(interview: Interview, *, sees_health: bool) -> Summary:
    """Gather the summary as things stood when the interview ended; health stays out for who may not see it.

    What a later interview changed belongs to its own summary: this one stays what was read back that day.
    """
    until = queries.ended_at(interview)
    day = until.astimezone(clock.ZONE).date() if until else None
    known = queries.known_answers(interview.person_id, interview=interview, until=until)
    sections = [sections_shown(section, known, sees_health=sees_health) for section in queries.questionnaire().sections]
    active = list(queries.active_brakes(interview.person_id, on=day))
    brakes, hidden = brakes_shown(active, sees_health=sees_health)
    entry_id = interview.entry_id
    decision = queries.decision_at(entry_id, until) if until else queries.current_decision(entry_id)
    steps = {row.step: row for row in queries.steps_of(interview)}
    step = steps[StepKind.NEXT_APPOINTMENT]
    return Summary(
        sections=[section for section in sections if section.answers],
        brakes=brakes,
        hidden=hidden,
        decision=decision,
        lines=lines_of(queries.engagement_of(decision.pk) if decision else None, sees_health=sees_health),
        next_appointment=shown_to(queries.appointment_words(step.details, clock.today()), sees_health=sees_health),
        trades=trades_shown(interview.person_id, sees_health=sees_health, on=day),
        papers=[line for line in _papers(interview, sees_health, until) if line.said is not None],
        rights=(rights := steps[StepKind.RIGHTS_AND_DUTIES]),
        rights_on=_presented_on(rights),
        rights_text=queries.rights_shown(rights.details),
    )


def _presented_on(step: Step) -> date | None:
    """Return the day rights and duties were presented: that of an earlier interview when they were only recalled."""
    if step.done_at is None:
        return None
    kept = step.details.get("presented_on")
    return date.fromisoformat(kept) if kept else step.done_at.astimezone(clock.ZONE).date()


def _papers(interview: Interview, sees_health: bool, until: datetime | None) -> list[PaperLine]:
    return queries.papers_said(interview.person_id, interview=interview, sees_health=sees_health, until=until)


def sections_shown(section: Section, known: dict[str, Shown], *, sees_health: bool) -> SectionShown:
    """Return the given answers of a section, in order."""
    answers: list[tuple[str, Shown]] = []
    for question in section.questions:
        shown = known.get(question.slug)
        if shown is None or shown.value in (None, "", []):
            continue
        if sees_health or not question.is_sensitive(shown.value):
            answers.append((question.label, shown))
    return SectionShown(section.title, answers)


def brakes_shown(brakes: list[Brake], *, sees_health: bool) -> tuple[list[BrakeShown], bool]:
    """Return the brakes in words, and whether health ones were left out."""
    nomenclature = queries.nomenclature()
    seen = [brake for brake in brakes if sees_health or not nomenclature.is_sensitive(brake.kind)]
    return [_brake(brake, nomenclature, sees_health=sees_health) for brake in seen], len(seen) < len(brakes)


def _brake(brake: Brake, nomenclature: Any, *, sees_health: bool) -> BrakeShown:
    return BrakeShown(
        id=brake.pk,
        kind=brake.kind,
        label=nomenclature.label(brake.kind, brake.subtype),
        severity=brake.get_severity_display().lower(),
        tone=TONES[brake.severity],
        wants_help=brake.wants_help,
        note=shown_to(brake.note, sees_health=sees_health),
        since=date_long_fr(brake.found_on),
    )
