"""Work lists: relaunches, calls, convocations, requests for a slot; "due and not done"."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.again import ask_again
from emploi.foundation.ui.exports import export_response
from emploi.foundation.ui.forms import attempt
from emploi.foundation.ui.french import pluriel
from emploi.foundation.ui.htmx import card_response
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.models import InvitationBatch, Kind, SlotRequest
from emploi.pathway.appointments.web.forms import CallForm, OutcomeForm
from emploi.pathway.appointments.web.lists.columns import lines
from emploi.pathway.appointments.web.lists.work import REQUESTS, TABS, WORKS, Work
from emploi.pathway.appointments.web.views.common import agent_of, open_entry_of, person_of, trace, try_then_go
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.beneficiaries.permissions import visible_to as visible_people
from emploi.territory.agents.roles import Permission

WRONG_NUMBER = (
    "Ce numéro ne sert plus : la personne est dans « Coordonnées à retrouver ». Un lien y est peut-être arrivé chez "
    "quelqu’un d’autre : retirez-le depuis la carte « Rendez-vous » de sa fiche."
)
# Up to here the page waits for the relaunches; beyond, a worker writes them.
AT_ONCE = 60
# A longer selection is done in several batches.
MOST_AT_ONCE = 2000
STOPS_SHOWN = 5


@requires(Permission.INVITE)
@require_safe
def worklist(request: HttpRequest, name: str) -> HttpResponse:
    """One work list: those of the agent's territory unless she asks for another."""
    work = _work(name)
    shown = work.listed(request, agent_of(request))
    entries = Entry.objects.filter(pk__in=[row.entry_id for row in shown.rows if getattr(row, "entry_id", None)])
    context = {
        "work": work,
        "listing": shown,
        "reach": queries.reach_of(list(entries)),
        "tabs": _tabs(request),
        "today": clock.today(),
        "may_export": agent_of(request).can(Permission.EXPORT),
    }
    return render(request, "appointments/page_worklist.html", context)


@requires(Permission.EXPORT)
@require_safe
def worklist_export(request: HttpRequest, name: str) -> HttpResponseBase:
    """Download a list as filtered; each person carried away is noted."""
    agent, at = agent_of(request), clock.now()
    if name not in WORKS or not agent.can(Permission.INVITE):
        raise Http404
    work = WORKS[name]
    rows = work.narrowed(agent, request.GET).order_by(*work.first.fields, "pk")
    found = lines(rows, agent=agent, page=f"Export : {work.title}", at=at)
    return export_response(f"{work.slug}-{at:%Y-%m-%d}", work.columns, found, request.GET.get("format", "csv"))


def _work(name: str) -> Work:
    found = next((work for work in TABS if work.slug == name), None)
    if found is None:
        raise Http404
    return found


def _tabs(request: HttpRequest) -> list[tuple[str, str, int]]:
    """Each list with how many people it holds for this agent, on her territories or on those she asked for."""
    agent = agent_of(request)
    asked = QueryDict(mutable=True)
    asked["territoire"] = request.GET.get("territoire", "")
    return [(work.slug, work.title, work.narrowed(agent, asked).count()) for work in TABS]


@requires(Permission.INVITE)
@require_POST
def relaunch(request: HttpRequest) -> HttpResponse:
    """Relaunch the people ticked, or the whole list as filtered: one batch a kind of appointment."""
    work = _work(request.POST.get("list", "relances"))
    if not work.relaunches:
        raise Http404
    done: list[InvitationBatch] = []
    refused = "Choisissez au moins une personne à relancer."
    try:
        for kind, entry_ids in _chosen(request, work):
            done.append(_relaunch(request, kind, entry_ids))
    except DomainError as refusal:
        refused = refusal.message
    if not done:
        messages.error(request, refused)
        return redirect("appointments:worklist", name=work.slug)
    count = sum(batch.count for batch in done)
    if not any(batch.is_running for batch in done):
        messages.success(request, f"{pluriel(count, 'personne relancée', 'personnes relancées')}.")
    return redirect("appointments:batch", pk=done[0].pk) if len(done) == 1 else redirect("appointments:batches")


