"""Choosing an appointment: the place, then the day, then the hour, then one confirmation."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from emploi.foundation import clock
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Slot
from emploi.pathway.appointments.queries import Link, LinkState
from emploi.portal.citizen.web.forms import ChooseForm, RequestForm
from emploi.portal.citizen.web.links import actor_of, choosing, with_link
from emploi.portal.citizen.web.promise import days_offered, places_offered, promise_of
from emploi.territory.geography.models import Place

DAYS_SHOWN = 10
# States in which somebody may still ask to be called: a dead link is nobody's fault.
MAY_ASK = (LinkState.OPEN, LinkState.BOOKED, LinkState.EXPIRED, LinkState.SUPERSEDED)


@choosing
@require_safe
def places(request: HttpRequest, link: Link) -> HttpResponse:
    """Places with a slot within the promised days, the nearest first; a single one is chosen for the person."""
    promise = promise_of(link, at=clock.now())
    offer = places_offered(promise, link.commune_id, wants_later=_wants_later(request))
    if len(offer.choices) == 1 and (offer.is_later or len(queries.places_with_slots(None, **promise.whole)) == 1):
        return redirect(f"{reverse('citizen:days', args=[link.invitation.token])}?lieu={offer.choices[0].place.pk}")
    shown = [(choice, choice.next_at >= promise.cut) for choice in offer.choices]
    return render(
        request, "citizen/page_places.html", {"link": link, "offer": offer, "shown": shown, "due_on": promise.due_on}
    )


@choosing
@require_safe
def days(request: HttpRequest, link: Link) -> HttpResponse:
    """Days with free slots at a place, those within the promise first."""
    place = get_object_or_404(Place.objects.select_related("commune"), pk=_number(request, "lieu"))
    promise = promise_of(link, at=clock.now())
    offer = days_offered(promise, place.pk, wants_later=_wants_later(request))
    after = _day(request.GET.get("apres", ""))
    found = [choice for choice in offer.choices if after is None or choice.day > after]
    context = {
        "link": link,
        "place": place,
        "choices": found[:DAYS_SHOWN],
        "offer": offer,
        "due_on": promise.due_on,
        "more_after": found[DAYS_SHOWN - 1].day if len(found) > DAYS_SHOWN else None,
        "may_go_back": after is not None or (offer.is_later and not offer.none_in_time),
        "others": len(queries.places_with_slots(None, **promise.whole)) > 1,
    }
    return render(request, "citizen/page_days.html", context)


@choosing
@require_safe
def hours(request: HttpRequest, link: Link) -> HttpResponse:
    """Hours of a day at a place."""
    place = get_object_or_404(Place.objects.select_related("commune"), pk=_number(request, "lieu"))
    day = _day(request.GET.get("jour", ""))
    if day is None:
        return redirect(f"{reverse('citizen:days', args=[link.invitation.token])}?lieu={place.pk}")
    promise = promise_of(link, at=clock.now())
    slots = queries.hours_of_day(place.pk, day, kind_id=promise.kind_id, since=promise.since)
    context = {"link": link, "place": place, "day": day, "slots": slots, "due_on": promise.due_on}
    return render(request, "citizen/page_hours.html", {**context, "is_later": promise.is_broken_by(day)})


@choosing
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, link: Link) -> HttpResponse:
    """One page to read again, one button; the loser of a race is told at once and chooses another hour."""
    form = ChooseForm(request.POST if request.method == "POST" else request.GET)
    slot_id = form.cleaned_data["creneau"] if form.is_valid() else 0
    slot = Slot.objects.select_related("place__commune", "kind").filter(pk=slot_id, kind=link.invitation.kind).first()
    if slot is None:
        messages.warning(request, "Ce créneau n’existe plus. Choisissez-en un autre.")
        return redirect("citizen:places", token=link.invitation.token)
    if request.method == "POST":
        try:
            _take(link, slot)
        except DomainError as refusal:
            messages.warning(request, refusal.message)
            day = slot.starts_at.astimezone(clock.ZONE).date()
            hours_page = reverse("citizen:hours", args=[link.invitation.token])
            return redirect(f"{hours_page}?lieu={slot.place_id}&jour={day.isoformat()}")
        messages.success(request, "C’est noté. Votre rendez-vous est pris.")
        return redirect("citizen:link", token=link.invitation.token)
    return render(request, "citizen/page_confirm.html", {"link": link, "slot": slot})


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


def _take(link: Link, slot: Slot) -> Appointment:
    """Book the slot, or move the appointment already taken; any officer at that hour will do."""
    common: dict[str, Any] = {"slot_id": slot.pk, "any_agent": True, "by": actor_of(link), "at": clock.now()}
    if link.state is LinkState.BOOKED and link.appointment:
        return actions.move_appointment(appointment_id=link.appointment.pk, **common)
    invitation = link.invitation
    return actions.book(
        entry_id=invitation.entry_id,
        person_id=invitation.person_id,
        via=BookedVia.PERSON,
        invitation_id=invitation.pk,
        **common,
    )


def _wants_later(request: HttpRequest) -> bool:
    """True when the person asked for the days after the promised ones."""
    return request.GET.get("plus_tard") == "1"


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
