"""Reading the rulebook: the value of a parameter and the regime on a day."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

from django.db.models import QuerySet

from emploi.foundation.audit.models import JournalEntry
from emploi.territory.rulebook.events import ParameterChanged
from emploi.territory.rulebook.facts import Parameter, Source
from emploi.territory.rulebook.models import ParameterValue, Regime
from emploi.territory.rulebook.rules import typed_value
from emploi.territory.rulebook.wording import short

Table = dict[str, list[Parameter]]


class UnknownValue(LookupError):
    """The rulebook holds no value of a parameter on a day."""


class _Reading:
    """One reading of the whole table, kept while a request or a batch lasts; a write ends it for good."""

    def __init__(self) -> None:
        self.table: Table | None = None
        self.regimes: list[Regime] | None = None
        self.is_over = False


_reading: ContextVar[_Reading | None] = ContextVar("rulebook_reading", default=None)


def value(slug: str, on: date) -> Any:
    """The value of a parameter on a day: int, Decimal (euros), date, bool, str or tuple; UnknownValue if none."""
    return parameter(slug, on).value


def parameter(slug: str, on: date) -> Parameter:
    """The value of a parameter on a day with its unit, source, status and date; UnknownValue if none."""
    for found in _values_of(slug):
        if found.valid_from <= on and (found.valid_to is None or on <= found.valid_to):
            return found
    raise UnknownValue(f"Aucune valeur de « {slug} » au {on:%d/%m/%Y} dans les règles et délais.")


def in_words(slug: str, on: date) -> str:
    """The value of a parameter on a day as a sentence says it: « 15 jours », « 6 semaines »; UnknownValue if none."""
    found = parameter(slug, on)
    return short(found.value, found.unit)


def regime(on: date) -> Regime:
    """The legal regime in force on a day; UnknownValue if none."""
    for found in _regimes():
        if found.valid_from <= on and (found.valid_to is None or on <= found.valid_to):
            return found
    raise UnknownValue(f"Aucun régime au {on:%d/%m/%Y} dans les règles et délais.")


def regimes() -> QuerySet[Regime]:
    """Every regime, the oldest first."""
    return Regime.objects.order_by("valid_from")


def all_values() -> Table:
    """Every value of every parameter, the latest first, in one query."""
    return _table()


def history(slug: str) -> QuerySet[ParameterValue]:
    """The values of a parameter, the latest first."""
    return ParameterValue.objects.filter(slug=slug).order_by("-valid_from")


def local_changes(slug: str) -> QuerySet[JournalEntry]:
    """Who changed a parameter, when and why, the latest first."""
    return JournalEntry.objects.filter(event=ParameterChanged.slug(), payload__parameter=slug).order_by("-at", "-id")


@contextmanager
def cached() -> Iterator[None]:
    """Within it, the rulebook is read once; for batches (a request does it by itself)."""
    token = _reading.set(_Reading())
    try:
        yield
    finally:
        _reading.reset(token)


def begin_reading() -> None:
    """Starts a request's reading, whatever the one before left."""
    _reading.set(_Reading())


def end_reading() -> None:
    """Forgets the reading of a request."""
    _reading.set(None)


def stop_reading() -> None:
    """After a write, reads the database each time until the request or the batch ends."""
    reading = _reading.get()
    if reading is not None:
        reading.table, reading.regimes, reading.is_over = None, None, True


def _values_of(slug: str) -> list[Parameter]:
    reading = _reading.get()
    if reading is None or reading.is_over:
        return [_as_parameter(row) for row in history(slug)]
    return _table().get(slug, [])


def _regimes() -> list[Regime]:
    reading = _reading.get()
    if reading is None or reading.is_over:
        return list(regimes())
    if reading.regimes is None:
        reading.regimes = list(regimes())
    return reading.regimes


def _table() -> Table:
    reading = _reading.get()
    if reading is not None and reading.table is not None:
        return reading.table
    table: Table = defaultdict(list)
    for row in ParameterValue.objects.order_by("slug", "-valid_from"):
        table[row.slug].append(_as_parameter(row))
    if reading is not None and not reading.is_over:
        reading.table = dict(table)
    return dict(table)


def _as_parameter(row: ParameterValue) -> Parameter:
    return Parameter(
        slug=row.slug,
        value=typed_value(row.unit, row.value),
        unit=row.unit,
        source=Source(row.source_title, row.source_href),
        status=row.status,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        is_local=row.is_local,
        note=row.note,
    )
