"""The stock of a former tool: its file and template, its unknown names, the people it says nothing of."""

from collections.abc import Iterator
from itertools import islice

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.exchanges.spreadsheets import tasks
from emploi.exchanges.spreadsheets.enums import SheetContent
from emploi.exchanges.spreadsheets.models import SheetFile
from emploi.exchanges.spreadsheets.rules.stock_fields import PLAIN_FIELDS
from emploi.exchanges.spreadsheets.stock.gaps import not_in_file
from emploi.exchanges.spreadsheets.stock.keeping import settle_name
from emploi.exchanges.spreadsheets.web.forms import DepositForm
from emploi.exchanges.spreadsheets.web.steps import FILE, steps
from emploi.exchanges.spreadsheets.web.stock import names_form
from emploi.exchanges.spreadsheets.web.views.common import get_sheet, received
from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.audit.actions import record_export
from emploi.foundation.errors import DomainError
from emploi.foundation.intake import workflow
from emploi.foundation.intake.permissions import IMPORT_FILES, visible_to
from emploi.foundation.intake.web.presenters import Shown
from emploi.foundation.ui.exports import FORMATS, Column, export_response
from emploi.foundation.ui.french import pluriel
from emploi.foundation.ui.lists import listing
from emploi.pathway.beneficiaries.models import Entry
from emploi.territory.agents.roles import Permission

RECENT, BATCH = 8, 1000


@requires(IMPORT_FILES)
@require_http_methods(["GET", "HEAD", "POST"])
def deposit(request: HttpRequest) -> HttpResponse:
    """Takes the spreadsheet of a former tool and looks at it."""
    form = DepositForm(today=clock.today())
    if request.method == "POST":
        form = DepositForm(request.POST, request.FILES, today=clock.today())
        if form.is_valid():
            run = received(request, form, about=SheetContent.STOCK)
            refused = run.status == workflow.REFUSED
            return redirect("spreadsheets:run" if refused else "spreadsheets:columns", run.pk)
    recent = visible_to(request.user).filter(sheet__content=SheetContent.STOCK)[:RECENT]
    context = {
        "form": form,
        "steps": steps(FILE),
        "recent": [Shown.of(run) for run in recent],
        "stock_count": Entry.objects.open().filter(is_stock=True).count(),
    }
    return render(request, "spreadsheets/page_stock_deposit.html", context, status=422 if form.errors else 200)


@requires(IMPORT_FILES)
@require_safe
def template(request: HttpRequest, file_format: str) -> HttpResponseBase:
    """A spreadsheet with every title and one example, to be filled."""
    if file_format not in FORMATS:
        raise Http404
    columns = [Column(field.label, field.slug) for field in PLAIN_FIELDS]
    return export_response(
        "modele-reprise", columns, [{field.slug: field.example for field in PLAIN_FIELDS}], file_format
    )


@requires(IMPORT_FILES)
@require_POST
def names(request: HttpRequest, run_id: int) -> HttpResponse:
    """Keeps what the unknown names stand for, then reads the file again with them."""
    sheet = _stock(request, run_id)
    if sheet.run.status != workflow.PREVIEWED:
        messages.error(request, "Ce fichier n’attend plus de décision : ses noms ne se changent plus ici.")
        return redirect("spreadsheets:run", run_id)
    form = names_form(request, sheet.run)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("spreadsheets:run", run_id)
    by, settled = request.user.as_actor(), 0
    for name, chosen in form.chosen():
        try:
            settle_name(name=name, chosen=chosen, by=by, at=clock.now())
            settled += 1
        except DomainError as error:
            messages.error(request, error.message)
    if settled:
        tasks.preview.defer(run_id=run_id, agent_id=by.id, agent_label=by.label)
        said = pluriel(settled, "nom reconnu", "noms reconnus")
        messages.success(request, f"{said} pour toutes les lignes et pour les prochains fichiers. L’aperçu se refait.")
    else:
        messages.info(request, "Aucun nom choisi : rien n’a changé.")
    return redirect("spreadsheets:run", run_id)


@requires(IMPORT_FILES)
@require_safe
def absent(request: HttpRequest, run_id: int) -> HttpResponse:
    """The people of the payer's stock the file says nothing of."""
    sheet = _stock(request, run_id)
    page = listing(request, not_in_file(sheet.run, request.user), sizes=(50, 100, 500))
    context = {"run": sheet.run, "listing": page, "can_export": request.user.can(Permission.EXPORT)}
    return render(request, "spreadsheets/page_stock_absent.html", context)


@requires(Permission.EXPORT)
@require_safe
def absent_export(request: HttpRequest, run_id: int, file_format: str) -> HttpResponseBase:
    """The same people as a file, for whoever keeps the former tool."""
    sheet = _stock(request, run_id)
    if file_format not in FORMATS or not request.user.can(IMPORT_FILES):
        raise Http404
    columns = [
        Column("Nom", lambda entry: entry.person.last_name),
        Column("Prénom", lambda entry: entry.person.first_name),
        Column("Date de naissance", lambda entry: entry.person.birth_date or ""),
        Column("Numéro allocataire", lambda entry: entry.household.payer_number),
        Column("Numéro de demande RSA", lambda entry: entry.household.claim_number or ""),
        Column("Commune", lambda entry: entry.commune.name if entry.commune else ""),
    ]
    return export_response(f"absents-{run_id}", columns, _traced(request, sheet), file_format)


def _traced(request: HttpRequest, sheet: SheetFile) -> Iterator[Entry]:
    """The entries, batch by batch, their people being noted just before they leave."""
    rows = not_in_file(sheet.run, request.user).iterator(chunk_size=BATCH)
    agent, page = request.user, "Export des absents d’une reprise"
    while batch := list(islice(rows, BATCH)):
        people = [entry.person_id for entry in batch]
        record_export(agent_id=agent.pk, agent_label=agent.full_name, person_ids=people, page=page, at=clock.now())
        yield from batch


def _stock(request: HttpRequest, run_id: int) -> SheetFile:
    sheet = get_sheet(request, run_id)
    if sheet.content != SheetContent.STOCK:
        raise Http404
    return sheet
