"""Choosing an appointment: the place, then the day, then the hour."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.pathway.appointments import queries
from emploi.pathway.appointments.queries import Link
from emploi.portal.citizen.web.links import choosing
from emploi.portal.citizen.web.needs import answered_herself, needs_wheelchair, said_back
from emploi.portal.citizen.web.promise import Promise, days_offered, places_offered, promise_of
from emploi.territory.geography.models import Place

DAYS_SHOWN = 10


@choosing
@require_safe
def places(request: HttpRequest, link: Link) -> HttpResponse:
    """Places with a slot within the promised days, the nearest first; a single one is chosen for the person."""
    promise = _promise(request, link)
    offer = places_offered(promise, link.commune_id, wants_later=_wants_later(request))
    if (
        not promise.accessible
        and len(offer.choices) == 1
        and (offer.is_later or len(queries.places_with_slots(None, **promise.whole)) == 1)
    ):
        days_page = reverse("citizen:days", args=[link.invitation.token])
        return redirect(f"{days_page}?lieu={offer.choices[0].place.pk}{_kept(request)}")
    context = {
        **_about(request, link, promise),
        "offer": offer,
        "shown": [(choice, choice.next_at >= promise.cut) for choice in offer.choices],
        "needs": said_back(link.invitation.person),
        "was_asked": answered_herself(link.invitation.person),
    }
    return render(request, "citizen/page_places.html", context)


@choosing
@require_safe
def days(request: HttpRequest, link: Link) -> HttpResponse:
    """Days with free slots at a place, those within the promise first."""
    place = get_object_or_404(Place.objects.select_related("commune"), pk=_number(request, "lieu"))
    promise = _promise(request, link)
    moments = queries.moments_at(place.pk, **promise.whole)
    moment = _moment(request, moments)
    offer = days_offered(promise, place.pk, wants_later=_wants_later(request), moment=moment)
    after = _day(request.GET.get("apres", ""))
    found = [choice for choice in offer.choices if after is None or choice.day > after]
    context = {
        **_about(request, link, promise),
        "place": place,
        "moments": moments,
        "moment": moment,
        "every_place": _kept(request),
        "kept": f"{_kept(request)}{f'&quand={moment}' if moment else ''}",
        "choices": found[:DAYS_SHOWN],
        "offer": offer,
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
        return redirect(f"{reverse('citizen:days', args=[link.invitation.token])}?lieu={place.pk}{_kept(request)}")
    promise = _promise(request, link)
    moment = _moment(request, queries.moments_at(place.pk, **promise.whole))
    slots = queries.hours_of_day(place.pk, day, **promise.whole, moment=moment)
    context = {**_about(request, link, promise), "place": place, "day": day, "slots": slots}
    context["kept"] = f"{_kept(request)}{f'&quand={moment}' if moment else ''}"
    return render(request, "citizen/page_hours.html", {**context, "is_later": promise.is_broken_by(day)})


def _promise(request: HttpRequest, link: Link) -> Promise:
    """The moments and places offered: without stairs for who said so, unless she asks to see every place."""
    accessible = needs_wheelchair(link.invitation.person) and not _kept(request)
    return promise_of(link, at=clock.now(), accessible=accessible)


def _about(request: HttpRequest, link: Link, promise: Promise) -> dict[str, object]:
    """What the three pages say of the link and of what is offered."""
    return {
        "link": link,
        "due_on": promise.due_on,
        "accessible": promise.accessible,
        "kept": _kept(request),
        "alone": promise.agent_ids is not None,
        "has_referent": bool(promise.agent_ids),
    }


def _kept(request: HttpRequest) -> str:
    """What the address of the next page keeps: that every place was asked for."""
    return "&tous=1" if request.GET.get("tous") == "1" else ""


def _moment(request: HttpRequest, moments: list[tuple[str, str]]) -> str:
    """The moment asked for, when some slot is left at it; every hour otherwise."""
    asked = request.GET.get("quand", "")
    return asked if asked in dict(moments) else ""


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
