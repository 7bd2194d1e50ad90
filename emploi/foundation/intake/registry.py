"""The kinds of files the product takes: each partner registers how its runs are shown, resumed and replayed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emploi.foundation.intake.models import Run

# Tries one refused line again: applies it, or raises DomainError with the reason it is still refused.
Replay = Callable[..., str]
Resume = Callable[..., None]


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file; `replay(row, raw, by=, at=)` answers what was done, `resume(run, by=, at=)` starts the work."""

    slug: str
    title: str
    permission: str
    noun: str  # what a line is: « dossier », « ligne »
    counters: tuple[tuple[str, str, str], ...]  # key, what one is called, what several are called
    replay: Replay
    resume: Resume
    shown: Callable[[bytes, Any], str]
    url_name: str = ""  # a page of its own for a run (preview), taking run_id
    list_url_name: str = ""
    # Its own page shows a run to the end, and its own page repairs a refused line (run_id, number).
    keeps_its_page: bool = False
    row_url_name: str = ""
    # What the original says beyond the NIR: the permissions, besides its own, that its download asks for.
    original_needs: tuple[str, ...] = ()


_kinds: dict[str, FileKind] = {}


def register(kind: FileKind) -> None:
    """Adds a kind of file; registering the same slug again replaces it."""
    _kinds[kind.slug] = kind


def kind_of(run: Run) -> FileKind | None:
    """The kind of a run, None when no installed partner speaks for it."""
    return _kinds.get(run.kind)


def registered() -> list[FileKind]:
    """Every kind, in the order of registration."""
    return list(_kinds.values())
