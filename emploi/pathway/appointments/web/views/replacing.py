"""The appointments of somebody who is away, replaced in one screen: proposal, preview, one confirmation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.french import hour_fr, moment_fr, pluriel
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.actions import Choice, Replaced
from emploi.pathway.appointments.models import Closure, Slot
from emploi.pathway.appointments.permissions import visible_to
from emploi.pathway.appointments.queries import Move
from emploi.pathway.appointments.web.views.common import agent_of
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission

LEAVE, CANCEL, AGENT = "", "annuler", "agent-"
GONE = "Ce créneau vient d’être pris : ce rendez-vous reste à replacer."
PREVIEW, CHANGE, CONFIRM = "apercu", "changer", "confirmer"


@dataclass(frozen=True, slots=True)
class Row:
    """One appointment on the screen: its options, what is chosen, what that means in words, why it failed before."""

    move: Move
    name: str
    chosen: str
    words: str
    slot: Slot | None
    agent: Agent | None
    refusal: str
    due_on: date | None


@requires(Permission.BOOK_FOR_CALLER)
@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where each appointment could go, then what will happen, then do it and say what failed."""
    closure = get_object_or_404(Closure.objects.select_related("agent", "place"), pk=pk, lifted_at=None)
    displaced = list(queries.displaced_by(closure, at=clock.now(), visible=visible_to(agent_of(request))))
    agent_ids = [int(text) for text in request.GET.getlist("agent") if text.isdecimal()]
    elsewhere = request.GET.get("ailleurs") == "1"
    moves = queries.plan_of(displaced, closure=closure, agent_ids=agent_ids, elsewhere=elsewhere)
    step = request.POST.get("etape") if request.method == "POST" else None
    refused: dict[int, str] = {}
    if step == CONFIRM:
        done = actions.replace_appointments(
            choices=_choices(moves, request), reason=closure.reason, by=agent_of(request).as_actor(), at=clock.now()
        )
        _say(request, done)
        if not done.refused:
            return redirect("appointments:closure", pk=pk)
        # What failed comes back with the slots that are still free.
        refused = done.refused
        displaced = [one for one in displaced if one.pk in refused]
        moves = queries.plan_of(displaced, closure=closure, agent_ids=agent_ids, elsewhere=elsewhere)
    due = queries.due_of(displaced)
    rows = [_row(move, request if step in (PREVIEW, CHANGE) else None, refused, due) for move in moves]
    context: dict[str, Any] = {
        "closure": closure,
        "rows": rows,
        "colleagues": queries.colleagues_of(displaced, closure, elsewhere=elsewhere),
        "agent_ids": agent_ids,
        "elsewhere": elsewhere,
        "moving": sum(1 for row in rows if row.chosen not in (LEAVE, CANCEL)),
        "cancelling": sum(1 for row in rows if row.chosen == CANCEL),
        "leaving": sum(1 for row in rows if row.chosen == LEAVE),
    }
    template = "page_replace_check" if step == PREVIEW and rows else "page_replace"
    return render(request, f"appointments/{template}.html", context, status=422 if refused else 200)


def _row(move: Move, posted: HttpRequest | None, refused: dict[int, str], due: dict[int, date]) -> Row:
    name = f"choix-{move.appointment.pk}"
    default = str(move.proposed.pk) if move.proposed else LEAVE
    chosen = posted.POST.get(name, LEAVE) if posted else default
    slot = next((slot for slot in move.offers if str(slot.pk) == chosen), None)
    agent = next((agent for agent in move.colleagues if f"{AGENT}{agent.pk}" == chosen), None)
    refusal = refused.get(move.appointment.pk, "")
    if slot is None and agent is None and chosen != CANCEL:
        # What was chosen a moment ago is no longer offered: the preview says so.
        refusal = GONE if chosen else refusal
        chosen = LEAVE
    return Row(
        move=move,
        name=name,
        chosen=chosen,
        words=_words(move, chosen, slot, agent),
        slot=slot,
        agent=agent,
        refusal=refusal,
        due_on=due.get(move.appointment.pk),
    )


def _words(move: Move, chosen: str, slot: Slot | None, agent: Agent | None) -> str:
    """What will happen to an appointment, as the preview says it."""
    if slot is not None:
        return f"{moment_fr(slot.starts_at).capitalize()}, {slot.place.name}, avec {slot.agent.full_name}"
    if agent is not None:
        return f"Même heure ({hour_fr(move.appointment.starts_at)}), même lieu, avec {agent.full_name}"
    return "Annulé, la personne est prévenue" if chosen == CANCEL else "Rien ne change pour l’instant"


def _choices(moves: Sequence[Move], request: HttpRequest) -> list[Choice]:
    """What was chosen for each appointment still to replace; whatever else was posted is ignored."""
    found = []
    for move in moves:
        text, pk = request.POST.get(f"choix-{move.appointment.pk}", LEAVE), move.appointment.pk
        if text == CANCEL:
            found.append(Choice(appointment_id=pk, cancels=True))
        elif text.isdecimal():
            found.append(Choice(appointment_id=pk, slot_id=int(text)))
        elif text.startswith(AGENT) and text.removeprefix(AGENT).isdecimal():
            found.append(Choice(appointment_id=pk, agent_id=int(text.removeprefix(AGENT))))
    return found


def _say(request: HttpRequest, done: Replaced) -> None:
    parts = [pluriel(len(done.moved), "rendez-vous déplacé", "rendez-vous déplacés")] if done.moved else []
    if done.cancelled:
        parts.append(pluriel(len(done.cancelled), "annulé", "annulés"))
    if parts:
        messages.success(request, f"{', '.join(parts)}. Les personnes sont prévenues.")
    elif not done.refused:
        messages.info(request, "Rien n’a changé : tous ces rendez-vous restent à replacer.")
    if done.refused:
        kept = pluriel(len(done.refused), "rendez-vous n’a pas changé", "rendez-vous n’ont pas changé")
        messages.warning(request, f"{kept}. La raison est écrite à côté ; rien n’a été perdu.")
