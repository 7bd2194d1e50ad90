"""One appointment: its page, presence, move, cancel, print, calendar file."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.forms import attempt
from emploi.foundation.ui.french import moment_fr
from emploi.foundation.ui.htmx import safe_next, wants_fragment
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.appointments.permissions import may_change, own_slots_only
from emploi.pathway.appointments.queries.calendar import ics_of
from emploi.pathway.appointments.queries.rooms import number_to_call, room_of_appointment
from emploi.pathway.appointments.web.forms import CancelForm, ModalityForm, MoveForm, PresenceForm
from emploi.pathway.appointments.web.views.common import (
    agent_of,
    appointment_of,
    bookable,
    number_asked,
    own_slots,
    slots_to_offer,
    trace,
    try_then_go,
)
from emploi.territory.agents.roles import Permission

SEES = (Permission.MARK_ATTENDANCE, Permission.BOOK_FOR_CALLER)
SAID = {
    "present": "Présence notée.",
    "absent": "Absence notée. La personne pourra être invitée de nouveau.",
    "excused": "Absence excusée notée.",
}


@requires(*SEES)
@require_safe
def appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one appointment."""
    found = appointment_of(request, pk)
    trace(request, found.person_id, "Rendez-vous")
    return render(request, "appointments/page_appointment.html", _context(found, PresenceForm(), request))


@requires(Permission.MARK_ATTENDANCE)
@require_POST
def presence(request: HttpRequest, pk: int) -> HttpResponse:
    """Note present, absent or excused; an incomplete answer comes back with what was typed."""
    found = appointment_of(request, pk)
    form = PresenceForm(request.POST)
    done = attempt(form, partial(_mark, found, form, request)) if form.is_valid() else None
    if wants_fragment(request):
        return _row(request, pk, " ".join(map(str, form.non_field_errors())))
    if done:
        messages.success(request, f"{found.person.full_name} : {SAID[form.cleaned_data['mark']]}")
        return redirect(safe_next(request, reverse("appointments:appointment", args=[pk])))
    return render(request, "appointments/page_appointment.html", _context(found, form, request), status=422)


@requires(Permission.MARK_ATTENDANCE)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a presence noted today."""
    found = appointment_of(request, pk)
    call = partial(actions.undo_attendance, appointment_id=found.pk, by=agent_of(request).as_actor(), at=clock.now())
    if wants_fragment(request):
        try:
            call()
        except DomainError as refusal:
            return _row(request, pk, refusal.message)
        return _row(request, pk)
    page = reverse("appointments:appointment", args=[pk])
    return try_then_go(request, call, said="La présence est de nouveau à noter.", to=page)


@requires(*SEES)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose another slot, the nearest of the person's commune first; one's own, for who books for nobody else."""
    found = _to_change(request, pk)
    form = MoveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        moved = attempt(form, partial(_move, found, form, request))
        if moved:
            said = f"Rendez-vous déplacé : {moment_fr(moved.starts_at)}, {moved.place.name}. La personne est prévenue."
            messages.success(request, said)
            return redirect("appointments:appointment", pk=moved.pk)
    offered = _offered(request, found)
    chosen = number_asked(request, "creneau")
    if chosen:
        whose = [agent_of(request).pk] if own_slots_only(agent_of(request)) else None
        free = queries.free_slots(kind_id=found.kind_id, since=clock.now(), agent_ids=whose)
        offered["chosen"] = free.filter(pk=chosen).select_related("agent", "place__commune").first()
        offered["chosen_is_gone"] = offered["chosen"] is None
    return render(request, "appointments/page_move.html", {"appointment": found, "form": form, **offered})


