"""« Nouveaux entrants »: the list, the batch of invitations, the export."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.messaging.paper.doors import with_letters_door
from emploi.foundation.ui.exports import FORMATS, export_response
from emploi.foundation.ui.lists import Sort, listing
from emploi.pathway.appointments import actions as appointments
from emploi.pathway.appointments import queries as bookings
from emploi.pathway.appointments.models import InvitationBatch, Kind
from emploi.pathway.beneficiaries.models import Person
from emploi.portal.desk.queries import claimants, entrants
from emploi.portal.desk.queries.people import visible
from emploi.portal.desk.web.columns import ENTRANT_COLUMNS
from emploi.portal.desk.web.filters import EntrantFilter
from emploi.portal.desk.web.forms import InvitationForm
from emploi.portal.desk.web.requests import AgentRequest
from emploi.portal.desk.web.selection import Chosen, address_of_list, chosen
from emploi.portal.desk.web.tabs import entrant_tabs
from emploi.portal.desk.web.traced import traced
from emploi.portal.desk.web.views.convening import convene
from emploi.territory.agents.roles import Permission

# Up to here the page waits for the invitations; beyond, a worker writes them.
AT_ONCE = 60
SORTS = (
    Sort("echeance", "Échéance", ("due_on",)),
    Sort("nom", "Nom", ("person__sort_name",)),
    Sort("entree", "Entrée le", ("entry__opened_on",)),
    Sort("commune", "Commune", ("entry__commune__name_sort", "person__sort_name")),
)


@requires(Permission.SEE_ENTRANTS)
@require_safe
def entrant_list(request: AgentRequest) -> HttpResponse:
    """Show who waits for a first interview, and the slots left before their deadlines."""
    at = clock.now()
    filters = EntrantFilter(request.GET)
    everyone = entrants.entrants(request.user)
    waiting = filters.narrow(everyone)
    narrowed = entrants.summary(waiting)
    first = bookings.first_interview_kind()
    counts = {**entrants.counts(narrowed, at.date()), **entrants.standing_counts(waiting, first, at=at)}
    found = listing(
        request, everyone, counted=counts[filters.tab], filters=filters, sorts=SORTS, default_sort="echeance"
    )
    claims = claimants.claimants(request.user).count()
    context = {
        "listing": found,
        "lines": entrants.lines(found.rows, first, at=at),
        "tabs": entrant_tabs(request, filters.tab, counts, claims),
        "supply": entrants.supply(narrowed, first, at=at),
        "today": at.date(),
    }
    return render(request, "desk/page_entrants.html", context)


@requires(Permission.INVITE)
@require_POST
def invite(request: AgentRequest) -> HttpResponse:
    """Say who would be invited, how, with how many slots left; then invite, or convene when that is asked."""
    if request.POST.get("act") == "convene":
        return convene(request)
    return _confirm_or_invite(request, chosen(request), back=address_of_list(request))


@requires(Permission.INVITE)
def invite_one(request: AgentRequest, person_id: int) -> HttpResponse:
    """Invite one person, in the pathway or waiting for the payer, after the same confirmation."""
    person = get_object_or_404(visible(request.user), pk=person_id)
    target = bookings.targets_of([], [person.pk])[0]
    if target.entry is None and not target.waits:
        raise Http404
    return _confirm_or_invite(request, Chosen([], [person_id]), back=reverse("desk:person", args=[person_id]))


@requires(Permission.EXPORT)
@require_safe
def export(request: AgentRequest) -> HttpResponseBase:
    """Download the list as filtered."""
    at = clock.now()
    filters = EntrantFilter(request.GET)
    rows = filters.apply(entrants.entrants(request.user))
    lines = traced(
        entrants.lines(list(rows), bookings.first_interview_kind(), at=at),
        lambda line: line.deadline.person_id,
        agent=request.user,
        page="Export des nouveaux entrants",
        at=at,
    )
    wanted = request.GET.get("format", "csv")
    file_format = wanted if wanted in FORMATS else "csv"
    return export_response(f"nouveaux-entrants-{at:%Y-%m-%d}", ENTRANT_COLUMNS, lines, file_format)


def _confirm_or_invite(request: AgentRequest, who: Chosen, *, back: str) -> HttpResponse:
    at = clock.now()
    confirmed = request.method == "POST" and request.POST.get("confirm") == "1"
    form = InvitationForm(request.POST if confirmed else None, initial={"back": back})
    ready = confirmed and form.is_valid()
    if ready:
        try:
            batch = _invite(request, who, form, at)
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            return _after(request, batch)
    asked = {"channels": form.channels, "confidential_letters": form.confidential_letters} if ready else {}
    kind = _kind(request)
    preview = bookings.preview(**who.who, at=at, kind=kind, **asked)
    means = [{"label": str(Channel(name).label), "count": count} for name, count in preview.by_channel.items()]
    context = {
        "form": form,
        "preview": preview,
        "kind": kind,
        "kinds": bookings.kinds().filter(can_be_invited=True),
        "helped": _helped(preview, sees_health=request.user.can(Permission.SEE_HEALTH)) if kind.is_collective else [],
        "channels": means,
        "chosen": who,
        "list": request.POST.get("list", ""),
        "back": back,
    }
    return render(request, "desk/page_invite.html", context)


def _kind(request: AgentRequest) -> Kind:
    """The kind asked for; the first interview when none is, or when nobody may be invited to it (DIS-079)."""
    asked = request.POST.get("kind", "")
    found = bookings.kinds().filter(can_be_invited=True, pk=int(asked)).first() if asked.isdecimal() else None
    return found or bookings.first_interview_kind()


def _helped(preview: bookings.Preview, *, sees_health: bool) -> list[tuple[Person, str]]:
    """Who needs help to follow a meeting held for several people: an interpreter, somebody beside, a ramp."""
    people = [line.recipient.person for line in preview.invited]
    prefetch_related_objects(people, "visit_needs")
    return [(person, ", ".join(said)) for person in people if (said := person.needs_shown(sees_health=sees_health))]


def _invite(request: AgentRequest, who: Chosen, form: InvitationForm, at: datetime) -> InvitationBatch:
    """Invite a few people at once; many are left to the worker, whose progress the page of the batch shows."""
    asked: dict[str, Any] = {
        **who.who,
        "channels": form.channels,
        "confidential_letters": form.confidential_letters,
        "kind": _kind(request),
        "by": request.user.as_actor(),
        "at": at,
    }
    if len(who.entry_ids) + len(who.person_ids) <= AT_ONCE:
        return appointments.invite_entries(**asked)
    batch = appointments.ask_batch(**asked)
    appointments.leave_to_worker(batch_id=batch.pk, by=asked["by"], at=asked["at"])
    return batch


def _after(request: AgentRequest, batch: InvitationBatch) -> HttpResponse:
    if not batch.is_running:
        said = f"{batch.count} personnes invitées." if batch.count > 1 else "La personne est invitée."
        said = f"{said} Les messages partent maintenant ; les lettres attendent l’impression."
        messages.success(request, with_letters_door(said, request.user))
    return redirect("appointments:batch", pk=batch.pk)
