"""The page of an indicator typed by hand: its figures, its history, the form for those who may."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.again import ask_again
from emploi.foundation.ui.forms import ReasonForm
from emploi.oversight.steering.actions import type_figure
from emploi.oversight.steering.catalogue import Listed, listed, objectives
from emploi.oversight.steering.enums import Nature
from emploi.oversight.steering.models import TypedFigure
from emploi.oversight.steering.queries import typed
from emploi.oversight.steering.web import presenters
from emploi.oversight.steering.web.forms import TypedFigureForm
from emploi.territory.agents.roles import Permission


@requires(Permission.SEE_INDICATORS)
@require_safe
def figures(request: HttpRequest, indicator: str) -> HttpResponse:
    """Show the figures typed for an indicator, and how they came to be."""
    row = _row(indicator)
    month = clock.add_months(clock.today().replace(day=1), -1)
    return _page(request, row, TypedFigureForm(row, initial={"since": month, "until": month}))


@requires(Permission.TYPE_FIGURES)
@require_POST
def enter(request: HttpRequest, indicator: str) -> HttpResponse:
    """Keep a figure; what was typed stays on screen when it is refused."""
    row = _row(indicator)
    form = TypedFigureForm(row, request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    try:
        type_figure(indicator=row.id, **form.cleaned_data, by=request.user.as_actor(), at=clock.now())
    except DomainError as error:
        form.add_error(error.field, error.message)
        return _page(request, row, form)
    messages.success(request, "Le chiffre est enregistré.")
    return redirect("steering:typed", indicator=row.id)


@requires(Permission.TYPE_FIGURES)
@require_POST
def withdraw(request: HttpRequest, indicator: str, figure_id: int) -> HttpResponse:
    """Withdraw the figure of a period, with a reason; it stays in the history."""
    row = _row(indicator)
    figure = TypedFigure.objects.filter(indicator=row.id, pk=figure_id).first()
    if figure is None:
        raise Http404
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return ask_again(request, form, title="Retirer ce chiffre", back=reverse("steering:typed", args=[row.id]))
    asked = {"indicator": row.id, "since": figure.since, "until": figure.until, "value": None}
    try:
        type_figure(**asked, comment=form.cleaned_data["reason"], by=request.user.as_actor(), at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Le chiffre est retiré. Il reste dans l’historique.")
    return redirect("steering:typed", indicator=row.id)


def _row(indicator: str) -> Listed:
    row = listed().get(indicator)
    if row is None or row.nature is not Nature.TYPED:
        raise Http404
    return row


def _page(request: HttpRequest, row: Listed, form: TypedFigureForm) -> HttpResponse:
    current = typed.in_force(row.id)
    in_force = {figure.pk for figure in current}
    context = {
        "row": row,
        "objective": objectives().get(row.objective, ""),
        "target": presenters.said(row.target, row),
        "form": form,
        "figures": [_shown(figure, row) for figure in current],
        "history": [{**_shown(f, row), "in_force": f.pk in in_force} for f in typed.history(row.id)],
        "may_type": request.user.can(Permission.TYPE_FIGURES),
    }
    return render(request, "steering/page_typed.html", context)


def _shown(figure: TypedFigure, row: Listed) -> dict[str, Any]:
    return {
        "id": figure.pk,
        "period": presenters.period_words(figure.since, figure.until),
        "value": presenters.said(figure.value, row) if figure.value is not None else "Retiré",
        "comment": figure.comment,
        "who": figure.typed_by_label,
        "at": figure.typed_at,
    }
