"""Summoning one person, for any kind of appointment that allows it (AMB-57), and the proof of it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.paper.doors import with_letters_door
from emploi.foundation.ui.forms import attempt
from emploi.foundation.ui.french import moment_fr
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import Act
from emploi.pathway.appointments.models import Appointment, Kind
from emploi.pathway.appointments.permissions import kinds_to_write, may_write_to
from emploi.pathway.appointments.web.forms import ConveneForm, SlotForm
from emploi.pathway.appointments.web.views.common import (
    agent_of,
    bookable,
    number_asked,
    open_entry_of,
    own_slots,
    person_of,
    slots_to_offer,
)
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.beneficiaries.queries import hides_home
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission

WRITES = (Permission.INVITE, Permission.INVITE_FOLLOWED)
NOT_OURS = "Choisissez un de vos créneaux : il n’est plus libre, ou il est à un collègue."


@requires(Permission.INVITE_FOLLOWED)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, person_id: int) -> HttpResponse:
    """Invite a person one follows to choose a meeting with oneself; the service has its own page."""
    person = _written_to(request, person_id)
    target = bookable(person)
    kinds = queries.kinds().filter(can_be_invited=True, by_follower=True)
    kind = _kind_asked(request, kinds)
    whom: dict[str, Any] = {
        "entry_ids": [target.entry_id] if target.entry_id else [],
        "person_ids": [] if target.entry_id else [person.pk],
    }
    host = agent_of(request)
    refusal = ""
    if request.method == "POST":
        form = SlotForm({"slot": 0})
        by = host.as_actor()
        call = partial(actions.invite_entries, kind=kind, with_agent_id=host.pk, by=by, at=clock.now(), **whom)
        if attempt(form, call):
            messages.success(request, f"{person.full_name} est invité(e) : « {kind.name} ».")
            return redirect("desk:person", person.pk)
        refusal = " ".join(form.non_field_errors())
    plan = queries.preview(whom["entry_ids"], person_ids=whom["person_ids"], at=clock.now(), kind=kind)
    context = {"person": person, "kind": kind, "kinds": kinds, "line": plan.lines[0], "plan": plan, "refusal": refusal}
    context |= {"host": host, "own_free": _free_of(host, kind)}
    return render(request, "appointments/page_invite.html", context, status=422 if refusal else 200)


@requires(*WRITES)
@require_http_methods(["GET", "HEAD", "POST"])
def convene(request: HttpRequest, person_id: int) -> HttpResponse:
    """Impose a date, for a kind to which people may be summoned."""
    person = _written_to(request, person_id)
    entry = open_entry_of(person)
    kinds = kinds_to_write(agent_of(request), queries.kinds().filter(can_be_summoned=True))
    kind = _kind_asked(request, kinds)
    reach, hidden = queries.reach_of([entry])[entry.pk], hides_home(person)
    asked = request.POST if request.method == "POST" else None
    form = ConveneForm(asked, has_address=bool(reach.address_lines), hidden=hidden)
    if form.is_valid():
        booked = attempt(form, partial(_convene, entry.pk, kind, form, request))
        if booked:
            where = f"{moment_fr(booked.starts_at)}, {booked.place.name}"
            said = f"Convocation envoyée : {where}."
            messages.success(request, with_letters_door(said, request.user))
            return redirect("appointments:appointment", pk=booked.pk)
    days = queries.convocation_days(kind, clock.today())
    not_before = clock.start_of(clock.add_days(clock.today(), days))
    host = _host(request)
    offered = (
        own_slots(host, kind, not_before=not_before)
        if host
        else slots_to_offer(request, bookable(person), kind, not_before=not_before)
    )
    context: dict[str, Any] = {
        "person": person,
        "form": form,
        "kind": kind,
        "kinds": kinds,
        "days": days,
        "reach": reach,
        "hidden": hidden,
        **offered,
    }
    return render(request, "appointments/page_convene.html", context)


def _convene(entry_id: int, kind: Kind, form: ConveneForm, request: HttpRequest) -> Appointment:
    """Book and write; among her own slots of this kind, for who convenes the people she follows."""
    host, slot_id = _host(request), form.cleaned_data["slot"]
    if host and not queries.free_slots(kind_id=kind.pk, since=clock.now(), agent_ids=[host.pk]).filter(pk=slot_id):
        raise DomainError(NOT_OURS, field="slot")
    letter, by = form.cleaned_data.get("letter", ""), agent_of(request).as_actor()
    return actions.convene(entry_id=entry_id, slot_id=slot_id, letter=letter, by=by, at=clock.now())


def _written_to(request: HttpRequest, person_id: int) -> Person:
    """The person to invite or convene; 404 when the agent may not write to her."""
    person = person_of(request, person_id)
    if not may_write_to(agent_of(request), person.pk):
        raise Http404
    return person


def _host(request: HttpRequest) -> Agent | None:
    """The agent herself, when she only invites to meet her; None for who invites for the whole service."""
    agent = agent_of(request)
    return None if agent.can(Permission.INVITE) else agent


def _free_of(agent: Agent, kind: Kind) -> int:
    since, until = queries.bookable_window(kind, at=clock.now())
    return queries.free_slots(kind_id=kind.pk, since=since, until=until, agent_ids=[agent.pk]).count()


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
