"""What the files of one place leave in the tables: the same rows the real import writes, decided in memory.

The pure rules are those of the beneficiaries app; a parity test replays households through the real actions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from emploi.foundation.clock import add_months
from emploi.pathway.beneficiaries.facts import AddressFacts, HouseholdFacts, MemberFacts
from emploi.pathway.beneficiaries.rules.entries import PastEntry, left_on, opening
from emploi.pathway.beneficiaries.rules.scope import ADULTS, Leaving, in_scope, leaving
from emploi.simulator.history.notices import Notice

KNOWN_OF = 5  # of four persons in five, the agents know whether France Travail follows them


@dataclass(slots=True)
class Role:
    """A person's place in a household."""

    person: Known
    role: str
    started_on: date
    subject: bool | None
    number: str
    ended_on: date | None = None


@dataclass(slots=True)
class Known:
    """A person as the tables hold them at the end."""

    key: int
    facts: MemberFacts
    number: str
    adult: bool
    since: date
    id: int = 0


@dataclass(slots=True)
class Lodging:
    """One address row."""

    facts: AddressFacts
    received_on: date
    run: int
    current: bool = True


@dataclass(slots=True)
class Dossier:
    """A household row, and what each file said of its right, its duties and its addresses."""

    facts: HouseholdFacts
    notice: Notice
    transferred_in: date | None = None
    transferred_out: date | None = None
    rights: list[tuple[Notice, int, str, str, Decimal | None]] = field(default_factory=list)
    duties: list[tuple[Notice, int, Known, str, bool | None]] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    lodgings: list[Lodging] = field(default_factory=list)
    id: int = 0


@dataclass(slots=True)
class Passage:
    """An entry, and what happened to it: ("opened" | "closed" | "reopened", day known, detail)."""

    person: Known
    dossier: Dossier
    opened_with: HouseholdFacts
    notice: Notice
    run: int
    kind: str
    previous: Passage | None
    commune: str
    followed: bool | None
    interrupted_on: date | None = None
    closed_on: date | None = None
    closing_reason: str = ""
    closed_known_on: date | None = None
    reopened_on: date | None = None
    changes: list[tuple[str, date, date, str]] = field(default_factory=list)
    id: int = 0


@dataclass(slots=True)
class Doubt:
    """Duties the payer does not tell: a point to check."""

    person: Known
    dossier: Dossier
    raised_on: date
    run: int
    settled_on: date | None = None


Oriented = Callable[[Passage, date], bool]


