"""Rights, duties and addresses as each file says them: a row is added when something differs from what was in force."""

from __future__ import annotations

import json
from typing import Any

from emploi.pathway.beneficiaries.actions.snapshots.state import Sorted, Work
from emploi.pathway.beneficiaries.actions.snapshots.writing import copy_rows, read, update_rows
from emploi.pathway.beneficiaries.enums import SnapshotSource, Source
from emploi.pathway.beneficiaries.facts import AddressFacts, FileFacts
from emploi.pathway.beneficiaries.models import Address, DutyState, RightState
from emploi.pathway.beneficiaries.rules.matching import ADULTS

_RIGHTS_IN_FORCE = """
    SELECT DISTINCT ON (household_id) household_id, state, motive, amount
    FROM beneficiaries_rightstate WHERE household_id = ANY(%s) AND reference_on <= %s
    ORDER BY household_id, reference_on DESC, received_on DESC, id DESC"""
_DUTIES_IN_FORCE = """
    SELECT DISTINCT ON (household_id, person_id) household_id, person_id, role, subject, source
    FROM beneficiaries_dutystate WHERE household_id = ANY(%s) AND reference_on <= %s
    ORDER BY household_id, person_id, reference_on DESC, received_on DESC, id DESC"""
_ADDRESSES = """
    SELECT id, household_id, rank, lines, postal_code, insee, city, country, valid_from
    FROM beneficiaries_address WHERE household_id = ANY(%s) AND source = 'caf' AND is_current"""
_KNOWN_ADDRESSES = """
    SELECT household_id, rank, lines, postal_code, insee, city, country, valid_from
    FROM beneficiaries_address WHERE household_id = ANY(%s) AND source = 'caf'"""
_ADDRESS_COLUMNS = (
    "household_id",
    "rank",
    "source",
    "lines",
    "postal_code",
    "insee",
    "commune_id",
    "city",
    "country",
    "valid_from",
    "received_on",
    "run_id",
)
_RIGHT_COLUMNS = ("household_id", "reference_on", "received_on", "source", "state", "motive", "amount", "run_id")
# Made once: `json.dumps` makes an encoder a call, of which a file needs tens of thousands.
_in_json = json.JSONEncoder(ensure_ascii=False).encode
_DUTY_COLUMNS = ("person_id", "household_id", "role", "reference_on", "received_on", "source", "subject", "run_id")


def write_rights(found: Sorted, file: FileFacts) -> None:
    """Add the state of the right of each dossier when it differs from the one in force on the file's date."""
    known = [work.id for work in found.changed]
    rows = read(_RIGHTS_IN_FORCE, [known, file.reference_on]) if known else []
    in_force = {row[0]: tuple(row[1:]) for row in rows}
    copy_rows(
        RightState,
        _RIGHT_COLUMNS,
        [
            (work.id, file.reference_on, file.received_on, file.source, f.state, f.motive, f.amount, file.run_id)
            for work in found.current
            if (f := work.facts) and in_force.get(work.id) != (f.state, f.motive, f.amount)
        ],
    )


def write_duties(found: Sorted, file: FileFacts) -> None:
    """Add the droits et devoirs of each adult when they differ; a manual answer stands while the payer says nothing."""
    known = [work.id for work in found.changed]
    rows = read(_DUTIES_IN_FORCE, [known, file.reference_on]) if known else []
    in_force = {(row[0], row[1]): row[2:] for row in rows}
    added: list[tuple[object, ...]] = []
    for work in found.current:
        for member in work.members:
            role, said = member.facts.role, member.facts.subject
            former = in_force.get((work.id, member.person.id))
            member.subject = said
            if role not in ADULTS or (former is not None and former[:2] == (role, said)):
                continue
            if said is None and former is not None and former[2] == SnapshotSource.MANUAL:
                member.subject = former[1]
                continue
            added.append(
                (member.person.id, work.id, role, file.reference_on, file.received_on, file.source, said, file.run_id)
            )
    copy_rows(DutyState, _DUTY_COLUMNS, added)


def write_addresses(found: Sorted, file: FileFacts) -> None:
    """Add each address that is new or differs from the current one, and end those replaced or gone."""
    current = _read_addresses([work.id for work in found.changed])
    ended: list[tuple[object, ...]] = []
    added: list[tuple[object, ...]] = []
    for work in found.current:
        for address in {address.rank: address for address in work.facts.addresses}.values():
            former = current.pop((work.id, address.rank), None)
            if former is not None and former[1:] == _comparable(address):
                continue
            if former is not None:
                ended.append((former[0], False))
            added.append(_address_row(work, address, found.communes, file))
    ended.extend((former[0], False) for former in current.values())
    update_rows(Address, ("is_current",), ended)
    copy_rows(Address, _ADDRESS_COLUMNS, added)


def write_past_addresses(found: Sorted, file: FileFacts) -> None:
    """Keep the addresses an older file states, at its date; none takes the place of one in force."""
    homes = [work.id for work in found.older]
    rows = read(_KNOWN_ADDRESSES, [homes]) if homes else []
    known = {(home, rank, _key((_parsed(lines), *rest))) for home, rank, lines, *rest in rows}
    added = [
        (*_address_row(work, address, found.communes, file), False)
        for work in found.older
        for address in {address.rank: address for address in work.facts.addresses}.values()
        if (work.id, address.rank, _key(_comparable(address))) not in known
    ]
    copy_rows(Address, (*_ADDRESS_COLUMNS, "is_current"), added)


def _key(values: tuple[Any, ...]) -> tuple[Any, ...]:
    lines, *rest = values
    return (tuple(sorted(lines.items())), *rest)


def _read_addresses(household_ids: list[int]) -> dict[tuple[int, int], tuple[Any, ...]]:
    rows = read(_ADDRESSES, [household_ids]) if household_ids else []
    return {(row[1], row[2]): (row[0], _parsed(row[3]), *row[4:]) for row in rows}


def _address_row(work: Work, address: AddressFacts, communes: set[str], file: FileFacts) -> tuple[object, ...]:
    commune = address.insee if address.insee in communes else None
    lines, postal_code, insee, city, country, since = _comparable(address)
    return (
        work.id,
        address.rank,
        Source.CAF.value,
        _in_json(lines),
        postal_code,
        insee,
        commune,
        city,
        country,
        since,
        file.received_on,
        file.run_id,
    )


def _comparable(address: AddressFacts) -> tuple[Any, ...]:
    lines = {
        "complement": address.complement,
        "number": address.number,
        "street_type": address.street_type,
        "street": address.street,
        "place": address.place,
    }
    return (lines, address.postal_code, address.insee, address.city, address.country, address.since)


def _parsed(lines: str | dict[str, str]) -> dict[str, str]:
    return json.loads(lines) if isinstance(lines, str) else lines
