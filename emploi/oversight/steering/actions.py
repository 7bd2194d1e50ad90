"""Publishing figures: a month is frozen once, with the list behind its numbers."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Min

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.clock import ZONE, add_months
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.oversight.steering import indicators
from emploi.oversight.steering.catalogue import Listed, listed
from emploi.oversight.steering.enums import Cohort, Nature
from emploi.oversight.steering.events import FigureTyped, MonthFrozen
from emploi.oversight.steering.models import FrozenMonth, FrozenSum, Snapshot, TypedFigure
from emploi.oversight.steering.queries.figures import Figures, Table, groups_of, summed, value_of
from emploi.oversight.steering.queries.rows import COLUMNS, LIVE_ROWS, Scope
from emploi.oversight.steering.rules import freeze_day, months_to_freeze, refusal
from emploi.pathway.clocks.models import Deadline
from emploi.territory.geography.models import Territory
from emploi.territory.rulebook import queries as rulebook


def freeze_due_months(*, by: Actor, at: datetime) -> int:
    """Freeze every month that became final, each in its own transaction; return how many (none the second time)."""
    today = at.astimezone(ZONE).date()
    months = int(rulebook.value("rates_freeze_months", today))
    frozen = set(FrozenMonth.objects.values_list("cohort", "month"))
    count = 0
    for cohort in Cohort:
        first = Deadline.objects.filter(kind=cohort).aggregate(first=Min("started_on"))["first"]
        for month in months_to_freeze(first, today, months=months) if first else ():
            if (cohort.value, month) not in frozen:
                freeze_month(cohort=cohort, month=month, as_of=freeze_day(month, months=months), by=by, at=at)
                count += 1
    return count


@action
def freeze_month(*, cohort: Cohort, month: date, as_of: date, by: Actor, at: datetime) -> FrozenMonth:
    """Keep the rows and the numbers of a month as they stood at the end of a day; never rewritten afterwards."""
    scope = Scope(cohort, as_of, month, add_months(month, 1))
    # Read before the month is marked as frozen: from then on the frozen rows answer.
    groups = groups_of(scope)
    sums = summed(groups)
    frozen = FrozenMonth.objects.create(cohort=cohort, month=month, as_of=as_of, frozen_at=at)
    params: dict[str, Any] = {"frozen_month": frozen.pk, "as_of": as_of, "since": scope.since, "until": scope.until}
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO steering_frozenrow (frozen_month_id, {COLUMNS})"  # noqa: S608 - our own texts
            f" SELECT %(frozen_month)s, {COLUMNS} FROM ({LIVE_ROWS[cohort]}) live",
            params,
        )
    FrozenSum.objects.bulk_create(
        FrozenSum(frozen_month=frozen, territory_id=group.place, counts=group.counts, days=group.days)
        for group in groups
    )
    _publish_figures(cohort, month, sums, at)
    event = MonthFrozen(cohort=cohort.value, month=month.isoformat(), entrants=sums.total["entrants"])
    publish(event, by=by, at=at)
    return frozen


@action
def type_figure(
    *, indicator: str, since: date, until: date, value: Decimal | None, comment: str, by: Actor, at: datetime
) -> TypedFigure:
    """Keep the figure somebody types for a period; the former one stays in the history. No value withdraws it."""
    row = listed().get(indicator)
    if row is None or row.nature is not Nature.TYPED:
        raise DomainError("Cet indicateur ne se saisit pas à la main.")
    since, until = since.replace(day=1), until.replace(day=1)
    _check_typed(row, since, until, value, comment, at)
    # One at a time for an indicator: two people typing together each see the figure they replace.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"typed:{indicator}"])
    former = TypedFigure.objects.filter(indicator=indicator, since=since, until=until).order_by("-id").first()
    known = former.value if former else None
    if value == known:
        said = "Ce chiffre est déjà enregistré pour cette période." if former else "Il n’y a pas de chiffre à retirer."
        raise DomainError(said, field="value" if former else None)
    typed = TypedFigure.objects.create(
        indicator=indicator,
        since=since,
        until=until,
        value=value,
        comment=comment.strip(),
        typed_by_id=by.id if by.kind == "agent" else None,
        typed_by_label=by.label,
        typed_at=at,
    )
    event = FigureTyped(
        indicator=indicator,
        since=since.isoformat(),
        until=until.isoformat(),
        value=_written(value),
        former=_written(known),
    )
    publish(event, by=by, at=at, reason=comment.strip())
    return typed


def _check_typed(row: Listed, since: date, until: date, value: Decimal | None, comment: str, at: datetime) -> None:
    if since > until:
        raise DomainError("Le dernier mois ne peut pas être avant le premier.", field="until")
    if until > at.astimezone(ZONE).date():
        raise DomainError("La période ne peut pas être dans le futur.", field="until")
    if value is None and not comment.strip():
        raise DomainError("Dites pourquoi ce chiffre est retiré.", field="comment")
    said = refusal(value, is_milestone=row.is_milestone, is_share=row.is_share) if value is not None else ""
    if said:
        raise DomainError(said, field="value")


def _written(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _publish_figures(cohort: Cohort, month: date, sums: Table, at: datetime) -> None:
    names = dict(Territory.objects.values_list("pk", "name"))
    groups: list[tuple[int | None, str, Figures]] = [(None, "", sums.total)]
    groups += [
        (int(pk) if pk is not None else None, names.get(int(pk), "") if pk is not None else "Hors découpage", figures)
        for pk, figures in sums.places.items()
    ]
    rows = []
    for indicator in indicators.computed().values():
        if indicator.cohort is not cohort:
            continue
        for territory_id, name, figures in groups:
            value, numerator, denominator = value_of(indicator, figures)
            rows.append(
                Snapshot(
                    indicator=indicator.id,
                    period=month,
                    territory_id=territory_id,
                    territory_name=name,
                    numerator=numerator,
                    denominator=denominator,
                    value=None if value is None else Decimal(str(round(value, 2))),
                    frozen_at=at,
                )
            )
    Snapshot.objects.bulk_create(rows)
