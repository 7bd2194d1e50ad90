"""What France Travail has not received yet: list, CSV, date of sending."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.exports import Column, export_response
from emploi.foundation.ui.lists import listing
from emploi.pathway.orientation import actions, permissions, queries
from emploi.pathway.orientation.models import Decision
from emploi.pathway.orientation.web.forms import SentForm
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.traced import traced
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission

# legal.md §5.1: the NIR is never in this list; the pathway's own name neither, it may say the health of the person.
COLUMNS = (
    Column("Numéro France Travail", lambda row: row.person.france_travail_number),
    Column("Nom", lambda row: row.person.last_name),
    Column("Nom de naissance", lambda row: row.person.birth_name),
    Column("Prénom", lambda row: row.person.first_name),
    Column("Date de naissance", lambda row: row.person.birth_date or ""),
    Column("Commune", lambda row: row.entry.commune_id or ""),
    Column("Date de la décision", "decided_on"),
    Column("Parcours", lambda row: row.get_legal_path_display()),
    Column("Organisme référent", lambda row: row.responsible_organization.name),
    Column("Nature de l’organisme", lambda row: row.responsible_organization.get_kind_display()),
    Column("Référent", lambda row: row.referent.full_name if row.referent else ""),
    Column("Fondement", lambda row: row.get_basis_display()),
    Column("Numéro de la décision", "pk"),
)


def _unsent(agent: Agent) -> QuerySet[Decision]:
    return queries.unsent_decisions().filter(pk__in=permissions.visible_to(agent).order_by().values("pk"))


@requires(Permission.TRANSMIT_ORIENTATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def unsent(request: AgentRequest) -> HttpResponse:
    """Show the decisions to send; note the day they were sent."""
    form = SentForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        chosen = [int(pk) for pk in request.POST.getlist("decision") if pk.isdecimal()]
        mine = list(_unsent(request.user).filter(pk__in=chosen).values_list("pk", flat=True))
        try:
            count = actions.mark_transmitted(
                decision_ids=mine, on=form.cleaned_data["on"], by=request.user.as_actor(), at=clock.now()
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            noted = "1 décision notée comme envoyée" if count == 1 else f"{count} décisions notées comme envoyées"
            messages.success(request, f"{noted} à France Travail.")
            return redirect("orientation:transmission")
    page = listing(request, _unsent(request.user))
    context = {"listing": page, "form": form, "chosen": request.POST.getlist("decision")}
    return render(request, "orientation/page_transmission.html", context)


@requires(Permission.TRANSMIT_ORIENTATIONS)
@require_safe
def export(request: AgentRequest) -> HttpResponseBase:
    """Download the decisions to send."""
    rows = traced(_unsent(request.user), agent=request.user, page="Export France Travail", at=clock.now())
    return export_response(f"orientations-france-travail-{clock.today():%Y-%m-%d}", COLUMNS, rows, "csv")
