"""Dossiers of a benefits file applied by batches: a constant number of statements, whatever their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime

from django.db.models import Q

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.clock import add_months
from emploi.foundation.events import publish
from emploi.pathway.beneficiaries.actions.locking import hold_identities
from emploi.pathway.beneficiaries.actions.merges.absorbing import absorb_entries
from emploi.pathway.beneficiaries.actions.snapshots.entries import Moves, ask_about_retold, decide_moves, write_moves
from emploi.pathway.beneficiaries.actions.snapshots.households import read_communes, sort_batch, write_households
from emploi.pathway.beneficiaries.actions.snapshots.identities import (
    Directory,
    known_members,
    read_candidates,
    read_members,
    recognise_members,
)
from emploi.pathway.beneficiaries.actions.snapshots.late import Retold, stories_of, tell_again, write_retold
from emploi.pathway.beneficiaries.actions.snapshots.past import complete_past
from emploi.pathway.beneficiaries.actions.snapshots.people import adopt_typed, write_people, write_roles
from emploi.pathway.beneficiaries.actions.snapshots.reviews import raise_reviews, settle_by_facts, write_reviews
from emploi.pathway.beneficiaries.actions.snapshots.rights import (
    write_addresses,
    write_duties,
    write_past_addresses,
    write_rights,
)
from emploi.pathway.beneficiaries.actions.snapshots.sightings import note_sightings
from emploi.pathway.beneficiaries.actions.snapshots.standings import read_known
from emploi.pathway.beneficiaries.actions.snapshots.state import Doubtful, Sorted
from emploi.pathway.beneficiaries.enums import ADULT_ROLES, ReviewKind, RightStatus
from emploi.pathway.beneficiaries.events import HouseholdsDisappeared
from emploi.pathway.beneficiaries.facts import FileFacts, HouseholdFacts
from emploi.pathway.beneficiaries.hooks import follow_stories
from emploi.pathway.beneficiaries.models import Entry, Household, HouseholdRole
from emploi.pathway.beneficiaries.rules.passages import Terms
from emploi.territory.rulebook import queries as rulebook


@dataclass(slots=True)
class Applied:
    """What a batch changed; add them up to get what a file changed."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    older: int = 0
    persons_created: int = 0
    persons_updated: int = 0
    entries_opened: int = 0
    entries_reopened: int = 0
    entries_closed: int = 0
    entries_corrected: int = 0
    to_review: int = 0
    opened_entry_ids: list[int] = field(default_factory=list)
    closed_entry_ids: list[int] = field(default_factory=list)

    def __add__(self, other: Applied) -> Applied:
        return Applied(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})


@action
def apply_households(batch: Sequence[HouseholdFacts], *, file: FileFacts, by: Actor, at: datetime) -> Applied:
    """Bring the database to what a batch of dossiers says, whatever the order in which files are imported.

    Idempotent: the same batch of the same file changes nothing. A dossier listed twice keeps its last occurrence. The
    people of a file that comes late have their story told again (`late`); the present belongs to the newest file.
    """
    hold_identities()
    found = sort_batch(batch, file)
    if not (found.current or found.older or found.early):
        write_households(found, file)
        note_sightings(found, file)
        settle_by_facts([], [stored.id for stored in found.seen_again], by=by, at=at)
        return Applied(unchanged=found.unchanged)
    directory, doubts = _recognise(found)
    known = read_known(found, file)
    write_households(found, file)
    corrected = write_people(found, directory, known.outdated)
    write_rights(found, file)
    write_duties(found, file)
    write_roles(found, file)
    adopt_typed(found, file)
    write_addresses(found, file)
    write_past_addresses(found, file)
    fresh = note_sightings(found, file)
    complete_past(found)
    terms = _terms(file)
    retold = tell_again(known.late | _members_of_the_past(found), fresh, file=file, terms=terms)
    moves = decide_moves(found, file, terms, known, leave_out=retold.told)
    ask_about_retold(moves, found, retold.asked)
    moments = [*write_retold(retold), write_moves(moves)]
    raised = write_reviews(found, moves, doubts, directory.new, file=file, by=by, at=at)
    for events in moments:
        publish(events, by=by, at=at)
    follow_stories(stories_of(retold), by, at)
    # Once the entries that stay run again: what the others had done counts for them from its own day.
    absorb_entries([(kept.person_id, gone.id, kept.id) for gone, kept in retold.withdrawn], by=by, at=at)
    return _applied(found, moves, retold, created=len(directory.new), corrected=len(corrected), raised=raised)


