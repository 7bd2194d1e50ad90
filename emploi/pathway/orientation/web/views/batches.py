"""Orientations without an interview, several at once: list, preview, progress, letters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.audit.actions import record_export
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.paper.origins import origin_key
from emploi.foundation.messaging.paper.shown import runs_shown
from emploi.foundation.ui.free_text import FreeTextField
from emploi.foundation.ui.lists import listing
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.pathway.orientation import actions, permissions, queries
from emploi.pathway.orientation.enums import Basis
from emploi.pathway.orientation.models import OrientationBatch
from emploi.pathway.orientation.queries import PlannedOrientation
from emploi.pathway.orientation.queries.batches import binding, letters_failure, letters_of_batch
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.territory.agents.roles import Permission

BASES = [choice for choice in Basis.choices if choice[0] in (Basis.ON_FILE, Basis.BY_DEFAULT)]

PREPARING = "Le PDF se prépare. Cette page montre où il en est."
ALREADY = "Ces lettres sont déjà dans un PDF, prêt ou en préparation : rien de plus n’est imprimé."


class BatchForm(forms.Form):
    """Why these people are oriented without an interview."""

    reason = FreeTextField(
        label="Pourquoi sans entretien, et quel motif légitime vous avez examiné",
        help_text="Chaque lettre imprime cette raison : n’y parlez pas de santé.",
        rows=2,
        max_length=500,
        may_say_health=True,  # refused: no box keeps it
        error_messages={"required": "Écrivez pourquoi ces orientations se décident sans entretien."},
    )

    def clean_reason(self) -> str:
        """Refuse before the preview what no letter may print."""
        try:
            return actions.printed_reason(self.cleaned_data["reason"])
        except DomainError as error:
            raise forms.ValidationError(error.message) from error


@requires(Permission.DECIDE_ORIENTATION)
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: AgentRequest) -> HttpResponse:
    """List who meets the conditions, tick, preview, confirm."""
    asked = request.POST.get("fondement") or request.GET.get("fondement") or ""
    basis = asked if asked in dict(BASES) else Basis.ON_FILE
    mine = queries.eligible(basis).filter(person__in=visible_to(request.user).order_by())
    form = BatchForm(request.POST or None)
    chosen = [int(pk) for pk in request.POST.getlist("entry") if pk.isdecimal()]
    if request.method == "POST" and form.is_valid():
        entries = list(mine.filter(pk__in=chosen))
        if not entries:
            form.add_error(None, "Cochez au moins une personne.")
        elif "confirmer" in request.POST:
            batch = _asked(request, basis, [entry.pk for entry in entries], form)
            if batch is not None:
                return redirect("orientation:batch", batch_id=batch.pk)
        else:
            lines = _shown(request, entries, basis, together=True)
            context = {"form": form, "basis": basis, "lines": lines, "ready": [x for x in lines if not x[0].obstacle]}
            return render(request, "orientation/page_batch_preview.html", context)
    page = listing(request, mine)
    context = {
        "listing": page,
        "lines": _shown(request, list(page.rows), basis),
        "form": form,
        "basis": basis,
        "bases": BASES,
        "chosen": chosen,
        "batches": queries.batches()[:5],
    }
    return render(request, "orientation/page_batch_prepare.html", context)


@requires(Permission.DECIDE_ORIENTATION)
@require_safe
def batch(request: AgentRequest, batch_id: int) -> HttpResponse:
    """Show how far a batch is, what was decided, who was left and why."""
    row = get_object_or_404(queries.batches(), pk=batch_id)
    rows = row.rows.filter(entry__person__in=visible_to(request.user).order_by()).select_related(
        "entry__person", "decision__modality", "decision__responsible_organization"
    )
    page = listing(request, rows.order_by("entry__person__sort_name", "pk"))
    shown = [
        (item, permissions.modality_name(item.decision.modality, request.user) if item.decision else "")
        for item in page.rows
    ]
    context = {
        "batch": row,
        "listing": page,
        "rows": shown,
        "decided": row.rows.exclude(decision=None).count(),
        "refused": row.rows.exclude(refusal="").count(),
        "left": queries.letters_left(row),
        "binding": binding(row),
        "failure": letters_failure(row),
        "runs": runs_shown(request.user, letters_of_batch(row), origin=origin_key("orientation", row.pk)),
    }
    return render(request, "orientation/page_batch.html", context)


@requires(Permission.DECIDE_ORIENTATION)
@require_POST
def print_letters(request: AgentRequest, batch_id: int) -> HttpResponse:
    """Ask for the one PDF of the letters of a batch."""
    row = get_object_or_404(OrientationBatch, pk=batch_id)
    try:
        run = actions.print_batch(batch_id=row.pk, by=request.user.as_actor(), at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, PREPARING if run is not None else ALREADY)
    return redirect("orientation:batch", batch_id=row.pk)


def _asked(request: AgentRequest, basis: str, entry_ids: list[int], form: BatchForm) -> OrientationBatch | None:
    try:
        by, at = request.user.as_actor(), clock.now()
        made = actions.ask_orientation_batch(
            basis=basis,
            entry_ids=entry_ids,
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        )
        actions.leave_batch_to_worker(batch_id=made.pk, by=by, at=at)
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return None
    return made


def _shown(
    request: AgentRequest, entries: list[Any], basis: str, *, together: bool = False
) -> list[tuple[PlannedOrientation, str]]:
    """Return each line with its pathway in words; reading a proposal is reading a part of the file."""
    lines = queries.planned(entries, basis, clock.today(), together=together)
    record_export(
        agent_id=request.user.pk,
        agent_label=request.user.full_name,
        person_ids=[entry.person_id for entry in entries],
        page="Orienter sans entretien",
        at=clock.now(),
    )
    agent = request.user
    return [(line, permissions.modality_name(line.modality, agent) if line.modality else "") for line in lines]
