"""What the block of trades shows: those kept, and those found for what is typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from emploi.foundation.texts.guard import refusal_of, shown_to
from emploi.pathway.orientation import permissions, queries
from emploi.pathway.orientation.enums import TradeWishKind
from emploi.pathway.orientation.models import Interview, TradeWish
from emploi.pathway.orientation.web.requests import AgentRequest


@dataclass(frozen=True, slots=True)
class TradeShown:
    """A trade as this reader may see it: free words that speak of health are kept back."""

    id: int
    label: str
    code: str
    wish: str
    wish_label: str


def trades_shown(person_id: int, *, sees_health: bool, on: date | None = None) -> list[TradeShown]:
    """Return the trades of a person, in her order, today or at the end of a past day."""
    return [_shown(row, sees_health) for row in queries.trades_of(person_id, on=on)]


def trades_context(request: AgentRequest, interview: Interview, *, words: str | None = None) -> dict[str, Any]:
    """Return the context of the block and of its results."""
    typed = (request.GET.get("words", "") if words is None else words).strip()[:200]
    refusal = refusal_of(typed)
    return {
        "trades": trades_shown(interview.person_id, sees_health=permissions.sees_health(request.user)),
        "trade_words": typed,
        "trade_refusal": refusal,
        "trades_found": [] if refusal else queries.trade_names(typed),
        "trade_wishes": TradeWishKind.choices,
    }


def _shown(row: TradeWish, sees_health: bool) -> TradeShown:
    # A name of the official list says no health: only words typed freely are guarded.
    label = row.label if row.code else shown_to(row.label, sees_health=sees_health)
    return TradeShown(row.pk, label, row.code, row.wish, row.get_wish_display())
