"""The files of France Travail: deposit, models, what was received and what waits."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from emploi.exchanges.france_travail import queries
from emploi.exchanges.france_travail.columns import RECEIPT_FIELDS, STATEMENT_MODEL
from emploi.exchanges.france_travail.inbound import RECEIPT, STATEMENT, TO_CONFIRM
from emploi.exchanges.france_travail.web.forms import FranceTravailDepositForm
from emploi.exchanges.spreadsheets.deposits import FILE, received, steps
from emploi.exchanges.spreadsheets.lists import Field
from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.intake import workflow
from emploi.foundation.intake.permissions import IMPORT_FILES, visible_to
from emploi.foundation.intake.web.presenters import Shown
from emploi.foundation.ui.exports import FORMATS, Column, export_response
from emploi.pathway.beneficiaries.permissions import visible_to as people_visible_to
from emploi.pathway.orientation.queries import waiting_with_france_travail
from emploi.territory.agents.roles import Permission

RECENT = 8


@requires(IMPORT_FILES)
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Takes a file of follow-ups and recommendations, and says where the exchanges stand."""
    return _deposit(request, STATEMENT, "france_travail/page_home.html")


@requires(IMPORT_FILES)
@require_http_methods(["GET", "HEAD", "POST"])
def receipts(request: HttpRequest) -> HttpResponse:
    """Takes the answers of France Travail to the decisions it was sent."""
    return _deposit(request, RECEIPT, "france_travail/page_receipts.html")


@requires(IMPORT_FILES)
@require_safe
def template(request: HttpRequest, file_format: str) -> HttpResponseBase:
    """The expected columns and one example, for France Travail to confirm."""
    return _model("modele-france-travail", STATEMENT_MODEL, file_format)


@requires(IMPORT_FILES)
@require_safe
def receipts_template(request: HttpRequest, file_format: str) -> HttpResponseBase:
    """The expected columns of the answers and one example."""
    return _model("modele-reponses-france-travail", RECEIPT_FIELDS, file_format)


def _deposit(request: HttpRequest, content: str, page: str) -> HttpResponse:
    form = FranceTravailDepositForm(today=clock.today())
    if request.method == "POST":
        form = FranceTravailDepositForm(request.POST, request.FILES, today=clock.today())
        if form.is_valid():
            run = received(request, form, about=content)
            refused = run.status == workflow.REFUSED
            return redirect("spreadsheets:run" if refused else "spreadsheets:columns", run.pk)
    return render(request, page, _context(request, content, form), status=422 if form.errors else 200)


def _context(request: HttpRequest, content: str, form: FranceTravailDepositForm) -> dict[str, Any]:
    today = clock.today()
    recent = queries.runs_of(content, visible_to(request.user))[:RECENT]
    may_transmit = request.user.can(Permission.TRANSMIT_ORIENTATIONS)
    return {
        "form": form,
        "steps": steps(FILE),
        "note": TO_CONFIRM,
        "fields": STATEMENT_MODEL if content == STATEMENT else RECEIPT_FIELDS,
        "recent": [(Shown.of(run), run.refused_lines) for run in recent],
        "last_statement": queries.last_file(STATEMENT, today),
        "last_receipt": queries.last_file(RECEIPT, today),
        "waiting": waiting_with_france_travail(today, people_visible_to(request.user)),
        "may_transmit": may_transmit,
        "may_see": request.user.can(Permission.SEE_ORIENTATIONS),
    }


def _model(name: str, fields: tuple[Field, ...], file_format: str) -> HttpResponseBase:
    if file_format not in FORMATS:
        raise Http404
    columns = [Column(field.label, field.slug) for field in fields]
    return export_response(name, columns, [{field.slug: field.example for field in fields}], file_format)
