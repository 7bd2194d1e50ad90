"""Convoking several people from a list: a date proposed to each, then imposed to those kept."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from emploi.foundation import clock
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.paper.doors import with_letters_door
from emploi.foundation.ui.french import pluriel
from emploi.pathway.appointments import actions as appointments
from emploi.pathway.appointments.queries.convening import convocations
from emploi.portal.desk.queries.people import running_entries
from emploi.portal.desk.web.requests import AgentRequest
from emploi.portal.desk.web.selection import address_of_list, chosen

# Each date is read by an agent before it is imposed: a longer list is done in several times.
MOST_AT_ONCE = 50


def convene(request: AgentRequest) -> HttpResponse:
    """Propose a date to each person chosen; once confirmed, impose it and write (AMB-57)."""
    back = address_of_list(request)
    asked = chosen(request).entry_ids
    if request.POST.get("confirm") == "1":
        _convene(request, asked[:MOST_AT_ONCE])
        return redirect(back)
    lines = convocations(asked[:MOST_AT_ONCE], at=clock.now())
    context = {
        "ready": [line for line in lines if line.slot],
        "unplaced": [line for line in lines if line.slot is None and line.skipped is None],
        "skipped": [line for line in lines if line.skipped],
        "left": max(0, len(asked) - MOST_AT_ONCE),
        "back": back,
        "list": request.POST.get("list", ""),
    }
    return render(request, "desk/page_convene.html", context)


def _convene(request: AgentRequest, entry_ids: list[int]) -> None:
    """Impose each date by itself: one refused, or taken meanwhile, holds nobody else back."""
    convened, refused = 0, []
    names = {entry.pk: entry.person.full_name for entry in running_entries(entry_ids)}
    for entry_id in entry_ids:
        slot_id = request.POST.get(f"slot-{entry_id}", "")
        if not slot_id.isdecimal():
            continue
        try:
            appointments.convene(entry_id=entry_id, slot_id=int(slot_id), by=request.user.as_actor(), at=clock.now())
        except DomainError as error:
            refused.append(f"{names[entry_id]} : {error.message}")
        else:
            convened += 1
    if convened:
        said = pluriel(convened, "personne convoquée", "personnes convoquées")
        said = f"{said}. Les messages partent maintenant ; les lettres attendent l’impression."
        messages.success(request, with_letters_door(said, request.user))
    for one in refused:
        messages.error(request, one)
    if not convened and not refused:
        messages.error(request, "Cochez au moins une personne à convoquer.")
