"""Second step: which column is what, guessed by the product, corrected by the agent."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from emploi.exchanges.spreadsheets import tasks
from emploi.exchanges.spreadsheets.engine.contents import content_of
from emploi.exchanges.spreadsheets.engine.inspecting import (
    choose_sheet,
    confirm_columns,
    save_mapping,
    seen_sheet,
    sheets_of,
    use_mapping,
)
from emploi.exchanges.spreadsheets.models import SheetFile
from emploi.exchanges.spreadsheets.queries import mappings_for
from emploi.exchanges.spreadsheets.showing import masked
from emploi.exchanges.spreadsheets.web.forms import ColumnsForm, MappingForm, SheetForm
from emploi.exchanges.spreadsheets.web.steps import COLUMNS, steps
from emploi.exchanges.spreadsheets.web.views.common import get_sheet
from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.intake import workflow
from emploi.foundation.intake.permissions import IMPORT_FILES
from emploi.foundation.ui.forms import attempt

OPEN = (workflow.WAITING, workflow.PREVIEWED)
CLOSED = "Les colonnes ne se changent plus : le fichier est en cours d’enregistrement ou enregistré."


@requires(IMPORT_FILES)
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, run_id: int) -> HttpResponse:
    """Shows what each column seems to be; once confirmed, asks the worker for the preview."""
    found = get_sheet(request, run_id)
    if found.run.status not in OPEN or found.run.approved_at:
        messages.error(request, CLOSED)
        return redirect("spreadsheets:run", run_id)
    form = _columns_form(request, found)
    if request.method == "POST" and form.is_valid():
        by, at = request.user.as_actor(), clock.now()
        attempt(form, lambda: confirm_columns(sheet=found, columns=form.columns(), by=by, at=at))
        if not form.errors:
            name = form.cleaned_data.get("name", "").strip()
            if name:
                saved = save_mapping(sheet=found, name=name, organization_id=_organization(request), by=by, at=at)
                messages.success(request, f"Correspondance « {saved.name} » gardée, version {saved.version}.")
            tasks.preview.defer(run_id=run_id, agent_id=by.id, agent_label=by.label)
            return redirect("spreadsheets:run", run_id)
    return _page(request, found, form)


@requires(IMPORT_FILES)
@require_POST
def sheet(request: HttpRequest, run_id: int) -> HttpResponse:
    """Reads another sheet, or takes another row for the titles."""
    found = get_sheet(request, run_id)
    form = SheetForm(request.POST, sheets=sheets_of(found))
    if found.run.status not in OPEN or found.run.approved_at:
        messages.error(request, CLOSED)
    elif not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    else:
        _tell(request, lambda: choose_sheet(
            sheet=found, name=form.cleaned_data["sheet"], header_row=form.cleaned_data["header_row"],
            by=request.user.as_actor(), at=clock.now(),
        ), "Les colonnes sont relues.")  # fmt: skip
    return redirect("spreadsheets:columns", run_id)


@requires(IMPORT_FILES)
@require_POST
def mapping(request: HttpRequest, run_id: int) -> HttpResponse:
    """Takes the columns of a saved mapping."""
    found = get_sheet(request, run_id)
    form = MappingForm(request.POST, mappings=mappings_for(request.user, found.content))
    if found.run.status not in OPEN or found.run.approved_at:
        messages.error(request, CLOSED)
    elif not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    else:
        chosen = form.cleaned_data["mapping"]
        by, at = request.user.as_actor(), clock.now()
        _tell(
            request, lambda: use_mapping(sheet=found, mapping=chosen, by=by, at=at), f"Colonnes de « {chosen.name} »."
        )
    return redirect("spreadsheets:columns", run_id)


def _tell(request: HttpRequest, call: Any, done: str) -> None:
    try:
        call()
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)


def _columns_form(request: HttpRequest, found: SheetFile) -> ColumnsForm:
    seen = seen_sheet(found)
    samples = [[masked(text, request.user) for text in line] for line in seen.samples(found.header_row)]
    initial = {f"c{position}": slug for slug, position in found.columns.items()}
    initial["name"] = found.mapping.name if found.mapping else ""
    data = request.POST if request.method == "POST" else None
    return ColumnsForm(
        data,
        header=[masked(title, request.user) for title in seen.header(found.header_row)],
        samples=samples,
        content=content_of(found),
        initial=initial,
    )


def _page(request: HttpRequest, found: SheetFile, form: ColumnsForm) -> HttpResponse:
    sheets = sheets_of(found)
    content = content_of(found)
    mappings = mappings_for(request.user, found.content) if content.keeps_mappings else None
    context = {
        "sheet": found,
        "content": content,
        "run": found.run,
        "form": form,
        "steps": steps(COLUMNS, found.run),
        "sheet_form": SheetForm(sheets=sheets, initial={"sheet": found.sheet, "header_row": found.header_row}),
        "mapping_form": MappingForm(mappings=mappings, initial={"mapping": found.mapping_id}) if mappings else None,
        "guessed": len(found.columns),
    }
    return render(request, "spreadsheets/page_columns.html", context, status=422 if form.errors else 200)


def _organization(request: HttpRequest) -> int | None:
    memberships = request.user.active_memberships
    return memberships[0].organization_id if memberships else None
