"""Third and fourth steps: what the lines would do, the decision, the report, and a day to take it all back."""

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from emploi.exchanges.spreadsheets import queries, tasks
from emploi.exchanges.spreadsheets.engine import undoing
from emploi.exchanges.spreadsheets.engine.contents import content_of
from emploi.exchanges.spreadsheets.engine.decisions import decide
from emploi.exchanges.spreadsheets.engine.inspecting import seen_sheet
from emploi.exchanges.spreadsheets.enums import SheetContent
from emploi.exchanges.spreadsheets.models import SheetFile
from emploi.exchanges.spreadsheets.showing import masked
from emploi.exchanges.spreadsheets.web.forms import DecisionForm
from emploi.exchanges.spreadsheets.web.steps import APPLIED, COLUMNS, PREVIEW, steps
from emploi.exchanges.spreadsheets.web.stock import stock_context
from emploi.exchanges.spreadsheets.web.views.common import get_run, get_sheet
from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.intake import actions, workflow
from emploi.foundation.intake.models import Run
from emploi.foundation.intake.permissions import IMPORT_FILES, may_open_original
from emploi.foundation.intake.queries import refused_rows
from emploi.foundation.intake.sealing import unseal
from emploi.foundation.intake.web.presenters import Shown, pace_in_words
from emploi.foundation.ui.exports import FORMATS, Column, export_response
from emploi.foundation.ui.french import pluriel
from emploi.foundation.ui.lists import listing
from emploi.territory.agents.roles import Permission

REFUSED = "refused"
TABS = (
    ("created", "Créées"),
    ("updated", "Modifiées"),
    ("unchanged", "Sans changement"),
    (REFUSED, "Refusées"),
    (queries.KEPT, "Valeurs gardées"),
    (queries.LEFT, "Valeurs laissées de côté"),
    (queries.SUSPECTS, "Doublons possibles"),
    (queries.NOT_UNDONE, "Non annulées"),
)
ALWAYS = ("created", "updated", "unchanged", REFUSED)
# Beyond this, the worker takes the lines back.
AT_ONCE = 1000


