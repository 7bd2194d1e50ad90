"""Who holds each place of the file, month after month.

A file of N dossiers is N places; when the right of one is closed, the place goes the next month to a newcomer or to
somebody who comes back. So every month has exactly N dossiers, entries follow exits, and one place can be lived without
looking at the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from emploi.simulator.life.calibration import Calibration
from emploi.simulator.life.draws import TENANCY, Draws, stream

STOCK, FIRST, RETURN, REFUSED = "stock", "first", "return", "refused"
QUICK: Final = 4  # months
MAY_RETURN: Final = frozenset({"ECH", "RFD", "RAU"})


@dataclass(frozen=True, slots=True)
class Tenancy:
    """One household in one place, from its first month in the file to its last.

    `core` tells which people they are, `claim` which request number they carry (a quick return keeps its own),
    `previous` the tenancy they come back from.
    """

    slot: int
    number: int
    core: int
    claim: int
    kind: str
    first_month: int
    closed_month: int
    last_month: int
    closing: str
    previous: Tenancy | None = None

    @property
    def path(self) -> tuple[int, int]:
        """The path of this tenancy's own draws."""
        return self.slot, self.number


class Place:
    """One place of the file and the households that hold it in turn."""

    def __init__(self, slot: int, seed: int, figures: Calibration) -> None:
        self.slot, self.seed, self.figures = slot, seed, figures
        self.gone: list[Tenancy] = []

    def tenancies(self, until: int) -> Iterator[Tenancy]:
        """The tenancies that begin in or before the month `until`, in order."""
        tenancy = self._stock()
        while tenancy.first_month <= until:
            yield tenancy
            tenancy = self._next(tenancy)

    def holder(self, month: int) -> Tenancy:
        """The tenancy in the file of that month."""
        for tenancy in self.tenancies(month):
            if tenancy.last_month >= month:
                return tenancy
        raise ValueError(f"month {month} is before the first one")

    def _stock(self) -> Tenancy:
        draws = stream(self.seed, TENANCY, self.slot, 0)
        return self._close(draws, 0, self.figures.origin, round(draws.wait(self.figures.stay.stock_months)), STOCK)

    def _next(self, left: Tenancy) -> Tenancy:
        draws = stream(self.seed, TENANCY, self.slot, left.number + 1)
        start = left.last_month + 1
        if left.kind == REFUSED:
            return self._return(draws, left.number + 1, start, self.gone.pop())
        if left.closing in MAY_RETURN:
            self.gone.append(left)
            if draws.chance(self.figures.rates["quick_return_share"]):
                return self._refused(left.number + 1, start)
        candidates = self.gone[:-1] if self.gone and self.gone[-1] is left else self.gone
        if candidates and draws.chance(self.figures.rates["late_return_share"]):
            former = draws.pick(candidates)
            self.gone.remove(former)
            return self._return(draws, left.number + 1, start, former)
        return self._close(draws, left.number + 1, start, self._length(draws), FIRST)

    def _refused(self, number: int, start: int) -> Tenancy:
        """A request looked at for a month then refused: the time a quick return needs."""
        return Tenancy(self.slot, number, number, number, REFUSED, start, start + 1, start + 1, "REFUSED")

    def _return(self, draws: Draws, number: int, start: int, former: Tenancy) -> Tenancy:
        # definitions.md, Return: below four months the same dossier goes on; beyond, the CAF gives a new number.
        claim = former.claim if start - former.closed_month < QUICK else number
        length = self._length(draws)
        return self._close(draws, number, start, length, RETURN, core=former.core, claim=claim, previous=former)

    def _close(
        self,
        draws: Draws,
        number: int,
        start: int,
        length: int,
        kind: str,
        core: int | None = None,
        claim: int | None = None,
        previous: Tenancy | None = None,
    ) -> Tenancy:
        """Fixes when and why the right ends: later when few people come in the month that follows (CAL-P26)."""
        month = start + max(length, 1)
        season = self.figures.season
        while draws.random() * max(season) > season[(month + 1) % 12]:
            month += 1
        closing = self.figures.closing.draw(draws)
        if closing == "ECH" and month - start < 6:
            closing = "RFD"
        last = month + (1 if draws.chance(self.figures.rates["regularised_share"]) else 0)
        own = number if core is None else core
        return Tenancy(
            self.slot, number, own, number if claim is None else claim, kind, start, month, last, closing, previous
        )

    def _length(self, draws: Draws) -> int:
        stay = self.figures.stay
        mean = stay.short_months if draws.chance(stay.short_share) else stay.long_months
        return 1 + round(draws.wait(mean))
