"""Everything that writes the rulebook: loading what is shipped, and the Département's own values."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.territory.rulebook import catalogue, queries
from emploi.territory.rulebook.enums import Nature, Status
from emploi.territory.rulebook.events import ParameterChanged, RulebookLoaded
from emploi.territory.rulebook.facts import ONE_DAY, Shipped, ShippedRegime, Source
from emploi.territory.rulebook.models import ParameterValue, Regime
from emploi.territory.rulebook.rules import without
from emploi.territory.rulebook.wording import said


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loading did; `kept` names the parameters where a value of the Département was left alone."""

    values: int
    added: int
    replaced: int
    kept: tuple[str, ...]


@action
def load_shipped(*, by: Actor, at: datetime) -> Loaded:
    """Brings the shipped values and regimes into the database; a value of the Département is never touched."""
    wanted: dict[str, list[Shipped]] = defaultdict(list)
    for shipped in catalogue.shipped_values():
        wanted[shipped.slug].append(shipped)
    present: dict[str, list[ParameterValue]] = defaultdict(list)
    for row in ParameterValue.objects.select_for_update(of=("self",)):
        present[row.slug].append(row)
    added = replaced = 0
    kept: list[str] = []
    for slug, values in wanted.items():
        local = [row for row in present[slug] if row.is_local]
        if any(_says_otherwise(row, values) for row in local):
            kept.append(slug)
        new, gone = _reconcile(_clear_of(values, local), [row for row in present[slug] if not row.is_local])
        added, replaced = added + new, replaced + gone
    changed_regimes = _load_regimes(catalogue.shipped_regimes())
    queries.stop_reading()
    if added or replaced or changed_regimes:
        publish(RulebookLoaded(added=added, replaced=replaced, kept=tuple(kept)), by=by, at=at)
    return Loaded(ParameterValue.objects.count(), added, replaced, tuple(kept))


@action
def set_local_value(
    *, slug: str, value: Any, valid_from: date, reason: str, by: Actor, at: datetime, source: Source | None = None
) -> ParameterValue:
    """Gives a parameter the Département's own value from a day to come, until the next one already planned.

    `value` is what `rules.parse_value` returns. A past start is refused: what was decided keeps its day's value.
    """
    definition = catalogue.definition(slug)
    source = source or Source(f"Décision du Département enregistrée le {at:%d/%m/%Y}")
    _check_change(definition.nature, valid_from, reason, source, at)
    rows = list(ParameterValue.objects.select_for_update(of=("self",)).filter(slug=slug).order_by("valid_from"))
    current = next((row for row in rows if _holds(row, valid_from)), None)
    if current is not None and current.value == value:
        raise DomainError("Cette valeur est déjà celle du jour choisi.", field="value")
    row = current if current is not None and current.valid_from == valid_from else ParameterValue(slug=slug)
    if current is not None and row is not current:
        row.valid_to = current.valid_to
        ParameterValue.objects.filter(pk=current.pk).update(valid_to=valid_from - ONE_DAY)
    elif current is None:
        row.valid_to = next((r.valid_from - ONE_DAY for r in rows if r.valid_from > valid_from), None)
    former = said(current.value, current.unit) if current is not None else ""
    _fill_local(row, value, definition.unit, valid_from, source, definition.nature)
    row.save()
    queries.stop_reading()
    event = ParameterChanged(
        parameter=slug,
        title=definition.title,
        former=former,
        value=said(value, definition.unit),
        valid_from=valid_from.isoformat(),
    )
    publish(event, by=by, at=at, reason=reason.strip())
    return row


def _check_change(nature: str, valid_from: date, reason: str, source: Source, at: datetime) -> None:
    if not reason.strip():
        raise DomainError("Indiquez la raison du changement.", field="reason")
    if valid_from < at.date():
        raise DomainError(
            "La date de début ne peut pas être passée : les décisions déjà prises gardent la valeur de leur jour.",
            field="valid_from",
        )
    if nature == Nature.LAW and not source.href and source.title.startswith("Décision du Département"):
        raise DomainError("Cette valeur vient de la loi : indiquez le texte qui la change.", field="source_title")


def _fill_local(row: ParameterValue, value: Any, unit: str, valid_from: date, source: Source, nature: str) -> None:
    row.value, row.unit, row.valid_from, row.is_local = value, unit, valid_from, True
    row.source_title, row.source_href, row.note = source.title, source.href, ""
    # A text of law read by an administrator still has to be read by a jurist.
    row.status = Status.TO_CONFIRM if nature == Nature.LAW else Status.VERIFIED


def _holds(row: ParameterValue | Shipped, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


def _clear_of(values: Iterable[Shipped], local: Iterable[ParameterValue]) -> list[Shipped]:
    """The shipped values on the days that no local value holds."""
    pieces = list(values)
    for row in local:
        pieces = [piece for value in pieces for piece in without(value, row.valid_from, row.valid_to)]
    return pieces


def _says_otherwise(row: ParameterValue, shipped: Iterable[Shipped]) -> bool:
    """Whether a local value differs from what is shipped for its first day."""
    return not any(value.value == row.value for value in shipped if _holds(value, row.valid_from))


def _reconcile(wanted: list[Shipped], present: list[ParameterValue]) -> tuple[int, int]:
    """Makes the shipped rows of one parameter equal to the wanted ones; returns how many added and removed."""
    same = {_key(row): row for row in present}
    wanted_keys = {_key(value) for value in wanted}
    gone = [row.pk for key, row in same.items() if key not in wanted_keys]
    new = [_row(value) for value in wanted if _key(value) not in same]
    ParameterValue.objects.filter(pk__in=gone).delete()
    ParameterValue.objects.bulk_create(new)
    return len(new), len(gone)


def _key(value: Shipped | ParameterValue) -> tuple[Any, ...]:
    source = value.source if isinstance(value, Shipped) else Source(value.source_title, value.source_href)
    stored = repr(value.value)
    return value.valid_from, value.valid_to, stored, value.unit, source, value.status, value.note


def _row(value: Shipped) -> ParameterValue:
    return ParameterValue(
        slug=value.slug,
        valid_from=value.valid_from,
        valid_to=value.valid_to,
        value=value.value,
        unit=value.unit,
        source_title=value.source.title,
        source_href=value.source.href,
        status=value.status,
        note=value.note,
        is_local=value.is_local,
    )


def _load_regimes(wanted: tuple[ShippedRegime, ...]) -> bool:
    """Writes the regimes that are new or different; returns whether anything changed."""
    present = {row.code: row for row in Regime.objects.all()}
    rows = [_regime(shipped, present.get(shipped.code)) for shipped in wanted]
    changed = [row for row in rows if row is not None]
    # Dates move together: the old ones leave before the new ones come.
    Regime.objects.filter(pk__in=[row.pk for row in changed if row.pk]).delete()
    Regime.objects.bulk_create(changed)
    return bool(changed)


def _regime(shipped: ShippedRegime, present: Regime | None) -> Regime | None:
    values = {
        "title": shipped.title,
        "valid_from": shipped.valid_from,
        "valid_to": shipped.valid_to,
        "source_title": shipped.source.title,
        "source_href": shipped.source.href,
        "status": shipped.status,
        "note": shipped.note,
    }
    if present is not None and all(getattr(present, name) == value for name, value in values.items()):
        return None
    return Regime(pk=present.pk if present else None, code=shipped.code, **values)
