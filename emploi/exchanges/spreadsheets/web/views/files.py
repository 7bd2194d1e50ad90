"""First step: the file; and the template people may fill."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from emploi.exchanges.spreadsheets.engine.archive import KIND
from emploi.exchanges.spreadsheets.queries import current_mappings
from emploi.exchanges.spreadsheets.rules.fields import PLAIN_FIELDS
from emploi.exchanges.spreadsheets.web.forms import DepositForm
from emploi.exchanges.spreadsheets.web.steps import FILE, steps
from emploi.exchanges.spreadsheets.web.views.common import received
from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.intake import workflow
from emploi.foundation.intake.permissions import IMPORT_FILES, visible_to
from emploi.foundation.intake.web.presenters import Shown
from emploi.foundation.ui.exports import FORMATS, Column, export_response
from emploi.territory.agents.roles import Permission

RECENT = 8


@requires(IMPORT_FILES)
@require_http_methods(["GET", "HEAD", "POST"])
def deposit(request: HttpRequest) -> HttpResponse:
    """Takes a spreadsheet from the browser and looks at it."""
    form = DepositForm(today=clock.today())
    if request.method == "POST":
        form = DepositForm(request.POST, request.FILES, today=clock.today())
        if form.is_valid():
            run = received(request, form)
            refused = run.status == workflow.REFUSED
            return redirect("spreadsheets:run" if refused else "spreadsheets:columns", run.pk)
    recent = visible_to(request.user).filter(kind=KIND)[:RECENT]
    context = {
        "form": form,
        "steps": steps(FILE),
        "recent": [Shown.of(run) for run in recent],
        "mappings": current_mappings(),
        "fields": PLAIN_FIELDS,
        "may_export": request.user.can(Permission.EXPORT),
    }
    return render(request, "spreadsheets/page_deposit.html", context, status=422 if form.errors else 200)


@requires(IMPORT_FILES)
@require_safe
def template(request: HttpRequest, file_format: str) -> HttpResponseBase:
    """A spreadsheet with every title and one example, to be filled."""
    if file_format not in FORMATS:
        raise Http404
    columns = [Column(field.label, field.slug) for field in PLAIN_FIELDS]
    example = {field.slug: field.example for field in PLAIN_FIELDS}
    return export_response("modele-personnes", columns, [example], file_format)
