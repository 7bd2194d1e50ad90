"""« Types de rendez-vous »: the administrator writes them, sees what people will read, and puts them in order."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.forms import ReasonForm, attempt
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.models import Kind
from emploi.pathway.appointments.web.kind_forms import KindForm
from emploi.pathway.appointments.web.views.common import agent_of, try_then_go
from emploi.territory.agents.roles import Permission


@requires(Permission.MANAGE_REFERENCE)
@require_safe
def kinds(request: HttpRequest) -> HttpResponse:
    """Every kind, in the order people see them."""
    found = list(queries.kinds_with_use(clock.now()))
    return render(request, "appointments/page_kinds.html", {"kinds": found})


@requires(Permission.MANAGE_REFERENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def kind_new(request: HttpRequest) -> HttpResponse:
    """Create a kind, without a developer."""
    form = _form(request, Kind(duration_minutes=45))
    if form.is_valid() and "save" in request.POST:
        call = partial(actions.create_kind, values=form.values(), by=agent_of(request).as_actor(), at=clock.now())
        created = attempt(form, call)
        if created:
            messages.success(request, f"« {created.name} » est créé. Il reste à y ouvrir des permanences.")
            return redirect("appointments:kinds")
    return _page(request, form, None)


@requires(Permission.MANAGE_REFERENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def kind_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a kind from now on."""
    kind = get_object_or_404(queries.kinds_with_use(clock.now()), pk=pk)
    form = _form(request, kind)
    if form.is_valid() and "save" in request.POST:
        call = partial(
            actions.change_kind,
            kind_id=pk,
            values=form.values(),
            seen=form.cleaned_data["seen"],
            by=agent_of(request).as_actor(),
            at=clock.now(),
        )
        changed = attempt(form, call)
        if changed:
            messages.success(request, f"« {changed.name} » est enregistré. Ce qui existe déjà n’a pas changé.")
            return redirect("appointments:kind_edit", pk=pk)
    return _page(request, form, kind)


@requires(Permission.MANAGE_REFERENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def kind_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop proposing a kind, with the reason."""
    kind = get_object_or_404(queries.kinds_with_use(clock.now()), pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        call = partial(actions.stop_kind, kind_id=pk, reason=reason, by=agent_of(request).as_actor(), at=clock.now())
        if attempt(form, call):
            messages.success(request, f"« {kind.name} » n’est plus proposé. Les rendez-vous déjà pris restent.")
            return redirect("appointments:kinds")
    status = 422 if form.errors else 200
    return render(request, "appointments/page_kind_stop.html", {"kind": kind, "form": form}, status=status)


@requires(Permission.MANAGE_REFERENCE)
@require_POST
def kind_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a kind again."""
    kind = get_object_or_404(Kind, pk=pk)
    call = partial(actions.resume_kind, kind_id=pk, by=agent_of(request).as_actor(), at=clock.now())
    said = f"« {kind.name} » est de nouveau proposé."
    return try_then_go(request, call, said=said, to=reverse("appointments:kinds"))


@requires(Permission.MANAGE_REFERENCE)
@require_POST
def kind_move(request: HttpRequest, pk: int, way: str) -> HttpResponse:
    """Put a kind one place higher or lower."""
    kind = get_object_or_404(Kind, pk=pk)
    by = agent_of(request).as_actor()
    call = partial(actions.move_kind, kind_id=pk, upwards=way == "monter", by=by, at=clock.now())
    return try_then_go(request, call, said=f"« {kind.name} » a changé de place.", to=reverse("appointments:kinds"))


def _form(request: HttpRequest, kind: Kind) -> KindForm:
    seen = actions.fingerprint(kind) if kind.pk else ""
    initial = {**KindForm.values_of(kind), "seen": seen}
    typed = request.POST if request.method == "POST" else None
    return KindForm(typed, initial=initial, ruled=queries.ruled(clock.today()))


def _page(request: HttpRequest, form: KindForm, kind: Kind | None) -> HttpResponse:
    shown = _typed(form) if form.is_bound else kind
    context: dict[str, Any] = {
        "form": form,
        "kind": kind,
        "shown": shown,
        "messages_read": queries.read_by_person(shown, at=clock.now()) if shown else [],
        "apart": queries.openings_apart(kind, clock.now()) if kind else 0,
    }
    return render(request, "appointments/page_kind.html", context, status=422 if form.errors else 200)


def _typed(form: KindForm) -> Kind | None:
    """The kind as typed, not kept, for the preview; None while something must be corrected."""
    if form.errors:
        return None
    columns = {field.name for field in Kind._meta.concrete_fields}
    return Kind(**{name: value for name, value in form.values().items() if name in columns})
