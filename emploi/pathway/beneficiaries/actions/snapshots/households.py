"""Which dossiers of a batch are new, changed, older than what is known, or the same; and their own row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from emploi.foundation.lists import SPLIT, joined
from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.actions.snapshots.state import Sorted, StoredHousehold, Work, file_order
from emploi.pathway.beneficiaries.actions.snapshots.writing import copy_rows, distinct, next_ids, read, update_rows
from emploi.pathway.beneficiaries.enums import Payer, RoleKind
from emploi.pathway.beneficiaries.facts import FileFacts, HouseholdFacts
from emploi.pathway.beneficiaries.models import Household
from emploi.pathway.beneficiaries.rules.identity import nir13

_STORED = f"""
    SELECT id, claim_number, content_hash, last_reference_on, last_created_on, tied_hashes, state, motive,
        disappeared_on, transferred_in_on, transferred_out_on,
        (SELECT a.commune_id FROM beneficiaries_address a
         WHERE a.household_id = h.id AND a.source = 'typed' AND a.is_current AND a.rank = 1),
        last_seen_on
    FROM beneficiaries_household h WHERE claim_number = ANY({SPLIT})"""  # noqa: S608 - no value in it
_COLUMNS = (
    "claim_number",
    "payer",
    "payer_organism",
    "payer_number",
    "payer_number_hash",
    "previous_claim_number",
    "claimed_on",
    "right_origin_on",
    "state",
    "motive",
    "state_reference_on",
    "family_situation",
    "homeless",
    "dependants",
    "single_parent",
    "commune_id",
    "tied_hashes",
    "content_hash",
    "last_reference_on",
    "last_created_on",
    "last_seen_on",
    "transferred_in_on",
    "transferred_out_on",
    "disappeared_on",
)


def sort_batch(batch: Sequence[HouseholdFacts], file: FileFacts) -> Sorted:
    """Sort the dossiers of a batch; the same one listed twice keeps its last occurrence (caf-flows.md §2.7)."""
    last: dict[str, HouseholdFacts] = {}
    replaced: dict[str, str] = {}
    for facts in batch:
        former = last.get(facts.claim_number)
        if former is not None and former.content_hash != facts.content_hash:
            replaced[facts.claim_number] = f"{replaced.get(facts.claim_number, '')} {former.content_hash}".strip()
        last[facts.claim_number] = facts
    stored = _read_stored(last.values())
    found = Sorted()
    for claim_number, facts in last.items():
        _place(found, facts, stored.get(claim_number), replaced.get(claim_number, ""), file)
    for work in found.new:
        before = stored.get(work.facts.previous_claim_number)
        work.previous_id = before.id if before else None
    return found


def read_communes(found: Sorted) -> None:
    """Keep which communes of the batch are in the official list, and give each dossier that of its current address."""
    codes = distinct(address.insee for work in [*found.current, *found.older] for address in work.facts.addresses)
    if codes:
        found.communes = {row[0] for row in read("SELECT code FROM geography_commune WHERE code = ANY(%s)", [codes])}
    for work in [*found.current, *found.older]:
        insee = _current_insee(work.facts)
        typed = work.stored.typed_commune if work.stored else None
        work.commune = typed or (insee if insee in found.communes else None)


def write_households(found: Sorted, file: FileFacts) -> None:
    """Write the row of each new or changed dossier."""
    for work, new_id in zip(found.new, next_ids(Household, len(found.new)), strict=True):
        work.id = new_id
    for work in found.changed + found.older + found.early:
        work.id = work.stored.id if work.stored else 0
    copy_rows(Household, ("id", *_COLUMNS), [(work.id, *_row(work, file)) for work in found.new])
    update_rows(Household, _COLUMNS, [(work.id, *_row(work, file)) for work in found.changed])
    _mark_seen(found, file)


def _mark_seen(found: Sorted, file: FileFacts) -> None:
    """Note that unchanged dossiers were seen again; nothing is written when the file had been read already."""
    columns = ("last_reference_on", "last_created_on", "last_seen_on", "disappeared_on")
    rows = [(s.id, file.reference_on, file.created_on, *_last_seen(s, file)) for s in found.seen_again]
    update_rows(Household, columns, rows)


def _last_seen(stored: StoredHousehold | None, file: FileFacts) -> tuple[date, date | None]:
    """The last day a file naming the dossier came, and since which newer file it is missing, when one misses it."""
    if stored is None:
        return file.received_on, None
    seen = max(file.received_on, stored.last_seen_on or file.received_on)
    is_missing_later = stored.disappeared_on is not None and stored.disappeared_on > file.reference_on
    return seen, stored.disappeared_on if is_missing_later else None


def _read_stored(facts: Collection[HouseholdFacts]) -> dict[str, StoredHousehold]:
    claims = distinct([*(f.claim_number for f in facts), *(f.previous_claim_number for f in facts)])
    rows = read(_STORED, [joined(claims)]) if claims else []
    return {row[1]: StoredHousehold(*row) for row in rows}


def _place(
    found: Sorted, facts: HouseholdFacts, stored: StoredHousehold | None, replaced: str, file: FileFacts
) -> None:
    if stored is None:
        found.new.append(Work(facts, None, replaced))
        return
    order = file_order(file)
    if order < stored.order():
        found.older.append(Work(facts, stored, stored.tied_hashes))
        return
    is_same_file_date = order == stored.order()
    if facts.content_hash == stored.content_hash or (
        is_same_file_date and facts.content_hash in stored.tied_hashes.split()
    ):
        found.unchanged += 1
        if not is_same_file_date or stored.disappeared_on is not None:
            found.seen_again.append(stored)
        if not is_same_file_date and stored.last_seen_on is not None and file.received_on < stored.last_seen_on:
            found.early.append(Work(facts, stored, stored.tied_hashes))
        return
    tied = f"{stored.tied_hashes} {stored.content_hash}" if is_same_file_date else ""
    found.changed.append(Work(facts, stored, f"{tied} {replaced}".strip()))


def _row(work: Work, file: FileFacts) -> tuple[object, ...]:
    facts, stored = work.facts, work.stored
    is_msa = facts.payer == Payer.MSA
    last_seen_on, disappeared_on = _last_seen(stored, file)
    has_spouse = any(member.role == RoleKind.SPOUSE for member in facts.members)
    return (
        facts.claim_number,
        facts.payer,
        facts.payer_organism,
        "" if is_msa else facts.payer_number,
        nir.fingerprint(nir13(facts.payer_number)) if is_msa else "",
        facts.previous_claim_number,
        facts.claimed_on,
        facts.right_origin_on,
        facts.state,
        facts.motive,
        file.reference_on,
        facts.family_situation,
        facts.homeless,
        facts.dependants,
        facts.dependants > 0 and not has_spouse,
        work.commune,
        work.tied_hashes,
        facts.content_hash,
        file.reference_on,
        file.created_on,
        last_seen_on,
        # Told only in the month of the move (caf-flows.md §2.4): kept afterwards.
        facts.transfer_in_on or (stored.transferred_in_on if stored else None),
        facts.transfer_out_on or (stored.transferred_out_on if stored else None),
        disappeared_on,
    )


def _current_insee(facts: HouseholdFacts) -> str:
    return next((address.insee for address in facts.addresses if address.rank == 1), "")
