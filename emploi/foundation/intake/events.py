"""What happens to the files people and partners hand us."""

from dataclasses import dataclass

from emploi.foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class FileReceived(Event):
    """A file was deposited and archived; nothing of it is applied yet."""

    run_id: int
    file_kind: str
    file_name: str


@dataclass(frozen=True, kw_only=True)
class RunFinished(Event):
    """A file was applied, wholly or with refused lines."""

    run_id: int
    file_kind: str
    file_name: str
    refused: int


@dataclass(frozen=True, kw_only=True)
class RunRefused(Event):
    """A whole file was refused; nothing of it was applied."""

    run_id: int
    file_kind: str
    file_name: str


@dataclass(frozen=True, kw_only=True)
class RunInterrupted(Event):
    """The process that applied a file stopped before its end."""

    run_id: int
    file_kind: str
    file_name: str


@dataclass(frozen=True, kw_only=True)
class RunCancelled(Event):
    """An agent gave up a file before it was applied."""

    run_id: int
    file_kind: str
    file_name: str


@dataclass(frozen=True, kw_only=True)
class RowReplayed(Event):
    """A refused line was tried again."""

    run_id: int
    number: int
    accepted: bool


@dataclass(frozen=True, kw_only=True)
class LinesExported(Event):
    """Somebody took lines of a file away: the refused ones, or a report about them."""

    run_id: int
    file_name: str
    what: str
    lines: int
