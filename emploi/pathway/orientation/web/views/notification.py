"""Telling the decision: handed over or posted, on which day, and the list of those nobody has been told."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.enums import Status
from emploi.foundation.messaging.paper.doors import with_letters_door
from emploi.foundation.ui.forms import attempt
from emploi.foundation.ui.french import pluriel
from emploi.foundation.ui.htmx import safe_next
from emploi.foundation.ui.lists import Sort, listing
from emploi.pathway.orientation import actions, permissions, queries
from emploi.pathway.orientation.enums import BY_POST, CHOSEN_MEANS, NotificationMeans
from emploi.pathway.orientation.models import Decision
from emploi.pathway.orientation.web.decided import decision_context, visible_decisions
from emploi.pathway.orientation.web.forms import NotifiedForm, NotifyForm
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.territory.agents.roles import Permission

SAID = {
    NotificationMeans.HANDED: "La décision est notifiée. La lettre est prête.",
    NotificationMeans.LETTER: "L’envoi est demandé. La décision sera notifiée le jour où la lettre est imprimée.",
    NotificationMeans.REGISTERED: "L’envoi est demandé. Notez la date de l’avis de réception quand il revient.",
}
# Each letter is composed while the page waits: a longer list is done in several times.
MOST_AT_ONCE = 50
SORTS = (
    Sort("decided", "Décidée le", ("decided_on", "id")),
    Sort("person", "Personne", ("person__sort_name", "id")),
)


@requires(Permission.NOTIFY_ORIENTATIONS)
@require_POST
def notify(request: AgentRequest, decision_id: int) -> HttpResponse:
    """Hand the decision over, or ask for its letter."""
    decision = get_object_or_404(visible_decisions(request.user), pk=decision_id)
    form = NotifyForm(request.POST)
    if form.is_valid():
        try:
            actions.ask_notification(
                decision_id=decision.pk, **form.cleaned_data, by=request.user.as_actor(), at=clock.now()
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, with_letters_door(SAID[form.cleaned_data["means"]], request.user))
            return redirect(safe_next(request, f"/orientations/{decision.pk}/"))
    return render(request, "orientation/page_decision.html", decision_context(request, decision, notify=form))


@requires(Permission.NOTIFY_ORIENTATIONS)
@require_http_methods(["POST"])
def notified(request: AgentRequest, decision_id: int) -> HttpResponse:
    """Note the day a letter was posted, or the day of its receipt."""
    decision = get_object_or_404(visible_decisions(request.user), pk=decision_id)
    form = NotifiedForm(decision.notification_means, request.POST)

    def note() -> Decision:
        return actions.note_notified(
            decision_id=decision.pk, on=form.cleaned_data["on"], by=request.user.as_actor(), at=clock.now()
        )

    if form.is_valid() and attempt(form, note):
        messages.success(request, "La date de la notification est notée.")
        return redirect(safe_next(request, f"/orientations/{decision.pk}/"))
    return render(request, "orientation/page_decision.html", decision_context(request, decision, noted=form))


@requires(Permission.SEE_ORIENTATIONS)
@require_safe
def untold(request: AgentRequest) -> HttpResponse:
    """List the decisions the person has not received: her appeal delay has not begun."""
    mine = permissions.visible_to(request.user).order_by().values("pk")
    page = listing(request, queries.untold_decisions().filter(pk__in=mine), sorts=SORTS, default_sort="decided")
    rows = [(row, permissions.modality_name(row.modality, request.user), _where(row)) for row in page.rows]
    context = {
        "listing": page,
        "rows": rows,
        "today": clock.today(),
        "may_notify": request.user.can(Permission.NOTIFY_ORIENTATIONS),
        "means": [(value, label) for value, label in CHOSEN_MEANS if value in BY_POST],
    }
    return render(request, "orientation/page_untold.html", context)


@requires(Permission.NOTIFY_ORIENTATIONS)
@require_POST
def notify_several(request: AgentRequest) -> HttpResponse:
    """Ask for the letters of the decisions ticked in the list: each enclosed, ready to print."""
    back = safe_next(request, reverse("orientation:untold"))
    ids = [int(number) for number in request.POST.getlist("decision") if number.isdecimal()][:MOST_AT_ONCE]
    mine = visible_decisions(request.user).filter(pk__in=ids)
    names = {decision.pk: decision.person.full_name for decision in mine}
    if not names:
        messages.error(request, "Cochez au moins une décision à notifier.")
        return redirect(back)
    by, at = request.user.as_actor(), clock.now()
    try:
        asked, refused = actions.ask_notifications(
            decision_ids=list(names), means=request.POST.get("means", ""), by=by, at=at
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(back)
    if asked:
        said = (
            f"{pluriel(asked, 'lettre demandée', 'lettres demandées')}. Imprimez, puis notez le jour où elles partent."
        )
        messages.success(request, with_letters_door(said, request.user))
    for decision_id, why in refused:
        messages.error(request, f"{names[decision_id]} : {why}")
    return redirect(back)


def _where(row: Any) -> tuple[str, str]:
    """Say what is missing for the person to have received her decision, with its tone."""
    if row.notification_asked_at is None:
        return "rien n’est demandé", "warning"
    if row.letter_status == Status.FAILED:
        return "la lettre n’est pas arrivée", "danger"
    if row.letter_status == Status.QUEUED:
        return "lettre à imprimer et à poster", "warning"
    if row.notification_means == NotificationMeans.REGISTERED:
        return "avis de réception attendu", "info"
    return "date à noter", "warning"
