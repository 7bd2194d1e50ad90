"""What each member of a dossier is compared, found and sorted by: computed once, ahead of the writing when asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.facts import HouseholdFacts, MemberFacts
from emploi.pathway.beneficiaries.rules.identity import compact, name_key, search_text, sort_name
from emploi.pathway.beneficiaries.rules.matching import ADULTS


@dataclass(frozen=True, slots=True)
class Keys:
    """Compact names, fingerprint of the NIR, key of exact comparison; what an adult is looked for and sorted by."""

    birth_name: str
    last_name: str
    first_name: str
    nir_hash: str
    name_key: str
    search_text: str
    sort_name: str


Prepared = Mapping[MemberFacts, Keys]
_prepared: ContextVar[Prepared | None] = ContextVar("prepared", default=None)


def keys_of(member: MemberFacts) -> Keys:
    """Return the keys of one member as a file shows them."""
    prepared = _prepared.get()
    found = prepared.get(member) if prepared else None
    return found or _computed(member)


def prepare_members(dossiers: Iterable[HouseholdFacts]) -> Prepared:
    """Compute these keys ahead, in another thread: half of the time of a file is spent waiting for PostgreSQL."""
    return {member: _computed(member) for facts in dossiers for member in facts.members}


@contextmanager
def knowing(prepared: Prepared) -> Iterator[None]:
    """Use keys computed ahead for as long as a batch is applied; they hold numbers in clear and are kept no longer."""
    token = _prepared.set(prepared)
    try:
        yield
    finally:
        _prepared.reset(token)


def _computed(member: MemberFacts) -> Keys:
    last, birth, first = member.last_name, member.birth_name, member.first_name
    is_adult = member.role in ADULTS
    return Keys(
        birth_name=compact(birth),
        last_name=compact(last),
        first_name=compact(first),
        nir_hash=nir.fingerprint(member.nir13),
        name_key=name_key(birth, last, first),
        search_text=search_text(last, birth, first) if is_adult else "",
        sort_name=sort_name(last, first) if is_adult else "",
    )
