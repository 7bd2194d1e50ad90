"""Openings ("permanences") and closed days."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.forms import attempt
from emploi.foundation.ui.french import liste_fr, pluriel
from emploi.foundation.ui.lists import listing
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.actions import Closed, Generated, OpeningPlan
from emploi.pathway.appointments.enums import Modality, Weekday
from emploi.pathway.appointments.models import Closure, Opening, OpeningException
from emploi.pathway.appointments.permissions import (
    can_manage_openings_of,
    check_can_manage_openings_of,
    manageable_openings,
    manages_every_opening,
    visible_to,
)
from emploi.pathway.appointments.queries.places.capacity import crowded_places
from emploi.pathway.appointments.queries.places.openings import ENDED, coming_of, openings_of
from emploi.pathway.appointments.web.forms import CloseDaysForm, EndForm, ExceptionForm, OpeningForm
from emploi.pathway.appointments.web.opening_filters import OpeningFilter
from emploi.pathway.appointments.web.views.common import agent_of, day_asked, number_asked, read_day, try_then_go
from emploi.territory.agents.roles import Permission

# Two forms share the page of an opening: their fields need different names in it.
DATE_IDS = "date_%s"
FIELDS = ("first_on", "last_on", "weekdays", "starts_at", "ends_at", "slot_minutes", "weeks", "seats", "modality")


@requires(Permission.MANAGE_OPENINGS)
@require_safe
def openings(request: HttpRequest) -> HttpResponse:
    """The openings that run and the days closed to come."""
    today = clock.today()
    mine = manageable_openings(agent_of(request))
    lines = listing(request, openings_of(mine), filters=OpeningFilter(request.GET))
    closed = queries.closures(today, clock.add_months(today, 12))
    context = {
        "listing": lines,
        "coming": coming_of(list(lines.rows), clock.now()),
        "ended": lines.filters is not None and lines.filters.value("etat") == ENDED,
        "closures": [c for c in closed if can_manage_openings_of(agent_of(request), c.agent_id)],
        "crowded": crowded_places(clock.now()) if manages_every_opening(agent_of(request)) else [],
    }
    return render(request, "appointments/page_openings.html", context)


@requires(Permission.MANAGE_OPENINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def opening_new(request: HttpRequest) -> HttpResponse:
    """Create a recurring opening in one form."""
    initial: dict[str, Any] = {
        "agent": agent_of(request).pk,
        "first_on": clock.today(),
        "weekdays": [],
        "kind": queries.first_interview_kind().pk,
        **_proposed(request),
    }
    form = OpeningForm(request.POST if request.method == "POST" else None, viewer=agent_of(request), initial=initial)
    if form.is_valid():
        call = partial(actions.create_opening, plan=_plan(form), by=agent_of(request).as_actor(), at=clock.now())
        done = attempt(form, call)
        if done:
            messages.success(request, _said(done))
            _warn_of_hours(request, done.opening)
            return redirect(_openings_of(done.opening.agent_id))
    return render(request, "appointments/page_opening.html", {"form": form})


def _openings_of(agent_id: int) -> str:
    """The list of the agent whose opening was just written: the whole one has pages."""
    return f"{reverse('appointments:openings')}?agent={agent_id}"


def _warn_of_hours(request: HttpRequest, opening: Opening) -> None:
    """An opening outside the hours of its place is kept (somebody may have the key), and said."""
    place = opening.place
    outside = [day for day in opening.weekdays if not place.is_open_at(day, opening.starts_at, opening.ends_at)]
    if outside and opening.modality == Modality.PHYSICAL:
        days = liste_fr([Weekday(day).label for day in outside])
        said = f"Attention, {days} : « {place.name} » n’est pas ouvert à toutes ces heures ({place.hours_words})."
        messages.warning(request, said)


def _proposed(request: HttpRequest) -> dict[str, Any]:
    """What the page one comes from proposes to open: who, where, between which days."""
    found = {
        "agent": number_asked(request, "agent"),
        "place": number_asked(request, "lieu"),
        "first_on": read_day(request.GET.get("du", "")),
        "last_on": read_day(request.GET.get("au", "")),
    }
    return {name: value for name, value in found.items() if value is not None}


@requires(Permission.MANAGE_OPENINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def opening_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an opening; the booked appointments do not move."""
    opening = get_object_or_404(manageable_openings(agent_of(request)), pk=pk)
    typed = request.POST if request.method == "POST" else None
    form = OpeningForm(typed, viewer=agent_of(request), initial=_initial(opening))
    if form.is_valid():
        call = partial(
            actions.change_opening, opening_id=pk, plan=_plan(form), by=agent_of(request).as_actor(), at=clock.now()
        )
        done = attempt(form, call)
        if done:
            messages.success(request, _said(done))
            _warn_of_hours(request, done.opening)
            return redirect(_openings_of(done.opening.agent_id))
    return render(request, "appointments/page_opening.html", _page(opening, form, ExceptionForm(auto_id=DATE_IDS)))


