"""What the pages of a spreadsheet share."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from emploi.exchanges.spreadsheets.engine.archive import KIND
from emploi.exchanges.spreadsheets.models import SheetFile
from emploi.foundation.intake.models import Run
from emploi.foundation.intake.permissions import visible_to


def get_run(request: HttpRequest, run_id: int) -> Run:
    """A spreadsheet the agent may handle, or a 404."""
    return get_object_or_404(visible_to(request.user), pk=run_id, kind=KIND)


def get_sheet(request: HttpRequest, run_id: int) -> SheetFile:
    """How a spreadsheet is read, or a 404 when it could not even be looked at."""
    run = get_run(request, run_id)
    sheet = SheetFile.objects.filter(run=run).select_related("mapping").first()
    if sheet is None:
        raise Http404
    sheet.run = run
    return sheet
