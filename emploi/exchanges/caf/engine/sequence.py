"""The files received, series by series: what came, what came late or twice, what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from emploi.exchanges.caf.engine.checks import DAILY
from emploi.exchanges.caf.models import ReceivedFile
from emploi.foundation import clock
from emploi.foundation.intake import workflow
from emploi.foundation.ui.french import date_long_fr, month_fr

MONTHS_SHOWN = 13
DAYS_SHOWN = 30
YEAR = 12


@dataclass(frozen=True, slots=True)
class Step:
    """One month, or one working day, of a series; no file means that it is missing."""

    day: date
    files: tuple[ReceivedFile, ...]
    is_due: bool
    is_monthly: bool
    # One of its files was recorded after the file of a later moment.
    is_late: bool

    @property
    def name(self) -> str:
        """The month or the day, in words."""
        return month_fr(self.day) if self.is_monthly else date_long_fr(self.day)

    @property
    def is_missing(self) -> bool:
        """Whether a file should have come and did not."""
        return self.is_due and not self.files

    @property
    def is_repeated(self) -> bool:
        """Whether several files tell the same moment."""
        return len(self.files) > 1

    @property
    def sentence(self) -> str:
        """What is missing, said to the agent."""
        if not self.is_monthly:
            return f"Il manque le fichier du {self.name}."
        return f"Il manque le fichier {'d’' if self.name[0] in 'ao' else 'de '}{self.name}."


@dataclass(frozen=True, slots=True)
class Series:
    """One payer and one cadence."""

    name: str
    title: str
    steps: tuple[Step, ...]

    @property
    def missing(self) -> list[Step]:
        """The steps without a file, the latest first."""
        return [step for step in self.steps if step.is_missing]


def series_of(today: date, due_days: int) -> list[Series]:
    """Every series, its last months or its last working days, the latest first: one query."""
    since = today - timedelta(days=31 * (MONTHS_SHOWN + 1))
    files = ReceivedFile.objects.filter(run__status__in=workflow.APPLIED, reference_on__gte=since)
    by_series: dict[str, list[ReceivedFile]] = defaultdict(list)
    for file in files.select_related("run").order_by("run__created_at", "pk"):
        by_series[file.series].append(file)
    return [_series(name, found, today, due_days) for name, found in sorted(by_series.items())]


def late_months(today: date, due_days: int) -> list[tuple[str, Step]]:
    """The monthly files that are due and have not come, newest of each series only: what « Ma journée » warns of."""
    found = []
    for series in series_of(today, due_days):
        due = [step for step in series.steps if step.is_monthly and step.is_due]
        if due and not due[0].files:
            found.append((series.title, due[0]))
    return found


def month_due_on(month_end: date, due_days: int) -> date:
    """The day a monthly file is expected at the latest."""
    return month_end + timedelta(days=due_days)


def _series(name: str, files: Sequence[ReceivedFile], today: date, due_days: int) -> Series:
    payer, monthly = files[-1].payer or "organisme inconnu", files[-1].flow_type != DAILY
    steps = _months(files, today, due_days) if monthly else _days(files, today)
    title = f"Fichiers {'mensuels' if monthly else 'quotidiens'} de la {payer}" if files[-1].payer else name
    return Series(name, title, tuple(steps))


def _late(files: Iterable[ReceivedFile]) -> set[int]:
    """The files that came after one of a later moment; given in the order they were recorded."""
    found, newest = set(), date.min
    for file in files:
        if file.reference_on < newest:
            found.add(file.pk)
        newest = max(newest, file.reference_on)
    return found


def _months(files: Sequence[ReceivedFile], today: date, due_days: int) -> Iterable[Step]:
    received: dict[tuple[int, int], list[ReceivedFile]] = defaultdict(list)
    for file in files:
        received[(file.reference_on.year, file.reference_on.month)].append(file)
    first, late = min(received), _late(files)
    for back in range(MONTHS_SHOWN):
        index = today.year * YEAR + today.month - 1 - back
        year, month = divmod(index, YEAR)
        end = _month_end(year, month + 1)
        if (year, month + 1) < first:
            return
        is_due = today > month_due_on(end, due_days)
        found = received.get((year, month + 1), [])
        if found or is_due:
            yield _step(end, found, late, is_due=is_due, is_monthly=True)


def _days(files: Sequence[ReceivedFile], today: date) -> Iterable[Step]:
    received: dict[date, list[ReceivedFile]] = defaultdict(list)
    for file in files:
        received[file.reference_on].append(file)
    first, late = min(received), _late(files)
    for back in range(DAYS_SHOWN):
        day = today - timedelta(days=back)
        if day >= first and (day in received or clock.is_working_day(day)):
            # The file of a day is made that day: it is missed from the next one.
            yield _step(day, received.get(day, []), late, is_due=day < today, is_monthly=False)


def _step(day: date, files: Sequence[ReceivedFile], late: set[int], *, is_due: bool, is_monthly: bool) -> Step:
    is_late = any(file.pk in late for file in files)
    return Step(day, tuple(files), is_due=is_due, is_monthly=is_monthly, is_late=is_late)


def _month_end(year: int, month: int) -> date:
    return (date(year + month // YEAR, month % YEAR + 1, 1)) - timedelta(days=1)
