"""Cards of the person page and blocks of "Ma journée": apps register them, the desk shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Card:
    """One card of a person's page; its URL takes person_id and answers a fragment or a whole page."""

    slug: str
    title: str
    permission: str
    url_name: str
    order: int = 100
    icon: str = "file"

    def href(self, person_id: int) -> str:
        """Return the card's own page for a person."""
        return reverse(self.url_name, kwargs={"person_id": person_id})


@dataclass(frozen=True, slots=True)
class DayBlock:
    """One block of "Ma journée"; its URL answers a fragment or a whole page for the signed-in agent."""

    slug: str
    title: str
    permission: str
    url_name: str
    order: int = 100
    icon: str = "calendar"

    def href(self) -> str:
        """Return the block's own page."""
        return reverse(self.url_name)


_cards: dict[str, Card] = {}
_day_blocks: dict[str, DayBlock] = {}


def register(card: Card) -> None:
    """Add a card to the person's page."""
    _cards[card.slug] = card


def register_day(block: DayBlock) -> None:
    """Add a block to "Ma journée"."""
    _day_blocks[block.slug] = block


def cards_for(agent: Any) -> list[Card]:
    """Return the cards this agent may see, in order."""
    return [card for card in sorted(_cards.values(), key=_order) if agent.can(card.permission)]


def day_blocks_for(agent: Any) -> list[DayBlock]:
    """Return the blocks of the day this agent may see, in order."""
    return [block for block in sorted(_day_blocks.values(), key=_order) if agent.can(block.permission)]


def _order(entry: Card | DayBlock) -> tuple[int, str]:
    return entry.order, entry.title
