"""The two acts towards one person, for any kind of appointment that allows them: invite, or summon (AMB-57)."""

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
from emploi.foundation.ui.forms import attempt
from emploi.foundation.ui.french import moment_fr
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import Act
from emploi.pathway.appointments.models import Kind
from emploi.pathway.appointments.web.forms import SlotForm
from emploi.pathway.appointments.web.views.common import (
    agent_of,
    bookable,
    number_asked,
    open_entry_of,
    person_of,
    slots_to_offer,
)
from emploi.territory.agents.roles import Permission


@requires(Permission.INVITE)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, person_id: int) -> HttpResponse:
    """Invite one person to choose an appointment, of any kind to which people are invited."""
    person = person_of(request, person_id)
    target = bookable(person)
    kinds = queries.kinds().filter(can_be_invited=True)
    kind = _kind_asked(request, kinds)
    whom: dict[str, Any] = {
        "entry_ids": [target.entry_id] if target.entry_id else [],
        "person_ids": [] if target.entry_id else [person.pk],
    }
    refusal = ""
    if request.method == "POST":
        form = SlotForm({"slot": 0})
        call = partial(actions.invite_entries, kind=kind, by=agent_of(request).as_actor(), at=clock.now(), **whom)
        batch = attempt(form, call)
        if batch:
            messages.success(request, f"{person.full_name} est invité(e) : « {kind.name} ».")
            return redirect("appointments:batch", pk=batch.pk)
        refusal = " ".join(form.non_field_errors())
    plan = queries.preview(whom["entry_ids"], person_ids=whom["person_ids"], at=clock.now(), kind=kind)
    context = {"person": person, "kind": kind, "kinds": kinds, "line": plan.lines[0], "plan": plan, "refusal": refusal}
    return render(request, "appointments/page_invite.html", context, status=422 if refusal else 200)


@requires(Permission.INVITE)
@require_http_methods(["GET", "HEAD", "POST"])
def convene(request: HttpRequest, person_id: int) -> HttpResponse:
    """Impose a date, for a kind to which people may be summoned."""
    person = person_of(request, person_id)
    entry = open_entry_of(person)
    kinds = queries.kinds().filter(can_be_summoned=True)
    kind = _kind_asked(request, kinds)
    form = SlotForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        call = partial(
            actions.convene,
            entry_id=entry.pk,
            slot_id=form.cleaned_data["slot"],
            by=agent_of(request).as_actor(),
            at=clock.now(),
        )
        booked = attempt(form, call)
        if booked:
            where = f"{moment_fr(booked.starts_at)}, {booked.place.name}"
            messages.success(request, f"Convocation envoyée : {where}. La personne est prévenue.")
            return redirect("appointments:appointment", pk=booked.pk)
    days = queries.convocation_days(kind, clock.today())
    not_before = clock.start_of(clock.add_days(clock.today(), days))
    context: dict[str, Any] = {
        "person": person,
        "form": form,
        "kind": kind,
        "kinds": kinds,
        "days": days,
        "reach": queries.reach_of([entry])[entry.pk],
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
