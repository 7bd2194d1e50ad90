"""From the request of another orientation to its answer: examined by one of the two routes, decided or refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.texts.guard import check_numbers, check_texts
from emploi.foundation.ui.french import date_long_fr
from emploi.foundation.workflow import move
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation.actions.conditions import printed_reason
from emploi.pathway.orientation.actions.interviews import agent_id
from emploi.pathway.orientation.actions.reorienting.telling import tell_receipt
from emploi.pathway.orientation.enums import AskedVia, Initiator, ReorientationCause, ReorientationState, Route
from emploi.pathway.orientation.events import (
    ReorientationAsked,
    ReorientationExamined,
    ReorientationRefused,
    ReorientationSettled,
    ReorientationWithdrawn,
)
from emploi.pathway.orientation.models import Decision, Reorientation
from emploi.pathway.orientation.models.reorientation import OPEN
from emploi.pathway.orientation.rules.reorienting import needs_opinion
from emploi.pathway.orientation.workflow import REORIENTATION
from emploi.territory.rulebook import queries as rulebook

FUTURE = "Cette date ne peut pas être dans le futur."
TWICE = "Deux dossiers n’en font plus qu’un : l’autre demande continue."


@dataclass(frozen=True, kw_only=True)
class ReorientationDraft:
    """What is asked, by whom and why."""

    initiator: str
    asked_on: date
    reason: str = ""
    cause: str = ""
    via: str = AskedVia.AGENT
    wished_id: int | None = None


@action
def ask_reorientation(*, entry_id: int, draft: ReorientationDraft, by: Actor, at: datetime) -> Reorientation:
    """Record the request; the delays to answer run from its day (RG-13: at any time, by three initiators)."""
    entry = Entry.objects.select_for_update(of=("self",)).get(pk=entry_id)
    _check_asker(draft, entry, by)
    if entry.closed_on is not None:
        raise DomainError(f"Cette personne est sortie du dispositif le {date_long_fr(entry.closed_on)}.")
    current = Decision.objects.current().filter(entry=entry).first()
    if current is None:
        raise DomainError("Aucune orientation n’est en vigueur : il n’y a rien à changer encore.")
    if draft.asked_on > at.date():
        raise DomainError(FUTURE, field="asked_on")
    if draft.asked_on < current.decided_on:
        raise DomainError(
            f"L’orientation a été décidée le {date_long_fr(current.decided_on)} : la demande vient après.",
            field="asked_on",
        )
    _check_why(draft)
    waiting = Reorientation.objects.filter(entry=entry, state__in=OPEN).first()
    if waiting is not None:
        raise DomainError(f"Une demande du {date_long_fr(waiting.asked_on)} attend déjà sa réponse.")
    row = Reorientation.objects.create(
        entry=entry,
        person_id=entry.person_id,
        initiator=draft.initiator,
        asked_on=draft.asked_on,
        recorded_at=at,
        recorded_by_id=agent_id(by) if by.kind == "agent" else None,
        via=draft.via,
        cause=draft.cause,
        reason=draft.reason.strip(),
        wished_id=draft.wished_id,
        due_on=clock.add_days(draft.asked_on, int(rulebook.value("reorientation_days", draft.asked_on))),
        silence_on=clock.add_months(draft.asked_on, int(rulebook.value("silence_months", draft.asked_on))),
    )
    event = ReorientationAsked(
        person_id=row.person_id, entry_id=row.entry_id, reorientation_id=row.pk, initiator=row.initiator
    )
    publish(event, by=by, at=at)
    tell_receipt(row, by, at)
    return row


@action
def examine_reorientation(
    *,
    reorientation_id: int,
    route: str,
    opinion: str = "",
    opinion_on: date | None = None,
    keeps_health_words: bool = False,
    by: Actor,
    at: datetime,
) -> Reorientation:
    """Choose the route; the opinion of the équipe pluridisciplinaire is noted when it is known."""
    row = _found(reorientation_id)
    check_texts({"opinion": opinion}, keeps_health_words=keeps_health_words)
    if route not in Route.values:
        raise DomainError("Dites comment la demande est examinée.", field="route")
    if opinion.strip() and (route != Route.PANEL or opinion_on is None):
        raise DomainError("Un avis de l’équipe pluridisciplinaire a une date.", field="opinion_on")
    if opinion_on is not None and opinion_on > at.date():
        raise DomainError(FUTURE, field="opinion_on")
    changes = {"route": route, "opinion": opinion.strip(), "opinion_on": opinion_on}
    event = ReorientationExamined(person_id=row.person_id, entry_id=row.entry_id, reorientation_id=row.pk, route=route)
    if row.state == ReorientationState.EXAMINING:
        for name, value in changes.items():
            setattr(row, name, value)
        row.save(update_fields=list(changes))
        publish(event, by=by, at=at)
        return row
    return move(row, REORIENTATION, "examine", by=by, at=at, changes=changes, events=event)


@action
def refuse_reorientation(
    *, reorientation_id: int, reason: str, letter_reason: str = "", by: Actor, at: datetime
) -> Reorientation:
    """Answer no, with the reason the letter prints, free of health: the same one, or other words; she may contest."""
    row = _found(reorientation_id)
    printed = printed_reason(reason, letter_reason, is_about_health=bool(row.wished and row.wished.is_sensitive))
    event = ReorientationRefused(person_id=row.person_id, entry_id=row.entry_id, reorientation_id=row.pk)
    return _end(row, "refuse", reason, event, by, at, letter_reason=printed)


@action
def withdraw_reorientation(*, reorientation_id: int, reason: str, by: Actor, at: datetime) -> Reorientation:
    """Note that the request is dropped by who made it."""
    row = _found(reorientation_id)
    event = ReorientationWithdrawn(person_id=row.person_id, entry_id=row.entry_id, reorientation_id=row.pk)
    return _end(row, "withdraw", reason, event, by, at)


def _check_asker(draft: ReorientationDraft, entry: Entry, by: Actor) -> None:
    """Only an agent, or the person herself on her own link, asks."""
    is_herself = by.kind == "person" and by.id == entry.person_id
    if draft.via == AskedVia.ONLINE:
        if not is_herself or draft.initiator != Initiator.PERSON:
            raise DomainError("Seule la personne fait cette demande sur internet.")
        return
    agent_id(by)


def _check_why(draft: ReorientationDraft) -> None:
    """Something says why: a reason of the list, or words; « another reason » asks for words."""
    check_numbers({"reason": draft.reason})
    if draft.cause and draft.cause not in ReorientationCause.values:
        raise DomainError("Choisissez une raison dans la liste.", field="cause")
    if not draft.reason.strip() and draft.cause in ("", ReorientationCause.OTHER):
        raise DomainError("Écrivez pourquoi une autre orientation est demandée.", field="reason")


def settle_by(decision: Decision, by: Actor, at: datetime) -> None:
    """Answer the open request of an entry by the decision that follows the former one."""
    row = Reorientation.objects.select_for_update(of=("self",)).filter(entry=decision.entry, state__in=OPEN).first()
    if decision.previous is not None:
        panel = str(rulebook.value("reorientation_panel", decision.decided_on))
        heard = row is not None and row.opinion_on is not None
        if needs_opinion(panel, decision.previous.legal_path, decision.legal_path) and not heard:
            raise DomainError(
                "La loi de cette période demande l’avis de l’équipe pluridisciplinaire avant de passer du parcours "
                "professionnel au parcours social : notez-le dans la demande de réorientation."
            )
    if row is None or decision.previous_id is None:
        return
    settled = max(decision.decided_on, row.asked_on)
    changes = {"decision": decision, "settled_on": settled, "settled_by_id": decision.decided_by_id}
    if not row.route:
        changes["route"] = Route.INTERVIEW
    event = ReorientationSettled(
        person_id=row.person_id, entry_id=row.entry_id, reorientation_id=row.pk, decision_id=decision.pk
    )
    move(row, REORIENTATION, "decide", by=by, at=at, changes=changes, events=event)


def drop_twice_asked(duplicate_id: int, staying_id: int, by: Actor, at: datetime) -> None:
    """Two entries become one: of two open requests the earliest continues, with its delays; the other ends."""
    both = Reorientation.objects.select_for_update(of=("self",)).filter(entry__in=[duplicate_id, staying_id])
    for row in list(both.filter(state__in=OPEN).order_by("asked_on", "pk"))[1:]:
        changes = {"outcome_reason": TWICE, "settled_on": max(at.date(), row.asked_on)}
        event = ReorientationWithdrawn(person_id=row.person_id, entry_id=row.entry_id, reorientation_id=row.pk)
        move(row, REORIENTATION, "withdraw", by=by, at=at, reason=TWICE, changes=changes, events=event)


def _end(
    row: Reorientation, name: str, reason: str, event: object, by: Actor, at: datetime, **more: str
) -> Reorientation:
    changes = {"outcome_reason": reason.strip(), "settled_on": at.date(), "settled_by_id": agent_id(by), **more}
    # The journal is read by many: the reason stays with the request, under its guard.
    kept = "écrite dans la demande" if reason.strip() else ""
    return move(row, REORIENTATION, name, by=by, at=at, reason=kept, changes=changes, events=event)  # type: ignore[arg-type]


def _found(reorientation_id: int) -> Reorientation:
    return Reorientation.objects.select_for_update(of=("self",)).get(pk=reorientation_id)
