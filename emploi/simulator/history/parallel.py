"""One load on several processors: each process lives its share, writes it by its own connection, and reports."""

from __future__ import annotations

import multiprocessing
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar, cast

from django.db import connections

T = TypeVar("T")
PROGRESS, DONE, FAILED = "progress", "done", "failed"


@dataclass(frozen=True, slots=True)
class Share:
    """One of `of` equal shares of the work."""

    number: int = 0
    of: int = 1

    def mine(self, index: int) -> bool:
        """Whether something of that rank belongs to this share."""
        return index % self.of == self.number


WHOLE = Share()
Work = Callable[[Share, Callable[[int], None]], T]


class ShareFailed(RuntimeError):
    """A process of the load failed; its own words are kept."""


def in_shares(work: Work[T], count: int, tell: Callable[[int], None]) -> list[T]:
    """Runs the work in `count` processes, or here when one is enough; `tell` is told how much was done."""
    if count <= 1:
        return [work(WHOLE, tell)]
    # A connection cannot be shared by two processes: each one opens its own.
    connections.close_all()
    context = multiprocessing.get_context("fork")
    readers: list[Connection] = []
    children = []
    for number in range(count):
        reader, writer = context.Pipe(duplex=False)
        child = context.Process(target=_child, args=(work, Share(number, count), writer), daemon=True)
        child.start()
        writer.close()
        readers.append(reader)
        children.append(child)
    try:
        results: list[T] = _collect(readers, tell)
    except BaseException:
        for child in children:
            child.terminate()
        raise
    for child in children:
        child.join()
    return results


def side_by_side(*works: Callable[[], Any], processes: int) -> list[Any]:
    """Runs works that need nothing of one another, at the same time when there are processors; their answers."""
    numbered = list(enumerate(works))

    def run(share: Share, _tell: Callable[[int], None]) -> dict[int, Any]:
        return {number: work() for number, work in numbered if share.mine(number)}

    answers = {
        key: answer for part in in_shares(run, min(processes, len(works)), _unheard) for key, answer in part.items()
    }
    return [answers[number] for number, _ in numbered]


def _unheard(_done: int) -> None:
    """Nobody follows these works one by one."""


def _collect(readers: list[Connection], tell: Callable[[int], None]) -> list[Any]:
    results: dict[int, Any] = {}
    order = {id(reader): number for number, reader in enumerate(readers)}
    waiting = list(readers)
    while waiting:
        for ready in wait(waiting):
            reader = cast(Connection, ready)
            try:
                what, value = reader.recv()
            except EOFError:
                raise ShareFailed("Un des processus du chargement s'est arrêté sans rien dire.") from None
            if what == PROGRESS:
                tell(value)
            elif what == FAILED:
                raise ShareFailed(value)
            else:
                results[order[id(reader)]] = value
                waiting.remove(reader)
    return [results[number] for number in range(len(readers))]


def _child(work: Work[Any], share: Share, writer: Connection) -> None:
    try:
        value = work(share, lambda done: writer.send((PROGRESS, done)))
        writer.send((DONE, value))
    except BaseException:
        writer.send((FAILED, traceback.format_exc()))
    finally:
        connections.close_all()
        writer.close()
