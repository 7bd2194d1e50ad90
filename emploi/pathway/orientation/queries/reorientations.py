"""Requests of another orientation: lists, history, counters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Aggregate, Count, DurationField, F, Q, QuerySet

from emploi.pathway.appointments.enums import InterviewAbout
from emploi.pathway.appointments.models import Kind
from emploi.pathway.clocks.enums import DeadlineKind
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation.enums import BY_POST, Initiator, ReorientationState, Route
from emploi.pathway.orientation.models import Reorientation
from emploi.pathway.orientation.models.reorientation import OPEN
from emploi.pathway.orientation.queries.decisions import appeal_end
from emploi.territory.rulebook import queries as rulebook
from emploi.territory.rulebook.enums import Status

DAY = 86_400
# Who left the RSA waits for nothing.
WAITING = Q(state__in=OPEN, entry__closed_on=None)


@dataclass(frozen=True, slots=True)
class AskedBy:
    """What became of the requests of one initiator."""

    label: str
    slug: str
    asked: int
    waiting: int
    late: int
    decided: int
    refused: int
    withdrawn: int
    median_days: float | None


@dataclass(frozen=True, slots=True)
class Turn:
    """Who owes what next for a request, and until when; nobody once everything is done."""

    who: str
    what: str
    until: date | None = None
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """What the silence of the Département means for the request of a person, and whether a lawyer said so."""

    on: date
    is_past: bool
    is_to_confirm: bool


def reorientations() -> QuerySet[Reorientation]:
    """Return the requests with everything a list shows."""
    return Reorientation.objects.select_related(
        "person", "entry__commune", "wished", "recorded_by", "settled_by", "decision__modality", "letter"
    )


def open_reorientation(entry_id: int) -> Reorientation | None:
    """Return the request of an entry that waits for its answer."""
    return reorientations().filter(entry_id=entry_id, state__in=OPEN).first()


def reorientations_of(person_id: int) -> QuerySet[Reorientation]:
    """Return every request of a person, the latest first."""
    return reorientations().filter(person_id=person_id).order_by("-asked_on", "-pk")


def waiting_reorientations() -> QuerySet[Reorientation]:
    """Return the requests without an answer, the nearest limit first."""
    return reorientations().filter(WAITING).order_by("due_on", "pk")


def reorientation_kinds() -> list[Kind]:
    """Return the kinds of appointment where another orientation is examined, as the administrator marked them."""
    return list(Kind.objects.filter(is_active=True, interview_about=InterviewAbout.REORIENTATION))


def silence_of(row: Reorientation, today: date) -> Silence | None:
    """Return when silence refuses an open request (CRPA L231-4); it only answers the person herself."""
    if not row.is_open or row.initiator != Initiator.PERSON:
        return None
    rule = rulebook.parameter("silence_months", row.asked_on)
    return Silence(row.silence_on, row.silence_on < today, rule.status == Status.TO_CONFIRM)


def turn_of(row: Reorientation, today: date) -> Turn:
    """Say who owes the next thing: the answer, its notification, the new contract, or nothing."""
    if row.is_open:
        panel = row.state == ReorientationState.EXAMINING and row.route == Route.PANEL
        who = "L’équipe pluridisciplinaire, puis le Département" if panel else "Le Département"
        return Turn(who, "doit répondre", row.due_on, row.due_on < today)
    if row.state == ReorientationState.REFUSED and row.told_on is None:
        waits = row.letter_means in BY_POST and row.letter_id is not None
        return Turn("Le Département", "doit poster le refus" if waits else "doit notifier le refus")
    if row.decision is not None and row.decision.is_current:
        return _turn_after(row, today)
    return Turn("", "réponse donnée" if row.state != ReorientationState.WITHDRAWN else "demande abandonnée")


def _turn_after(row: Reorientation, today: date) -> Turn:
    if row.decision is not None and row.decision.is_to_notify:
        return Turn("Le Département", "doit notifier la nouvelle orientation")
    due = contract_due(row.entry_id)
    if due is not None and due.met_on is None and due.voided_on is None:
        return Turn("La personne et l’organisme", "signent un nouveau contrat", due.due_on, due.due_on < today)
    return Turn("", "réponse donnée")


def contract_due(entry_id: int) -> Deadline | None:
    """Return the delay of the new contract of an entry, the last begun."""
    return Deadline.objects.filter(entry_id=entry_id, kind=DeadlineKind.CONTRACT).order_by("-sequence").first()


def refusal_appeal(row: Reorientation) -> date | None:
    """Return the last day to contest a refusal; None until the person was told."""
    return appeal_end(row.told_on) if row.told_on is not None else None


class Median(Aggregate):
    """The median, computed by the database."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def asked_by(rows: QuerySet[Reorientation], today: date) -> list[AskedBy]:
    """Count the requests of each initiator by what became of them, in one query."""
    return _counted(rows, "initiator", Initiator.choices, today)


def examined_by(rows: QuerySet[Reorientation], today: date) -> list[AskedBy]:
    """Count the requests of each route by what became of them, in one query."""
    return _counted(rows, "route", [*Route.choices, ("", "Pas encore examinée")], today)


def _counted(rows: QuerySet[Reorientation], by: str, choices: Any, today: date) -> list[AskedBy]:
    state = ReorientationState
    answered = Q(state__in=(state.DECIDED, state.REFUSED))
    counted = {
        row[by]: row
        for row in rows.order_by()
        .values(by)
        .annotate(
            asked=Count("pk"),
            waiting=Count("pk", filter=WAITING),
            late=Count("pk", filter=WAITING & Q(due_on__lt=today)),
            decided=Count("pk", filter=Q(state=state.DECIDED)),
            refused=Count("pk", filter=Q(state=state.REFUSED)),
            withdrawn=Count("pk", filter=Q(state=state.WITHDRAWN)),
            median_days=Median(F("settled_on") - F("asked_on"), filter=answered),
        )
    }
    names = ("asked", "waiting", "late", "decided", "refused", "withdrawn")
    nothing: dict[str, Any] = {**dict.fromkeys(names, 0), "median_days": None}
    found: dict[str, dict[str, Any]] = {value: {**nothing, **counted.get(value, {})} for value, _ in choices}
    for row in found.values():
        row["median_days"] = row["median_days"].total_seconds() / DAY if row["median_days"] is not None else None
    return [AskedBy(label, value, **{name: found[value][name] for name in nothing}) for value, label in choices]
