"""An agent's video room."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.forms import attempt
from emploi.foundation.ui.french import pluriel
from emploi.pathway.appointments.actions.agendas.rooms import set_room
from emploi.pathway.appointments.queries.rooms import room_of
from emploi.pathway.appointments.web.room_form import RoomForm
from emploi.pathway.appointments.web.views.common import agent_of
from emploi.territory.agents.roles import Permission


@requires(Permission.MANAGE_OPENINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest) -> HttpResponse:
    """One's own room: people met by video receive its address with their confirmation."""
    agent = agent_of(request)
    known = room_of(agent.pk)
    initial = {"address": known.address, "how": known.how} if known else None
    form = RoomForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        call = partial(set_room, agent_id=agent.pk, by=agent.as_actor(), at=clock.now(), **form.cleaned_data)
        told = attempt(form, call)
        if told is not None:
            said = f" {pluriel(told, 'personne prévenue', 'personnes prévenues')}." if told else ""
            messages.success(request, f"Adresse enregistrée.{said}")
            return redirect("appointments:room")
    return render(
        request, "appointments/page_room.html", {"form": form, "room": known}, status=422 if form.errors else 200
    )
