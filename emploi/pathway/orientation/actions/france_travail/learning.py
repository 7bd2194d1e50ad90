"""What France Travail says, learnt line by line: facts add up, and what is true now is read from the newest of them.

Nothing here decides: a recommendation is shown and may be read by the rules, a follow-up is shown and counted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
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
    again: dict[tuple[int, str], FollowUp | Recommendation] = field(default_factory=dict)
    new: list[FollowUp | Recommendation] = field(default_factory=list)
    added: dict[int, list[FollowUp | Recommendation]] = field(default_factory=dict)


@action
def learn(
    *, rows: Sequence[FranceTravailSaid], source: FranceTravailSource, by: Actor, at: datetime
) -> list[RowOutcome]:
    """Learn a batch of lines; a constant number of statements. The same lines again change nothing."""
    people = list(dict.fromkeys(row.person_id for row in rows))
    locked = {one.pk: one for one in Person.objects.filter(pk__in=people).select_for_update().order_by("pk")}
    before = _entries(people)
    batch = _Batch(source, at, _known(people))
    for row in rows:
        batch.added[row.line] = [fact for fact in _facts(row, batch) if fact is not None]
    _save(batch)
    numbers = _number(people, locked, by, at)
    newest = _apply(people, by, at)
    outcomes = [_outcome(row, batch, newest, locked[row.person_id], numbers, before) for row in rows]
    publish([_event(one, newest) for one in batch.new], by=by, at=at)
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
    batch = _Batch(source, at, _known(people))
    for one in told:
        if one.person_id is None:
            continue
        follow_up = FollowUpSaid(stated_on=at.date(), followed=one.followed, since=one.since)
        _fact(follow_up, one.person_id, "", batch)
        if one.path and one.path_on:
            _fact(RecommendationSaid(recommended_on=one.path_on, legal_path=one.path), one.person_id, "", batch)
    _save(batch)


def _apply(people: Sequence[int], by: Actor, at: datetime) -> queries.Newest:
    newest = queries.newest_statements(people)
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
            path_on=path.recommended_on if path else entry.france_travail_path_on,
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
        manager.bulk_update(again, ["received_on", "source_label"])


def _facts(row: FranceTravailSaid, batch: _Batch) -> list[FollowUp | Recommendation | None]:
    said: list[FollowUpSaid | RecommendationSaid] = [*row.recommendations]
    if row.follow_up is not None:
        said.append(row.follow_up)
    return [_fact(one, row.person_id, row.number, batch) for one in said]


def _fact(
    said: FollowUpSaid | RecommendationSaid, person_id: int, number: str, batch: _Batch
) -> FollowUp | Recommendation | None:
    """Build a fact, None when it is already known."""
    source = batch.source
    values = asdict(said)
    plain = [type(said).__name__, number, source.is_file, values]
    # What a file says is one fact whatever its name; what agents say belongs to its day.
    if not source.is_file:
        plain.append(source.received_on)
    mark = hashlib.sha256(json.dumps(plain, default=str, sort_keys=True).encode()).hexdigest()
    known = batch.known.get((person_id, mark))
    if known is not None:
        # Said again by a later file: its last day of reception counts, so that the order of files does not.
        if (known.received_on, known.source_label) < (source.received_on, source.label[:200]):
            known.received_on, known.source_label = source.received_on, source.label[:200]
            batch.again[(person_id, mark)] = known
        return None
    model = FollowUp if isinstance(said, FollowUpSaid) else Recommendation
    made: Any = model(
        person_id=person_id,
        number=number,
        source=StatedBy.FILE if source.is_file else StatedBy.AGENT,
        source_label=source.label[:200],
        received_on=source.received_on,
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
        what = "follow_up" if isinstance(made, FollowUp) else "recommendations"
        outcome.undo[what] = [*outcome.undo.get(what, []), made.pk]
    if row.number and row.person_id in numbers:
        outcome.differences.append(Difference(NUMBER, numbers[row.person_id], person.france_travail_number))
        outcome.undo["number"] = [numbers[row.person_id], person.france_travail_number]
    elif row.number and not _is_ours(row, person, newest):
        outcome.differences.append(Difference(NUMBER, person.france_travail_number, row.number, KEPT_DOUBT))
    if outcome.undo:
        outcome.undo["before"] = _what_was(before.get(row.person_id))
    outcome.status = UPDATED if outcome.undo else UNCHANGED
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


def _what_was(entry: Entry | None) -> list[Any]:
    """What the entry said before, for who takes the file back."""
    if entry is None:
        return []
    days = (entry.france_travail_since, entry.france_travail_path_on, entry.france_travail_told_at)
    since, path_on, told_at = (day.isoformat() if day else "" for day in days)
    told = (entry.france_travail_told_by, told_at)
    return [entry.pk, entry.france_travail_followed, since, entry.france_travail_path, path_on, *told]


def _event(made: FollowUp | Recommendation, newest: queries.Newest) -> Event:
    if isinstance(made, FollowUp):
        return FollowUpLearnt(person_id=made.person_id, stated_on=made.stated_on, followed=made.followed)
    return RecommendationLearnt(
        person_id=made.person_id,
        recommended_on=made.recommended_on,
        legal_path=made.legal_path,
        is_decision=made.is_decision,
    )
