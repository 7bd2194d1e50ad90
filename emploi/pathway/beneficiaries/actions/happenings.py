"""Looking at households before and after a batch of dossiers, and telling what changed: three reads, one bulk write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.events import publish
from emploi.pathway.beneficiaries.actions.snapshots.writing import read
from emploi.pathway.beneficiaries.facts import HouseholdFacts
from emploi.pathway.beneficiaries.rules.happenings import Look, happenings

__all__ = ["Look", "Watched", "look_after", "look_before", "looks", "tell_changes"]

_KNOWN = "SELECT claim_number, content_hash FROM beneficiaries_household WHERE claim_number = ANY(%s)"
_LOOK = """
    SELECT h.claim_number, h.id, h.state, h.motive, coalesce(h.commune_id, ''), h.transferred_in_on,
        h.transferred_out_on, r.person_id, r.role,
        EXISTS (SELECT 1 FROM beneficiaries_entry e WHERE e.person_id = r.person_id AND e.closed_on IS NULL),
        coalesce(c.name, '')
    FROM beneficiaries_household h
    LEFT JOIN geography_commune c ON c.code = h.commune_id
    LEFT JOIN beneficiaries_householdrole r ON r.household_id = h.id AND r.ended_on IS NULL
    WHERE h.claim_number = ANY(%s) ORDER BY r.id"""


@dataclass(slots=True)
class Watched:
    """The dossiers of a batch that a file may change (claim number and new content), as they stood before it."""

    hashes: dict[str, str] = field(default_factory=dict)
    before: dict[str, Look] = field(default_factory=dict)


def look_before(batch: Iterable[HouseholdFacts]) -> Watched:
    """Look at the dossiers of a batch whose content is new; the others cannot tell anything."""
    hashes = {facts.claim_number: facts.content_hash for facts in batch}
    known = _contents(hashes)
    fresh = {claim: content for claim, content in hashes.items() if known.get(claim) != content}
    return Watched(fresh, looks(claim for claim in fresh if claim in known))


def look_after(watched: Watched) -> dict[str, Look]:
    """Look again at those the file really brought up to date: an older file only completes the past."""
    stored = _contents(watched.hashes)
    return looks(claim for claim, content in watched.hashes.items() if stored.get(claim) == content)


def _contents(claims: Iterable[str]) -> dict[str, str]:
    wanted = list(claims)
    return dict(read(_KNOWN, [wanted])) if wanted else {}


def looks(claims: Iterable[str]) -> dict[str, Look]:
    """Look at households by claim number."""
    wanted = list(claims)
    found: dict[str, Look] = {}
    for claim, household_id, state, motive, commune, came, went, person, role, entered, town in (
        read(_LOOK, [wanted]) if wanted else []
    ):
        look = found.get(claim) or Look(household_id, state, motive, commune, came, went, commune_name=town)
        if person is not None:
            roles = {**look.roles, person: role}
            look = replace(look, roles=roles, entered=look.entered | {person} if entered else look.entered)
        found[claim] = look
    return found


@action
def tell_changes(*, before: Mapping[str, Look], after: Mapping[str, Look], on: date, by: Actor, at: datetime) -> int:
    """Publish what changed between two looks, one event an adult it concerns; return how many."""
    events = [event for claim, look in after.items() for event in happenings(before.get(claim), look, on)]
    publish(events, by=by, at=at)
    return len(events)
