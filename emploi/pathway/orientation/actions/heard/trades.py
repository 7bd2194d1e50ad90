"""Trades the person names, in her order; and the names of trades the search reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.names import folded
from emploi.foundation.texts.guard import refusal_of
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.actions.diagnosis import locked_interview
from emploi.pathway.orientation.actions.interviews import agent_id
from emploi.pathway.orientation.enums import TradeWishKind
from emploi.pathway.orientation.events import TradesChanged
from emploi.pathway.orientation.models import Interview, TradeName, TradeWish
from emploi.pathway.orientation.rules.trades import Named, searchable

MOST_TRADES = 10
UNKNOWN_WISH = "Dites si ce métier est recherché, à découvrir ou déjà exercé."


@action
def add_trade(
    *, interview_id: int, wish: str, name_id: int | None = None, words: str = "", by: Actor, at: datetime
) -> TradeWish:
    """Add a trade of the list, or the person's own words when none matches; once, whoever names it."""
    interview = locked_interview(interview_id)
    if wish not in TradeWishKind.values:
        raise DomainError(UNKNOWN_WISH, field="wish")
    code, label = _named(name_id, words)
    mine = list(TradeWish.objects.active().filter(person_id=interview.person_id).select_related("recorded_by"))
    twice = next((row for row in mine if (row.code, folded(row.label)) == (code, folded(label))), None)
    if twice is not None:
        raise DomainError(
            f"« {twice.label} » est déjà noté ({twice.get_wish_display().lower()}), par {twice.recorded_by.full_name}.",
            field="words",
        )
    if len(mine) >= MOST_TRADES:
        raise DomainError(f"{MOST_TRADES} métiers au plus : retirez-en un d’abord.", field="words")
    row = TradeWish.objects.create(
        person_id=interview.person_id,
        interview=interview,
        code=code,
        label=label,
        wish=wish,
        position=max((other.position for other in mine), default=0) + 1,
        said_on=at.date(),
        recorded_at=at,
        recorded_by_id=agent_id(by),
    )
    _tell(interview, by, at)
    return row


@action
def change_trade(*, interview_id: int, trade_id: int, wish: str, by: Actor, at: datetime) -> TradeWish:
    """Say otherwise what a trade is for the person."""
    interview = locked_interview(interview_id)
    if wish not in TradeWishKind.values:
        raise DomainError(UNKNOWN_WISH, field="wish")
    row = _active(interview, trade_id)
    if row.wish != wish:
        row.wish = wish
        row.save(update_fields=["wish"])
        _tell(interview, by, at)
    return row


@action
def move_trade(*, interview_id: int, trade_id: int, by: Actor, at: datetime) -> TradeWish:
    """Put a trade before the one above it; the first stays first."""
    interview = locked_interview(interview_id)
    row = _active(interview, trade_id)
    mine = list(TradeWish.objects.active().filter(person_id=interview.person_id))
    rank = [other.pk for other in mine].index(row.pk)
    if rank == 0:
        return row
    mine.insert(rank - 1, mine.pop(rank))
    for position, other in enumerate(mine, start=1):
        other.position = position
    TradeWish.objects.bulk_update(mine, ["position"])
    _tell(interview, by, at)
    return mine[rank - 1]


@action
def remove_trade(*, interview_id: int, trade_id: int, by: Actor, at: datetime) -> None:
    """Take a trade out; it stays in the history."""
    interview = locked_interview(interview_id)
    row = TradeWish.objects.filter(pk=trade_id, person_id=interview.person_id, ended_on=None).first()
    if row is None:
        return
    row.ended_on = max(at.date(), row.said_on)
    row.save(update_fields=["ended_on"])
    _tell(interview, by, at)


@action
def load_trades(*, names: Iterable[Named], by: Actor, at: datetime) -> int:
    """Replace the names read from the official files; the plain names shipped stay."""
    rows = {(name.code, name.label): name for name in names}
    if not rows:
        raise DomainError("Aucun métier dans ces fichiers : rien n’a été changé.")
    TradeName.objects.filter(is_plain=False).delete()
    known = set(TradeName.objects.values_list("code", "label"))
    new = [_trade_name(name, is_plain=False) for key, name in rows.items() if key not in known]
    TradeName.objects.bulk_create(new, batch_size=2000)
    return len(new)


@action
def load_shipped_trades(*, by: Actor, at: datetime) -> int:
    """Write the plain names shipped with the product."""
    names = queries.shipped_trades()
    TradeName.objects.filter(is_plain=True).delete()
    rows = [_trade_name(name, is_plain=True) for name in names]
    TradeName.objects.bulk_create(
        rows,
        update_conflicts=True,
        update_fields=["is_plain", "search_text"],
        unique_fields=["code", "label"],
    )
    return len(rows)


def _trade_name(name: Named, *, is_plain: bool) -> TradeName:
    return TradeName(code=name.code, label=name.label, search_text=searchable(name.label), is_plain=is_plain)


def _named(name_id: int | None, words: str) -> tuple[str, str]:
    if name_id is not None:
        found = TradeName.objects.filter(pk=name_id).first()
        if found is None:
            raise DomainError("Ce métier n’est plus dans la liste : cherchez-le de nouveau.", field="words")
        return found.code, found.label
    label = " ".join(words.split())
    if not label:
        raise DomainError("Écrivez un métier, ou choisissez-en un dans la liste.", field="words")
    if refusal := refusal_of(label):
        raise DomainError(refusal, field="words")
    return "", label[:200]


def _active(interview: Interview, trade_id: int) -> TradeWish:
    row = TradeWish.objects.filter(pk=trade_id, person_id=interview.person_id, ended_on=None).first()
    if row is None:
        raise DomainError("Ce métier vient d’être retiré par un collègue.")
    return row


def _tell(interview: Interview, by: Actor, at: datetime) -> None:
    count = TradeWish.objects.active().filter(person_id=interview.person_id).count()
    event = TradesChanged(
        person_id=interview.person_id, entry_id=interview.entry_id, interview_id=interview.pk, count=count
    )
    publish(event, by=by, at=at)