@requires(IMPORT_FILES)
@require_safe
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Shows how far a spreadsheet is, what it would do, or what it did."""
    found = get_run(request, run_id)
    sheet = SheetFile.objects.filter(run=found).first()
    if found.status == workflow.WAITING and sheet and not sheet.columns_confirmed:
        return redirect("spreadsheets:columns", run_id)
    return render(request, "spreadsheets/page_run.html", _context(request, found, sheet))


@requires(IMPORT_FILES)
@require_POST
def apply(request: HttpRequest, run_id: int) -> HttpResponse:
    """Records the lines shown by the preview, in the background."""
    found = get_sheet(request, run_id)
    form = DecisionForm(request.POST)
    if found.run.status != workflow.PREVIEWED:
        messages.error(request, "Ce fichier n’attend plus de décision : un autre agent l’a peut-être déjà prise.")
        return redirect("spreadsheets:run", run_id)
    if found.forgotten_at:
        messages.error(request, "Les lignes de ce fichier ancien sont effacées : confirmez ses colonnes à nouveau.")
        return redirect("spreadsheets:columns", run_id)
    overwrite = form.is_valid() and form.cleaned_data["overwrite"]
    by = request.user.as_actor()
    decide(sheet=found, overwrite=overwrite, by=by, at=clock.now())
    tasks.apply.defer(run_id=run_id, agent_id=by.id, agent_label=by.label)
    messages.success(request, "Le fichier est en cours d’enregistrement. Vous pouvez fermer cette page.")
    return redirect("spreadsheets:run", run_id)


@requires(IMPORT_FILES)
@require_POST
def undo(request: HttpRequest, run_id: int) -> HttpResponse:
    """Takes the whole spreadsheet back, but for what somebody has touched since."""
    sheet, by, at = get_sheet(request, run_id), request.user.as_actor(), clock.now()
    try:
        undoing.check_can_undo(sheet, at)
        if sheet.run.total > AT_ONCE:
            tasks.undo.defer(run_id=run_id, agent_id=by.id, agent_label=by.label)
            messages.success(
                request, "L’annulation est demandée : elle se fait en arrière-plan. Revenez voir cette page."
            )
            return redirect("spreadsheets:run", run_id)
        undone, kept = undoing.undo(sheet=sheet, by=by, at=at)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        said = pluriel(undone, "ligne annulée", "lignes annulées")
        if kept:
            messages.warning(request, f"{said} ; {pluriel(kept, 'reste', 'restent')}, avec la raison ci-dessous.")
        else:
            messages.success(request, f"{said}. Rien ne reste de ce fichier dans les fiches.")
    return redirect("spreadsheets:run", run_id)


@requires(Permission.EXPORT)
@require_POST
def errors(request: HttpRequest, run_id: int, file_format: str) -> HttpResponseBase:
    """The refused lines alone, as they came, with their reason: to be corrected and deposited again; it is traced."""
    if not request.user.can(IMPORT_FILES):
        raise Http404("Ces lignes ne s’ouvrent qu’à qui importe des fichiers.")
    sheet = get_sheet(request, run_id)
    if file_format not in FORMATS:
        raise Http404
    lines = refused_rows(sheet.run).filter(status=REFUSED).count()
    by = request.user.as_actor()
    actions.note_export(run=sheet.run, what="Lignes refusées", lines=lines, by=by, at=clock.now())
    header = seen_sheet(sheet).header(sheet.header_row)
    titles = [masked(title, request.user) or f"Colonne {n + 1}" for n, title in enumerate(header)]
    columns = [Column(title, _Cell(n)) for n, title in enumerate(titles)]
    columns += [Column("Ligne du fichier", lambda row: row[0]), Column("Ce qu’il faut corriger", lambda row: row[1])]
    return export_response(f"erreurs-{run_id}", columns, _refused(request, sheet.run), file_format)


class _Cell:
    """Reads one cell of a refused line."""

    def __init__(self, position: int) -> None:
        self.position = position

    def __call__(self, row: Any) -> str:
        return str(row[2][self.position]) if self.position < len(row[2]) else ""


def _refused(request: HttpRequest, found: Run) -> Iterator[tuple[int, str, list[str]]]:
    for row in found.rows.filter(status=REFUSED).order_by("number").iterator(chunk_size=500):
        cells = [masked(text, request.user) for text in json.loads(unseal(row.raw))["cells"]]
        yield row.number, row.reason, cells


def _context(request: HttpRequest, found: Run, sheet: SheetFile | None) -> dict[str, Any]:
    applied = found.status in workflow.APPLIED
    here = APPLIED if applied else PREVIEW if sheet and sheet.columns_confirmed else COLUMNS
    context: dict[str, Any] = {
        "run": found,
        "sheet": sheet,
        "content": content_of(sheet) if sheet else None,
        "shown": Shown.of(found),
        "pace": pace_in_words(found),
        "steps": steps(here, found),
        "applied": applied,
        "may_export": request.user.can(Permission.EXPORT),
        "can_undo": sheet is not None and undoing.can_undo(sheet, clock.now()),
        "original": found.document if found.document and may_open_original(request.user, found.document) else None,
    }
    if sheet and (applied or found.status == workflow.PREVIEWED):
        context |= _effects(request, found) | {"form": DecisionForm()}
        if sheet.content == SheetContent.STOCK:
            context |= stock_context(request, found)
    return context


def _effects(request: HttpRequest, found: Run) -> dict[str, Any]:
    """One tab an effect; one list at a time, so that its pages are its own."""
    counts = queries.counts(found) | {REFUSED: refused_rows(found).filter(status=REFUSED).count()}
    tabs = [(value, label) for value, label in TABS if value in ALWAYS or counts.get(value)]
    asked = request.GET.get("effet", "")
    effect = asked if asked in dict(tabs) else next((value for value, _ in tabs if counts.get(value)), "created")
    rows = refused_rows(found).filter(status=REFUSED) if effect == REFUSED else queries.staged(found, effect)
    page = listing(request, rows, sizes=(50, 100, 500))
    return {
        "tabs": [(value, label, counts.get(value, 0), value == effect) for value, label in tabs],
        "effect": effect,
        "listing": page,
        "lines": [] if effect == REFUSED else [queries.shown(row, request.user) for row in page.rows],
        "refused_count": counts[REFUSED],
    }
