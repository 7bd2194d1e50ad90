"""The last page before booking: how the meeting takes place, what an absence leads to; needs and requests."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from emploi.foundation import clock
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import BookedVia, Modality
from emploi.pathway.appointments.models import Appointment, Slot
from emploi.pathway.appointments.queries import Link, LinkState
from emploi.pathway.appointments.queries.rooms import phone_of
from emploi.pathway.beneficiaries.actions import tell_needs
from emploi.portal.citizen.web.forms import ChooseForm, PhoneForm, RemoteForm, RequestForm
from emploi.portal.citizen.web.links import actor_of, choosing, with_link
from emploi.portal.citizen.web.meeting import end_of, keep_first_number, meeting_before, other_ways
from emploi.portal.citizen.web.needs import NeedsForm, answered_herself, needs_said, said_back, with_unseen

# States in which somebody may still ask to be called: a dead link is nobody's fault.
MAY_ASK = (LinkState.OPEN, LinkState.BOOKED, LinkState.EXPIRED, LinkState.SUPERSEDED)


@choosing
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, link: Link) -> HttpResponse:
    """One page to read again, one button; the loser of a race is told at once and chooses another hour."""
    slot = _slot_asked(request, link)
    if slot is None:
        return _gone(request, link)
    meeting = meeting_before(slot, link.invitation.person_id, moved=_to_move(link))
    form = PhoneForm(
        request.POST if request.method == "POST" else None,
        initial={"creneau": slot.pk},
        phone_end=meeting.phone_end,
        calls=meeting.modality == Modality.PHONE,
    )
    if request.method == "POST" and form.is_valid():
        return _take(request, link, slot, phone=form.cleaned_data["phone"])
    person = link.invitation.person
    context = {
        "link": link,
        "slot": slot,
        "form": form,
        "meeting": meeting,
        "ways": [] if link.appointment else other_ways(slot),
        "needs": said_back(person),
        "was_asked": answered_herself(person),
    }
    return render(request, "citizen/page_confirm.html", context)


@choosing
@require_http_methods(["GET", "HEAD", "POST"])
def remote(request: HttpRequest, link: Link) -> HttpResponse:
    """The same hour by telephone or by video: which, at which number, and why when it is on the spot by default."""
    slot = _slot_asked(request, link)
    if slot is None:
        return _gone(request, link)
    ways = other_ways(slot)
    if not ways or link.appointment:
        return redirect(f"{reverse('citizen:confirm', args=[link.invitation.token])}?creneau={slot.pk}")
    form = RemoteForm(
        request.POST if request.method == "POST" else None,
        initial={"creneau": slot.pk},
        ways=ways,
        asks_why=slot.kind.physical_required,
        phone_end=end_of(phone_of(link.invitation.person_id)),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        chosen = {"modality": data["modality"], "modality_reason": form.reason, "phone": data.get("phone", "")}
        return _take(request, link, slot, **chosen)
    return render(request, "citizen/page_remote.html", {"link": link, "slot": slot, "form": form})


@choosing
@require_http_methods(["GET", "HEAD", "POST"])
def needs(request: HttpRequest, link: Link) -> HttpResponse:
    """What she needs to come: asked once, then only when she wants to change it."""
    person = link.invitation.person
    form = NeedsForm(request.POST if request.method == "POST" else None, initial=needs_said(person))
    slot_id = request.GET.get("creneau", "")
    following = reverse("citizen:places", args=[link.invitation.token])
    if slot_id.isdecimal():
        following = f"{reverse('citizen:confirm', args=[link.invitation.token])}?creneau={slot_id}"
    if form.is_valid():
        tell_needs(person_id=person.pk, by=actor_of(link), at=clock.now(), **with_unseen(person, form.cleaned_data))
        return redirect(following)
    return render(request, "citizen/page_needs.html", {"link": link, "form": form, "following": following})


@with_link
@require_http_methods(["GET", "HEAD", "POST"])
def none_suits(request: HttpRequest, link: Link) -> HttpResponse:
    """No slot suits: say when one could come; the service calls back."""
    if link.state not in MAY_ASK:
        return redirect("citizen:link", token=link.invitation.token)
    data = request.POST if request.method == "POST" else None
    form = RequestForm(data, phone_known=queries.phone_known(link.invitation.person_id))
    if form.is_valid():
        actions.request_slot(invitation=link.invitation, by=actor_of(link), at=clock.now(), **form.cleaned_data)
        return render(request, "citizen/page_requested.html", {"link": link})
    return render(request, "citizen/page_none_suits.html", {"link": link, "form": form})


def _slot_asked(request: HttpRequest, link: Link) -> Slot | None:
    form = ChooseForm(request.POST if request.method == "POST" else request.GET)
    slot_id = form.cleaned_data["creneau"] if form.is_valid() else 0
    of_kind = Slot.objects.select_related("place__commune", "kind", "agent", "opening")
    return of_kind.filter(pk=slot_id, kind=link.invitation.kind).first()


def _to_move(link: Link) -> Appointment | None:
    """The appointment another slot would replace."""
    return link.appointment if link.state is LinkState.BOOKED else None


def _gone(request: HttpRequest, link: Link) -> HttpResponse:
    messages.warning(request, "Ce créneau n’existe plus. Choisissez-en un autre.")
    return redirect("citizen:places", token=link.invitation.token)


def _take(request: HttpRequest, link: Link, slot: Slot, **chosen: str) -> HttpResponse:
    """Take the slot and show the appointment; refused, say why and go back to the hours of that day."""
    try:
        _booked(link, slot, chosen)
    except DomainError as refusal:
        messages.warning(request, refusal.message)
        day = slot.starts_at.astimezone(clock.ZONE).date()
        hours_page = reverse("citizen:hours", args=[link.invitation.token])
        return redirect(f"{hours_page}?lieu={slot.place_id}&jour={day.isoformat()}&tous=1")
    messages.success(request, "C’est noté. Votre rendez-vous est pris.")
    return redirect("citizen:link", token=link.invitation.token)


def _booked(link: Link, slot: Slot, chosen: dict[str, str]) -> Appointment:
    """Book the slot, or move the appointment already taken; any officer at that hour will do."""
    common: dict[str, Any] = {"slot_id": slot.pk, "any_agent": True, "by": actor_of(link), "at": clock.now()}
    invitation, former = link.invitation, _to_move(link)
    if former:
        taken = actions.move_appointment(appointment_id=former.pk, phone=chosen.get("phone", ""), **common)
    else:
        taken = actions.book(
            entry_id=invitation.entry_id,
            person_id=invitation.person_id,
            via=BookedVia.PERSON,
            invitation_id=invitation.pk,
            **chosen,
            **common,
        )
    keep_first_number(invitation.person_id, chosen.get("phone", ""), by=actor_of(link), at=clock.now())
    return taken
