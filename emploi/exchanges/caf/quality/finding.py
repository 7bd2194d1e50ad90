"""What is wrong in each dossier read: pure, from what its reading already knows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from emploi.exchanges.caf.quality.kinds import DefectKind
from emploi.exchanges.caf.reading.parsing import Parsed
from emploi.pathway.beneficiaries.facts import HouseholdFacts

ADULTS = ("DEM", "CJT")
CODES_SHOWN = 6
OVERSEAS = ("97", "98")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the Département is: its code, and the communes it is made of."""

    department: str
    communes: Collection[str]


def defects_of(parsed: Parsed, place: Place) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, claim number, detail) of each defect of one dossier."""
    if parsed.refusal is not None:
        yield DefectKind.REFUSED, "", parsed.refusal.reason
    facts = parsed.facts
    if facts is None:
        return
    for kind, detail in _of_facts(facts, place):
        yield kind, facts.claim_number, detail
    if parsed.wrong_nirs:
        yield DefectKind.WRONG_NIR, facts.claim_number, f"{parsed.wrong_nirs} dans le dossier"
    if parsed.unknown:
        codes = sorted({f"{code} ({tag})" for tag, code in parsed.unknown})[:CODES_SHOWN]
        yield DefectKind.UNKNOWN_CODE, facts.claim_number, ", ".join(codes)


def _of_facts(facts: HouseholdFacts, place: Place) -> Iterator[tuple[str, str]]:
    adults = [member for member in facts.members if member.role in ADULTS]
    without = sum(1 for member in adults if not member.nir13)
    if without:
        yield DefectKind.NO_NIR, f"{without} sur {len(adults)}"
    if any(member.birth_date_precision not in ("", "N") for member in adults):
        yield DefectKind.PARTIAL_BIRTH, ""
    here = next((address for address in facts.addresses if address.rank == 1), None)
    if here is None:
        return
    if here.country and here.country != "FRA":
        yield DefectKind.OUTSIDE, "hors de France"
    elif _department_of(here.insee) != place.department:
        yield DefectKind.OUTSIDE, f"commune {here.insee}" if here.insee else "commune non dite"
    elif here.insee not in place.communes:
        yield DefectKind.UNKNOWN_COMMUNE, f"commune {here.insee}"


def _department_of(insee: str) -> str:
    return insee[:3] if insee.startswith(OVERSEAS) else insee[:2]