@requires(*SEES)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel, saying who asked and why."""
    found = _to_change(request, pk)
    form = CancelForm(request.POST if request.method == "POST" else None)
    cancelled = attempt(form, partial(_cancel, found, form, request)) if form.is_valid() else None
    if cancelled:
        messages.success(request, "Rendez-vous annulé. La personne est prévenue et peut en choisir un autre.")
        return redirect("appointments:appointment", pk=pk)
    return render(request, "appointments/page_cancel.html", {"appointment": found, "form": form})


@requires(*SEES)
@require_http_methods(["GET", "HEAD", "POST"])
def modality(request: HttpRequest, pk: int) -> HttpResponse:
    """Change how people will meet, saying why."""
    found = _to_change(request, pk)
    form = ModalityForm(request.POST if request.method == "POST" else None, initial={"modality": found.modality})
    if form.is_valid():
        call = partial(
            actions.set_modality,
            appointment_id=found.pk,
            by=agent_of(request).as_actor(),
            at=clock.now(),
            **form.cleaned_data,
        )
        if attempt(form, call):
            messages.success(request, "C’est changé. La personne est prévenue.")
            return redirect("appointments:appointment", pk=pk)
    status = 422 if form.errors else 200
    return render(request, "appointments/page_modality.html", {"appointment": found, "form": form}, status=status)


@requires(*SEES)
@require_safe
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The appointment as a calendar file; the file leaves our walls, so it names nobody."""
    found = appointment_of(request, pk)
    return HttpResponse(
        ics_of(found, title=f"Rendez-vous n° {found.pk}", at=clock.now()),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="rendez-vous-{found.pk}.ics"'},
    )


@requires(*SEES)
@require_safe
def printed(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper to hand to the person."""
    found = appointment_of(request, pk)
    return render(request, "appointments/page_printed.html", {"appointment": found, **_from_afar(found)})


def _row(request: HttpRequest, pk: int, refusal: str = "") -> HttpResponse:
    """The line of the list alone, as it now is, for HTMX."""
    context = {"appointment": appointment_of(request, pk), "refusal": refusal, "next": request.POST.get("next", "")}
    return render(request, "appointments/_row_alone.html", {**context, "shows": request.POST.get("shows", "")})


def _context(found: Appointment, form: PresenceForm, request: HttpRequest) -> dict[str, object]:
    now = clock.now()
    to_come = found.status == AppointmentStatus.PLANNED and found.starts_at > now
    return {
        "appointment": found,
        "form": form,
        "now": now,
        "history": queries.moves_of(found),
        "may_change": to_come and may_change(agent_of(request), found),
        **_from_afar(found),
    }


def _from_afar(found: Appointment) -> dict[str, object]:
    """The number to call, or the video room, of an appointment that is not on the spot."""
    return {"call_at": number_to_call(found), "room": room_of_appointment(found)}


def _mark(found: Appointment, form: PresenceForm, request: HttpRequest) -> Appointment:
    data = form.cleaned_data
    common: dict[str, Any] = {"appointment_id": found.pk, "by": agent_of(request).as_actor(), "at": clock.now()}
    if data["mark"] == "present":
        return actions.mark_present(modality=data["modality"], modality_reason=data["modality_reason"], **common)
    if data["mark"] == "absent":
        return actions.mark_absent(**common)
    return actions.mark_excused(reason=data["reason"], **common)


def _to_change(request: HttpRequest, pk: int) -> Appointment:
    """The appointment to change; 404 when it is in somebody else's agenda and the agent books for nobody else."""
    found = appointment_of(request, pk)
    if not may_change(agent_of(request), found):
        raise Http404
    return found


def _offered(request: HttpRequest, found: Appointment) -> dict[str, Any]:
    """The slots to move to: the nearest of the person, or those of one's own agenda."""
    if own_slots_only(agent_of(request)):
        return own_slots(agent_of(request), found.kind, not_before=clock.now())
    return slots_to_offer(request, bookable(found.person), found.kind, not_before=clock.now())


def _move(found: Appointment, form: MoveForm, request: HttpRequest) -> Appointment:
    mine = queries.free_slots(kind_id=found.kind_id, since=clock.now(), agent_ids=[agent_of(request).pk])
    if own_slots_only(agent_of(request)) and not mine.filter(pk=form.cleaned_data["slot"]).exists():
        raise DomainError("Choisissez un de vos créneaux : il n’est plus libre, ou il est à un collègue.", field="slot")
    return actions.move_appointment(
        appointment_id=found.pk,
        slot_id=form.cleaned_data["slot"],
        reason=form.cleaned_data["reason"],
        by=agent_of(request).as_actor(),
        at=clock.now(),
    )


def _cancel(found: Appointment, form: CancelForm, request: HttpRequest) -> Appointment:
    return actions.cancel(
        appointment_id=found.pk,
        reason=form.cleaned_data["reason"],
        by_us=form.cleaned_data["by_us"],
        by=agent_of(request).as_actor(),
        at=clock.now(),
    )
