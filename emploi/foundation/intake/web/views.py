"""The list of runs, one run, its progress, and what may be done with it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.intake import actions, queries, registry, workflow
from emploi.foundation.intake.models import Run
from emploi.foundation.intake.permissions import EXPORT, IMPORT_FILES, may_open_original, visible_to
from emploi.foundation.intake.web.filters import RunFilters
from emploi.foundation.intake.web.presenters import Shown, pace_in_words
from emploi.foundation.ui.lists import Sort, listing

SORTS = (
    Sort("date", "Déposé le", ("created_at",)),
    Sort("file", "Fichier", ("file_name",)),
    Sort("state", "État", ("status", "created_at")),
)


@requires(IMPORT_FILES)
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """Lists the files received, the newest first, with the doors to deposit others."""
    filters = RunFilters(request.GET)
    page = listing(request, visible_to(request.user), filters=filters, sorts=SORTS, default_sort="-date")
    doors = [
        (kind.title, reverse(kind.list_url_name))
        for kind in registry.registered()
        if kind.list_url_name and request.user.can(kind.permission)
    ]
    context = {"listing": page, "rows": [Shown.of(run) for run in page.rows], "doors": dict(doors).items()}
    return render(request, "intake/page_runs.html", context)


@requires(IMPORT_FILES)
@require_safe
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Shows one run: its state, counters, warnings and refused lines."""
    found = get_run(request, run_id)
    kind = registry.kind_of(found)
    if kind and kind.url_name and (kind.keeps_its_page or found.status in (workflow.WAITING, workflow.PREVIEWED)):
        return redirect(kind.url_name, found.pk)
    refused = listing(request, queries.refused_rows(found), sizes=(50, 100, 500))
    context = {
        "shown": Shown.of(found),
        "run": found,
        "listing": refused,
        "pace": pace_in_words(found),
        "may_export": request.user.can(EXPORT),
        "original": found.document if found.document and may_open_original(request.user, found.document) else None,
    }
    return render(request, "intake/page_run.html", context)


@requires(IMPORT_FILES)
@require_safe
def progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """The progress of a run, asked for every other second; once it is over, the whole page is asked for again."""
    found = get_run(request, run_id)
    shown = Shown.of(found)
    context = {"shown": shown, "run": found, "pace": pace_in_words(found)}
    response = render(request, "intake/_progress.html", context)
    if shown.stalled or not found.is_running:
        response["HX-Refresh"] = "true"
    return response


@requires(IMPORT_FILES)
@require_POST
def resume(request: HttpRequest, run_id: int) -> HttpResponse:
    """Takes up an interrupted run where it stopped; asks again for one that still waits for the worker."""
    found = get_run(request, run_id)
    kind = registry.kind_of(found)
    by, at = request.user.as_actor(), clock.now()
    try:
        if queries.is_stalled(found):
            actions.interrupt(run=found, reason="Le traitement s'est arrêté avant la fin du fichier.", by=by, at=at)
        if kind is None or found.status not in (workflow.INTERRUPTED, workflow.WAITING):
            raise DomainError("Cet import n'est pas interrompu : il n'y a rien à reprendre.")
        kind.resume(found, by=by, at=at)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Le traitement est demandé : il commence dès que le travail de fond est libre.")
    return redirect("intake:run", run_id)


@requires(IMPORT_FILES)
@require_POST
def cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    """Gives up a file that is not applied."""
    try:
        actions.cancel(run=get_run(request, run_id), by=request.user.as_actor(), at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Fichier abandonné : rien n'a été enregistré. L'original reste archivé.")
    return redirect("intake:runs")


def get_run(request: HttpRequest, run_id: int) -> Run:
    """A run the agent may handle, or a 404."""
    return get_object_or_404(visible_to(request.user), pk=run_id)
