"""Reading what the person said once: answers with their source, brakes, facts for the rules, latest proposal."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from emploi.foundation.ui.french import date_long_fr
from emploi.pathway.beneficiaries.enums import EntryKind, Payer
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation.enums import AnswerSource, LegalPath
from emploi.pathway.orientation.models import Answer, Brake, Decision, Interview, Proposal
from emploi.pathway.orientation.queries.reference import closed_here, nomenclature, questionnaire, ruleset
from emploi.pathway.orientation.rules.brakes import BrakeState
from emploi.pathway.orientation.rules.facts import Facts, Known, gather
from emploi.pathway.orientation.rules.proposing import Result, propose


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer ready to be shown: value, words, where it comes from, whether it was said in this interview."""

    id: int
    question: str
    value: Any
    text: str
    source: str
    source_on: date
    provenance: str
    said_now: bool
    recorded_by_id: int | None
    recorded_by: str


def known_answers(
    person_id: int, *, interview: Interview | None = None, up_to: int | None = None, until: datetime | None = None
) -> dict[str, Shown]:
    """Return the answer in force of each question, as known today, up to an answer's id or at a past moment."""
    rows = Answer.objects.filter(person_id=person_id).select_related("recorded_by", "interview")
    if up_to is not None:
        rows = rows.filter(id__lte=up_to)
    if until is not None:
        rows = rows.filter(recorded_at__lte=until)
    questions = {question.slug: question for question in questionnaire()}
    shown: dict[str, Shown] = {}
    for row in rows.in_force():
        question = questions.get(row.question)
        if question is not None:
            shown[row.question] = _shown(row, question.text_of(row.value), interview)
    return shown


def _shown(row: Answer, text: str, interview: Interview | None) -> Shown:
    return Shown(
        id=row.pk,
        question=row.question,
        value=row.value,
        text=text,
        source=row.source,
        source_on=row.source_on,
        provenance=provenance(row, interview),
        said_now=interview is not None and row.interview_id == interview.pk and row.source == AnswerSource.PERSON,
        recorded_by_id=row.recorded_by_id,
        recorded_by=row.recorded_by.full_name if row.recorded_by else "",
    )


def provenance(row: Answer, interview: Interview | None) -> str:
    """Say where an answer comes from: "CAF, fichier du 1er novembre 2026", "dit le 23 novembre 2026"…"""
    day = date_long_fr(row.source_on)
    if row.source == AnswerSource.CAF:
        return f"CAF, fichier du {day}"
    if row.source == AnswerSource.FRANCE_TRAVAIL:
        return f"France Travail, {day}"
    if row.source == AnswerSource.SPOUSE:
        return f"dit par le conjoint, le {day}"
    if row.source == AnswerSource.AGENT:
        return f"noté par {row.recorded_by.full_name}, {day}" if row.recorded_by else f"noté dans le dossier, le {day}"
    former = row.source == AnswerSource.FORMER_ENTRY or (
        interview is not None and row.interview is not None and row.interview.entry_id != interview.entry_id
    )
    return f"dit lors d’un passage précédent, le {day}" if former else f"dit par la personne, le {day}"


def active_brakes(person_id: int, *, on: date | None = None) -> QuerySet[Brake]:
    """Return the brakes of a person still there, today or at the end of a past day, in the order of the plan."""
    there = Brake.objects.active() if on is None else Brake.objects.filter(_there_at_the_end_of(on, "found_on"))
    return there.filter(person_id=person_id).order_by("-severity", "found_on", "id")


def _there_at_the_end_of(day: date, since: str) -> Q:
    return Q(**{f"{since}__lte": day}) & (Q(ended_on=None) | Q(ended_on__gt=day))