@requires(Permission.MANAGE_OPENINGS)
@require_POST
def exception_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one date of an opening other hours, or none."""
    opening = get_object_or_404(manageable_openings(agent_of(request)), pk=pk)
    form = ExceptionForm(request.POST, auto_id=DATE_IDS)
    if form.is_valid():
        by = agent_of(request).as_actor()
        call = partial(actions.set_exception, opening_id=pk, by=by, at=clock.now(), **form.cleaned_data)
        done = attempt(form, call)
        if done:
            messages.success(request, _said(done))
            return redirect("appointments:opening_edit", pk=pk)
    usual = OpeningForm(None, viewer=agent_of(request), initial=_initial(opening))
    return render(request, "appointments/page_opening.html", _page(opening, usual, form), status=422)


@requires(Permission.MANAGE_OPENINGS)
@require_POST
def exception_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """A date of an opening is as usual again."""
    mine = manageable_openings(agent_of(request)).values("pk")
    found = get_object_or_404(OpeningException.objects.filter(opening__in=mine), pk=pk)
    call = partial(actions.remove_exception, exception_id=pk, by=agent_of(request).as_actor(), at=clock.now())
    page = reverse("appointments:opening_edit", args=[found.opening_id])
    return try_then_go(request, call, said="Cette date est de nouveau comme d’habitude.", to=page)


@requires(Permission.MANAGE_OPENINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def opening_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an opening after a day, with a reason."""
    opening = get_object_or_404(manageable_openings(agent_of(request)), pk=pk)
    form = EndForm(request.POST if request.method == "POST" else None, initial={"last_on": clock.today()})
    if form.is_valid():
        call = partial(
            actions.end_opening, opening_id=pk, by=agent_of(request).as_actor(), at=clock.now(), **form.cleaned_data
        )
        done = attempt(form, call)
        if done:
            removed = pluriel(done.removed, "créneau libre retiré", "créneaux libres retirés")
            messages.success(request, f"Permanence arrêtée : {removed}.")
            return redirect("appointments:openings")
    return render(request, "appointments/page_opening_end.html", {"form": form, "opening": opening})


@requires(Permission.MANAGE_OPENINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def closure_new(request: HttpRequest) -> HttpResponse:
    """Close days for an agent or a place, with a reason."""
    day = max(day_asked(request), clock.today())
    asked = number_asked(request, "agent") or agent_of(request).pk
    initial = {"agent": asked, "place": number_asked(request, "lieu"), "first_on": day, "last_on": day}
    form = CloseDaysForm(request.POST if request.method == "POST" else None, viewer=agent_of(request), initial=initial)
    if form.is_valid():
        closed = attempt(form, partial(_close, form, request))
        if closed:
            left = pluriel(closed.to_move, "rendez-vous à replacer", "rendez-vous à replacer")
            messages.success(request, f"Plus personne ne peut réserver à ces moments. {left}.")
            return redirect("appointments:closure", pk=closed.closure.pk)
    return render(request, "appointments/page_closure_new.html", {"form": form})


@requires(Permission.MANAGE_OPENINGS)
@require_safe
def closure(request: HttpRequest, pk: int) -> HttpResponse:
    """Closed days and the appointments that must still be moved."""
    found = _closure_of(request, pk)
    to_move = queries.booked_on(found).filter(pk__in=visible_to(agent_of(request)).values("pk"))
    may_move = agent_of(request).can(Permission.BOOK_FOR_CALLER)
    return render(
        request, "appointments/page_closure.html", {"closure": found, "to_move": to_move, "may_move": may_move}
    )


@requires(Permission.MANAGE_OPENINGS)
@require_POST
def closure_lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Open closed days again."""
    found = _closure_of(request, pk)
    call = partial(actions.lift_closure, closure_id=found.pk, by=agent_of(request).as_actor(), at=clock.now())
    return try_then_go(request, call, said="Ces jours sont de nouveau ouverts.", to=reverse("appointments:openings"))


def _initial(opening: Opening) -> dict[str, Any]:
    """An opening as its form shows it."""
    whose = {"agent": opening.agent_id, "place": opening.place_id, "kind": opening.kind_id}
    return {name: getattr(opening, name) for name in FIELDS} | whose


def _page(opening: Opening, form: OpeningForm, exception_form: ExceptionForm) -> dict[str, Any]:
    exceptions = opening.exceptions.filter(day__gte=clock.today())
    return {"form": form, "opening": opening, "exception_form": exception_form, "exceptions": exceptions}


def _closure_of(request: HttpRequest, pk: int) -> Closure:
    found = get_object_or_404(Closure.objects.select_related("agent", "place"), pk=pk)
    check_can_manage_openings_of(agent_of(request), found.agent_id)
    return found


def _plan(form: OpeningForm) -> OpeningPlan:
    data = form.cleaned_data
    return OpeningPlan(
        agent_id=data["agent"].pk,
        place_id=data["place"].pk,
        kind_id=data["kind"].pk,
        **{name: data[name] for name in FIELDS},
    )


def _close(form: CloseDaysForm, request: HttpRequest) -> Closed:
    data = form.cleaned_data
    agent, place, everywhere = data["agent"], data["place"], data.get("everywhere", False)
    check_can_manage_openings_of(agent_of(request), agent.pk if agent and not everywhere else None)
    return actions.close_days(
        agent_id=agent.pk if agent else None,
        place_id=place.pk if place else None,
        everywhere=everywhere,
        **{name: data[name] for name in ("first_on", "last_on", "weekdays", "starts_at", "ends_at", "reason")},
        by=agent_of(request).as_actor(),
        at=clock.now(),
    )


def _said(done: Generated) -> str:
    """What a generation did, in one sentence."""
    parts = [pluriel(done.added, "créneau ajouté", "créneaux ajoutés")]
    if done.removed:
        parts.append(pluriel(done.removed, "créneau libre retiré", "créneaux libres retirés"))
    if done.refused:
        parts.append(
            pluriel(done.refused, "créneau laissé de côté", "créneaux laissés de côté")
            + " car l’agent est déjà pris à cette heure"
        )
    return f"Permanence enregistrée : {', '.join(parts)}."
