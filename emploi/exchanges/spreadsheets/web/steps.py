"""Where a spreadsheet is on its way: file, columns, preview, recorded."""

from dataclasses import dataclass

from django.urls import reverse

from emploi.foundation.intake import workflow
from emploi.foundation.intake.models import Run

FILE, COLUMNS, PREVIEW, APPLIED = range(4)
LABELS = ("Le fichier", "Les colonnes", "L’aperçu", "Enregistré")


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the component shows it."""

    label: str
    state: str
    href: str = ""
    note: str = ""


def steps(current: int, run: Run | None = None) -> list[Step]:
    """The four steps; a step done can be gone back to as long as nothing is recorded."""
    found = []
    for number, label in enumerate(LABELS):
        state = "done" if number < current else "current" if number == current else "todo"
        found.append(Step(label, state, _href(number, current, run)))
    return found


def _href(number: int, current: int, run: Run | None) -> str:
    if run is None or number >= current or run.status != workflow.PREVIEWED or number != COLUMNS:
        return ""
    return reverse("spreadsheets:columns", args=[run.pk])
