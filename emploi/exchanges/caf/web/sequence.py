"""The sequence of the files received, and the warning of the day when the expected one is late."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emploi.exchanges.caf.engine.sequence import late_months, month_due_on, series_of
from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.intake.permissions import IMPORT_FILES
from emploi.foundation.ui.htmx import card_response
from emploi.territory.agents.roles import Permission
from emploi.territory.rulebook import queries as rulebook


@requires(IMPORT_FILES)
@require_safe
def sequence(request: HttpRequest) -> HttpResponse:
    """Month by month and day by day: received, late, repeated, missing."""
    today = clock.today()
    days = due_days(today)
    return render(request, "caf/page_sequence.html", {"series": series_of(today, days), "due_days": days})


@requires(Permission.IMPORT_FILES)
@require_safe
def day_files(request: HttpRequest) -> HttpResponse:
    """The block of the day: the monthly files that should have come."""
    today = clock.today()
    days = due_days(today)
    late = [(title, step, month_due_on(step.day, days)) for title, step in late_months(today, days)]
    return card_response(request, "caf/_day_files.html", {"late": late}, title="Fichiers de la caisse")


def due_days(on: date) -> int:
    """How many days after the end of a month its file is expected."""
    return int(rulebook.value("monthly_file_due_days", on))
