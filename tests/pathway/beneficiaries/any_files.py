"""Any sequence of files about a few households, and all that is known once they are read, whatever their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from emploi.foundation import clock
from emploi.pathway.beneficiaries.actions import apply_households
from emploi.pathway.beneficiaries.facts import FileFacts, HouseholdFacts, MemberFacts
from emploi.pathway.beneficiaries.models import DutyState, Entry, HouseholdRole, Person, RightState
from emploi.pathway.clocks.models import Deadline
from tests.pathway.beneficiaries.builders import household, member, spouse
from tests.pathway.beneficiaries.conftest import BY

ABSENT, OPEN, CLOSED, STOPPED, OUTSIDE = "absent", "open", "closed", "stopped", "outside"
ALONE, TOGETHER = "alone", "together"


@dataclass(frozen=True)
class Line:
    """How one file shows one household."""

    state: str
    people: str = ALONE

    def facts(self, number: int, reference_on: date) -> HouseholdFacts:
        """The dossier: its second member may be the husband, who may also have a dossier of his own."""
        subject = self.state != OUTSIDE
        people: list[MemberFacts] = [_wife(number, subject=subject)]
        if self.people == TOGETHER:
            people.append(_husband(subject=subject))
        if number == HIS:
            people = [_husband(subject=subject, role="DEM")]
        state, motive = {CLOSED: ("5", "RFD"), STOPPED: ("4", "06")}.get(self.state, ("2", ""))
        return household(
            claim_number=f"{number:08d}099",
            payer_number=f"{number:07d}",
            state=state,
            motive=motive,
            claimed_on=date(2026, 1, 1 + number),
            right_origin_on=date(2026, 1, 1),
            members=tuple(people),
            ended_on=reference_on - timedelta(days=9) if self.state == CLOSED else None,
        )


HIS = 2  # the household that the husband of the first one may open for himself


def _wife(number: int, *, subject: bool) -> MemberFacts:
    name = f"NOM{'ABC'[number - 1]}"
    return member(
        last_name=name, birth_name=name, first_name=f"PRENOM{'XYZ'[number - 1]}", nir13=f"28899269900{number:02d}",
        subject=subject,
    )  # fmt: skip


def _husband(*, subject: bool, role: str = "CJT") -> MemberFacts:
    return spouse(last_name="NOMA", birth_name="NOMH", nir13="1859926990099", subject=subject, role=role)


@dataclass(frozen=True)
class Received:
    """One file and what it holds."""

    file: FileFacts
    households: tuple[HouseholdFacts, ...]


@st.composite
def worlds(draw: st.DrawFn) -> list[Received]:
    """Two to five files, monthly or daily, of one to three households, with the day each was received.

    The first of them, by its date, may be the stock of a Département that begins: read first, or late.
    """
    count = draw(st.integers(1, 3))
    references = sorted(draw(st.sets(st.integers(0, 17), min_size=2, max_size=5)))
    begins_with_stock = draw(st.booleans())
    files = []
    for run, moment in enumerate(references, start=1):
        # Even: the last day of a month; odd: a day of the month after, made and received the same day.
        monthly = moment % 2 == 0
        month_end = _last_day(1 + moment // 2)
        reference_on = month_end if monthly else month_end + timedelta(days=3)
        created_on = month_end + timedelta(days=5) if monthly else reference_on
        received_on = created_on + timedelta(days=draw(st.sampled_from([0, 1, 40])))
        source = "monthly" if monthly else "daily"
        lines = [
            Line(draw(st.sampled_from([ABSENT, OPEN, OPEN, CLOSED, STOPPED, OUTSIDE])),
                 draw(st.sampled_from([ALONE, TOGETHER])) if number == 1 else ALONE)
            for number in range(1, count + 1)
        ]  # fmt: skip
        is_stock = begins_with_stock and run == 1
        file = FileFacts(reference_on, created_on, received_on, source, run, is_stock)
        shown = [line.facts(n, reference_on) for n, line in enumerate(lines, start=1) if line.state != ABSENT]
        files.append(Received(file, tuple(shown)))
    return files


def _last_day(month: int) -> date:
    return date(2026, month + 1, 1) - timedelta(days=1)


def imported(files: Sequence[Received]) -> None:
    """Import files one after the other."""
    for received in files:
        apply_households(received.households, file=received.file, by=BY, at=clock.now())


def entries() -> list[tuple[Any, ...]]:
    """Every entry that counts, without the numbers the database gave."""
    rows = Entry.objects.exclude(closing_reason="duplicate").order_by(
        "person__nir_hash", "opened_on", "duties_since_on"
    )
    return list(
        rows.values_list(
            "person__nir_hash", "household__claim_number", "kind", "opened_on", "duties_since_on", "caf_known_on",
            "claimed_on", "closed_on", "closing_reason", "closed_known_on", "interrupted_on", "reopened_on",
            "previous__opened_on", "is_stock",
        )
    )  # fmt: skip


def rights() -> dict[tuple[Any, ...], list[tuple[Any, ...]]]:
    """What was said of each dossier and of each person, told without repetition."""
    said: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    rows = RightState.objects.order_by("reference_on").values_list(
        "household__claim_number", "reference_on", "state", "motive"
    )
    for claim, *what in rows:
        said.setdefault((claim,), []).append(tuple(what))
    # A household typed by hand is nobody's dossier.
    filed = DutyState.objects.exclude(household__claim_number=None)
    duties = filed.order_by("reference_on").values_list(
        "household__claim_number", "person__nir_hash", "reference_on", "role", "subject"
    )
    for claim, name, *what in duties:
        said.setdefault((claim, name), []).append(tuple(what))
    return {who: list(_told_once(lines)) for who, lines in said.items()}


def _told_once(lines: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    yield lines[0]
    yield from (now for before, now in pairwise(lines) if before[1:] != now[1:])


def everything() -> dict[str, Any]:
    """All that must not depend on the order of imports."""
    roles = HouseholdRole.objects.exclude(household__claim_number=None).values_list(
        "household__claim_number", "person__nir_hash", "role", "started_on", "ended_on"
    )
    return {
        "persons": sorted(Person.objects.alive_records().values_list("nir_hash", flat=True)),
        "roles": sorted(roles, key=str),
        "rights": rights(),
        "entries": entries(),
        "delays": delays(),
    }


def delays() -> list[tuple[Any, ...]]:
    """What is owed, missed, or void and since when; the stock never owed what an earlier order of files started."""
    rows = Deadline.objects.exclude(entry__closing_reason="duplicate").exclude(void_reason="stock")
    columns = ("entry__person__nir_hash", "kind", "started_on", "due_on", "met_on", "voided_on", "void_reason")
    return sorted(rows.values_list(*columns), key=str)


def after(
    files: Sequence[Received],
    *,
    acts: Callable[[], None] | None = None,
    before: int = 0,
    look: Callable[[], None] | None = None,
) -> dict[str, Any]:
    """What is known once these files are imported (an agent acts before one of them), everything undone afterwards."""
    with transaction.atomic():
        imported(files[:before])
        if acts is not None:
            acts()
        imported(files[before:])
        known = everything()
        if look is not None:
            look()
        transaction.set_rollback(True)
    return known