def _chosen(request: HttpRequest, work: Work) -> list[tuple[Kind, list[int]]]:
    """The entries ticked, or all those of the list as filtered, by kind of appointment."""
    agent = agent_of(request)
    if request.POST.get("whole_list"):
        rows = work.narrowed(agent, QueryDict(request.POST.get("query", "")))
    else:
        ticked = [int(value) for value in request.POST.getlist("entry") if value.isdecimal()]
        rows = work.of(agent).filter(entry_id__in=ticked)
    by_kind: dict[Kind, list[int]] = {}
    first = queries.first_interview_kind()
    for row in rows[:MOST_AT_ONCE]:
        by_kind.setdefault(getattr(row, "kind", first) if work.slug == "autres" else first, []).append(row.entry_id)
    return list(by_kind.items())


def _relaunch(request: HttpRequest, kind: Kind, entry_ids: list[int]) -> InvitationBatch:
    by, at = agent_of(request).as_actor(), clock.now()
    if len(entry_ids) <= AT_ONCE:
        return actions.invite_entries(entry_ids=entry_ids, kind=kind, is_relaunch=True, by=by, at=at)
    batch = actions.ask_batch(entry_ids=entry_ids, kind=kind, is_relaunch=True, by=by, at=at)
    actions.leave_to_worker(batch_id=batch.pk, by=by, at=at)
    return batch


@requires(Permission.INVITE)
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, person_id: int) -> HttpResponse:
    """Note what a call gave, or go and book."""
    person = person_of(request, person_id)
    entry = open_entry_of(person)
    reach = queries.reach_of([entry])[entry.pk]
    form = CallForm(request.POST if request.method == "POST" else None, numbers=(reach.mobile, reach.phone))
    if form.is_valid():
        record = partial(
            actions.record_call, entry=entry, by=agent_of(request).as_actor(), at=clock.now(), **form.cleaned_data
        )
        if attempt(form, record):
            messages.success(request, f"Appel à {person.full_name} noté.")
            if form.cleaned_data["number"]:
                messages.warning(request, WRONG_NUMBER)
            return redirect("appointments:worklist", name="appels")
    if request.method != "POST":
        trace(request, person.pk, "Appel")
    context = {
        "person": person,
        "entry": entry,
        "form": form,
        "reach": reach,
        "calls": queries.calls_of(entry.pk),
    }
    return render(request, "appointments/page_call.html", context)


@requires(Permission.INVITE)
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """People for whom no slot suited."""
    shown = REQUESTS.listed(request, agent_of(request))
    targets = queries.targets_of([], [asked.person_id for asked in shown.rows])
    reach = queries.reach_of_homes({target.person.pk: target.household_id for target in targets})
    context = {"listing": shown, "reach": reach, "may_export": agent_of(request).can(Permission.EXPORT)}
    return render(request, "appointments/page_requests.html", context)


@requires(Permission.INVITE)
@require_POST
def request_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what was answered to a request."""
    mine = SlotRequest.objects.filter(person__in=visible_people(agent_of(request)))
    found = get_object_or_404(mine, pk=pk)
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return ask_again(request, form, title="Régler sans rendez-vous", back=reverse("appointments:requests"))
    outcome, by = form.cleaned_data["outcome"], agent_of(request).as_actor()
    settle = partial(actions.settle_request, request_id=found.pk, outcome=outcome, by=by, at=clock.now())
    return try_then_go(request, settle, said="Demande réglée.", to=reverse("appointments:requests"))


@requires(Permission.INVITE)
@require_safe
def block_requests(request: HttpRequest) -> HttpResponse:
    """ "Ma journée": requests for a slot."""
    waiting = queries.open_requests().filter(person__in=visible_people(agent_of(request)))
    context = {"requests": waiting[:5], "count": waiting.count()}
    return card_response(request, "appointments/_block_requests.html", context, title="Demandes de créneau")


@requires(Permission.INVITE)
@require_safe
def block_follow_up(request: HttpRequest) -> HttpResponse:
    """ "Ma journée": how many relaunches, calls and convocations are due, the absent, the suspensions to look at."""
    mine = visible_people(agent_of(request))
    stopped = queries.to_review(clock.today()).filter(person__in=mine)
    context = {"counts": _tabs(request), "stops": stopped[:STOPS_SHOWN], "to_review": stopped.count()}
    return card_response(request, "appointments/_block_follow_up.html", context, title="Relances et convocations")
