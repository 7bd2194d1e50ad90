"""Reading the papers a person showed or still has to bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings

from emploi.foundation import clock, department
from emploi.foundation.texts.guard import speaks_of_health
from emploi.pathway.appointments.models import Kind
from emploi.pathway.orientation.enums import PaperState
from emploi.pathway.orientation.models import BroughtPaper, Interview
from emploi.pathway.orientation.queries.reference import shipped
from emploi.pathway.orientation.rules.papers import OF_THE_KIND, Paper, expected, parse_papers
from emploi.territory.rulebook import queries as rulebook


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One paper of the list with what was last said of it, if anything was."""

    paper: Paper
    said: BroughtPaper | None

    @property
    def is_late(self) -> bool:
        """Tell whether the day given to bring it has passed."""
        return self.said is not None and self.said.until is not None and self.said.until < clock.today()


def papers() -> tuple[Paper, ...]:
    """Return the papers of the Département in force."""
    return _papers(settings.DEPARTMENT)


def papers_said(
    person_id: int, *, interview: Interview | None = None, sees_health: bool, until: datetime | None = None
) -> list[PaperLine]:
    """Return the papers expected at an interview, then what was said of others; health ones under their right."""
    latest = {row.paper: row for row in _in_force(person_id, until)}
    known = expected(papers(), _lines_of(interview))
    slugs = {paper.slug for paper in known}
    others = tuple(
        Paper(row.paper, row.label, is_sensitive=row.is_sensitive) for row in latest.values() if row.paper not in slugs
    )
    rows = [PaperLine(paper, latest.get(paper.slug)) for paper in (*known, *others)]
    return [row for row in rows if sees_health or not row.paper.is_sensitive]


def papers_seen_up_to(person_id: int) -> int:
    """Return the last thing said of papers, so that two agents never overwrite each other unseen."""
    newest = BroughtPaper.objects.filter(person_id=person_id).order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def papers_to_remind(person_id: int) -> list[str]:
    """Return the papers still to bring that the page of a link may name."""
    known = {paper.slug: paper for paper in papers()}
    rows = [row for row in _in_force(person_id) if row.state == PaperState.LATER]
    return [row.label for row in rows if _may_be_named(row, known.get(row.paper))]


def usual_day_to_bring(today: date) -> date:
    """Return the day proposed to bring a paper; the agent and the person choose another."""
    return clock.next_working_day(clock.add_days(today, int(rulebook.value("papers_days", today))))


def _may_be_named(row: BroughtPaper, paper: Paper | None) -> bool:
    """Tell whether a link may name it: one withdrawn from the list says no more whether it is private."""
    if row.is_sensitive or speaks_of_health(row.label):
        return False
    return paper.may_be_reminded if paper is not None else row.paper.startswith(OF_THE_KIND)


def _in_force(person_id: int, until: datetime | None = None) -> list[BroughtPaper]:
    rows = BroughtPaper.objects.filter(person_id=person_id).select_related("recorded_by", "copy")
    if until is not None:
        rows = rows.filter(recorded_at__lte=until)
    return list(rows.in_force())


def _lines_of(interview: Interview | None) -> list[str]:
    kind = interview.appointment.kind if interview is not None and interview.appointment is not None else None
    if kind is None:
        kind = Kind.objects.filter(is_first_interview=True, is_active=True).first()
    return kind.things_to_bring if kind else []


# Read once per process: a changed file is taken at the next start, like the code it travels with.
@lru_cache(maxsize=8)
def _papers(name: str) -> tuple[Paper, ...]:
    extra: Any = department.load_yaml("papers.yaml") if department.has("papers.yaml") else []
    return parse_papers(shipped("papers.yaml"), extra or [])
