"""Recording what the person says, once (RG-09): answers insert on change, brakes begin and end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.texts.guard import refusal_of
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.enums import AnswerSource, BrakeKind, Severity
from emploi.pathway.orientation.events import AnswersSaved, BrakeAdded, BrakeEnded
from emploi.pathway.orientation.models import Answer, Brake, FollowUp, Interview
from emploi.pathway.orientation.models.recommendation import StatedBy
from emploi.pathway.orientation.queries import Shown

# Written without asking anybody.
OF_THE_FILE = (AnswerSource.CAF, AnswerSource.FRANCE_TRAVAIL, AnswerSource.AGENT)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A question another agent answered otherwise while this one was writing."""

    question: str
    theirs: Shown
    mine: Any


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written, what another agent had changed meanwhile, and the last answer now known."""

    written: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = field(default=())
    seen: int = 0


@action
def save_answers(
    *,
    interview_id: int,
    answers: Mapping[str, Any],
    seen: int | None = None,
    confirmed: Collection[str] = (),
    by: Actor,
    at: datetime,
) -> Saved:
    """Write the answers that changed, and those the person confirms as still true; the others stay as they were.

    `seen` is the last answer shown on the screen: what another agent wrote after it is never overwritten unseen.
    """
    interview = locked_interview(interview_id)
    values = {slug: _checked(slug, value) for slug, value in answers.items()}
    current = queries.known_answers(interview.person_id, interview=interview)
    base = current if seen is None else queries.known_answers(interview.person_id, up_to=seen)
    rows, conflicts = [], []
    for slug, value in values.items():
        theirs = current.get(slug)
        if theirs is not None and seen is not None and theirs.id > seen and theirs.recorded_by_id != by.id:
            touched = _plain(value) != _plain(base[slug].value if slug in base else None)
            if touched and _plain(value) != _plain(theirs.value):
                conflicts.append(Conflict(slug, theirs, value))
            continue
        changed = _plain(value) != _plain(theirs.value if theirs else None)
        if changed or (slug in confirmed and theirs is not None and not theirs.said_now):
            rows.append(_answer(interview, slug, value, by, at))
    Answer.objects.bulk_create(rows)
    _tell(interview, rows, AnswerSource.PERSON, by, at)
    last = max([row.pk for row in rows] + [shown.id for shown in current.values()], default=0)
    return Saved(tuple(row.question for row in rows), tuple(conflicts), last)


@action
def prefill(*, interview_id: int, by: Actor, at: datetime) -> int:
    """Write what the file already says, each fact with its own source, unless somebody said something since."""
    interview = locked_interview(interview_id)
    known = _known_elsewhere(interview, at)
    current = queries.known_answers(interview.person_id)
    rows = []
    for question in queries.questionnaire():
        fact = known.get(question.prefilled_from)
        if fact is None or not _may_write(current.get(question.slug), fact):
            continue
        rows.append(
            Answer(
                person_id=interview.person_id,
                interview=interview,
                question=question.slug,
                value=fact.value,
                source=fact.source,
                source_on=fact.on,
                recorded_at=at,
            )
        )
    Answer.objects.bulk_create(rows)
    for source in AnswerSource.values:
        _tell(interview, [row for row in rows if row.source == source], source, by, at)
    return len(rows)


@action
def add_brake(
    *,
    interview_id: int,
    kind: str,
    subtype: str = "",
    severity: int,
    wants_help: bool = False,
    note: str = "",
    seen: int | None = None,
    by: Actor,
    at: datetime,
) -> Brake:
    """Name a difficulty; naming it again replaces what was said of it, the former one is kept as ended.

    `seen` is the last difficulty shown on the screen: what a colleague noted after it is never ended unseen.
    """
    interview = locked_interview(interview_id)
    known = queries.nomenclature().kind(kind)
    if known is None or kind not in BrakeKind.values:
        raise DomainError("Choisissez une difficulté dans la liste.", field="kind")
    if subtype and not known.subtype_label(subtype):
        raise DomainError("Cette précision ne va pas avec cette difficulté.", field="subtype")
    if severity not in Severity.values:
        raise DomainError("Dites si cela gêne un peu, beaucoup, ou bloque.", field="severity")
    if refusal := refusal_of(note):
        raise DomainError(refusal, field="note")
    former = Brake.objects.active().filter(person_id=interview.person_id, kind=kind, subtype=subtype)
    theirs = former.filter(pk__gt=seen).exclude(recorded_by_id=by.id).first() if seen is not None else None
    if theirs is not None:
        raise DomainError(
            f"{_author(theirs)} vient de noter cette difficulté ({theirs.get_severity_display().lower()}). "
            "Relisez-la ci-dessus : si vous ajoutez la vôtre de nouveau, elle la remplace."
        )
    former.update(ended_on=at.date())
    brake = Brake.objects.create(
        person_id=interview.person_id,
        interview=interview,
        kind=kind,
        subtype=subtype,
        severity=severity,
        wants_help=wants_help,
        note=note.strip(),
        found_on=at.date(),
        recorded_by_id=by.id if by.kind == "agent" else None,
    )
    publish(BrakeAdded(person_id=interview.person_id, entry_id=interview.entry_id, brake_id=brake.pk), by=by, at=at)
    return brake


@action
def end_brake(*, brake_id: int, on: date | None = None, by: Actor, at: datetime) -> Brake:
    """Say that a difficulty is over; it stays in the history."""
    brake = Brake.objects.select_for_update().filter(pk=brake_id).first()
    if brake is None:
        raise DomainError("Cette difficulté n’existe pas.")
    if brake.ended_on is not None:
        return brake
    brake.ended_on = on or at.date()
    brake.save(update_fields=["ended_on"])
    publish(BrakeEnded(person_id=brake.person_id, brake_id=brake.pk, ended_on=brake.ended_on), by=by, at=at)
    return brake


def _author(brake: Brake) -> str:
    return brake.recorded_by.full_name if brake.recorded_by else "Quelqu’un"


def locked_interview(interview_id: int) -> Interview:
    """Lock the person, so that two agents writing at once are put in order, and return the interview."""
    interview = Interview.objects.select_related("person", "entry", "entry__household").filter(pk=interview_id).first()
    if interview is None:
        raise DomainError("Cet entretien n’existe pas.")
    Person.objects.select_for_update(no_key=True).filter(pk=interview.person_id).values("pk").first()
    return interview


def _checked(slug: str, value: Any) -> Any:
    question = queries.questionnaire().question(slug)
    if question is None:
        raise DomainError("Cette question n’existe pas.", field=slug)
    value = value.strip() if isinstance(value, str) else value
    if not question.accepts(value):
        raise DomainError("Cette réponse n’est pas possible.", field=slug)
    if isinstance(value, str) and (refusal := refusal_of(value)):
        raise DomainError(refusal, field=slug)
    return value


def _plain(value: Any) -> Any:
    """Return a value as it is compared: empty is empty, the order of several choices does not matter."""
    if value in (None, "", []):
        return None
    return sorted(value) if isinstance(value, list) else value


def _answer(interview: Interview, slug: str, value: Any, by: Actor, at: datetime) -> Answer:
    return Answer(
        person_id=interview.person_id,
        interview=interview,
        question=slug,
        value=value,
        source=AnswerSource.PERSON,
        source_on=at.date(),
        recorded_at=at,
        recorded_by_id=by.id if by.kind == "agent" else None,
    )


def _tell(interview: Interview, rows: list[Answer], source: str, by: Actor, at: datetime) -> None:
    if rows:
        event = AnswersSaved(
            person_id=interview.person_id,
            entry_id=interview.entry_id,
            interview_id=interview.pk,
            count=len(rows),
            source=source,
        )
        publish(event, by=by, at=at)


@dataclass(frozen=True, slots=True)
class _Fact:
    """Something the file says, who said it and when."""

    value: Any
    source: str
    on: date


def _known_elsewhere(interview: Interview, at: datetime) -> dict[str, _Fact]:
    """Return what is known without asking, by the name questions use in `prefilled_from`, each with its true source.

    The payer's file speaks of the household; the language was noted here; the follow-up comes from France Travail, or
    from the agent who typed it.
    """
    household, person = interview.entry.household, interview.person
    payer_on = household.last_reference_on or interview.entry.opened_on
    known: dict[str, _Fact] = {}
    if household.homeless:
        known["caf.homeless"] = _Fact("none", AnswerSource.CAF, payer_on)
    if household.last_reference_on is not None:
        known["caf.dependants"] = _Fact(household.dependants, AnswerSource.CAF, payer_on)
    if person.interpreter_language:
        known["caf.interpreter"] = _Fact(person.interpreter_language, AnswerSource.AGENT, at.date())
    if interview.entry.france_travail_followed is not None:
        known["entry.france_travail"] = _follow_up(interview.entry)
    return known


def _follow_up(entry: Entry) -> _Fact:
    value = "yes" if entry.france_travail_followed else "no"
    said = FollowUp.objects.filter(person_id=entry.person_id, followed=entry.france_travail_followed).first()
    if said is not None and said.source == StatedBy.FILE:
        return _Fact(value, AnswerSource.FRANCE_TRAVAIL, said.stated_on)
    told_on = (
        entry.france_travail_told_at.astimezone(clock.ZONE).date() if entry.france_travail_told_at else entry.opened_on
    )
    return _Fact(value, AnswerSource.AGENT, said.stated_on if said is not None else told_on)


def _may_write(current: Shown | None, fact: _Fact) -> bool:
    """A fact is written over an older one of the file, never over what was said; « no » only ends a former « yes »."""
    if current is None:
        return bool(fact.value != "no")
    is_of_file = current.recorded_by_id is None and current.source in OF_THE_FILE
    return bool(is_of_file and current.source_on <= fact.on and _plain(current.value) != _plain(fact.value))
