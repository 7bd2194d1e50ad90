"""News of the domain: published by an action, heard in the same transaction or once it is committed.

Handlers receive the whole list of events of one publication, so that reacting to an import stays set-based.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from emploi.foundation.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened; subclasses are past participles carrying ids and plain values only."""

    person_id: int | None = None
    entry_id: int | None = None

    @classmethod
    def slug(cls) -> str:
        """The stable name kept in the journal, for instance « appointments.InvitationSent »."""
        app = cls.__module__.rsplit(".", 2)[-2]
        return f"{app}.{cls.__name__}"


E = TypeVar("E", bound=Event)
Handler = Callable[..., None]
Recorder = Callable[..., None]

_in_transaction: dict[type[Event], list[Handler]] = defaultdict(list)
_on_commit: dict[type[Event], list[Handler]] = defaultdict(list)
_recorders: list[Recorder] = []
_defer: Callable[[Callable[[], None]], None] | None = None


def subscribe(kind: type[E], *, on_commit: bool = False) -> Callable[[Handler], Handler]:
    """Registers `handler(events, *, by, at)` for one kind of event."""

    def register(handler: Handler) -> Handler:
        handlers = (_on_commit if on_commit else _in_transaction)[kind]
        if handler not in handlers:
            handlers.append(handler)
        return handler

    return register


def record_with(recorder: Recorder, defer: Callable[[Callable[[], None]], None]) -> None:
    """Plugs the journal and the way to wait for the commit; done once, by the audit app."""
    global _defer
    if recorder not in _recorders:
        _recorders.append(recorder)
    _defer = defer


def publish(events: Event | Sequence[Event], *, by: Actor, at: datetime, reason: str = "") -> None:
    """Writes the events in the journal and tells the subscribers, kind by kind, in the order given."""
    batch = [events] if isinstance(events, Event) else list(events)
    if not batch:
        return
    for recorder in _recorders:
        recorder(batch, by=by, at=at, reason=reason)
    for kind, same_kind in _by_kind(batch).items():
        for handler in _in_transaction[kind]:
            handler(same_kind, by=by, at=at)
        for handler in _on_commit[kind]:
            _after_commit(handler, same_kind, by, at)


def kinds() -> list[type[Event]]:
    """Every kind of event the product knows, loaded apps only."""
    found: list[type[Event]] = []
    waiting: list[type[Event]] = [Event]
    while waiting:
        for child in waiting.pop().__subclasses__():
            found.append(child)
            waiting.append(child)
    return sorted(found, key=lambda kind: kind.slug())


def _by_kind(batch: Sequence[Event]) -> dict[type[Event], list[Any]]:
    sorted_out: dict[type[Event], list[Any]] = defaultdict(list)
    for event in batch:
        sorted_out[type(event)].append(event)
    return sorted_out


def _after_commit(handler: Handler, events: list[Any], by: Actor, at: datetime) -> None:
    if _defer is None:
        handler(events, by=by, at=at)
    else:
        _defer(lambda: handler(events, by=by, at=at))
