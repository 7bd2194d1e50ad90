"""Lines of the list of persons with their next step in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import QuerySet

from emploi.pathway.appointments.models import Kind
from emploi.pathway.beneficiaries.models import Entry
from emploi.portal.desk.queries.persons import PersonLine, lines
from emploi.portal.desk.web.shown import ShownStep, shown_step

BATCH = 500


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """One line of the list, with its next step in words."""

    line: PersonLine
    shown: ShownStep


def shown_lines(entries: Sequence[Entry], *, at: datetime, kind: Kind | None = None) -> list[ShownPerson]:
    """Return the lines of a page."""
    return [
        ShownPerson(line, shown_step(line.person.pk, line.step, line.facts, at.date()))
        for line in lines(entries, at=at, kind=kind)
    ]


def batches(entries: QuerySet[Entry], *, at: datetime, kind: Kind | None = None) -> Iterator[ShownPerson]:
    """Yield every line, five hundred at a time: the memory used does not depend on the Département."""
    rows = entries.iterator(chunk_size=BATCH)
    while chunk := list(islice(rows, BATCH)):
        yield from shown_lines(chunk, at=at, kind=kind)
