"""Refused lines: read, tried again, downloaded."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.documents.crypto import DamagedFile
from emploi.foundation.errors import DomainError
from emploi.foundation.intake import actions, queries, registry, tasks
from emploi.foundation.intake.enums import RowStatus
from emploi.foundation.intake.models import Row
from emploi.foundation.intake.permissions import EXPORT, IMPORT_FILES
from emploi.foundation.intake.sealing import unseal
from emploi.foundation.intake.web.presenters import Shown
from emploi.foundation.intake.web.views import get_run
from emploi.foundation.ui.exports import Column, export_response
from emploi.foundation.ui.french import pluriel

# Beyond this, the lines are replayed by the worker.
AT_ONCE = 50
COLUMNS = (
    Column("Rang dans le fichier", "number"),
    Column("Identifiant", "key"),
    Column("État", lambda row: row.get_status_display()),
    Column("Raison", "reason"),
    Column("Emplacement", "xpath"),
)


@requires(IMPORT_FILES)
@require_safe
def row(request: HttpRequest, run_id: int, number: int) -> HttpResponse:
    """Shows one refused line: why, what was received, what was tried."""
    run = get_run(request, run_id)
    found = get_object_or_404(Row, run=run, number=number)
    kind = registry.kind_of(run)
    if kind and kind.row_url_name:
        return redirect(kind.row_url_name, run.pk, number)
    try:
        text = kind.shown(unseal(found.raw), request.user) if kind else ""
    except DamagedFile:
        text = ""
    context = {"shown": Shown.of(run), "run": run, "row": found, "text": text, "attempts": found.attempts.all()}
    return render(request, "intake/page_row.html", context)


@requires(IMPORT_FILES)
@require_POST
def replay(request: HttpRequest, run_id: int, number: int) -> HttpResponse:
    """Tries one refused line again."""
    run = get_run(request, run_id)
    found = get_object_or_404(Row, run=run, number=number)
    try:
        accepted = actions.replay(row=found, by=request.user.as_actor(), at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("intake:row", run_id, number)
    if accepted:
        messages.success(request, "Cette ligne est maintenant enregistrée.")
    else:
        messages.warning(request, "Cette partie du fichier est encore refusée : lisez pourquoi.")
    return redirect("intake:row", run_id, number)


@requires(IMPORT_FILES)
@require_POST
def replay_all(request: HttpRequest, run_id: int) -> HttpResponse:
    """Tries every refused line of a run again, at once when they are few."""
    run = get_run(request, run_id)
    by = request.user.as_actor()
    waiting = list(run.rows.filter(status=RowStatus.REFUSED).defer("raw")[: AT_ONCE + 1])
    if len(waiting) > AT_ONCE:
        tasks.replay_rows.defer(run_id=run.pk, agent_id=by.id, agent_label=by.label)
        messages.success(request, "Les lignes refusées sont reprises en arrière-plan. Revenez voir cette page.")
        return redirect("intake:run", run_id)
    accepted = sum(actions.replay(row=found, by=by, at=clock.now()) for found in waiting)
    still = len(waiting) - accepted
    taken, left = (
        pluriel(accepted, "ligne reprise", "lignes reprises"),
        pluriel(still, "encore refusée", "encore refusées"),
    )
    messages.success(request, f"{taken}, {left}.")
    return redirect("intake:run", run_id)


@requires(EXPORT)
@require_POST
def export(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """The refused lines and their reasons, for a spreadsheet; who takes them is said in the journal."""
    if not request.user.can(IMPORT_FILES):
        raise Http404
    run = get_run(request, run_id)
    lines = queries.refused_rows(run).count()
    actions.note_export(run=run, what="Lignes refusées", lines=lines, by=request.user.as_actor(), at=clock.now())
    return export_response(f"lignes-refusees-{run.pk}", COLUMNS, queries.refused_rows(run).iterator(chunk_size=2000))
