"""What happened to a household between two looks at it: pure, one table of cases (caf-flows.md §2.5, §2.8 rule 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from emploi.foundation.events import Event
from emploi.pathway.beneficiaries import right_events as told
from emploi.pathway.beneficiaries.rules.scope import ADULTS, CLOSED, PENDING, REFUSED

CHILD = "ENF"
PAID = "2"
SUSPENDED = frozenset({"3", "4"})
# States and motives by which the payer says that it applies a decision of the Département.
SANCTIONS = frozenset({("3", "GJ"), ("3", "GK"), ("3", "GL"), ("4", "70"), ("4", "CG"), ("5", "PCG"), ("6", "PCG")})


@dataclass(frozen=True, slots=True)
class Look:
    """A household as it stands: its right, its place, its people and those of them whose entry is open."""

    household_id: int
    state: str
    motive: str
    commune: str = ""
    transferred_in_on: date | None = None
    transferred_out_on: date | None = None
    reduction: str = ""
    roles: Mapping[int, str] = field(default_factory=dict)
    entered: frozenset[int] = frozenset()
    commune_name: str = ""

    @property
    def adults(self) -> list[int]:
        """Claimant and spouse."""
        return [person for person, role in self.roles.items() if role in ADULTS]

    @property
    def children(self) -> int:
        """How many children."""
        return sum(1 for role in self.roles.values() if role == CHILD)

    @property
    def is_sanctioned(self) -> bool:
        """Whether the payer applies a decision of the Département."""
        return (self.state, self.motive) in SANCTIONS


def happenings(before: Look | None, after: Look, on: date) -> Iterator[Event]:
    """Yield what to tell of one household; a household nobody knew only tells of its claim and where it comes from."""
    tell = partial(_tell, after, on)
    yield from _right(before, after, tell)
    yield from _transfers(before, after, tell)
    if before is None:
        return
    yield from _reduction(before, after, tell)
    yield from _people(before, after, on)
    if before.commune != after.commune:
        stayed = [person for person in after.adults if person in before.roles]
        names = {"former_name": before.commune_name, "name": after.commune_name}
        yield from tell(told.HouseholdMoved, stayed, former_commune=before.commune, commune=after.commune, **names)


def _right(before: Look | None, after: Look, tell: Callable[..., Iterator[Event]]) -> Iterator[Event]:
    former = (before.state, before.motive) if before else ("", "")
    if former == (after.state, after.motive):
        return
    state, motive = after.state, after.motive
    if state == PENDING and former[0] != PENDING:
        yield from tell(told.ClaimPending)
    if before is None:
        return
    if after.is_sanctioned:
        yield from tell(told.SanctionApplied, state=state, motive=motive)
    elif state in SUSPENDED:
        yield from tell(told.RightSuspended, state=state, motive=motive)
    elif state == PAID and former[0] in SUSPENDED:
        yield from tell(told.RightResumed)
    else:
        yield from _ends(before, after, tell)


def _ends(before: Look, after: Look, tell: Callable[..., Iterator[Event]]) -> Iterator[Event]:
    if after.state == REFUSED and before.state == PENDING:
        yield from tell(told.ClaimRefused, motive=after.motive)
    elif after.state in CLOSED and before.state not in CLOSED and after.transferred_out_on is None:
        yield from tell(told.RightClosed, _not_told(before, after), motive=after.motive)


def _transfers(before: Look | None, after: Look, tell: Callable[..., Iterator[Event]]) -> Iterator[Event]:
    if after.transferred_in_on and (before is None or before.transferred_in_on != after.transferred_in_on):
        entered = after.entered - (before.entered if before else frozenset())
        yield from tell(told.TransferredIn, [person for person in after.adults if person not in entered])
    if before and after.transferred_out_on and before.transferred_out_on != after.transferred_out_on:
        yield from tell(told.TransferredOut, _not_told(before, after))


def _reduction(before: Look, after: Look, tell: Callable[..., Iterator[Event]]) -> Iterator[Event]:
    if after.reduction and after.reduction != before.reduction:
        yield from tell(told.RightReduced, amount=after.reduction)
    elif before.reduction and not after.reduction:
        yield from tell(told.ReductionEnded)


def _people(before: Look, after: Look, on: date) -> Iterator[Event]:
    for person in after.adults:
        if person not in before.roles:
            role = after.roles[person]
            yield told.JoinedHousehold(person_id=person, household_id=after.household_id, on=on, role=role)
    for person in before.adults:
        if person not in after.roles and not (person in before.entered and person not in after.entered):
            yield told.LeftHousehold(person_id=person, household_id=after.household_id, on=on)
    new_children = [p for p, role in after.roles.items() if role == CHILD and p not in before.roles]
    if new_children:
        yield from _tell(after, on, told.ChildArrived, count=len(new_children))


def _not_told(before: Look, after: Look) -> list[int]:
    """The adults whose entry did not end with this file: those it ended for were told by EntryClosed."""
    return [p for p in after.adults if not (p in before.entered and p not in after.entered)]


def _tell(
    after: Look, on: date, kind: type[told.HouseholdEvent], people: list[int] | None = None, **words: Any
) -> Iterator[Event]:
    for person in after.adults if people is None else people:
        yield kind(person_id=person, household_id=after.household_id, on=on, **words)
