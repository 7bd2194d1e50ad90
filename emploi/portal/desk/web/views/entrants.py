"""« Nouveaux entrants »: the list, the batch of invitations, the export."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.ui.exports import FORMATS, export_response
from emploi.foundation.ui.lists import Sort, href_with, listing
from emploi.pathway.appointments import actions as appointments
from emploi.pathway.appointments import queries as bookings
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.clocks.models import Deadline
from emploi.portal.desk.queries import entrants
from emploi.portal.desk.queries.people import visible
from emploi.portal.desk.web.columns import ENTRANT_COLUMNS
from emploi.portal.desk.web.filters import TABS, EntrantFilter
from emploi.portal.desk.web.forms import InvitationForm
from emploi.portal.desk.web.requests import AgentRequest
from emploi.portal.desk.web.traced import traced
from emploi.territory.agents.roles import Permission

# A longer selection is done in several batches: a page of confirmation must stay readable.
MOST_AT_ONCE = 2000
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
    narrowed = filters.narrow(everyone)
    found = listing(request, everyone, filters=filters, sorts=SORTS, default_sort="echeance")
    context = {
        "listing": found,
        "lines": entrants.lines(found.rows, at=at),
        "tabs": _tabs(request, filters, entrants.counts(narrowed, at.date())),
        "supply": entrants.supply(narrowed, at=at),
        "today": at.date(),
    }
    return render(request, "desk/page_entrants.html", context)


@requires(Permission.INVITE)
@require_POST
def invite(request: AgentRequest) -> HttpResponse:
    """Say who would be invited, how, with how many slots left; then invite."""
    entry_ids = _chosen(request)
    return _confirm_or_invite(request, entry_ids, back=_back(request))


@requires(Permission.INVITE)
def invite_one(request: AgentRequest, person_id: int) -> HttpResponse:
    """Invite one person, after the same confirmation."""
    person = get_object_or_404(visible(request.user), pk=person_id)
    entry = get_object_or_404(Entry.objects.open(), person=person)
    return _confirm_or_invite(request, [entry.pk], back=reverse("desk:person", args=[person_id]))


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


def _confirm_or_invite(request: AgentRequest, entry_ids: list[int], *, back: str) -> HttpResponse:
    at = clock.now()
    confirmed = request.method == "POST" and request.POST.get("confirm") == "1"
    form = InvitationForm(request.POST if confirmed else None, initial={"back": back})
    if confirmed and form.is_valid():
        try:
            batch = appointments.invite_entries(
                entry_ids=entry_ids, channels=form.channels, by=request.user.as_actor(), at=at
            )
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            return _after(request, batch.pk, batch.count, back)
    preview = bookings.preview(entry_ids, at=at, channels=form.channels if confirmed and form.is_valid() else None)
    means = [{"label": str(Channel(name).label), "count": count} for name, count in preview.by_channel.items()]
    context = {"form": form, "preview": preview, "channels": means, "entry_ids": entry_ids, "back": back}
    return render(request, "desk/page_invite.html", context)


def _after(request: AgentRequest, batch_id: int, count: int, back: str) -> HttpResponse:
    said = f"{count} personnes invitées." if count > 1 else "La personne est invitée."
    messages.success(request, f"{said} Les messages partent maintenant ; les lettres attendent l’impression.")
    try:
        return redirect(reverse("appointments:batch", args=[batch_id]))
    except NoReverseMatch:
        return redirect(back)


def _chosen(request: AgentRequest) -> list[int]:
    """Return the entries ticked, or all those of the list as filtered; only what the agent may see."""
    everyone: QuerySet[Deadline] = entrants.entrants(request.user)
    if request.POST.get("whole_list"):
        params = QueryDict(request.POST.get("query", ""))
        everyone = EntrantFilter(params).apply(everyone)
    else:
        ids = [int(value) for value in request.POST.getlist("entry") if value.isdecimal()]
        everyone = everyone.filter(entry_id__in=ids)
    return list(everyone.order_by("due_on", "id").values_list("entry_id", flat=True)[:MOST_AT_ONCE])


def _back(request: AgentRequest) -> str:
    query = request.POST.get("query", "")
    return reverse("desk:entrants") + (f"?{query}" if query else "")


def _tabs(request: AgentRequest, filters: EntrantFilter, counts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "count": counts[slug],
            "href": href_with(request, etat=slug, page=None),
            "current": slug == filters.tab,
        }
        for slug, label in TABS.items()
    ]
