"""An entry ready for its story: what the later tables need of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from emploi.foundation import clock
from emploi.foundation.names import proper_first_name, proper_last_name
from emploi.simulator.history.ledger import Passage
from emploi.simulator.life.contacts import Reach

# The daily and monthly files are read in the morning.
READ_AT = timedelta(hours=7, minutes=30)


@dataclass(slots=True)
class Case:
    """One entry, its person and how to write to them."""

    entry_id: int
    person_id: int
    household_id: int
    serial: int
    rank: int
    opened_on: date
    kind: str
    commune: str
    followed: bool | None
    self_employed: bool
    is_msa: bool
    homeless: bool
    dependants: int
    first_name: str
    last_name: str
    title: str
    mobile: str
    email: str
    address: tuple[str, ...]
    changes: list[tuple[str, date, date, str]]
    first_reference_on: date

    @property
    def said_first_name(self) -> str:
        """The first name as screens and messages say it."""
        return proper_first_name(self.first_name)

    @property
    def full_name(self) -> str:
        """The whole name as screens and letters say it."""
        return f"{self.said_first_name} {proper_last_name(self.last_name)}"

    @property
    def is_stock(self) -> bool:
        """An entry of the first file: no clock, no invitation."""
        return self.kind == "stock"

    @property
    def is_digital(self) -> bool:
        """Whether an SMS or an e-mail may reach the person."""
        return bool(self.mobile or self.email)

    @property
    def channels(self) -> list[str]:
        """The channels an invitation uses."""
        digital = [name for name, value in (("sms", self.mobile), ("email", self.email)) if value]
        return digital or ["letter"]

    def closed_at(self) -> datetime | None:
        """The moment the exit was known, when nothing reopened the entry afterwards."""
        if self.changes[-1][0] != "closed":
            return None
        return clock.start_of(self.changes[-1][1]) + READ_AT


def case_of(passage: Passage, rank: int, reach: Reach, *, self_employed: bool) -> Case:
    """The case of a passage already written."""
    facts, person = passage.dossier.facts, passage.person.facts
    home = facts.addresses[0]
    road = " ".join(part for part in (home.number, home.street_type, home.street) if part)
    return Case(
        entry_id=passage.id,
        person_id=passage.person.id,
        household_id=passage.dossier.id,
        serial=passage.person.key,
        rank=rank,
        opened_on=passage.notice.created_on,
        kind=passage.kind,
        commune=passage.commune,
        followed=passage.followed,
        self_employed=self_employed,
        is_msa=facts.payer == "MSA",
        homeless=facts.homeless,
        dependants=facts.dependants,
        first_name=person.first_name,
        last_name=person.last_name,
        title=person.title,
        mobile="" if reach.dead_phone else reach.mobile,
        email="" if reach.dead_email else reach.email,
        address=tuple(line for line in (home.complement, road, f"{home.postal_code} {home.city}") if line),
        changes=passage.changes,
        first_reference_on=passage.notice.reference_on,
    )