def _recognise(found: Sorted) -> tuple[Directory, list[Doubtful]]:
    directory = Directory()
    doubts: list[Doubtful] = []
    read_members([*found.current, *found.older, *found.early], directory)
    read_communes(found)
    read_candidates([*found.current, *found.older], directory)
    for work in found.current:
        recognise_members(work, directory, doubts)
    for work in found.older:
        recognise_members(work, directory, [])
    for work in found.early:
        known_members(work, directory)
    return directory, doubts


def _members_of_the_past(found: Sorted) -> set[int]:
    """The adults any file showed in a dossier that an older file tells again."""
    homes = [work.id for work in found.older]
    if not homes:
        return set()
    roles = HouseholdRole.objects.filter(household__in=homes, role__in=ADULT_ROLES)
    return {merged or person for person, merged in roles.values_list("person_id", "person__merged_into_id")}


def _terms(file: FileFacts) -> Terms:
    return Terms(int(rulebook.value("return_gap_months", file.reference_on)), add_months)


def _applied(found: Sorted, moves: Moves, retold: Retold, *, created: int, corrected: int, raised: int) -> Applied:
    return Applied(
        created=len(found.new),
        updated=len(found.changed),
        unchanged=found.unchanged,
        older=len(found.older),
        persons_created=created,
        persons_updated=corrected,
        entries_opened=len(moves.opened) + len(retold.added),
        entries_reopened=len(moves.reopened) + len(retold.reopened),
        entries_closed=len(moves.closed) + len(retold.closed),
        entries_corrected=len(retold.corrected),
        to_review=raised,
        opened_entry_ids=[p.entry_id for _, p in (*moves.opened, *retold.added, *moves.reopened, *retold.reopened)],
        closed_entry_ids=[p.entry_id for _, p in (*moves.closed, *retold.closed)],
    )


@action
def flag_disappeared(
    *,
    payer: str,
    reference_on: date,
    run_id: int,
    by: Actor,
    at: datetime,
    organism: str = "",
    refused: Sequence[str] = (),
) -> int:
    """Flag the dossiers of a payer that a whole monthly file no longer shows; absence closes nothing, ever.

    Only those expected in it: known by a former file, not closed, of this `organism` when given (a Département may have
    two CAF, each with its file). `refused` are the claim numbers the file shows but could not bring in. Return how
    many are newly flagged.
    """
    absent = Q(disappeared_on__isnull=True) | Q(disappeared_on__gt=reference_on)
    missing = list(
        Household.objects.filter(absent, payer=payer, last_reference_on__lt=reference_on)
        .exclude(state__in=[RightStatus.REFUSED, RightStatus.CLOSED, RightStatus.CLOSED_EARLIER])
        .exclude(claim_number__in=refused)
        .filter(**({"payer_organism": organism} if organism else {}))
        .values_list("pk", flat=True)
    )
    if not missing:
        return 0
    Household.objects.filter(pk__in=missing).update(disappeared_on=reference_on)
    entries = Entry.objects.open().filter(household__in=missing).values_list("person_id", "household_id")
    kind = ReviewKind.DISAPPEARED.value
    rows = [(person, None, home, kind, f"{kind}:{person}:{home}") for person, home in entries]
    raise_reviews(rows, run_id=run_id, at=at)
    publish(HouseholdsDisappeared(count=len(missing), reference_on=reference_on), by=by, at=at)
    return len(missing)
