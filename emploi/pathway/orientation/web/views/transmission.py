"""What France Travail has not received yet: list, file, date of sending, reasons of departures, sendings undone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.exports import FORMATS, Column, export_response
from emploi.foundation.ui.forms import attempt
from emploi.foundation.ui.french import pluriel
from emploi.foundation.ui.lists import listing
from emploi.pathway.beneficiaries.permissions import visible_to as people_visible_to
from emploi.pathway.orientation import actions, permissions, queries
from emploi.pathway.orientation.models import Decision
from emploi.pathway.orientation.web.forms import SentForm
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.sending_forms import DepartureForm, UndoForm
from emploi.pathway.orientation.web.traced import traced
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission


def _departure(name: str) -> Any:
    def read(row: Decision) -> str:
        departure = queries.departure_of(row)
        return getattr(departure, name) if departure else ""

    return read


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
    Column("Recommandation de France Travail", _departure("recommended")),
    Column("Raison de l’écart", _departure("reason")),
    Column("Numéro de la décision", "pk"),
)


def _unsent(agent: Agent) -> QuerySet[Any]:
    return queries.unsent_decisions().filter(pk__in=permissions.visible_to(agent).order_by().values("pk"))


@requires(Permission.TRANSMIT_ORIENTATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def unsent(request: AgentRequest) -> HttpResponse:
    """Show the decisions to send; note the day they were sent."""
    form = SentForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        chosen = [int(pk) for pk in request.POST.getlist("decision") if pk.isdecimal()]
        # Replaced since the list was downloaded, a decision that left with the file is still noted as sent.
        visible = permissions.visible_to(request.user).order_by().values("pk")
        mine = list(Decision.objects.unsent().filter(pk__in=visible).filter(pk__in=chosen).values_list("pk", flat=True))
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
    only_refused = request.GET.get("etat") == "refusees"
    page = listing(request, _unsent(request.user).exclude(refused_on=None) if only_refused else _unsent(request.user))
    context = {
        "only_refused": only_refused,
        "listing": page,
        "rows": [(row, queries.departure_of(row)) for row in page.rows],
        "form": form,
        "chosen": request.POST.getlist("decision"),
        "can_export": request.user.can(Permission.EXPORT),
        "can_import": request.user.can(Permission.IMPORT_FILES),
    }
    return render(request, "orientation/page_transmission.html", context)


@requires(Permission.TRANSMIT_ORIENTATIONS)
@require_safe
def export(request: AgentRequest, file_format: str = "csv") -> HttpResponseBase:
    """Download the decisions to send."""
    if file_format not in FORMATS:
        raise Http404
    rows = traced(_unsent(request.user), agent=request.user, page="Export France Travail", at=clock.now())
    return export_response(f"orientations-france-travail-{clock.today():%Y-%m-%d}", COLUMNS, rows, file_format)


@requires(Permission.TRANSMIT_ORIENTATIONS)
@require_safe
def sendings(request: AgentRequest) -> HttpResponse:
    """List what was sent, day by day, and what France Travail answered; or the decisions that await an answer."""
    if request.GET.get("etat") == "sans-reponse":
        mine = queries.unanswered_decisions().filter(person__in=people_visible_to(request.user).order_by())
        return render(request, "orientation/page_unanswered.html", {"listing": listing(request, mine)})
    page = listing(request, queries.transmissions())
    return render(request, "orientation/page_sendings.html", {"listing": page})


@requires(Permission.TRANSMIT_ORIENTATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def sending(request: AgentRequest, transmission_id: int) -> HttpResponse:
    """Show one sending, its answers; take it back when it was noted by mistake."""
    found = get_object_or_404(queries.transmissions(), pk=transmission_id)
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        undone = attempt(
            form,
            lambda: actions.undo_transmission(
                transmission_id=found.pk,
                reason=form.cleaned_data["reason"],
                by=request.user.as_actor(),
                at=clock.now(),
            ),
        )
        if undone is not None:
            said = pluriel(undone, "décision est à transmettre", "décisions sont à transmettre")
            messages.success(request, f"Envoi annulé : {said} de nouveau.")
            return redirect("orientation:transmission")
    visible = permissions.visible_to(request.user).order_by().values("pk")
    page = listing(request, queries.sent_in(found).filter(pk__in=visible))
    context = {
        "sending": found,
        "listing": page,
        "form": form,
        "can_undo": not found.undone_at and not _answered(found),
    }
    return render(request, "orientation/page_sending.html", context, status=422 if form.errors else 200)


def _answered(found: Any) -> bool:
    return bool(found.accepted or found.refused)


@requires(Permission.TRANSMIT_ORIENTATIONS)
@require_safe
def sending_export(request: AgentRequest, transmission_id: int, file_format: str) -> HttpResponseBase:
    """Download a sending again: the file France Travail received, with the number of the sending."""
    found = get_object_or_404(queries.transmissions(), pk=transmission_id)
    if file_format not in FORMATS:
        raise Http404
    mine = queries.sent_in(found).filter(pk__in=permissions.visible_to(request.user).order_by().values("pk"))
    rows = traced(mine, agent=request.user, page="Export France Travail", at=clock.now())
    columns = (*COLUMNS, Column("Numéro de l’envoi", lambda row: found.pk))
    return export_response(f"envoi-france-travail-{found.pk}", columns, rows, file_format)


@requires(Permission.TRANSMIT_ORIENTATIONS, Permission.DECIDE_ORIENTATION)
@require_http_methods(["GET", "HEAD", "POST"])
def departure(request: AgentRequest, decision_id: int) -> HttpResponse:
    """Write why a decision departs from the recommendation, in the words France Travail will read."""
    visible = permissions.visible_to(request.user).order_by().values("pk")
    decision = get_object_or_404(queries.decisions().select_related("departure"), pk=decision_id, pk__in=visible)
    known = queries.departure_of(decision)
    if known is None:
        raise Http404("Cette décision suit la recommandation de France Travail, ou n’en a pas.")
    form = DepartureForm(request.POST or None, initial={"text": known.reason})
    if request.method == "POST" and form.is_valid():

        def write() -> bool:
            by, at = request.user.as_actor(), clock.now()
            actions.write_departure(decision_id=decision.pk, text=form.cleaned_data["text"], by=by, at=at)
            return True

        if attempt(form, write):
            messages.success(request, "La raison est gardée : elle part avec la décision.")
            may_send = request.user.can(Permission.TRANSMIT_ORIENTATIONS)
            return redirect("orientation:transmission") if may_send else redirect("orientation:decision", decision.pk)
    context = {"decision": decision, "departure": known, "form": form}
    return render(request, "orientation/page_departure.html", context, status=422 if form.errors else 200)
