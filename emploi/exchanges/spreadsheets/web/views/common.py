"""What the pages of a spreadsheet share."""

from django import forms
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from emploi.exchanges.spreadsheets import inbound
from emploi.exchanges.spreadsheets.engine.archive import KIND
from emploi.exchanges.spreadsheets.enums import SheetContent
from emploi.exchanges.spreadsheets.models import SheetFile
from emploi.foundation import clock
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


def received(request: HttpRequest, form: forms.Form, *, about: str = SheetContent.PEOPLE) -> Run:
    """The spreadsheet of a valid deposit, archived and looked at."""
    upload = form.cleaned_data["file"]
    return inbound.receive(
        file_name=upload.name,
        content=upload,
        received_on=form.cleaned_data["received_on"] or clock.today(),
        about=about,
        by=request.user.as_actor(),
        at=clock.now(),
    )
