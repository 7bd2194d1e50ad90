"""What happened at the telephone reception: ids and plain values only."""

from __future__ import annotations

from dataclasses import dataclass

from emploi.foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class CallReceived(Event):
    """Somebody called; answered at once, or to be called back."""

    call_id: int
    subject: str
    is_settled: bool


@dataclass(frozen=True, kw_only=True)
class CallReturned(Event):
    """An agent called back."""

    call_id: int
    outcome: str


@dataclass(frozen=True, kw_only=True)
class CallBackGivenUp(Event):
    """Nobody will call back, for a reason."""

    call_id: int


@dataclass(frozen=True, kw_only=True)
class CallHandedOver(Event):
    """Somebody else is to call back."""

    call_id: int
    to: str
