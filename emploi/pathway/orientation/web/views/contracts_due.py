"""Who must sign a contrat d'engagement before the end of the transition, by referent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.exports import Column, export_response
from emploi.foundation.ui.french import date_num_fr
from emploi.foundation.ui.lists import FilterForm, Sort, listing
from emploi.pathway.orientation import permissions, queries
from emploi.pathway.orientation.enums import FormerContractKind
from emploi.pathway.orientation.models import Decision
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.traced import traced
from emploi.territory.agents.roles import Permission
from emploi.territory.geography import queries as geography

NOBODY = "aucun"
BY_REFERENT = ("responsible_organization__name", "referent__last_name", "referent__first_name", "person__sort_name")
SORTS = (
    Sort("referent", "Référent", BY_REFERENT),
    Sort("person", "Personne", ("person__sort_name", "id")),
    Sort("end", "Contrat actuel", ("last_ends_on", "person__sort_name")),
)
PAGE = "Contrats d’engagement à signer"


class ContractsDueFilters(FilterForm):
    """Body, referent, territory."""

    organization = forms.ChoiceField(label="Organisme référent")
    referent = forms.ChoiceField(label="Référent")
    territory = forms.ChoiceField(label="Territoire")

    def prepare(self) -> None:
        """Fill the choices with those in charge of somebody."""
        bodies = [(str(pk), name) for pk, name in queries.bodies_in_charge().values_list("pk", "name")]
        referents = [(str(agent.pk), agent.full_name) for agent in queries.referents_in_charge()]
        self.fields["organization"].choices = [("", "Tous"), *bodies]
        self.fields["referent"].choices = [("", "Tous"), (NOBODY, "Aucun référent nommé"), *referents]
        self.fields["territory"].choices = [("", "Tous"), *geography.territory_choices()]

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the people to what is asked."""
        referent = self.value("referent")
        asked = {
            "responsible_organization": self.value("organization"),
            "entry__commune__territory_links__territory": self.value("territory"),
            "referent": referent if referent != NOBODY else None,
        }
        queryset = queryset.filter(**{name: value for name, value in asked.items() if value})
        return queryset.filter(referent=None) if referent == NOBODY else queryset


@requires(Permission.SEE_ORIENTATIONS)
@require_safe
def contracts_due(request: AgentRequest) -> HttpResponse:
    """List them by referent, to be read on screen or on paper."""
    deadline = queries.stock_deadline(clock.today())
    filters = ContractsDueFilters(request.GET)
    page = listing(request, _rows(request), filters=filters, sorts=SORTS, default_sort="referent")
    context = {
        "listing": page,
        "deadline": deadline,
        "rows": [(row, referent_of(row), contract_in_words(row)) for row in page.rows],
        "can_export": request.user.can(Permission.EXPORT),
        "can_note": request.user.can(Permission.ASK_REORIENTATION),
    }
    return render(request, "orientation/page_contracts_due.html", context)


@requires(Permission.EXPORT)
@require_safe
def export(request: AgentRequest) -> HttpResponseBase:
    """Download the list as filtered on screen."""
    last_on = queries.stock_deadline(clock.today()).last_on
    rows = ContractsDueFilters(request.GET).apply(_rows(request)).order_by(*BY_REFERENT, "pk")
    columns = [
        Column("Organisme référent", lambda row: row.responsible_organization.name),
        Column("Référent", referent_of),
        Column("Nom", lambda row: row.person.last_name),
        Column("Prénom", lambda row: row.person.first_name),
        Column("Commune", lambda row: row.entry.commune.name if row.entry.commune else ""),
        Column("Orientée le", "decided_on"),
        Column("Contrat actuel", lambda row: FormerContractKind(row.last_kind).label if row.last_kind else ""),
        Column("Signé le", lambda row: row.last_signed_on or ""),
        Column("Fin prévue le", lambda row: row.last_ends_on or ""),
        Column("À signer au plus tard le", lambda row: last_on),
    ]
    lines = traced(rows, agent=request.user, page=PAGE, at=clock.now())
    return export_response("contrats-d-engagement-a-signer", columns, lines, request.GET.get("format", "csv"))


def referent_of(row: Decision) -> str:
    """The referent, or the name a former tool gave."""
    return row.referent.full_name if row.referent else str(row.basis_details.get("referent_name", ""))


def contract_in_words(row: Any) -> str:
    """The last contract taken over, in one line."""
    if not row.last_kind:
        return "Aucun contrat repris"
    until = f", jusqu’au {date_num_fr(row.last_ends_on)}" if row.last_ends_on else ""
    return f"{FormerContractKind(row.last_kind).label}, signé le {date_num_fr(row.last_signed_on)}{until}"


def _rows(request: AgentRequest) -> QuerySet[Decision]:
    today = clock.today()
    mine = permissions.visible_to(request.user).order_by().values("pk")
    return queries.contracts_due(queries.stock_deadline(today).began_on, today).filter(pk__in=mine)
