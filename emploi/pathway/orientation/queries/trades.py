"""Searching a trade by any of its names, and reading those a person named."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Length

from emploi.pathway.orientation.models import TradeName, TradeWish
from emploi.pathway.orientation.queries.reference import shipped
from emploi.pathway.orientation.rules.trades import Named, parse_shipped, searchable, words_of

TRADES_SHOWN = 8


def trade_names(text: str, *, limit: int = TRADES_SHOWN) -> list[TradeName]:
    """Return the trades whose name holds every word typed, the nearest first; plain names before official ones."""
    words = words_of(text)
    if not words or max(len(word) for word in words) < 2:
        return []
    whole = searchable(text)
    held = Q()
    for word in words:
        held &= Q(search_text__contains=word)
    nearness = Case(
        When(search_text=whole, then=Value(0)),
        When(search_text__startswith=words[0], then=Value(1)),
        When(search_text__contains=f" {words[0]}", then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    found = TradeName.objects.filter(held).annotate(nearness=nearness)
    return list(found.order_by("nearness", "-is_plain", Length("search_text"), "label", "pk")[:limit])


def trades_of(person_id: int, *, on: date | None = None) -> QuerySet[TradeWish]:
    """Return the trades a person named, in her order, today or at the end of a past day."""
    there = TradeWish.objects.active()
    if on is not None:
        kept = Q(ended_on=None) | Q(ended_on__gt=on)
        there = TradeWish.objects.filter(kept, said_on__lte=on).order_by("position", "pk")
    return there.filter(person_id=person_id).select_related("recorded_by")


def shipped_trades() -> tuple[Named, ...]:
    """Return the plain names shipped with the product."""
    return _shipped()


@lru_cache(maxsize=1)
def _shipped() -> tuple[Named, ...]:
    return parse_shipped(shipped("trades.yaml"))
