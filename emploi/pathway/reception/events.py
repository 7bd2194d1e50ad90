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
    is_reply: bool = False


@dataclass(frozen=True, kw_only=True)
class AnswerReceived(Event):
    """Somebody answered one of our messages, or wrote to us; without a person, an agent will say who it is."""

    call_id: int
    means: str
    is_stop: bool = False


@dataclass(frozen=True, kw_only=True)
class AnswerAttributed(Event):
    """An agent said who wrote."""

    call_id: int
    means: str


@dataclass(frozen=True, kw_only=True)
class AnswerTakenBack(Event):
    """An agent said that somebody else wrote: the words left this file."""

    call_id: int
    means: str


@dataclass(frozen=True, kw_only=True)
class AnswerSettled(Event):
    """What a reply asked for was done, or needed nothing."""

    call_id: int
    means: str


@dataclass(frozen=True, kw_only=True)
class SmsRefused(Event):
    """A number of this person takes no SMS any more: whoever holds it answered STOP."""


@dataclass(frozen=True, kw_only=True)
class SmsAccepted(Event):
    """SMS leave again for a number of this person, as she asked."""


@dataclass(frozen=True, kw_only=True)
class UnknownCallersForgotten(Event):
    """Calls and replies of people nobody recognised were erased, their time being over."""

    calls: int
    replies: int
