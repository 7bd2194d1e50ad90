"""The agendas of the officers: who receives where on which weekday, and which hours are taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from emploi.foundation import clock
from emploi.simulator.life.draws import Draws

HOURS = (time(9), time(10), time(11), time(13, 30), time(14, 30), time(15, 30), time(16, 30))
WORKDAYS = 5


@dataclass(frozen=True, slots=True)
class Site:
    """A place where people are received, in its territory."""

    id: int
    territory: str


@dataclass(frozen=True, slots=True)
class Taken:
    """One hour of one officer, taken."""

    desk: int
    site: Site
    day: date
    hour: int

    @property
    def starts_at(self) -> datetime:
        """The first minute, in Paris time."""
        return datetime.combine(self.day, HOURS[self.hour], clock.ZONE)


def rota(desks: int, sites: Sequence[Site], weights: dict[str, float]) -> list[list[Site]]:
    """For each officer, the site of each weekday: officer-days shared by territory, by its weight (largest remainders).

    Inside a territory the sites follow each other, so that each one opens at least now and then.
    """
    by_territory: dict[str, list[Site]] = defaultdict(list)
    for site in sites:
        by_territory[site.territory].append(site)
    total, days = sum(weights.get(name, 0.0) for name in by_territory) or 1.0, desks * WORKDAYS
    exact = {name: max(weights.get(name, 0.0), 0.01) / total * days for name in by_territory}
    given = {name: max(int(share), 1) for name, share in exact.items()}
    for name in sorted(exact, key=lambda n: given[n] - exact[n]):
        if sum(given.values()) >= days:
            break
        given[name] += 1
    line = [found[n % len(found)] for name, found in by_territory.items() for n in range(given[name])]
    line = (line * (days // len(line) + 1))[:days]
    # One officer after the other: most of them work a whole week in one territory.
    return [line[desk * WORKDAYS : (desk + 1) * WORKDAYS] for desk in range(desks)]


class Agenda:
    """What is open and what is taken; `special` is a day received although it is not a working day."""

    def __init__(self, weeks: list[list[Site]], *, special: date | None = None) -> None:
        self.weeks, self.special = weeks, special
        self._taken: dict[tuple[date, int], set[int]] = defaultdict(set)
        self._desks: dict[tuple[int, str], list[int]] = defaultdict(list)
        for desk, week in enumerate(weeks):
            for weekday, site in enumerate(week):
                self._desks[(weekday, site.territory)].append(desk)
                self._desks[(weekday, "")].append(desk)

    def is_open(self, day: date) -> bool:
        """Whether people are received that day."""
        return clock.is_working_day(day) or day == self.special

    def site(self, desk: int, day: date) -> Site:
        """Where an officer works that day; on a special day, as on a Friday."""
        return self.weeks[desk][min(day.weekday(), WORKDAYS - 1)]

    def take(self, draws: Draws, territory: str, earliest: date, wished: date, latest: date) -> Taken | None:
        """Takes the free hour nearest to the wished day, in the territory if possible; None when all is taken."""
        for where in (territory, ""):
            for day in _around(wished, earliest, latest):
                if self.is_open(day) and (found := self._on(draws, day, where)) is not None:
                    return found
        return None

    def _on(self, draws: Draws, day: date, territory: str) -> Taken | None:
        desks = self._desks.get((min(day.weekday(), WORKDAYS - 1), territory), [])
        start = int(draws.random() * len(desks)) if desks else 0
        for step in range(len(desks)):
            desk = desks[(start + step) % len(desks)]
            taken = self._taken[(day, desk)]
            if len(taken) < len(HOURS):
                first = int(draws.random() * len(HOURS))
                hour = next(h for n in range(len(HOURS)) if (h := (first + n) % len(HOURS)) not in taken)
                taken.add(hour)
                return Taken(desk, self.site(desk, day), day, hour)
        return None


def _around(wished: date, earliest: date, latest: date) -> Iterator[date]:
    """The wished day, then its neighbours further and further, inside the bounds."""
    wished = min(max(wished, earliest), latest)
    for distance in range((latest - earliest).days + 1):
        later, sooner = wished + timedelta(days=distance), wished - timedelta(days=distance)
        if later <= latest:
            yield later
        if distance and sooner >= earliest:
            yield sooner
