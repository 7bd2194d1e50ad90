"""Requests of another orientation: ask, examine, decide or refuse, follow."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.texts.guard import shown_to
from emploi.foundation.ui.forms import attempt
from emploi.foundation.ui.htmx import card_response
from emploi.foundation.ui.lists import Sort, listing
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.pathway.orientation import actions, permissions, queries
from emploi.pathway.orientation.enums import (
    BY_POST,
    NotificationMeans,
    ReorientationCause,
    ReorientationState,
    Route,
)
from emploi.pathway.orientation.models import Reorientation
from emploi.pathway.orientation.web import shell
from emploi.pathway.orientation.web.forms import NotifiedForm, NotifyForm
from emploi.pathway.orientation.web.reorientation_forms import (
    AskForm,
    EndForm,
    ExamineForm,
    RefuseForm,
    ReorientationFilters,
)
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission

IN_BLOCK = 5
REFUSAL_SAID = {
    NotificationMeans.HANDED: "Le refus est notifié. La lettre est prête à imprimer.",
    NotificationMeans.LETTER: "L’envoi est demandé. Le refus sera notifié le jour où la lettre est imprimée.",
    NotificationMeans.REGISTERED: "L’envoi est demandé. Notez la date de l’avis de réception quand il revient.",
}
SORTS = (
    Sort("due", "À examiner avant le", ("due_on", "id")),
    Sort("asked", "Demandée le", ("asked_on", "id")),
    Sort("person", "Personne", ("person__sort_name", "id")),
)


def _mine(agent: Agent, rows: QuerySet[Reorientation]) -> QuerySet[Reorientation]:
    return rows.filter(person__in=visible_to(agent).order_by())


@requires(Permission.ASK_REORIENTATION)
@require_safe
def reorientations(request: AgentRequest) -> HttpResponse:
    """List the requests, those that wait first, with what became of the others."""
    mine = _mine(request.user, queries.reorientations())
    filters = ReorientationFilters(request.GET)
    page = listing(request, mine, filters=filters, sorts=SORTS, default_sort="due")
    today = clock.today()
    context = {
        "listing": page,
        "rows": [(row, row.is_open and row.due_on < today) for row in page.rows],
        "tables": [
            ("Demandées par", "initiator", queries.asked_by(mine.select_related(None), today)),
            ("Examinées", "route", queries.examined_by(mine.select_related(None), today)),
        ],
    }
    return render(request, "orientation/page_reorientations.html", context)


@requires(Permission.DECIDE_ORIENTATION)
@require_safe
def block(request: AgentRequest) -> HttpResponse:
    """ "Ma journée": the requests that wait, the nearest limit first."""
    waiting = _mine(request.user, queries.waiting_reorientations())
    rows = list(waiting[:IN_BLOCK])
    today = clock.today()
    context = {
        "rows": [(row, row.due_on < today) for row in rows],
        "count": waiting.order_by().count() if len(rows) == IN_BLOCK else len(rows),
    }
    return card_response(request, "orientation/_block_reorientations.html", context, title="Réorientations à examiner")


@requires(Permission.ASK_REORIENTATION)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: AgentRequest, entry_id: int) -> HttpResponse:
    """Record a request."""
    entry = get_object_or_404(
        Entry.objects.select_related("person").filter(person__in=visible_to(request.user).order_by()), pk=entry_id
    )
    sees_health = permissions.sees_health(request.user)
    form = AskForm(request.POST or None, sees_health=sees_health, initial={"asked_on": clock.today()})
    if request.method != "POST":
        shell.trace(request, entry.person_id, "Demander une réorientation")
    elif form.is_valid():
        data = dict(form.cleaned_data)
        wished = data.pop("wished")
        draft = actions.ReorientationDraft(**data, wished_id=wished.pk if wished else None)
        try:
            row = actions.ask_reorientation(entry_id=entry.pk, draft=draft, by=request.user.as_actor(), at=clock.now())
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, "La demande est enregistrée.")
            return redirect("orientation:reorientation", reorientation_id=row.pk)
    context = {"form": form, "entry": entry, "person": entry.person}
    return render(request, "orientation/page_reorientation_ask.html", context)


@requires(Permission.ASK_REORIENTATION)
@require_safe
def reorientation(request: AgentRequest, reorientation_id: int) -> HttpResponse:
    """Show a request and what may be done of it."""
    row = _row(request, reorientation_id)
    shell.trace(request, row.person_id, "Réorientation")
    return _page(request, row)


@requires(Permission.DECIDE_ORIENTATION)
@require_POST
def examine(request: AgentRequest, reorientation_id: int) -> HttpResponse:
    """Choose the route, note the opinion."""
    row = _row(request, reorientation_id)
    form = ExamineForm(request.POST)
    if form.is_valid():
        try:
            actions.examine_reorientation(
                reorientation_id=row.pk,
                **form.cleaned_data,
                keeps_health_words=True,  # the field asked already
                by=request.user.as_actor(),
                at=clock.now(),
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, "La demande est en examen.")
            return redirect("orientation:reorientation", reorientation_id=row.pk)
    return _page(request, row, examine=form)


@requires(Permission.ASK_REORIENTATION)
@require_POST
def end(request: AgentRequest, reorientation_id: int, how: str) -> HttpResponse:
    """Refuse the request, or note that it is dropped."""
    if how == "refuser" and not request.user.can(Permission.DECIDE_ORIENTATION):
        raise Http404
    row = _row(request, reorientation_id)
    if how != "refuser" and not permissions.may_withdraw(request.user, row):
        raise Http404
    form = (RefuseForm if how == "refuser" else EndForm)(request.POST, prefix=how)
    act = actions.refuse_reorientation if how == "refuser" else actions.withdraw_reorientation
    if form.is_valid():
        try:
            act(reorientation_id=row.pk, **form.cleaned_data, by=request.user.as_actor(), at=clock.now())
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            said = "La réponse est enregistrée." + (" Il reste à la notifier." if how == "refuser" else "")
            messages.success(request, said)
            return redirect("orientation:reorientation", reorientation_id=row.pk)
    return _page(request, row, **{"refuse" if how == "refuser" else "withdraw": form})


def _row(request: AgentRequest, reorientation_id: int) -> Reorientation:
    return get_object_or_404(_mine(request.user, queries.reorientations()), pk=reorientation_id)


def _page(request: AgentRequest, row: Reorientation, **forms: Any) -> HttpResponse:
    agent = request.user
    sees_health = permissions.sees_health(agent)
    can_decide = agent.can(Permission.DECIDE_ORIENTATION)
    can_withdraw = row.is_open and permissions.may_withdraw(agent, row)
    is_health = bool(row.wished and row.wished.is_sensitive)
    today = clock.today()
    context = {
        "row": row,
        "person": row.person,
        **_meeting(row, agent),
        "is_late": row.is_open and row.due_on < today,
        "silence": queries.silence_of(row, today),
        "reason": shown_to(row.reason, sees_health=sees_health, is_health=is_health),
        "opinion": shown_to(row.opinion, sees_health=sees_health, is_health=is_health),
        "outcome": shown_to(row.outcome_reason, sees_health=sees_health, is_health=is_health),
        "wished": permissions.modality_name(row.wished, agent) if row.wished else "",
        "examine": forms.get("examine") or (ExamineForm(initial=_known(row)) if can_decide and row.is_open else None),
        "refuse": forms.get("refuse") or (RefuseForm(prefix="refuser") if can_decide and row.is_open else None),
        "withdraw": forms.get("withdraw") or (EndForm(prefix="abandonner") if can_withdraw else None),
        "can_decide": can_decide,
        "turn": queries.turn_of(row, today),
        "appeal_until": queries.refusal_appeal(row),
        "notify": forms.get("notify") or (NotifyForm() if _waits_for_letter(row) and can_decide else None),
        "noted": forms.get("noted") or (NotifiedForm(row.letter_means) if _was_posted(row) and can_decide else None),
        "sees_letter": sees_health or not is_health,
        "others": queries.reorientations_of(row.person_id).exclude(pk=row.pk),
    }
    return render(request, "orientation/page_reorientation.html", context)


def _meeting(row: Reorientation, agent: Agent) -> dict[str, Any]:
    """Return the appointment where the request is examined, the kinds to book one, and the interview begun."""
    if row.route == Route.PANEL and row.appointment_id is None:
        return {"meeting": None, "meeting_kinds": [], "shows_meeting": False}
    meeting = queries.as_it_stands(row.appointment_id) if row.appointment_id else None
    is_living = meeting is not None and meeting.status in (AppointmentStatus.PLANNED, AppointmentStatus.HELD)
    may_book = agent.can(Permission.BOOK_FOR_CALLER) or agent.can(Permission.PLAN_MEETINGS)
    return {
        "meeting": meeting,
        "meeting_kinds": queries.reorientation_kinds() if may_book and row.is_open and not is_living else [],
        "interview": queries.open_interview(row.entry_id) if row.is_open else None,
        "can_hold": row.is_open and agent.can(Permission.HOLD_INTERVIEW),
        "shows_meeting": row.is_open or meeting is not None,
    }


def _known(row: Reorientation) -> dict[str, Any]:
    return {"route": row.route, "opinion": row.opinion, "opinion_on": row.opinion_on}


@requires(Permission.DECIDE_ORIENTATION)
@require_POST
def notify(request: AgentRequest, reorientation_id: int) -> HttpResponse:
    """Hand the refusal over, or ask for its letter."""
    row = _row(request, reorientation_id)
    form = NotifyForm(request.POST)

    def ask_letter() -> Reorientation:
        return actions.ask_refusal_letter(
            reorientation_id=row.pk, **form.cleaned_data, by=request.user.as_actor(), at=clock.now()
        )

    if form.is_valid() and attempt(form, ask_letter):
        messages.success(request, REFUSAL_SAID[form.cleaned_data["means"]])
        return redirect("orientation:reorientation", reorientation_id=row.pk)
    return _page(request, row, notify=form)


@requires(Permission.DECIDE_ORIENTATION)
@require_POST
def told(request: AgentRequest, reorientation_id: int) -> HttpResponse:
    """Note the day the refusal was posted, or the day of its receipt."""
    row = _row(request, reorientation_id)
    form = NotifiedForm(row.letter_means, request.POST)

    def note() -> Reorientation:
        return actions.note_refusal_told(
            reorientation_id=row.pk, on=form.cleaned_data["on"], by=request.user.as_actor(), at=clock.now()
        )

    if form.is_valid() and attempt(form, note):
        messages.success(request, "La date de la notification est notée.")
        return redirect("orientation:reorientation", reorientation_id=row.pk)
    return _page(request, row, noted=form)


@requires(Permission.ASK_REORIENTATION)
@require_safe
def paper(request: AgentRequest, entry_id: int) -> HttpResponse:
    """The paper twin of the request: a form to fill with a pen, with its ticks and its lines."""
    entry = get_object_or_404(
        Entry.objects.select_related("person").filter(person__in=visible_to(request.user).order_by()), pk=entry_id
    )
    shell.trace(request, entry.person_id, "Formulaire papier de réorientation")
    context = {"entry": entry, "person": entry.person, "causes": ReorientationCause.choices}
    return render(request, "orientation/page_reorientation_paper.html", context)


def _waits_for_letter(row: Reorientation) -> bool:
    return row.state == ReorientationState.REFUSED and row.told_on is None


def _was_posted(row: Reorientation) -> bool:
    return row.state == ReorientationState.REFUSED and row.letter_means in BY_POST and row.letter_asked_at is not None