class Ledger:
    """The files of one place, applied in the order they were received."""

    def __init__(self, return_gap_months: int, oriented: Oriented) -> None:
        self.gap, self.oriented = return_gap_months, oriented
        self.people: dict[int, Known] = {}
        self.dossiers: dict[str, Dossier] = {}
        self.passages: list[Passage] = []
        self.doubts: list[Doubt] = []
        self._last: dict[int, Passage] = {}

    def apply(self, facts: HouseholdFacts, keys: list[int], notice: Notice, run: int, *, first_load: bool) -> None:
        """One dossier of one file; `keys` tell who its members are."""
        dossier = self.dossiers.get(facts.claim_number)
        if dossier is None:
            dossier = self.dossiers[facts.claim_number] = Dossier(facts, notice)
        dossier.facts, dossier.notice = facts, notice
        dossier.transferred_in = facts.transfer_in_on or dossier.transferred_in
        dossier.transferred_out = facts.transfer_out_on or dossier.transferred_out
        members = [self._person(key, member, notice) for key, member in zip(keys, facts.members, strict=True)]
        self._rights(dossier, notice, run)
        gone = self._roles(dossier, members, notice, run)
        self._addresses(dossier, notice, run)
        for person in gone:
            self._leave(person, dossier, Leaving.LEFT_HOUSEHOLD, notice)
        for person, member in zip(members, facts.members, strict=True):
            if member.role in ADULTS:
                self._stand(person, member, dossier, notice, run, first_load=first_load)

    def _person(self, key: int, facts: MemberFacts, notice: Notice) -> Known:
        adult = facts.role in ADULTS
        known = self.people.get(key)
        if known is None:
            known = self.people[key] = Known(key, facts, facts.pole_emploi_number, adult, notice.created_on)
            return known
        known.number = known.number or facts.pole_emploi_number
        known.adult = known.adult or adult
        known.facts = facts
        return known

    def _rights(self, dossier: Dossier, notice: Notice, run: int) -> None:
        facts = dossier.facts
        last = dossier.rights[-1] if dossier.rights else None
        if last is None or last[2:] != (facts.state, facts.motive, facts.amount):
            dossier.rights.append((notice, run, facts.state, facts.motive, facts.amount))

    def _roles(self, dossier: Dossier, members: list[Known], notice: Notice, run: int) -> list[Known]:
        """Follows the roles and the duties; returns the people who left the household."""
        active = {role.person.key: role for role in dossier.roles if role.ended_on is None}
        for person, member in zip(members, dossier.facts.members, strict=True):
            former = active.pop(person.key, None)
            if former is not None and former.role == member.role:
                former.subject = member.subject
                former.number = member.pole_emploi_number or former.number
            else:
                if former is not None:
                    former.ended_on = notice.reference_on
                number = member.pole_emploi_number
                dossier.roles.append(Role(person, member.role, notice.reference_on, member.subject, number))
            if member.role in ADULTS:
                self._duties(dossier, person, member, notice, run)
        for role in active.values():
            role.ended_on = notice.reference_on
        return [role.person for role in active.values()]

    def _duties(self, dossier: Dossier, person: Known, member: MemberFacts, notice: Notice, run: int) -> None:
        last = next((row for row in reversed(dossier.duties) if row[2] is person), None)
        if last is None or last[3:] != (member.role, member.subject):
            dossier.duties.append((notice, run, person, member.role, member.subject))

    def _addresses(self, dossier: Dossier, notice: Notice, run: int) -> None:
        current = {lodging.facts.rank: lodging for lodging in dossier.lodgings if lodging.current}
        for address in dossier.facts.addresses:
            former = current.pop(address.rank, None)
            if former is not None and former.facts == address:
                continue
            if former is not None:
                former.current = False
            dossier.lodgings.append(Lodging(address, notice.created_on, run))
        for former in current.values():
            former.current = False

    def _stand(
        self, person: Known, member: MemberFacts, dossier: Dossier, notice: Notice, run: int, *, first_load: bool
    ) -> None:
        """Whether this adult comes in, goes on, leaves, or cannot be told (definitions.md, Entrant)."""
        facts, last = dossier.facts, self._last.get(person.key)
        inside = in_scope(facts.state, facts.motive, member.role, member.subject)
        moved = facts.transfer_out_on is not None
        reason = leaving(facts.state, facts.motive, member.role, member.subject, transferred_out=moved)
        if inside:
            self._enter(person, dossier, notice, run, last, first_load=first_load)
        elif last is not None and last.closed_on is None:
            if reason is not None:
                self._leave(person, dossier, reason, notice)
        elif inside is None and not any(d.person is person and d.settled_on is None for d in self.doubts):
            self.doubts.append(Doubt(person, dossier, notice.created_on, run))
        if inside or reason is not None:
            self._settle(person, notice)

    def _enter(
        self, person: Known, dossier: Dossier, notice: Notice, run: int, last: Passage | None, *, first_load: bool
    ) -> None:
        if last is not None and last.closed_on is None:
            last.dossier = dossier
            return
        past = None if last is None else PastEntry(id(last), last.closed_on or notice.reference_on, last.closing_reason)
        decided = opening(
            past,
            on=notice.reference_on,
            return_gap_months=self.gap,
            add_months=add_months,
            orientation_runs=last is not None and self.oriented(last, notice.created_on),
            first_load=first_load,
            transferred_in=dossier.facts.transfer_in_on is not None,
        )
        if decided.reopens and last is not None:
            last.interrupted_on = last.closed_on
            last.closed_on, last.closing_reason, last.closed_known_on = None, "", None
            last.reopened_on, last.dossier = notice.created_on, dossier
            continuous = "continuous" if decided.continuous else ""
            last.changes.append(("reopened", notice.created_on, notice.reference_on, continuous))
            return
        # What the person said when she came, not an old number: of some, nobody knows yet.
        followed = bool(person.facts.pole_emploi_number) if person.key % KNOWN_OF else None
        commune = dossier.facts.addresses[0].insee
        passage = Passage(person, dossier, dossier.facts, notice, run, decided.kind, last, commune, followed)
        passage.changes.append(("opened", notice.created_on, notice.reference_on, decided.kind))
        self._last[person.key] = passage
        self.passages.append(passage)

    def _leave(self, person: Known, dossier: Dossier, reason: Leaving, notice: Notice) -> None:
        last = self._last.get(person.key)
        if last is None or last.closed_on is not None or last.dossier is not dossier:
            return
        told = dossier.facts.ended_on if reason not in (Leaving.DUTIES_ENDED, Leaving.LEFT_HOUSEHOLD) else None
        opened = last.opened_with
        floors = [day for day in (opened.right_origin_on or opened.claimed_on, last.interrupted_on) if day]
        last.closing_reason = reason.value
        last.closed_on = left_on(told, reference_on=notice.reference_on, not_before=max(floors, default=None))
        last.closed_known_on = notice.created_on
        last.changes.append(("closed", notice.created_on, last.closed_on, reason.value))

    def _settle(self, person: Known, notice: Notice) -> None:
        for doubt in self.doubts:
            if doubt.person is person and doubt.settled_on is None:
                doubt.settled_on = notice.created_on
