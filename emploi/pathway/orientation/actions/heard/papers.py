"""Noting the papers seen, to bring or not concerned, once for every later interview (RG-09), and their copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.documents import actions as documents
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.actions.diagnosis import locked_interview
from emploi.pathway.orientation.actions.interviews import agent_id
from emploi.pathway.orientation.enums import PaperState
from emploi.pathway.orientation.events import PaperCopied, PapersNoted
from emploi.pathway.orientation.models import BroughtPaper, Interview
from emploi.pathway.orientation.rules.papers import Paper

COPY_KIND = "brought_paper"
COPY_FORMATS = ("application/pdf", "image/jpeg", "image/png")
COPY_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class PaperNote:
    """What is said of one paper."""

    paper: str
    state: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class NotedPapers:
    """What was written, and what a colleague noted otherwise while this agent was writing."""

    written: tuple[str, ...]
    conflicts: tuple[BroughtPaper, ...]


@action
def note_papers(
    *,
    interview_id: int,
    notes: Sequence[PaperNote],
    seen: int | None = None,
    sees_health: bool = True,
    by: Actor,
    at: datetime,
) -> NotedPapers:
    """Write what changed; `seen` is the last note shown, so that a colleague's later one is never covered unseen."""
    interview = locked_interview(interview_id)
    lines = queries.papers_said(interview.person_id, interview=interview, sees_health=sees_health)
    known = {line.paper.slug: line for line in lines}
    rows: list[BroughtPaper] = []
    conflicts: list[BroughtPaper] = []
    for note in notes:
        line = known.get(note.paper)
        if line is None:
            raise DomainError("Ce papier n’est pas dans la liste.", field=note.paper)
        said = line.said
        # First of all: a day that has passed since it was noted is no mistake of who writes of another paper.
        if said is not None and (said.state, said.until) == (note.state, note.until):
            continue
        _check(note, at.date())
        if said is not None and seen is not None and said.pk > seen and said.recorded_by_id != by.id:
            conflicts.append(said)
            continue
        rows.append(_row(interview.person_id, interview, note, line.paper, by, at))
    BroughtPaper.objects.bulk_create(rows)
    if rows:
        event = PapersNoted(
            person_id=interview.person_id, entry_id=interview.entry_id, interview_id=interview.pk, count=len(rows)
        )
        publish(event, by=by, at=at)
    return NotedPapers(tuple(row.paper for row in rows), tuple(conflicts))


@action
def see_paper(*, person_id: int, paper: str, sees_health: bool = True, by: Actor, at: datetime) -> BroughtPaper:
    """Note, between two interviews, that a paper still to bring was shown to who accompanies the person."""
    person = Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person_id)
    lines = queries.papers_said(person.pk, sees_health=sees_health)
    line = next((line for line in lines if line.paper.slug == paper), None)
    if line is None or line.said is None or line.said.state != PaperState.LATER:
        raise DomainError("Ce papier n’est plus attendu : quelqu’un l’a noté entre-temps.")
    row = _row(person.pk, None, PaperNote(paper=paper, state=PaperState.SEEN), line.paper, by, at)
    row.save()
    entry = Entry.objects.open().filter(person=person).first()
    publish(PapersNoted(person_id=person.pk, entry_id=entry.pk if entry else None, count=1), by=by, at=at)
    return row


@action
def keep_copy(
    *,
    interview_id: int,
    paper: str,
    upload: BinaryIO,
    name: str,
    sees_health: bool = True,
    by: Actor,
    at: datetime,
) -> BroughtPaper:
    """Keep a copy of a paper shown: a PDF or a photograph, known by its content; the paper is then seen."""
    interview = locked_interview(interview_id)
    lines = queries.papers_said(interview.person_id, interview=interview, sees_health=sees_health)
    line = next((line for line in lines if line.paper.slug == paper), None)
    if line is None:
        raise DomainError("Ce papier n’est pas dans la liste.", field="file")
    document = documents.accept_upload(
        upload=upload,
        name=name,
        kind=COPY_KIND,
        allowed=COPY_FORMATS,
        max_bytes=COPY_BYTES,
        person_id=interview.person_id,
        by=by,
        at=at,
    )
    row = _row(interview.person_id, interview, PaperNote(paper=paper, state=PaperState.SEEN), line.paper, by, at)
    row.copy = document
    row.save()
    event = PaperCopied(
        person_id=interview.person_id, entry_id=interview.entry_id, interview_id=interview.pk, paper_id=row.pk
    )
    publish(event, by=by, at=at)
    return row


def _check(note: PaperNote, today: date) -> None:
    if note.state not in PaperState.values:
        raise DomainError("Dites si le papier est vu, à apporter, ou pas concerné.", field=note.paper)
    if note.state == PaperState.LATER and note.until is None:
        raise DomainError("Dites jusqu’à quand ce papier peut être apporté.", field=note.paper)
    if note.until is not None and note.state != PaperState.LATER:
        raise DomainError("Seul un papier à apporter a une date.", field=note.paper)
    if note.until is not None and note.until < today:
        raise DomainError("Cette date est passée : choisissez un jour à venir.", field=note.paper)


def _row(
    person_id: int, interview: Interview | None, note: PaperNote, paper: Paper, by: Actor, at: datetime
) -> BroughtPaper:
    return BroughtPaper(
        person_id=person_id,
        paper=note.paper,
        label=paper.label,
        is_sensitive=paper.is_sensitive,
        state=note.state,
        until=note.until,
        noted_on=at.date(),
        recorded_at=at,
        recorded_by_id=agent_id(by),
        interview=interview,
    )
