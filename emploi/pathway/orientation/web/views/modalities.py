"""Settings of the pathways: open or closed, in which order, led by which kinds of bodies."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.forms import attempt
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import Modality
from emploi.pathway.orientation.web.place_forms import CloseModalityForm, ModalityBodiesForm
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.territory.agents.roles import Permission
from emploi.territory.organizations.enums import OrganizationKind

WAYS = {"monter": True, "descendre": False}


@requires(Permission.MANAGE_REFERENCE)
@require_safe
def modalities(request: AgentRequest) -> HttpResponse:
    """List every pathway in its order, open or closed, with who may lead it."""
    labels = dict(OrganizationKind.choices)
    rows = [(row, [labels.get(kind, kind) for kind in row.responsible_kinds]) for row in queries.every_modality()]
    return render(request, "orientation/page_modalities.html", {"rows": rows})


@requires(Permission.MANAGE_REFERENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def modality(request: AgentRequest, modality_id: int) -> HttpResponse:
    """Choose the kinds of bodies that lead a pathway, and the first one proposed."""
    row = get_object_or_404(queries.every_modality(), pk=modality_id)
    form = ModalityBodiesForm(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        first = form.cleaned_data["first_body"]
        save = partial(
            actions.set_modality_bodies,
            modality_id=row.pk,
            kinds=form.cleaned_data["kinds"],
            first_body_id=first.pk if first else None,
            by=request.user.as_actor(),
            at=clock.now(),
        )
        if attempt(form, save):
            messages.success(request, f"« {row.name} » est enregistrée. Les décisions déjà prises ne changent pas.")
            return redirect("orientation:modalities")
    return _page(request, row, form, CloseModalityForm())


@requires(Permission.MANAGE_REFERENCE)
@require_POST
def close(request: AgentRequest, modality_id: int) -> HttpResponse:
    """Close a pathway, with the reason."""
    row = get_object_or_404(queries.every_modality(), pk=modality_id)
    form = CloseModalityForm(request.POST)
    by, at = request.user.as_actor(), clock.now()
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, partial(actions.close_modality, modality_id=row.pk, reason=reason, by=by, at=at)):
            messages.success(request, f"« {row.name} » est fermée : elle n’est plus proposée à personne.")
            return redirect("orientation:modalities")
    return _page(request, row, ModalityBodiesForm(row), form)


@requires(Permission.MANAGE_REFERENCE)
@require_POST
def reopen(request: AgentRequest, modality_id: int) -> HttpResponse:
    """Open a pathway again."""
    row = get_object_or_404(Modality, pk=modality_id)
    try:
        actions.reopen_modality(modality_id=row.pk, by=request.user.as_actor(), at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"« {row.name} » est ouverte de nouveau.")
    return redirect("orientation:modalities")


@requires(Permission.MANAGE_REFERENCE)
@require_POST
def move(request: AgentRequest, modality_id: int, way: str) -> HttpResponse:
    """Put a pathway one place higher or lower."""
    if way not in WAYS:
        raise Http404
    row = get_object_or_404(Modality, pk=modality_id)
    actions.move_modality(modality_id=row.pk, upwards=WAYS[way], by=request.user.as_actor(), at=clock.now())
    return redirect("orientation:modalities")


def _page(request: AgentRequest, row: Modality, form: ModalityBodiesForm, closing: CloseModalityForm) -> HttpResponse:
    context = {"modality": row, "form": form, "closing": closing}
    status = 422 if form.errors or closing.errors else 200
    return render(request, "orientation/page_modality.html", context, status=status)
