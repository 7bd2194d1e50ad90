"""Work lists: relaunches, calls, convocations, requests for a slot; "due and not done"."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.again import ask_again
from emploi.foundation.ui.forms import attempt
from emploi.foundation.ui.french import pluriel
from emploi.foundation.ui.htmx import card_response
from emploi.foundation.ui.lists import listing
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.models import Appointment, SlotRequest
from emploi.pathway.appointments.web.forms import CallForm, OutcomeForm
from emploi.pathway.appointments.web.views.common import agent_of, open_entry_of, person_of, trace, try_then_go
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.beneficiaries.permissions import visible_to as visible_people
from emploi.pathway.clocks.models import Deadline
from emploi.territory.agents.roles import Permission

LISTS = {
    "relances": ("Personnes à relancer", queries.to_relaunch),
    "appels": ("Personnes à appeler", queries.to_call),
    "convocations": ("Personnes à convoquer", queries.to_convene),
}


WRONG_NUMBER = (
    "Ce numéro ne sert plus : la personne est dans « Coordonnées à retrouver ». Un lien y est peut-être arrivé chez "
    "quelqu’un d’autre : retirez-le depuis la carte « Rendez-vous » de sa fiche."
)
ABSENTS = ("absents", "Absents au premier rendez-vous, pas encore réinvités")


def _due(request: HttpRequest, name: str) -> QuerySet[Deadline]:
    return LISTS[name][1](clock.today()).filter(person__in=visible_people(agent_of(request)))


@requires(Permission.INVITE)
@require_safe
def worklist(request: HttpRequest, name: str) -> HttpResponse:
    """One work list."""
    if name == ABSENTS[0]:
        return _absents_page(request)
    if name not in LISTS:
        raise Http404
    shown = listing(request, _due(request, name))
    entries = list(Entry.objects.filter(pk__in=[line.entry_id for line in shown.rows]))
    context = {
        "name": name,
        "title": LISTS[name][0],
        "listing": shown,
        "reach": queries.reach_of(entries),
        "tabs": _tabs(request),
        "today": clock.today(),
    }
    return render(request, "appointments/page_worklist.html", context)


def _absents(request: HttpRequest) -> QuerySet[Appointment]:
    return queries.absent_without_new_date(clock.today()).filter(person__in=visible_people(agent_of(request)))


def _absents_page(request: HttpRequest) -> HttpResponse:
    """People who missed their first interview and whom nobody invited since: an absence is not a rupture."""
    shown = listing(request, _absents(request))
    entries = [missed.entry for missed in shown.rows if missed.entry]
    context = {
        "name": ABSENTS[0],
        "title": ABSENTS[1],
        "listing": shown,
        "reach": queries.reach_of(entries),
        "tabs": _tabs(request),
    }
    return render(request, "appointments/page_absents.html", context)


def _tabs(request: HttpRequest) -> list[tuple[str, str, int]]:
    due = [(slug, title, _due(request, slug).count()) for slug, (title, _) in LISTS.items()]
    return [*due, (*ABSENTS, _absents(request).count())]


@requires(Permission.INVITE)
@require_POST
def relaunch(request: HttpRequest) -> HttpResponse:
    """Relaunch the people ticked, in one batch."""
    ticked = [int(value) for value in request.POST.getlist("entry") if value.isdecimal()]
    entry_ids = list(_due(request, "relances").filter(entry_id__in=ticked).values_list("entry_id", flat=True))
    try:
        batch = actions.invite_entries(
            entry_ids=entry_ids, is_relaunch=True, by=agent_of(request).as_actor(), at=clock.now()
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("appointments:worklist", name="relances")
    messages.success(request, f"{pluriel(batch.count, 'personne relancée', 'personnes relancées')}.")
    return redirect("appointments:batch", pk=batch.pk)


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
    waiting = queries.open_requests().filter(person__in=visible_people(agent_of(request)))
    shown = listing(request, waiting)
    targets = queries.targets_of([], [asked.person_id for asked in shown.rows])
    reach = queries.reach_of_homes({target.person.pk: target.household_id for target in targets})
    return render(request, "appointments/page_requests.html", {"listing": shown, "reach": reach})


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
    """ "Ma journée": how many relaunches, calls and convocations are due, and the absent to invite again."""
    context = {"counts": _tabs(request)}
    return card_response(request, "appointments/_block_follow_up.html", context, title="Relances et convocations")