def facts_of(entry: Entry) -> Facts:
    """Assemble what the rules may read about the person of an entry."""
    answers = {
        slug: Known(shown.value, shown.provenance, shown.source_on)
        for slug, shown in known_answers(entry.person_id).items()
    }
    brakes = [BrakeState(row.kind, row.subtype, row.severity, row.wants_help) for row in active_brakes(entry.person_id)]
    known_socially = (
        Decision.objects.filter(person_id=entry.person_id, legal_path="social", referent__isnull=False)
        .exclude(entry=entry)
        .exists()
    )
    return _gathered(entry, answers, brakes, known_socially=known_socially)


def facts_of_many(entries: Sequence[Entry]) -> dict[int, Facts]:
    """Assemble what the rules may read about each person, in three queries; values without their source."""
    people = {entry.person_id for entry in entries}
    answers: dict[int, dict[str, Known]] = defaultdict(dict)
    for person_id, slug, value in (
        Answer.objects.filter(person_id__in=people).in_force().values_list("person_id", "question", "value")
    ):
        answers[person_id][slug] = Known(value)
    brakes: dict[int, list[BrakeState]] = defaultdict(list)
    for row in Brake.objects.active().filter(person_id__in=people).order_by("-severity", "found_on", "id"):
        brakes[row.person_id].append(BrakeState(row.kind, row.subtype, row.severity, row.wants_help))
    former = Decision.objects.filter(person_id__in=people, legal_path="social", referent__isnull=False)
    social = defaultdict(set)
    for person_id, entry_id in former.values_list("person_id", "entry_id"):
        social[person_id].add(entry_id)
    return {
        entry.pk: _gathered(
            entry,
            answers[entry.person_id],
            brakes[entry.person_id],
            known_socially=bool(social[entry.person_id] - {entry.pk}),
        )
        for entry in entries
    }


def _gathered(entry: Entry, answers: dict[str, Known], brakes: list[BrakeState], *, known_socially: bool) -> Facts:
    asked = bool(brakes) or any(slug in answers for slug in ("health_work", "ready", "first_wish"))
    return gather(questionnaire(), answers, brakes, _entry_facts(entry, known_socially), brakes_asked=asked)


def _entry_facts(entry: Entry, known_socially: bool) -> dict[str, Known]:
    facts = {"entry.is_return": Known(entry.kind == EntryKind.RETURN, "dossier", entry.opened_on)}
    # Absence of a mark in the file proves nothing: only a "yes" is a fact.
    if entry.france_travail_followed:
        facts["entry.france_travail_followed"] = Known(True, "dossier", entry.opened_on)
    if entry.france_travail_path:
        for path in LegalPath.values:
            recommended = Known(entry.france_travail_path == path, "France Travail", entry.france_travail_path_on)
            facts[f"entry.france_travail_path_{path}"] = recommended
    if entry.household.payer == Payer.MSA:
        facts["entry.msa"] = Known(True, "dossier", entry.opened_on)
    if known_socially:
        facts["entry.known_by_social_worker"] = Known(True, "orientation précédente", entry.opened_on)
    return facts


def fingerprint_of(facts: Facts) -> str:
    """Return a digest of the facts and of the pathways closed here, to say whether a proposal still stands."""
    brakes = [[brake.kind, brake.subtype, brake.severity, brake.wants_help] for brake in facts.brakes]
    values = {slug: fact.value for slug, fact in facts.values.items()}
    closed = [sorted(found)] if (found := closed_here()) else []
    plain = json.dumps([values, brakes, facts.brakes_asked, *closed], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def preview_proposal(entry: Entry, on: date) -> Result:
    """Return what the rules in force a day propose, without keeping it."""
    return propose(ruleset(on), facts_of(entry), nomenclature())


def latest_proposal(entry_id: int) -> Proposal | None:
    """Return the last proposal of the rules for an entry."""
    return Proposal.objects.filter(entry_id=entry_id).order_by("-id").first()


def sensitive_kinds() -> frozenset[str]:
    """Return the brakes that are health data."""
    return frozenset(kind.slug for kind in nomenclature().kinds if kind.sensitive)
