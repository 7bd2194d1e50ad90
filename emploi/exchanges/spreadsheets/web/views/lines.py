"""One line: what was received, what it does, and its correction in place."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from emploi.exchanges.spreadsheets.engine.contents import content_of
from emploi.exchanges.spreadsheets.engine.correcting import can_correct, cells_of, correct, read_again
from emploi.exchanges.spreadsheets.engine.inspecting import seen_sheet
from emploi.exchanges.spreadsheets.models import StagedRow
from emploi.exchanges.spreadsheets.queries import shown
from emploi.exchanges.spreadsheets.showing import masked
from emploi.exchanges.spreadsheets.web.forms import LineForm
from emploi.exchanges.spreadsheets.web.views.common import get_sheet
from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.intake.models import Attempt
from emploi.foundation.intake.permissions import IMPORT_FILES, SEE_NIR


@requires(IMPORT_FILES)
@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest, run_id: int, number: int) -> HttpResponse:
    """Shows one line and takes its correction."""
    sheet = get_sheet(request, run_id)
    found = cells_of(sheet.run, number)
    if found is None:
        raise Http404
    cells, reason = found
    # The NIR is written in the form: only those who may see it correct a line by hand.
    editable = can_correct(sheet.run, number) and request.user.can(SEE_NIR)
    form = LineForm(request.POST or None, columns=sheet.columns, cells=cells, content=content_of(sheet))
    if request.method == "POST" and editable and form.is_valid():
        read = read_again(run=sheet.run, number=number, cells=form.corrected(), at=clock.now())
        for problem in read.reading.problems:
            slug = problem.slug if problem.slug in form.fields else None
            # Beside its field, the name of the field is not said twice.
            label = f"{form.fields[slug].label} : " if slug else ""
            form.add_error(slug, problem.sentence.removeprefix(label))
        if not read.reading.problems:
            try:
                message = correct(
                    run=sheet.run, number=number, cells=form.corrected(), by=request.user.as_actor(), at=clock.now()
                )
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, message)
                return redirect("spreadsheets:run", run_id)
    staged = StagedRow.objects.filter(run=sheet.run, number=number).first()
    header = seen_sheet(sheet).header(sheet.header_row)
    context = {
        "run": sheet.run,
        "number": number,
        "reason": masked(reason, request.user),
        "form": form,
        "editable": editable,
        "effect": shown(staged, request.user) if staged else None,
        "cells": [
            (masked(header[n], request.user) if n < len(header) else "", masked(text, request.user))
            for n, text in enumerate(cells)
            if text
        ],
        "attempts": Attempt.objects.filter(row__run=sheet.run, row__number=number),
    }
    return render(request, "spreadsheets/page_line.html", context, status=422 if form.errors else 200)
