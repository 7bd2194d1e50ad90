"""Summoning one person, for any kind of appointment that allows it (AMB-57), and the proof of it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.messaging.paper.doors import with_letters_door
from emploi.foundation.ui.forms import attempt
from emploi.foundation.ui.french import moment_fr
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import Act
from emploi.pathway.appointments.models import Kind
from emploi.pathway.appointments.web.forms import ConveneForm
from emploi.pathway.appointments.web.views.common import (
    agent_of,
    bookable,
    number_asked,
    open_entry_of,
    person_of,
    slots_to_offer,
)
from emploi.pathway.beneficiaries.queries import hides_home
from emploi.territory.agents.roles import Permission


@requires(Permission.INVITE)
@require_http_methods(["GET", "HEAD", "POST"])
def convene(request: HttpRequest, person_id: int) -> HttpResponse:
    """Impose a date, for a kind to which people may be summoned."""
    person = person_of(request, person_id)
    entry = open_entry_of(person)
    kinds = queries.kinds().filter(can_be_summoned=True)
    kind = _kind_asked(request, kinds)
    reach, hidden = queries.reach_of([entry])[entry.pk], hides_home(person)
    asked = request.POST if request.method == "POST" else None
    form = ConveneForm(asked, has_address=bool(reach.address_lines), hidden=hidden)
    if form.is_valid():
        call = partial(
            actions.convene,
            entry_id=entry.pk,
            slot_id=form.cleaned_data["slot"],
            letter=form.cleaned_data.get("letter", ""),
            by=agent_of(request).as_actor(),
            at=clock.now(),
        )
        booked = attempt(form, call)
        if booked:
            where = f"{moment_fr(booked.starts_at)}, {booked.place.name}"
            said = f"Convocation envoyée : {where}."
            messages.success(request, with_letters_door(said, request.user))
            return redirect("appointments:appointment", pk=booked.pk)
    days = queries.convocation_days(kind, clock.today())
    not_before = clock.start_of(clock.add_days(clock.today(), days))
    context: dict[str, Any] = {
        "person": person,
        "form": form,
        "kind": kind,
        "kinds": kinds,
        "days": days,
        "reach": reach,
        "hidden": hidden,
        **slots_to_offer(request, bookable(person), kind, not_before=not_before),
    }
    return render(request, "appointments/page_convene.html", context)


@requires(Permission.SEE_PERSONS)
@require_POST
def proof(request: HttpRequest, person_id: int, pk: int) -> HttpResponse:
    """Draw up the proof file of a convocation and open it."""
    person = person_of(request, person_id)
    found = get_object_or_404(queries.invitations_of(person.pk), pk=pk, act=Act.CONVOCATION)
    document = actions.make_proof(invitation_id=found.pk, by=agent_of(request).as_actor(), at=clock.now())
    return redirect("documents:download", document.uuid)


def _kind_asked(request: HttpRequest, kinds: QuerySet[Kind]) -> Kind:
    """The kind in the address, else the first one; 404 when it is not among them."""
    asked = number_asked(request, "type")
    return get_object_or_404(kinds, pk=asked) if asked else get_object_or_404(kinds.order_by("position", "name")[:1])
