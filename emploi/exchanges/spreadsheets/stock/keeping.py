"""Writing what names stand for: those found in a file, then what somebody says of each, once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from emploi.exchanges.spreadsheets.enums import NameKind
from emploi.exchanges.spreadsheets.events import StockNameSettled
from emploi.exchanges.spreadsheets.models import StockName
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish

COLUMNS = {NameKind.BODY: "organization_id", NameKind.REFERENT: "referent_id", NameKind.PATHWAY: "pathway_id"}


@action
def keep_names(
    *,
    unknown: Mapping[tuple[str, str], int],
    written: Mapping[tuple[str, str], str],
    run_id: int,
    by: Actor,
    at: datetime,
) -> None:
    """Keep the unknown names of a file with how many lines write them; those of its former reading are forgotten."""
    StockName.objects.filter(run_id=run_id, decided_at=None).delete()
    names = [
        StockName(kind=kind, plain=plain[:160], text=written[(kind, plain)][:160], run_id=run_id, lines=lines)
        for (kind, plain), lines in unknown.items()
    ]
    StockName.objects.bulk_create(
        names, update_conflicts=True, unique_fields=["kind", "plain"], update_fields=["run_id", "lines"]
    )


@action
def settle_name(*, name: StockName, chosen: int | None, by: Actor, at: datetime) -> None:
    """Say what a name stands for, or (None) that it is not taken over. Raises DomainError when it is too late."""
    name = StockName.objects.select_for_update().get(pk=name.pk)
    if name.is_settled:
        raise DomainError(f"« {name.text} » vient d’être reconnu par {name.decided_by_label}.")
    setattr(name, COLUMNS[NameKind(name.kind)], chosen)
    name.is_left_out = chosen is None
    name.decided_at, name.decided_by_label = at, by.label[:120]
    name.save()
    publish(StockNameSettled(name_id=name.pk, kind=name.kind, is_left_out=name.is_left_out), by=by, at=at)
