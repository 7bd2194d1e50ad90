"""The orientations: list, decision page, notification, referent, export."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.audit.actions import record_consultation
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.exports import Column, export_response
from emploi.foundation.ui.htmx import safe_next
from emploi.foundation.ui.lists import Sort, listing
from emploi.pathway.orientation import actions, permissions, queries
from emploi.pathway.orientation.enums import Decider, NotificationMeans
from emploi.pathway.orientation.models import Decision
from emploi.pathway.orientation.web.filters import OrientationFilters
from emploi.pathway.orientation.web.forms import NotifyForm
from emploi.pathway.orientation.web.proposed import reasons_shown
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.traced import traced
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission

SORTS = (
    Sort("decided", "Décidée le", ("decided_on", "id")),
    Sort("person", "Personne", ("person__sort_name", "id")),
    Sort("body", "Organisme référent", ("responsible_organization__name", "id")),
)

RESERVED_WORDS = "texte réservé aux professionnels qui peuvent voir la santé"
SAID = {
    NotificationMeans.HANDED: "La décision est notifiée. La lettre est prête.",
    NotificationMeans.LETTER: "L’envoi est demandé : la décision part avec les courriers à imprimer.",
}


def _visible(agent: Agent) -> QuerySet[Decision]:
    return queries.decisions().filter(pk__in=permissions.visible_to(agent).order_by().values("pk"))


@requires(Permission.SEE_ORIENTATIONS)
@require_safe
def decision_list(request: AgentRequest) -> HttpResponse:
    """List the orientations, the latest first."""
    sees_health = permissions.sees_health(request.user)
    filters = OrientationFilters(request.GET, sees_health=sees_health)
    page = listing(request, _visible(request.user), filters=filters, sorts=SORTS, default_sort="-decided")
    rows = [(row, permissions.modality_name(row.modality, request.user)) for row in page.rows]
    can_transmit = request.user.can(Permission.TRANSMIT_ORIENTATIONS)
    context = {
        "listing": page,
        "rows": rows,
        "can_transmit": can_transmit,
        "unsent": queries.unsent_decisions().count() if can_transmit else 0,
        "can_export": request.user.can(Permission.EXPORT),
    }
    return render(request, "orientation/page_list.html", context)


@requires(Permission.EXPORT)
@require_safe
def export(request: AgentRequest) -> HttpResponseBase:
    """Download the list as filtered on screen."""
    agent = request.user
    filters = OrientationFilters(request.GET, sees_health=permissions.sees_health(agent))
    rows = filters.apply(_visible(agent)).order_by("-decided_on", "-id")
    columns = [
        Column("Nom", lambda row: row.person.last_name),
        Column("Prénom", lambda row: row.person.first_name),
        Column("Commune", lambda row: row.entry.commune.name if row.entry.commune else ""),
        Column("Décidée le", "decided_on"),
        Column("Voie", lambda row: permissions.modality_name(row.modality, agent)),
        Column("Parcours légal", lambda row: row.get_legal_path_display()),
        Column("Organisme référent", lambda row: row.responsible_organization.name),
        Column("Référent", lambda row: row.referent.full_name if row.referent else ""),
        Column("Fondement", lambda row: row.get_basis_display()),
        Column("Notifiée le", lambda row: row.notified_at.date() if row.notified_at else ""),
        Column("Transmise à France Travail le", lambda row: row.transmitted_on or ""),
    ]
    lines = traced(rows, agent=agent, page="Export des orientations", at=clock.now())
    return export_response("orientations", columns, lines, request.GET.get("format", "csv"))


@requires(Permission.SEE_ORIENTATIONS)
@require_safe
def decision_page(request: AgentRequest, decision_id: int) -> HttpResponse:
    """Show one decision: what, why, who, told when, sent when."""
    decision = get_object_or_404(_visible(request.user).select_related("notification"), pk=decision_id)
    record_consultation(
        agent_id=request.user.pk,
        agent_label=request.user.full_name,
        person_id=decision.person_id,
        page="Orientation",
        at=clock.now(),
    )
    return render(request, "orientation/page_decision.html", _page(request, decision, NotifyForm()))


def _page(request: AgentRequest, decision: Decision, form: NotifyForm) -> dict[str, Any]:
    agent = request.user
    sees_health = permissions.sees_health(agent)
    can_decide = agent.can(Permission.DECIDE_ORIENTATION)
    is_mine = decision.decider == Decider.DEPARTEMENT
    return {
        "decision": decision,
        "person": decision.person,
        "modality_name": permissions.modality_name(decision.modality, agent),
        "sees_pathway": sees_health or not decision.modality.is_sensitive,
        "words": _words(decision, sees_health=sees_health),
        "reasons": reasons_shown(decision.reasons, sees_health=sees_health),
        "printed_at": queries.printed_at(decision),
        "contract": queries.engagement_of(decision.pk),
        "former": [
            (row, permissions.modality_name(row.modality, agent))
            for row in queries.history_of(decision.person_id)
            if row.pk != decision.pk
        ],
        "can_decide": can_decide,
        "notify": form if can_decide and is_mine and decision.notified_at is None else None,
        "referents": queries.referents_of(decision.responsible_organization_id, clock.today()) if can_decide else [],
    }


def _words(decision: Decision, *, sees_health: bool) -> dict[str, str]:
    """Return what people wrote freely; on a health decision it is kept for those who may see health."""
    written = {
        "opinion": decision.person_opinion,
        "without_interview": decision.basis_details.get("reason", ""),
        "choice": decision.override_reason,
    }
    is_health = decision.modality.is_sensitive or any(reason.get("sensitive") for reason in decision.reasons)
    if sees_health or not is_health:
        return written
    return {name: RESERVED_WORDS if text else "" for name, text in written.items()}


@requires(Permission.DECIDE_ORIENTATION)
@require_POST
def notify(request: AgentRequest, decision_id: int) -> HttpResponse:
    """Give the decision to the person, on a certain date."""
    decision = get_object_or_404(_visible(request.user), pk=decision_id)
    form = NotifyForm(request.POST)
    if form.is_valid():
        try:
            actions.notify_decision(
                decision_id=decision.pk, means=form.cleaned_data["means"], by=request.user.as_actor(), at=clock.now()
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, SAID[form.cleaned_data["means"]])
            return redirect(safe_next(request, f"/orientations/{decision.pk}/"))
    return render(request, "orientation/page_decision.html", _page(request, decision, form))


@requires(Permission.DECIDE_ORIENTATION)
@require_POST
def referent(request: AgentRequest, decision_id: int) -> HttpResponse:
    """Name the referent, known after the decision."""
    decision = get_object_or_404(_visible(request.user), pk=decision_id)
    chosen = request.POST.get("referent", "")
    try:
        if not chosen.isdecimal():
            raise DomainError("Choisissez un professionnel.")
        actions.name_referent(
            decision_id=decision.pk, referent_id=int(chosen), by=request.user.as_actor(), at=clock.now()
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Le référent est nommé.")
    return redirect("orientation:decision", decision_id=decision.pk)
