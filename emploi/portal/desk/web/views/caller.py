"""A caller on the phone: find the person, check who speaks, give a slot."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.audit.actions import record_consultation
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.french import moment_fr
from emploi.pathway.appointments import actions as appointments
from emploi.pathway.appointments.booking_form import BookingForm, accessible_only
from emploi.pathway.appointments.enums import Act, BookedVia
from emploi.pathway.appointments.models import Appointment, Kind
from emploi.pathway.appointments.queries import first_interview_kind, open_requests
from emploi.pathway.appointments.queries import kinds as appointment_kinds
from emploi.pathway.beneficiaries.needs_form import needs_known
from emploi.portal.desk.queries.caller import Caller, Choice, caller, choices
from emploi.portal.desk.queries.found import find as find_people
from emploi.portal.desk.queries.people import visible
from emploi.portal.desk.web.forms import CallerForm
from emploi.portal.desk.web.requests import AgentRequest
from emploi.territory.agents.roles import Permission

SHOWN = 20


@requires(Permission.BOOK_FOR_CALLER)
@require_safe
def find(request: AgentRequest) -> HttpResponse:
    """Two fields, then the people found; a single one opens at once."""
    asked = "q" in request.GET or "birth" in request.GET
    form = CallerForm(request.GET) if asked else CallerForm()
    found = []
    if asked and form.is_valid():
        text, birth = form.cleaned_data["q"], form.cleaned_data["birth"]
        found = find_people(text, birth, request.user, at=clock.now(), limit=SHOWN)
        if len(found) == 1:
            return redirect("desk:caller_person", person_id=found[0].found.person_id)
    context = {"form": form, "found": found, "asked": asked, "target": "desk:caller_person"}
    return render(request, "desk/page_caller.html", context)


@requires(Permission.BOOK_FOR_CALLER)
@require_http_methods(["GET", "HEAD", "POST"])
def book_for(request: AgentRequest, person_id: int) -> HttpResponse:
    """Show who the caller must be and the nearest slots; book or move in one gesture."""
    person = get_object_or_404(visible(request.user), pk=person_id)
    at = clock.now()
    if request.method != "POST":
        record_consultation(
            agent_id=request.user.pk, agent_label=request.user.full_name, person_id=person.pk, page="Téléphone", at=at
        )
    who = caller(person, at=at)
    kind = _kind(request, who)
    form = BookingForm(request.POST if request.method == "POST" else None, initial=needs_known(person))
    if request.method == "POST" and who.may_book and form.is_valid():
        try:
            form.keep_needs(person, by=request.user.as_actor(), at=at)
            taken = _take(who, kind, form.cleaned_data, request, at)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            said = f"Rendez-vous pris pour {person.full_name} : {moment_fr(taken.starts_at)}, {taken.place.name}."
            messages.success(request, f"{said} La confirmation part maintenant.")
            return redirect("desk:person", person_id=person.pk)
    slots = _slots(request, who, kind, at)
    context = {
        "who": who,
        "person": person,
        "form": form,
        "kind": kind,
        "asked": None if slots["choices"].places else open_requests().filter(person=person, kind=kind).first(),
        "kinds": appointment_kinds(),
        "to_move": who.appointment_to_move(kind, at=at),
        "was_asked": person.last_needs is not None,
        "absence": kind.absence_means(Act.INVITATION),
        **slots,
    }
    return render(request, "desk/page_caller_person.html", context)


@requires(Permission.BOOK_FOR_CALLER)
@require_POST
def ask_slot(request: AgentRequest, person_id: int) -> HttpResponse:
    """No slot is left: keep the request of the caller, the service calls her back."""
    person = get_object_or_404(visible(request.user), pk=person_id)
    at = clock.now()
    who = caller(person, at=at)
    back = redirect("desk:caller_person", person_id=person.pk)
    if not who.may_book:
        messages.error(request, "Cette personne n’a pas d’entrée en cours : notez cet appel.")
    elif not open_requests().filter(person=person, kind=(kind := _kind(request, who))).exists():
        note = f"Au téléphone : aucun créneau libre pour « {kind.name} »."
        by = request.user.as_actor()
        appointments.note_request(target=who.target, kind=kind, note=note, by=by, at=at)
        messages.success(request, "Demande notée dans « Demandes de créneau ». Dites-lui que nous la rappelons.")
    return back


def _kind(request: AgentRequest, who: Caller) -> Kind:
    """The kind asked for; else that of the coming appointment, else the first interview."""
    asked = request.POST.get("kind") or request.GET.get("kind", "")
    found = appointment_kinds().filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 18 else None
    return found or (who.appointment.kind if who.appointment else first_interview_kind())


def _take(who: Caller, kind: Kind, data: dict[str, Any], request: AgentRequest, at: datetime) -> Appointment:
    by = request.user.as_actor()
    moved = who.appointment_to_move(kind, at=at)
    if moved is not None:
        return appointments.move_appointment(
            appointment_id=moved.pk,
            slot_id=data["slot"],
            reason=data["reason"],
            any_agent=True,
            by=by,
            at=at,
        )
    return appointments.book(
        slot_id=data["slot"],
        entry_id=who.target.entry_id,
        person_id=who.person.pk,
        via=BookedVia.PHONE,
        modality=data["modality"],
        modality_reason=data["modality_reason"],
        phone=data["phone"],
        note=data["note"],
        any_agent=True,
        by=by,
        at=at,
    )


def _slots(request: AgentRequest, who: Caller, kind: Kind, at: datetime) -> dict[str, Any]:
    """Return the slots to offer: the nearest places without stairs if needed, or the one asked, from the day asked."""
    if not who.may_book:
        return {"choices": Choice([], [])}
    place = request.GET.get("place", "")
    since = _day(request.GET.get("since", ""))
    accessible = accessible_only(request.GET, who.person, filtered_by="place")
    place_id = int(place) if place.isdecimal() and len(place) < 18 else None
    return {
        "choices": choices(who, kind, at=at, place_id=place_id, since=since, accessible=accessible),
        "accessible": accessible,
        "place": place,
        "since": request.GET.get("since", ""),
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
