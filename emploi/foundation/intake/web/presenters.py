"""Runs, refused lines and events in words."""

from dataclasses import dataclass
from typing import Any

from emploi.foundation.audit.presenters import presents
from emploi.foundation.intake import queries, registry, workflow
from emploi.foundation.intake.events import (
    FileReceived,
    LinesExported,
    RowReplayed,
    RunCancelled,
    RunFinished,
    RunInterrupted,
    RunRefused,
)
from emploi.foundation.intake.models import Run
from emploi.foundation.ui.french import nombre, pluriel

ICONS = {
    workflow.WAITING: "clock",
    workflow.RUNNING: "refresh",
    workflow.PREVIEWED: "eye",
    workflow.DONE: "check-circle",
    workflow.PARTIAL: "alert",
    workflow.REFUSED: "x-circle",
    workflow.INTERRUPTED: "pause",
    workflow.CANCELLED: "x",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One run as the screens show it."""

    run: Run
    title: str
    noun: str
    state: str
    tone: str
    icon: str
    counters: list[tuple[str, int]]
    stalled: bool
    can_resume: bool

    @classmethod
    def of(cls, run: Run) -> "Shown":
        """Presents a run; a running one whose process died is shown as stopped."""
        kind = registry.kind_of(run)
        stalled = queries.is_stalled(run)
        status = workflow.INTERRUPTED if stalled else run.status
        known = [(run.counters.get(key, 0), one, many) for key, one, many in kind.counters] if kind else []
        return cls(
            run=run,
            title=kind.title if kind else run.kind,
            noun=kind.noun if kind else "ligne",
            state=workflow.RUN.states[status],
            tone=workflow.RUN.tones[status],
            icon=ICONS[status],
            counters=[(many if count > 1 else one, count) for count, one, many in known if count],
            stalled=stalled,
            can_resume=status == workflow.INTERRUPTED and run.document_id is not None,
        )


def pace_in_words(run: Run) -> str:
    """« 312 par seconde, encore 2 min », empty while nothing can be said."""
    pace = queries.pace_of(run)
    if not pace.rate or pace.seconds_left is None:
        return "Vous pouvez fermer cette page : le travail continue."
    left = f"encore {pace.seconds_left // 60} min" if pace.seconds_left >= 90 else f"encore {pace.seconds_left} s"
    return f"{nombre(pace.rate)} par seconde, {left}. Vous pouvez fermer cette page : le travail continue."


@presents(FileReceived)
def _received(event: Any) -> str:
    return f"Fichier déposé : {event.file_name}"


@presents(RunFinished)
def _finished(event: Any) -> str:
    refused = f", {pluriel(event.refused, 'ligne refusée', 'lignes refusées')}" if event.refused else ""
    return f"Fichier enregistré : {event.file_name}{refused}"


@presents(RunRefused)
def _refused(event: Any) -> str:
    return f"Fichier refusé : {event.file_name}"


@presents(RunInterrupted)
def _interrupted(event: Any) -> str:
    return f"Import interrompu : {event.file_name}"


@presents(RunCancelled)
def _cancelled(event: Any) -> str:
    return f"Import abandonné : {event.file_name}"


@presents(RowReplayed)
def _replayed(event: Any) -> str:
    return f"Ligne {event.number} reprise : {'acceptée' if event.accepted else 'encore refusée'}"


@presents(LinesExported)
def _exported(event: Any) -> str:
    return f"{event.what} : {pluriel(event.lines, 'ligne emportée', 'lignes emportées')} de {event.file_name}"
