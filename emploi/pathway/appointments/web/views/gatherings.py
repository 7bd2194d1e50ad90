"""Collective sessions: those to come, the sheet to sign, somebody added, the whole session moved or cancelled."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.forms import ReasonForm, attempt
from emploi.foundation.ui.french import moment_fr, pluriel
from emploi.foundation.ui.lists import listing
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.actions.agendas.gatherings import Moved
from emploi.pathway.appointments.models import Kind, Slot
from emploi.pathway.appointments.permissions import may_lead, sees_other_agendas, visible_to
from emploi.pathway.appointments.queries.choosing.sessions import coming_sessions
from emploi.pathway.appointments.web.forms import MoveSessionForm
from emploi.pathway.appointments.web.views.common import agent_of, number_asked, person_of
from emploi.territory.agents.roles import Permission
from emploi.territory.geography.models import Place

# Room on paper for those who come without being enrolled.
BLANK_LINES = 6


@requires(Permission.MARK_ATTENDANCE)
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """The coming sessions and their filling; one's own only for partners."""
    agent = agent_of(request)
    everybody = sees_other_agendas(agent)
    found = coming_sessions(
        clock.start_of(clock.today()),
        agent_id=None if everybody else agent.pk,
        place_id=number_asked(request, "lieu"),
        kind_id=number_asked(request, "type"),
    )
    context = {
        "listing": listing(request, found),
        "places": Place.objects.active().order_by("name"),
        "kinds": Kind.objects.filter(is_active=True, is_collective=True),
        "place_id": number_asked(request, "lieu"),
        "kind_id": number_asked(request, "type"),
    }
    return render(request, "appointments/page_sessions.html", context)


@requires(Permission.MARK_ATTENDANCE)
@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The list to sign: names, a box and room to sign, nothing of anybody's needs."""
    slot = session_of(request, pk)
    people = queries.people_of(slot).filter(pk__in=visible_to(agent_of(request)).values("pk"))
    context = {"slot": slot, "people": people, "blank": range(BLANK_LINES)}
    return render(request, "appointments/page_session_sheet.html", context)


@requires(Permission.MARK_ATTENDANCE)
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Enrol somebody found by a search, or note that she came without being enrolled."""
    slot = _led(request, pk)
    typed = request.POST.get("person", "")
    person = person_of(request, int(typed) if typed.isdecimal() and len(typed) < 18 else 0)
    try:
        actions.enrol(
            slot_id=slot.pk,
            person_id=person.pk,
            beyond=request.POST.get("beyond") == "1",
            by=agent_of(request).as_actor(),
            at=clock.now(),
        )
    except DomainError as refusal:
        messages.error(request, f"{person.full_name} : {refusal.message}")
        return redirect(f"{reverse('appointments:session', args=[pk])}?q={request.POST.get('q', '')}#ajouter")
    messages.success(request, f"{person.full_name} est sur la liste.")
    return redirect("appointments:session", pk=pk)


@requires(Permission.MARK_ATTENDANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel the whole session, with a reason everybody reads."""
    slot = _led(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        by, reason = agent_of(request).as_actor(), form.cleaned_data["reason"]
        told = attempt(form, partial(actions.cancel_session, slot_id=pk, reason=reason, by=by, at=clock.now()))
        if told is not None:
            count = pluriel(told, "personne prévenue", "personnes prévenues")
            messages.success(request, f"Séance annulée : {count}, sauf celles à appeler ci-dessous.")
            return redirect("appointments:session", pk=pk)
    context = {"slot": slot, "form": form, "moving": False}
    return render(request, "appointments/page_session_change.html", context, status=422 if form.errors else 200)


@requires(Permission.MARK_ATTENDANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the whole session another date; everybody follows and is told once."""
    slot = _led(request, pk)
    form = MoveSessionForm(request.POST if request.method == "POST" else None)
    moved = attempt(form, partial(_move, pk, form, request)) if form.is_valid() else None
    if moved:
        count = pluriel(moved.followed, "personne suit", "personnes suivent")
        messages.success(request, f"Séance déplacée {moment_fr(moved.slot.starts_at)} : {count} et reçoivent la date.")
        if moved.left:
            left = pluriel(len(moved.left), "personne ne peut", "personnes ne peuvent")
            said = f"{left} pas venir à cette heure : rendez-vous annulé, proposez une autre date."
            messages.warning(request, said)
        return redirect("appointments:session", pk=pk)
    context = {"slot": slot, "form": form, "moving": True}
    return render(request, "appointments/page_session_change.html", context, status=422 if form.errors else 200)


def session_of(request: HttpRequest, pk: int) -> Slot:
    """The session asked for; 404 when it is another partner's."""
    slots = Slot.objects.sessions()
    if not sees_other_agendas(agent_of(request)):
        slots = slots.filter(agent=agent_of(request))
    return get_object_or_404(slots.select_related("agent", "place__commune", "kind"), pk=pk)


def _led(request: HttpRequest, pk: int) -> Slot:
    """The same, to change it: by who leads it, or who books for others."""
    slot = session_of(request, pk)
    if not may_lead(agent_of(request), slot):
        raise PermissionDenied("Cette séance est animée par quelqu’un d’autre.")
    return slot


def _move(pk: int, form: MoveSessionForm, request: HttpRequest) -> Moved:
    data: dict[str, Any] = form.cleaned_data
    starts_at = datetime.combine(data["day"], data["starts_at"], clock.ZONE)
    by = agent_of(request).as_actor()
    return actions.move_session(slot_id=pk, starts_at=starts_at, reason=data["reason"], by=by, at=clock.now())
