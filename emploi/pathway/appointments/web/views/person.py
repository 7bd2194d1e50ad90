"""Appointments on a person's page: the card, booking, convening, suspending invitations."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.forms import attempt
from emploi.foundation.ui.french import date_long_fr, moment_fr
from emploi.foundation.ui.htmx import card_response
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.booking_form import BookingForm, accessible_only
from emploi.pathway.appointments.enums import Act, BookedVia, Modality
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.appointments.permissions import may_write_to
from emploi.pathway.appointments.queries import Target
from emploi.pathway.appointments.queries.belongings import coming_of
from emploi.pathway.appointments.web.forms import StopForm
from emploi.pathway.appointments.web.views.common import (
    agent_of,
    bookable,
    number_asked,
    person_of,
    slots_to_offer,
    trace,
    try_then_go,
)
from emploi.pathway.beneficiaries.needs_form import needs_known
from emploi.territory.agents.roles import Permission

SHOWN = 10


@requires(Permission.SEE_PERSONS)
@require_safe
def card(request: HttpRequest, person_id: int) -> HttpResponse:
    """The person's appointments and invitations."""
    person = person_of(request, person_id)
    trace(request, person_id, "Rendez-vous")
    past = queries.appointments_of(person_id)
    now = clock.now()
    target = queries.targets_of([], [person_id])[0]
    invitations = list(queries.invitations_of(person_id)[:SHOWN])
    may_follow = request.user.can(Permission.PRINT_LETTERS)
    context = {
        "person": person,
        "registered": queries.registered_letters([row.pk for row in invitations]) if may_follow else {},
        "coming": [a for a in past if a.status == "planned" and a.ends_at > now],
        "past": [a for a in past if not (a.status == "planned" and a.ends_at > now)][:SHOWN],
        "outside": queries.outside_appointments_of(person_id, now),
        "invitations": invitations,
        "stop": queries.running_stop(person_id, now.date()),
        "may_write": may_write_to(agent_of(request), person_id),
        "may_book": target.entry is not None or target.waits,
        "may_convene": target.entry is not None,
        "now": now,
    }
    return card_response(
        request, "appointments/_card.html", context, title=f"Rendez-vous de {person.full_name}", back=_page(person_id)
    )


@requires(Permission.BOOK_FOR_CALLER, Permission.PLAN_MEETINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def reserve(request: HttpRequest, person_id: int) -> HttpResponse:
    """Book a slot for a person from her page."""
    person = person_of(request, person_id)
    target = bookable(person)
    kind = get_object_or_404(queries.kinds(), pk=number_asked(request, "type") or queries.first_interview_kind().pk)
    known = {**needs_known(person), **_how(request)}
    form = BookingForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        booked = attempt(form, partial(_reserve, target, form, request))
        if booked:
            return _done(request, booked, "Rendez-vous pris")
    accessible = accessible_only(request.GET, person, filtered_by="lieu")
    offered = slots_to_offer(request, target, kind, not_before=clock.now(), accessible=accessible)
    asked = number_asked(request, "creneau")
    if asked:
        # She comes from a free slot of an agenda: it is proposed first, unless somebody took it meanwhile.
        free = queries.free_slots(kind_id=kind.pk, since=clock.now()).filter(pk=asked)
        offered["chosen"] = free.select_related("agent", "place__commune").first()
        offered["chosen_is_gone"] = offered["chosen"] is None
    context = {
        "person": person,
        "form": form,
        "kind": kind,
        "kinds": queries.kinds(),
        "was_asked": person.last_needs is not None,
        "absence": kind.absence_means(Act.INVITATION),
        "filters_access": True,
        "accessible": accessible,
        **offered,
    }
    return render(request, "appointments/page_reserve.html", context)


@requires(Permission.INVITE)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, person_id: int) -> HttpResponse:
    """Suspend invitations and relaunches to a person, with a reason and a last day; or say another last day."""
    person = person_of(request, person_id)
    today = clock.today()
    running = queries.running_stop(person_id, today)
    known = {"reason": running.reason if running else "", "last_day": queries.usual_end(today)}
    form = StopForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        asked = {**form.cleaned_data, "by": agent_of(request).as_actor(), "at": clock.now()}
        call = partial(actions.prolong_stop, person_id=person.pk, **asked)
        if attempt(form, call if running else partial(actions.stop_invitations, person=person, **asked)):
            until = date_long_fr(form.cleaned_data["last_day"])
            messages.success(request, f"Invitations et relances suspendues jusqu’au {until}. Les délais continuent.")
            return redirect(_page(person_id))
    context = {"person": person, "form": form, "back": _page(person_id), "running": running}
    context["coming"] = coming_of(person_id, clock.now())
    return render(request, "appointments/page_stop.html", context)


@requires(Permission.INVITE)
@require_POST
def resume(request: HttpRequest, person_id: int) -> HttpResponse:
    """Let invitations to a person leave again."""
    person = person_of(request, person_id)
    call = partial(actions.resume_invitations, person_id=person.pk, by=agent_of(request).as_actor(), at=clock.now())
    return try_then_go(request, call, said="Les invitations peuvent repartir.", to=_page(person_id))


def _how(request: HttpRequest) -> dict[str, str]:
    """The way to meet already agreed with the person, when the page she comes from says it."""
    asked = request.GET.get("comment", "")
    return {"modality": asked} if asked in Modality.values else {}


def _page(person_id: int) -> str:
    return reverse("desk:person", args=[person_id])


def _done(request: HttpRequest, booked: Appointment, said: str) -> HttpResponse:
    messages.success(request, f"{said} : {moment_fr(booked.starts_at)}, {booked.place.name}. La personne est prévenue.")
    return redirect("appointments:appointment", pk=booked.pk)


def _reserve(target: Target, form: BookingForm, request: HttpRequest) -> Appointment:
    data, at = form.cleaned_data, clock.now()
    form.keep_needs(target.person, by=agent_of(request).as_actor(), at=at)
    return actions.book(
        slot_id=data["slot"],
        entry_id=target.entry_id,
        person_id=target.person.pk,
        via=BookedVia.PERSON_PAGE,
        modality=data["modality"],
        modality_reason=data["modality_reason"],
        phone=data["phone"],
        note=data["note"],
        by=agent_of(request).as_actor(),
        at=at,
    )
