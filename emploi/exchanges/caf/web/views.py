"""The screen of the gestionnaire RSA: hand a file, see what it would do, apply it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.exchanges.caf import contacts_inbound, inbound, inbox, tasks
from emploi.exchanges.caf.flows import inbound as flows_inbound
from emploi.exchanges.caf.models import ReceivedFile
from emploi.exchanges.caf.web.forms import ApplyForm, DepositForm
from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.intake import actions, queries, workflow
from emploi.foundation.intake.enums import ChangeKind
from emploi.foundation.intake.models import Run
from emploi.foundation.intake.permissions import IMPORT_FILES, visible_to
from emploi.foundation.intake.web.presenters import Shown, pace_in_words
from emploi.foundation.ui.lists import listing

RECENT = 8
KINDS = (inbound.KIND, contacts_inbound.KIND, flows_inbound.KIND)
REFUSED = "refused"
TABS = (
    (ChangeKind.ENTRANT.value, "Entrants"),
    (ChangeKind.EXIT.value, "Sorties"),
    (ChangeKind.CREATED.value, "Dossiers créés"),
    (ChangeKind.UPDATED.value, "Dossiers modifiés"),
    (REFUSED, "Dossiers refusés"),
)


@requires(IMPORT_FILES)
@require_http_methods(["GET", "HEAD", "POST"])
def deposit(request: HttpRequest) -> HttpResponse:
    """Takes a file from the browser, and shows those that wait in the folder."""
    form = DepositForm(today=clock.today())
    if request.method == "POST":
        form = DepositForm(request.POST, request.FILES, today=clock.today())
        if form.is_valid():
            upload = form.cleaned_data["file"]
            run = inbox.receive(
                file_name=upload.name,
                content=upload,
                received_on=form.cleaned_data["received_on"],
                by=request.user.as_actor(),
                at=clock.now(),
            )
            return _begin(request, run)
    recent = visible_to(request.user).filter(kind__in=(inbound.KIND, contacts_inbound.KIND, flows_inbound.KIND))[
        :RECENT
    ]
    context = {"form": form, "recent": [Shown.of(run) for run in recent], **_waiting()}
    return render(request, "caf/page_deposit.html", context, status=422 if form.errors else 200)


@requires(IMPORT_FILES)
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Takes a file that waits in the folder."""
    try:
        run = inbox.take(name=request.POST.get("name", ""), by=request.user.as_actor(), at=clock.now())
    except (DomainError, OSError) as error:
        messages.error(request, error.message if isinstance(error, DomainError) else "Ce fichier ne peut pas être lu.")
        return redirect("caf:deposit")
    return _begin(request, run)


@requires(IMPORT_FILES)
@require_safe
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Shows what a file would do; while it is read, how far it is; once decided, its report."""
    found = _get(request, run_id)
    if found.status not in (workflow.WAITING, workflow.RUNNING, workflow.PREVIEWED):
        return redirect("intake:run", found.pk)
    form = ApplyForm(today=clock.today(), initial={"received_on": found.received_on})
    return _page(request, found, form)


@requires(IMPORT_FILES)
@require_POST
def apply(request: HttpRequest, run_id: int) -> HttpResponse:
    """Applies a previewed file, in the background."""
    found = _get(request, run_id)
    form = ApplyForm(request.POST, today=clock.today())
    if found.status != workflow.PREVIEWED:
        messages.error(request, "Ce fichier n’attend plus de décision : un autre agent l’a peut-être déjà prise.")
        return redirect("intake:run", found.pk)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    by, at = request.user.as_actor(), clock.now()
    actions.set_received_on(run=found, received_on=form.cleaned_data["received_on"], by=by, at=at)
    actions.queue(run=found, by=by, at=at)
    tasks.apply.defer(run_id=found.pk, agent_id=by.id, agent_label=by.label)
    messages.success(request, "Le fichier est en cours d’enregistrement. Vous pouvez fermer cette page.")
    return redirect("intake:run", found.pk)


def _waiting() -> dict[str, Any]:
    """The files of the folder, or why it is not read."""
    try:
        return {"waiting": inbox.waiting()}
    except DomainError as refusal:
        return {"waiting": [], "folder_refusal": refusal.message}


def _begin(request: HttpRequest, run: Run) -> HttpResponse:
    by = request.user.as_actor()
    if run.kind == contacts_inbound.KIND:
        tasks.apply_contacts.defer(run_id=run.pk, agent_id=by.id, agent_label=by.label)
        return redirect("intake:run", run.pk)
    if run.kind == flows_inbound.KIND:
        tasks.apply_flow.defer(run_id=run.pk, agent_id=by.id, agent_label=by.label)
        return redirect("intake:run", run.pk)
    tasks.preview.defer(run_id=run.pk, agent_id=by.id, agent_label=by.label)
    return redirect("caf:run", run.pk)


def _page(request: HttpRequest, run: Run, form: ApplyForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "run": run,
        "shown": Shown.of(run),
        "form": form,
        "pace": pace_in_words(run),
        "frame": ReceivedFile.objects.filter(run=run).first(),
    }
    if run.status == workflow.PREVIEWED:
        context |= _effects(request, run)
    return render(request, "caf/page_run.html", context, status=status)


def _effects(request: HttpRequest, run: Run) -> dict[str, Any]:
    """One tab an effect, the refused dossiers last; one list at a time, so that its pages are its own."""
    counts = queries.changes_by_kind(run) | {REFUSED: queries.refused_rows(run).count()}
    asked = request.GET.get("effet", "")
    effect = asked if asked in dict(TABS) else next((value for value, _ in TABS if counts.get(value)), TABS[0][0])
    rows = queries.refused_rows(run) if effect == REFUSED else run.changes.filter(kind=effect)
    return {
        "tabs": [(value, label, counts.get(value, 0), value == effect) for value, label in TABS],
        "effect": effect,
        "listing": listing(request, rows, sizes=(50, 100, 500)),
    }


def _get(request: HttpRequest, run_id: int) -> Run:
    return get_object_or_404(visible_to(request.user), pk=run_id, kind=inbound.KIND)
