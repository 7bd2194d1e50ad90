"""The lines of the page of the clocks: one condition each, used for the count and for the list behind it."""

from __future__ import annotations

from dataclasses import dataclass

from emploi.oversight.steering.enums import Cohort, Outcome

# Conditions read the columns of the cohort query (indicators/cohort.py); « due » is the denominator.
DUE = "is_over AND state <> 'out'"
KEPT = f"{DUE} AND state = 'met'"
BROKEN = f"{DUE} AND state IN ('late', 'missed')"
FIRST = (Cohort.FIRST_INTERVIEW,)
ORIENTATIONS = (Cohort.ORIENTATION_MONTH, Cohort.ORIENTATION_SIX_WEEKS)
ALL = (*FIRST, *ORIENTATIONS)


@dataclass(frozen=True, slots=True)
class Line:
    """A named part of a cohort: its French label by cohort, its SQL condition, its tone."""

    slug: str
    label: str
    condition: str
    cohorts: tuple[Cohort, ...] = ALL
    tone: str = "neutral"
    orientation_label: str = ""

    def label_for(self, cohort: str) -> str:
        """Return the label for a cohort."""
        return self.orientation_label if self.orientation_label and cohort in ORIENTATIONS else self.label


def _reason(outcome: Outcome, cohorts: tuple[Cohort, ...]) -> Line:
    return Line(outcome.value, outcome.label, f"{BROKEN} AND outcome = '{outcome.value}'", cohorts)


_LINES = (
    Line("entrants", "Entrants", "true"),
    Line("running", "En cours", "state = 'running'", tone="info"),
    Line("early", "Déjà reçus, délai en cours", "NOT is_over AND state = 'met'", tone="info",
         orientation_label="Déjà orientés, délai en cours"),
    Line("out", "Hors calcul", "state = 'out'"),
    Line("due", "Délai écoulé", DUE),
    Line("met", "Reçus dans le délai", KEPT, tone="success", orientation_label="Orientés dans le délai"),
    Line("late", "Reçus en retard", f"{DUE} AND state = 'late'", tone="warning",
         orientation_label="Orientés en retard"),
    Line("missed", "Non reçus", f"{DUE} AND state = 'missed'", tone="danger", orientation_label="Non orientés"),
    Line("in_time", "Reçus dans le délai, écoulé ou non", "in_time", tone="success",
         orientation_label="Orientés dans le délai, écoulé ou non"),
    Line("proposed", "Rendez-vous proposé dans le délai", f"{DUE} AND proposed", FIRST),
    Line("booked", "Rendez-vous fixé dans le délai", f"{DUE} AND booked", FIRST),
    Line("remote", "Reçus à distance (dans les reçus)", f"{KEPT} AND remote", FIRST),
    Line("followed", "Déjà suivis par France Travail", f"{DUE} AND followed"),
    Line("followed_met", "… dont reçus dans le délai", f"{KEPT} AND followed",
         orientation_label="… dont orientés dans le délai"),
    Line("returns", "Ré-entrants", f"{DUE} AND entry_kind = 'return'"),
    Line("returns_met", "… dont reçus dans le délai", f"{KEPT} AND entry_kind = 'return'",
         orientation_label="… dont orientés dans le délai"),
    Line("on_interview", "Décidées après un entretien", f"{KEPT} AND basis = 'interview'", ORIENTATIONS),
    Line("on_file", "Décidées sur dossier", f"{KEPT} AND basis = 'on_file'", ORIENTATIONS),
    Line("by_default", "Décidées par défaut", f"{KEPT} AND basis = 'by_default'", ORIENTATIONS),
    *(_reason(outcome, FIRST) for outcome in (
        Outcome.NOT_PROPOSED, Outcome.NO_ANSWER, Outcome.ABSENT, Outcome.EXCUSED, Outcome.CANCELLED_BY_PERSON,
        Outcome.CANCELLED_BY_US, Outcome.UNMARKED,
    )),
    *(_reason(outcome, ORIENTATIONS) for outcome in (Outcome.INTERVIEWED, Outcome.NOT_INTERVIEWED)),
)  # fmt: skip
LINES = {line.slug: line for line in _LINES}
COLUMNS = ("due", "met", "late", "missed", "running", "early", "out", "entrants")
# Enough for every indicator: none of these reads invitations, appointments or decisions.
MAIN = (*COLUMNS, "in_time")
BESIDE = ("proposed", "booked", "met", "remote", "followed", "followed_met", "returns", "returns_met",
          "on_interview", "on_file", "by_default")  # fmt: skip
REASONS = tuple(outcome.value for outcome in Outcome)


def lines_of(cohort: str) -> list[Line]:
    """Return the lines a cohort has, in order."""
    return [line for line in _LINES if cohort in line.cohorts]
