"""« Nouveaux entrants »: the list, the batch of invitations, the export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.ui.exports import FORMATS, export_response
from emploi.foundation.ui.lists import FilterForm, Sort, listing
from emploi.pathway.appointments import actions as appointments
from emploi.pathway.appointments import queries as bookings
from emploi.pathway.appointments.models import InvitationBatch
from emploi.portal.desk.queries import claimants, entrants
from emploi.portal.desk.queries.people import visible
from emploi.portal.desk.web.columns import ENTRANT_COLUMNS
from emploi.portal.desk.web.filters import ClaimantFilter, EntrantFilter
from emploi.portal.desk.web.forms import InvitationForm
from emploi.portal.desk.web.requests import AgentRequest
from emploi.portal.desk.web.tabs import entrant_tabs
from emploi.portal.desk.web.traced import traced
from emploi.territory.agents.roles import Permission

# A longer selection is done in several batches: a page of confirmation must stay readable.
MOST_AT_ONCE = 2000
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
    narrowed = entrants.summary(filters.narrow(everyone))
    counts = entrants.counts(narrowed, at.date())
    found = listing(
        request, everyone, counted=counts[filters.tab], filters=filters, sorts=SORTS, default_sort="echeance"
    )
    waiting = claimants.claimants(request.user).count()
    context = {
        "listing": found,
        "lines": entrants.lines(found.rows, at=at),
        "tabs": entrant_tabs(request, filters.tab, counts, waiting),
        "supply": entrants.supply(narrowed, at=at),
        "today": at.date(),
    }
    return render(request, "desk/page_entrants.html", context)


@requires(Permission.INVITE)
@require_POST
def invite(request: AgentRequest) -> HttpResponse:
    """Say who would be invited, how, with how many slots left; then invite."""
    return _confirm_or_invite(request, _chosen(request), back=_back(request))


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
        entrants.lines(list(rows), at=at),
        lambda line: line.deadline.person_id,
        agent=request.user,
        page="Export des nouveaux entrants",
        at=at,
    )
    wanted = request.GET.get("format", "csv")
    file_format = wanted if wanted in FORMATS else "csv"
    return export_response(f"nouveaux-entrants-{at:%Y-%m-%d}", ENTRANT_COLUMNS, lines, file_format)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom the agent chose: entries, and people as they stand."""

    entry_ids: list[int]
    person_ids: list[int]

    @property
    def who(self) -> dict[str, Any]:
        """The same, as the actions and queries take it."""
        return {"entry_ids": self.entry_ids, "person_ids": self.person_ids}


def _confirm_or_invite(request: AgentRequest, chosen: Chosen, *, back: str) -> HttpResponse:
    at = clock.now()
    confirmed = request.method == "POST" and request.POST.get("confirm") == "1"
    form = InvitationForm(request.POST if confirmed else None, initial={"back": back})
    ready = confirmed and form.is_valid()
    if ready:
        try:
            batch = _invite(request, chosen, form, at)
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            return _after(request, batch)
    asked = {"channels": form.channels, "confidential_letters": form.confidential_letters} if ready else {}
    preview = bookings.preview(**chosen.who, at=at, **asked)
    means = [{"label": str(Channel(name).label), "count": count} for name, count in preview.by_channel.items()]
    context = {"form": form, "preview": preview, "channels": means, "chosen": chosen, "back": back}
    return render(request, "desk/page_invite.html", context)


def _invite(request: AgentRequest, chosen: Chosen, form: InvitationForm, at: datetime) -> InvitationBatch:
    """Invite a few people at once; many are left to the worker, whose progress the page of the batch shows."""
    asked: dict[str, Any] = {
        **chosen.who,
        "channels": form.channels,
        "confidential_letters": form.confidential_letters,
        "by": request.user.as_actor(),
        "at": at,
    }
    if len(chosen.entry_ids) + len(chosen.person_ids) <= AT_ONCE:
        return appointments.invite_entries(**asked)
    batch = appointments.ask_batch(**asked)
    appointments.leave_to_worker(batch_id=batch.pk, by=asked["by"], at=asked["at"])
    return batch


def _after(request: AgentRequest, batch: InvitationBatch) -> HttpResponse:
    if not batch.is_running:
        said = f"{batch.count} personnes invitées." if batch.count > 1 else "La personne est invitée."
        messages.success(request, f"{said} Les messages partent maintenant ; les lettres attendent l’impression.")
    return redirect("appointments:batch", pk=batch.pk)


def _chosen(request: AgentRequest) -> Chosen:
    """Return the people ticked, or all those of the list as filtered; only what the agent may see."""
    if request.POST.get("list") == "claimants":
        return Chosen([], _ticked(request, "person", claimants.claimants(request.user), ClaimantFilter, "person_id"))
    entry_ids = _ticked(request, "entry", entrants.entrants(request.user), EntrantFilter, "entry_id")
    return Chosen(entry_ids, [])


def _ticked(
    request: AgentRequest, name: str, everyone: QuerySet[Any], filters: type[FilterForm], column: str
) -> list[int]:
    if request.POST.get("whole_list"):
        everyone = filters(QueryDict(request.POST.get("query", ""))).apply(everyone)
    else:
        ids = [int(value) for value in request.POST.getlist(name) if value.isdecimal()]
        everyone = everyone.filter(**{f"{column}__in": ids})
    return list(everyone.values_list(column, flat=True)[:MOST_AT_ONCE])


def _back(request: AgentRequest) -> str:
    query = request.POST.get("query", "")
    page = "desk:claimants" if request.POST.get("list") == "claimants" else "desk:entrants"
    return reverse(page) + (f"?{query}" if query else "")
