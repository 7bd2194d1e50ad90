"""The list behind a number: read page by page, never longer nor shorter than the number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, overload

from emploi.foundation.clock import add_months
from emploi.oversight.steering.enums import Outcome, State
from emploi.oversight.steering.lines import LINES
from emploi.oversight.steering.queries.figures import table
from emploi.oversight.steering.queries.rows import Scope, place_condition, read

_SELECT = """
    SELECT rows.entry_id, rows.person_id, rows.opened_on, coalesce(c.name, ''), coalesce(t.name, ''), rows.due_on,
           rows.met_on, rows.days, rows.state, rows.outcome, rows.remote, rows.followed, rows.entry_kind
    FROM rows
    LEFT JOIN geography_commune c ON c.code = rows.commune_id
    LEFT JOIN geography_territory t ON t.id = rows.territory_id
    WHERE ({condition}) AND {place}
    ORDER BY rows.opened_on DESC, rows.entry_id DESC LIMIT %(limit)s OFFSET %(offset)s"""


@dataclass(frozen=True, slots=True)
class Row:
    """One entrant behind a number; `person` is filled for those who may know it."""

    entry_id: int
    person_id: int
    opened_on: date
    commune: str
    territory: str
    due_on: date
    met_on: date | None
    days: int | None
    state: State
    outcome: str
    remote: bool
    followed: bool
    entry_kind: str
    person: str = ""

    @property
    def reason(self) -> str:
        """Return why the promise was not kept, in words."""
        return Outcome(self.outcome).label if self.outcome else ""


@dataclass(slots=True)
class RowList(Sequence[Row]):
    """The rows of one line of a cohort, the latest entrants first; its length is the number shown."""

    scope: Scope
    line: str
    _months: dict[date, int] | None = field(default=None, repr=False)

    def __len__(self) -> int:
        """Return the number the list explains."""
        return sum(self._counts().values())

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        """Read some rows: only the months of entry they belong to are looked at."""
        if isinstance(index, int):
            return self[index : index + 1][0]
        start, stop = index.start or 0, min(len(self), index.stop if index.stop is not None else len(self))
        skipped, months = self._months_of(start, stop)
        if not months:
            return []
        scope = self.scope.between(min(months), add_months(max(months), 1))
        select = _SELECT.format(condition=LINES[self.line].condition, place=place_condition(scope))
        found = read(scope, select, {"limit": stop - start, "offset": start - skipped})
        return [_row(values) for values in found]

    def _counts(self) -> dict[date, int]:
        if self._months is None:
            months = table(self.scope, (self.line,)).months
            self._months = {month: figures[self.line] for month, figures in months.items()}
        return self._months

    def _months_of(self, start: int, stop: int) -> tuple[int, list[date]]:
        """Return how many rows stand before the months of a slice, and these months."""
        months: list[date] = []
        before, seen = 0, 0
        for month, count in sorted(self._counts().items(), reverse=True):
            if seen + count <= start:
                before += count
            elif seen < stop:
                months.append(month)
            seen += count
        return before, months


def _row(values: tuple[Any, ...]) -> Row:
    (entry_id, person_id, opened_on, commune, territory, due_on, met_on, days, state, outcome, remote, followed,
     entry_kind) = values  # fmt: skip
    return Row(
        entry_id, person_id, opened_on, commune, territory, due_on, met_on, days, State(state), outcome, remote,
        followed, entry_kind,
    )  # fmt: skip
