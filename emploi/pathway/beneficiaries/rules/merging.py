"""Is putting two records together safe? What speaks against it is said before, never guessed away (caf-flows.md §3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from emploi.pathway.beneficiaries.rules.births import close_birth, same_birth
from emploi.pathway.beneficiaries.rules.identity import similarity
from emploi.pathway.beneficiaries.rules.matching import ADULTS, ALIKE


class Against(StrEnum):
    """What says that two records may be two human beings."""

    TWO_NIR = "two_nir"
    COUPLE = "couple"
    TWINS = "twins"
    SEX = "sex"
    BIRTH = "birth"
    FIRST_NAME = "first_name"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value an agent may take from the absorbed record: its label and the columns that go together."""

    label: str
    columns: tuple[str, ...]
    # A protection noted on either record holds unless somebody says otherwise.
    protects: bool = False


CHOICES: dict[str, Choice] = {
    "title": Choice("Civilité", ("title",)),
    "last_name": Choice("Nom d’usage", ("last_name",)),
    "birth_name": Choice("Nom de naissance", ("birth_name",)),
    "first_name": Choice("Prénom", ("first_name",)),
    "birth": Choice("Date de naissance", ("birth_date", "birth_date_precision", "birth_rank")),
    "sex": Choice("Sexe", ("sex",)),
    "nir": Choice("Numéro de sécurité sociale", ("nir_encrypted", "nir_hash", "nir_valid")),
    "france_travail_number": Choice("Numéro France Travail", ("france_travail_number",)),
    "local_number": Choice("Numéro de l’ancien logiciel", ("local_number",)),
    "interpreter_language": Choice("Langue pour l’interprète", ("interpreter_language",), protects=True),
    "under_guardianship": Choice("Sous tutelle ou curatelle", ("under_guardianship",), protects=True),
    "confidential_address": Choice("Adresse confidentielle", ("confidential_address",), protects=True),
    "death": Choice("Décès", ("died_on",), protects=True),
}


@dataclass(frozen=True, slots=True)
class Side:
    """What is compared of one record; `homes` are (household, role) still active."""

    first_name: str
    birth_date: date | None
    precision: str
    birth_rank: int | None
    sex: str
    nir_hash: str
    nir_valid: bool
    homes: frozenset[tuple[int, str]] = frozenset()


def against(one: Side, other: Side) -> tuple[Against, ...]:
    """Return everything that says « two human beings »; empty when nothing does."""
    found = (
        (Against.TWO_NIR, one.nir_valid and other.nir_valid and one.nir_hash != other.nir_hash),
        (Against.COUPLE, _live_as_a_couple(one, other)),
        (Against.TWINS, _may_be_twins(one, other)),
        (Against.SEX, bool(one.sex and other.sex and one.sex != other.sex)),
        (Against.BIRTH, _born_apart(one, other)),
        (Against.FIRST_NAME, similarity(one.first_name, other.first_name) < ALIKE),
    )
    return tuple(code for code, holds in found if holds)


def role_to_end(kept_role: str, absorbed_role: str) -> str:
    """Return which of two active places in one dossier ends, `kept` or `absorbed`: an adult's place stays."""
    return "kept" if absorbed_role in ADULTS and kept_role not in ADULTS else "absorbed"


def entry_to_keep(entries: list[tuple[date, int]]) -> int:
    """Return, among running entries given as (J0, id), the one that stays: the oldest J0."""
    return min(entries)[1]


def _live_as_a_couple(one: Side, other: Side) -> bool:
    mine = {home for home, role in one.homes if role in ADULTS}
    return any(home in mine for home, role in other.homes if role in ADULTS)


def _may_be_twins(one: Side, other: Side) -> bool:
    same_day = same_birth(one.birth_date, one.precision, other.birth_date, other.precision)
    other_rank = one.birth_rank is not None and other.birth_rank is not None and one.birth_rank != other.birth_rank
    # « Amina » and « Aminah » are one first name misspelt; « Léa » and « Zoé » are two sisters.
    return same_day and (other_rank or similarity(one.first_name, other.first_name) < 2 * ALIKE)


def _born_apart(one: Side, other: Side) -> bool:
    if one.birth_date is None or other.birth_date is None:
        return False
    same = same_birth(one.birth_date, one.precision, other.birth_date, other.precision)
    return not same and not close_birth(one.birth_date, other.birth_date)
