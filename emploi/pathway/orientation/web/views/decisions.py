"""The orientations: list, decision page, referent, export."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.audit.actions import record_consultation
from emploi.foundation.ui.exports import Column, export_response
from emploi.foundation.ui.forms import attempt
from emploi.foundation.ui.lists import Sort, listing
from emploi.pathway.orientation import actions, permissions, queries
from emploi.pathway.orientation.models import Decision
from emploi.pathway.orientation.web.decided import decision_context, visible_decisions
from emploi.pathway.orientation.web.filters import OrientationFilters
from emploi.pathway.orientation.web.forms import ContractForm
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.traced import traced
from emploi.territory.agents.roles import Permission

SORTS = (
    Sort("decided", "Décidée le", ("decided_on", "id")),
    Sort("person", "Personne", ("person__sort_name", "id")),
    Sort("body", "Organisme référent", ("responsible_organization__name", "id")),
)


@requires(Permission.SEE_ORIENTATIONS)
@require_safe
def decision_list(request: AgentRequest) -> HttpResponse:
    """List the orientations, the latest first."""
    sees_health = permissions.sees_health(request.user)
    filters = OrientationFilters(request.GET, sees_health=sees_health)
    visible = visible_decisions(request.user).order_by()
    page = listing(request, visible, filters=filters, sorts=SORTS, default_sort="-decided")
    rows = [(row, permissions.modality_name(row.modality, request.user)) for row in page.rows]
    can_transmit = request.user.can(Permission.TRANSMIT_ORIENTATIONS)
    context = {
        "listing": page,
        "rows": rows,
        "can_transmit": can_transmit,
        "unsent": queries.unsent_decisions().count() if can_transmit else 0,
        "untold": queries.untold_decisions().filter(pk__in=visible.values("pk")).count(),
        "can_decide": request.user.can(Permission.DECIDE_ORIENTATION),
        "can_export": request.user.can(Permission.EXPORT),
    }
    return render(request, "orientation/page_list.html", context)


@requires(Permission.EXPORT)
@require_safe
def export(request: AgentRequest) -> HttpResponseBase:
    """Download the list as filtered on screen."""
    agent = request.user
    filters = OrientationFilters(request.GET, sees_health=permissions.sees_health(agent))
    rows = filters.apply(visible_decisions(agent)).order_by("-decided_on", "-id")
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
        Column("Notifiée le", lambda row: row.notified_on or ""),
        Column("Transmise à France Travail le", lambda row: row.transmitted_on or ""),
    ]
    lines = traced(rows, agent=agent, page="Export des orientations", at=clock.now())
    return export_response("orientations", columns, lines, request.GET.get("format", "csv"))


@requires(Permission.SEE_ORIENTATIONS)
@require_safe
def decision_page(request: AgentRequest, decision_id: int) -> HttpResponse:
    """Show one decision: what, why, who, told when, sent when."""
    decision = get_object_or_404(visible_decisions(request.user).select_related("notification"), pk=decision_id)
    record_consultation(
        agent_id=request.user.pk,
        agent_label=request.user.full_name,
        person_id=decision.person_id,
        page="Orientation",
        at=clock.now(),
    )
    return render(request, "orientation/page_decision.html", decision_context(request, decision))


@requires(Permission.ASK_REORIENTATION)
@require_POST
def contract(request: AgentRequest, decision_id: int) -> HttpResponse:
    """Note the day the new contrat d'engagement was signed, after a reorientation."""
    decision = get_object_or_404(visible_decisions(request.user), pk=decision_id)
    form = ContractForm(request.POST)

    def note() -> Decision:
        return actions.note_contract_signed(
            decision_id=decision.pk, on=form.cleaned_data["on"], by=request.user.as_actor(), at=clock.now()
        )

    if form.is_valid() and attempt(form, note):
        messages.success(request, "La signature du nouveau contrat est notée.")
        return redirect("orientation:decision", decision_id=decision.pk)
    return render(request, "orientation/page_decision.html", decision_context(request, decision, contract_form=form))
