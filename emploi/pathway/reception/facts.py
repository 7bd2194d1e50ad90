"""A call as an agent types it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TypedCall:
    """Who called, why, what was answered; `calls_back` when somebody must ring her again."""

    person_id: int | None
    caller: str
    number: str
    subject: str
    question: str
    answer: str
    calls_back: bool
    owner_id: int | None


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody whose file holds a number or an address; `is_certain` when it works and she lives."""

    person_id: int
    is_certain: bool
