"""What France Travail says, learnt line by line: facts add up, and what is true now is read from the newest of them.

Nothing here decides: a recommendation is shown and may be read by the rules, a follow-up is shown and counted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.events import Event, publish
from emploi.foundation.ui.french import date_num_fr
from emploi.pathway.beneficiaries.actions.france_travail import FranceTravailNow, note_france_travail, number_people
from emploi.pathway.beneficiaries.events import FranceTravailTold
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.beneficiaries.row_facts import KEPT_DOUBT, UNCHANGED, UPDATED, Difference, RowOutcome
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.enums import LegalPath
from emploi.pathway.orientation.events import FollowUpLearnt, RecommendationLearnt
from emploi.pathway.orientation.facts import FollowUpSaid, FranceTravailSaid, FranceTravailSource, RecommendationSaid
from emploi.pathway.orientation.models import FollowUp, Recommendation
from emploi.pathway.orientation.models.recommendation import StatedBy

FOLLOWED, RECOMMENDED, DECIDED, NUMBER = (
    "Suivi par France Travail",
    "Recommandation de France Travail",
    "Orientation décidée par France Travail",
    "Numéro France Travail",
)
OLDER = "{words} (plus ancien que ce qui est connu : gardé dans l’historique)"
_FOLLOW_UP_DAYS = {"stated_on", "since", "ended_on"}


@dataclass(slots=True)
class _Batch:
    """What is known before a batch, and what it adds."""

    source: FranceTravailSource
    at: datetime
    known: dict[tuple[int, str], FollowUp | Recommendation]
    before: queries.Newest
    again: dict[tuple[int, str], FollowUp | Recommendation] = field(default_factory=dict)
    new: list[FollowUp | Recommendation] = field(default_factory=list)
    said: dict[int, list[FollowUp | Recommendation]] = field(default_factory=dict)
    added: dict[int, list[FollowUp | Recommendation]] = field(default_factory=dict)


@action
def learn(
    *, rows: Sequence[FranceTravailSaid], source: FranceTravailSource, by: Actor, at: datetime
) -> list[RowOutcome]:
    """Learn a batch of lines; a constant number of statements. The same lines again change nothing."""
    people = list(dict.fromkeys(row.person_id for row in rows))
    locked = {one.pk: one for one in Person.objects.filter(pk__in=people).select_for_update().order_by("pk")}
    before = _entries(people)
    batch = _Batch(source, at, _known(people), queries.newest_statements(people, at.date()))
    for row in rows:
        known = len(batch.new)
        batch.said[row.line] = _facts(row, batch)
        batch.added[row.line] = batch.new[known:]
    _save(batch)
    numbers = _number(people, locked, by, at)
    newest = _apply(people, by, at)
    for row in rows:
        batch.added[row.line] = [one for one in batch.said[row.line] if _is_news(one, row.line, batch, newest)]
    outcomes = [_outcome(row, batch, newest, locked[row.person_id], numbers, before) for row in rows]
    news = {id(one): one for added in batch.added.values() for one in added}
    publish([_event(one) for one in news.values()], by=by, at=at)
    return outcomes


@action
def apply_what_is_known(*, person_ids: Collection[int], by: Actor, at: datetime) -> None:
    """Write on the entries that run what the newest facts say: an entry may open after the file came."""
    _apply(list(dict.fromkeys(person_ids)), by, at)


@action
def remember_told(*, told: Sequence[FranceTravailTold], by: Actor, at: datetime) -> None:
    """Keep what an agent typed as facts of that day, so that an older file never comes back over it."""
    source = FranceTravailSource(by.label, at.date(), is_file=False)
    people = [one.person_id for one in told if one.person_id]
    # The last word of a day is the word of that day.
    for model in (FollowUp, Recommendation):
        manager: Any = model._default_manager
        manager.filter(person__in=people, source=StatedBy.AGENT, received_on=source.received_on).delete()
    batch = _Batch(source, at, _known(people), queries.newest_statements(people, at.date()))
    for one in told:
        if one.person_id is None:
            continue
        for said in _told(one, batch.before, at.date()):
            _fact(said, one.person_id, "", batch)
    _save(batch)


def _told(one: FranceTravailTold, known: queries.Newest, on: date) -> list[FollowUpSaid | RecommendationSaid]:
    """Keep of a form what it changes: who only corrects a number says nothing of the rest."""
    said: list[FollowUpSaid | RecommendationSaid] = []
    person_id = one.person_id or 0
    follow, path = known.follow_ups.get(person_id), known.recommendations.get(person_id)
    was = (follow.followed, follow.since if follow.followed else None) if follow else (None, None)
    if (one.followed, one.since) != was:
        said.append(FollowUpSaid(stated_on=on, followed=one.followed, since=one.since))
    if one.path and one.path_on:
        if path is None or (one.path, one.path_on) != (path.legal_path, path.recommended_on):
            said.append(RecommendationSaid(recommended_on=one.path_on, legal_path=one.path))
    elif path is not None and path.legal_path:
        said.append(RecommendationSaid(recommended_on=path.recommended_on, legal_path=""))
    return said


def _apply(people: Sequence[int], by: Actor, at: datetime) -> queries.Newest:
    newest = queries.newest_statements(people, at.date())
    rows = []
    for entry in _entries(people).values():
        follow, path = newest.follow_ups.get(entry.person_id), newest.recommendations.get(entry.person_id)
        if follow is None and path is None:
            continue
        told = max((one for one in (follow, path) if one), key=lambda one: (one.received_on, one.source_label))
        followed = follow.followed if follow else entry.france_travail_followed
        now = FranceTravailNow(
            entry_id=entry.pk,
            followed=followed,
            since=(follow.since if follow else entry.france_travail_since) if followed else None,
            path=path.legal_path if path else entry.france_travail_path,
            path_on=(path.recommended_on if path.legal_path else None) if path else entry.france_travail_path_on,
            told_by=told.source_label[:120],
            told_at=told.recorded_at,
        )
        if now.differs_from(entry):
            rows.append(now)
    note_france_travail(rows=rows, by=by, at=at)
    return newest


def _number(people: Sequence[int], locked: dict[int, Person], by: Actor, at: datetime) -> dict[int, str]:
    """Give people the newest number of the files, unless an agent typed another one; return the former numbers."""
    known, changed = queries.stated_numbers(people), {}
    for person_id, numbers in known.items():
        person, newest = locked[person_id], numbers[0]
        if newest != person.france_travail_number and person.france_travail_number in ("", *numbers):
            changed[person_id] = person.france_travail_number
            person.france_travail_number = newest
    number_people(people=[locked[one] for one in changed], by=by, at=at)
    return changed


def _entries(people: Sequence[int]) -> dict[int, Entry]:
    return {one.person_id: one for one in Entry.objects.open().filter(person__in=people).order_by("pk")}


def _known(people: Sequence[int]) -> dict[tuple[int, str], FollowUp | Recommendation]:
    """What is known of these people, by what tells a fact apart."""
    follow_ups = FollowUp.objects.filter(person__in=people).order_by()
    recommended = Recommendation.objects.filter(person__in=people).order_by()
    found: list[FollowUp | Recommendation] = [*follow_ups, *recommended]
    return {(one.person_id, one.mark): one for one in found}


def _save(batch: _Batch) -> None:
    for model in (FollowUp, Recommendation):
        manager: Any = model._default_manager
        manager.bulk_create([one for one in batch.new if isinstance(one, model)])
        again = [one for one in batch.again.values() if isinstance(one, model) and one.pk]
        resay(model, again)


def resay(model: Any, facts: Sequence[FollowUp | Recommendation]) -> None:
    """Write what facts become when they are said once more, or once less."""
    days = ["stated_on"] if model is FollowUp else []
    columns = ["told", "received_on", "first_received_on", "source_label", "run_id", *days]
    model._default_manager.bulk_update(facts, columns)


def _facts(row: FranceTravailSaid, batch: _Batch) -> list[FollowUp | Recommendation]:
    said: list[FollowUpSaid | RecommendationSaid] = [*row.recommendations]
    if row.follow_up is not None:
        said.append(row.follow_up)
    if row.number and not said:
        said.append(FollowUpSaid(stated_on=batch.source.received_on, followed=None))
    return [_fact(one, row.person_id, row.number, batch) for one in said]


def _is_news(one: FollowUp | Recommendation, line: int, batch: _Batch, newest: queries.Newest) -> bool:
    """Tell whether a line teaches something: a fact nobody had said, or one that is true again."""
    if isinstance(one, Recommendation) or one in batch.added[line]:
        return one in batch.added[line] and not _only_a_number(one)
    return newest.follow_ups.get(one.person_id) == one != batch.before.follow_ups.get(one.person_id)


def _only_a_number(one: FollowUp | Recommendation) -> bool:
    return isinstance(one, FollowUp) and one.followed is None


def _fact(
    said: FollowUpSaid | RecommendationSaid, person_id: int, number: str, batch: _Batch
) -> FollowUp | Recommendation:
    """Build a fact, or say a known one again."""
    source = batch.source
    values = asdict(said)
    day = said.stated_on if isinstance(said, FollowUpSaid) else said.recommended_on
    # What a file says is one fact whatever its name and the week; what agents say belongs to its day.
    lasting = {name: value for name, value in values.items() if name != "stated_on"}
    plain = [type(said).__name__, number, source.is_file, lasting]
    if not source.is_file:
        plain.append(source.received_on)
    mark = hashlib.sha256(json.dumps(plain, default=str, sort_keys=True).encode()).hexdigest()
    saying = [source.received_on.isoformat(), source.label[:200], source.run_id, day.isoformat()]
    known = batch.known.get((person_id, mark))
    if known is not None:
        if saying not in known.told:
            known.told.append(saying)
            known.settle()
            batch.again[(person_id, mark)] = known
        return known
    model = FollowUp if isinstance(said, FollowUpSaid) else Recommendation
    made: Any = model(
        person_id=person_id,
        number=number,
        source=StatedBy.FILE if source.is_file else StatedBy.AGENT,
        source_label=source.label[:200],
        received_on=source.received_on,
        first_received_on=source.received_on,
        told=[saying],
        recorded_at=batch.at,
        run_id=source.run_id,
        mark=mark,
        **values,
    )
    batch.known[(person_id, mark)] = made
    batch.new.append(made)
    return made  # type: ignore[no-any-return]


def _outcome(
    row: FranceTravailSaid,
    batch: _Batch,
    newest: queries.Newest,
    person: Person,
    numbers: dict[int, str],
    before: dict[int, Entry],
) -> RowOutcome:
    outcome = RowOutcome(row.line, person_id=row.person_id, name=row.name)
    for made in batch.added[row.line]:
        outcome.differences.append(_difference(made, newest, before.get(row.person_id)))
    for made in batch.said[row.line]:
        what = "follow_up" if isinstance(made, FollowUp) else "recommendations"
        outcome.undo[what] = [*outcome.undo.get(what, []), made.pk]
    if row.number and row.person_id in numbers:
        outcome.differences.append(Difference(NUMBER, numbers[row.person_id], person.france_travail_number))
        outcome.undo["number"] = [numbers[row.person_id], person.france_travail_number]
    elif row.number and not _is_ours(row, person, newest):
        outcome.differences.append(Difference(NUMBER, person.france_travail_number, row.number, KEPT_DOUBT))
    if outcome.undo:
        outcome.undo["before"] = _what_was(before.get(row.person_id), batch.before)
    outcome.status = UPDATED if batch.added[row.line] or "number" in outcome.undo else UNCHANGED
    return outcome


def _is_ours(row: FranceTravailSaid, person: Person, newest: queries.Newest) -> bool:
    """Tell whether the number of a line agrees with the record: the same, or one a later file replaced."""
    return person.france_travail_number == row.number or person.france_travail_number in newest.numbers.get(
        person.pk, ()
    )


def _difference(made: FollowUp | Recommendation, newest: queries.Newest, entry: Entry | None) -> Difference:
    if isinstance(made, FollowUp):
        is_newest = newest.follow_ups.get(made.person_id) == made
        name, words, former = FOLLOWED, queries.follow_up_in_words(made), _was_followed(entry)
    else:
        is_newest = made.is_decision or newest.recommendations.get(made.person_id) == made
        name = DECIDED if made.is_decision else RECOMMENDED
        words, former = queries.recommendation_in_words(made), "" if made.is_decision else _was_recommended(entry)
    if not is_newest:
        return Difference(name, "", OLDER.format(words=words))
    return Difference(name, "" if former == words else former, words)


def _was_followed(entry: Entry | None) -> str:
    return entry.france_travail_words if entry and entry.france_travail_followed is not None else ""


def _was_recommended(entry: Entry | None) -> str:
    if entry is None or not entry.france_travail_path or entry.france_travail_path_on is None:
        return ""
    return f"{LegalPath(entry.france_travail_path).label}, le {date_num_fr(entry.france_travail_path_on)}"


def _what_was(entry: Entry | None, known: queries.Newest) -> list[Any]:
    """What the entry said before that no fact explains, for who takes the file back."""
    if entry is None:
        return []
    has_follow, has_path = entry.person_id in known.follow_ups, entry.person_id in known.recommendations
    follow = (None, None) if has_follow else (entry.france_travail_followed, entry.france_travail_since)
    path = ("", None) if has_path else (entry.france_travail_path, entry.france_travail_path_on)
    told = ("", None) if has_follow or has_path else (entry.france_travail_told_by, entry.france_travail_told_at)
    since, path_on, told_at = (day.isoformat() if day else "" for day in (follow[1], path[1], told[1]))
    return [entry.pk, follow[0], since, path[0], path_on, told[0], told_at]


def _event(made: FollowUp | Recommendation) -> Event:
    if isinstance(made, FollowUp):
        return FollowUpLearnt(person_id=made.person_id, stated_on=made.stated_on, followed=made.followed)
    return RecommendationLearnt(
        person_id=made.person_id,
        recommended_on=made.recommended_on,
        legal_path=made.legal_path,
        is_decision=made.is_decision,
    )
