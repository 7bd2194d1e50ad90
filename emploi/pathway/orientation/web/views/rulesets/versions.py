"""The versions of the rules: those in force, those to come, the drafts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import RulesetVersion
from emploi.pathway.orientation.rules import editing
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.rule_forms import CopyForm, PeriodForm, RulesFileForm, SwitchForm
from emploi.territory.agents.roles import Permission


@requires(Permission.SIMULATE_RULES)
@require_http_methods(["GET", "HEAD", "POST"])
def versions(request: AgentRequest) -> HttpResponse:
    """List the rules in force and the others; copy those in force, or read a file."""
    wants_file = "file" in request.FILES or request.POST.get("do") == "file"
    posted = request.method == "POST"
    copy = CopyForm(request.POST if posted and not wants_file else None)
    upload = RulesFileForm(request.POST, request.FILES) if posted and wants_file else RulesFileForm()
    if posted:
        row = _kept(request, upload) if wants_file else _copied(request, copy, None)
        if row is not None:
            return redirect("orientation:ruleset", version_id=row.pk)
    today = clock.today()
    rows = queries.ruleset_versions()
    in_force = RulesetVersion.objects.in_force(today).first()
    context = {
        "rules": queries.ruleset(today),
        "in_force": in_force,
        "rows": [(row, _state(row, in_force, today)) for row in rows],
        "copy": copy,
        "upload": upload,
    }
    return render(request, "orientation/page_rulesets.html", context)


@requires(Permission.SIMULATE_RULES)
@require_safe
def version(request: AgentRequest, version_id: int) -> HttpResponse:
    """Show one version: its rules in words, its simulations, its day."""
    row = get_object_or_404(queries.ruleset_versions(), pk=version_id)
    return render(request, "orientation/page_ruleset.html", version_context(request, row))


@requires(Permission.SIMULATE_RULES)
@require_POST
def copy(request: AgentRequest, version_id: int) -> HttpResponse:
    """Copy this version as a new draft."""
    row = get_object_or_404(queries.ruleset_versions(), pk=version_id)
    form = CopyForm(request.POST)
    made = _copied(request, form, row.pk)
    if made is not None:
        return redirect("orientation:ruleset", version_id=made.pk)
    return render(request, "orientation/page_ruleset.html", version_context(request, row, copy=form))


@requires(Permission.SIMULATE_RULES)
@require_POST
def delete(request: AgentRequest, version_id: int) -> HttpResponse:
    """Delete a draft."""
    row = get_object_or_404(RulesetVersion, pk=version_id)
    try:
        actions.delete_draft(version_id=row.pk, by=request.user.as_actor(), at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("orientation:ruleset", version_id=row.pk)
    messages.success(request, f"Le brouillon « {row.identity} » est supprimé.")
    return redirect("orientation:rulesets")


@requires(Permission.EDIT_RULEBOOK)
@require_POST
def switch(request: AgentRequest, version_id: int) -> HttpResponse:
    """Give the day these rules come into force."""
    row = get_object_or_404(queries.ruleset_versions(), pk=version_id)
    form = SwitchForm(request.POST)
    if form.is_valid():
        try:
            actions.switch_on(version_id=row.pk, **form.cleaned_data, by=request.user.as_actor(), at=clock.now())
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, "La date d’entrée en vigueur est enregistrée.")
            return redirect("orientation:ruleset", version_id=row.pk)
    return render(request, "orientation/page_ruleset.html", version_context(request, row, switch=form))


@requires(Permission.EDIT_RULEBOOK)
@require_POST
def cancel(request: AgentRequest, version_id: int) -> HttpResponse:
    """Take the day back while it has not come."""
    row = get_object_or_404(RulesetVersion, pk=version_id)
    try:
        actions.cancel_switch(version_id=row.pk, by=request.user.as_actor(), at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Ces règles sont de nouveau un brouillon.")
    return redirect("orientation:ruleset", version_id=row.pk)


def _copied(request: AgentRequest, form: CopyForm, source_id: int | None) -> RulesetVersion | None:
    if not form.is_valid():
        return None
    try:
        return actions.copy_rules(source_id=source_id, **form.cleaned_data, by=request.user.as_actor(), at=clock.now())
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return None


def _kept(request: AgentRequest, form: RulesFileForm) -> RulesetVersion | None:
    if not form.is_valid():
        return None
    try:
        return actions.keep_rules(data=form.cleaned_data["file"], by=request.user.as_actor(), at=clock.now())
    except DomainError as error:
        form.add_error("file", error.message)
        return None


def _state(row: RulesetVersion, in_force: RulesetVersion | None, today: Any) -> str:
    if row.in_force_from is None:
        return "draft"
    if row.in_force_from > today:
        return "to_come"
    return "in_force" if in_force is not None and in_force.pk == row.pk else "past"


def version_context(request: AgentRequest, row: RulesetVersion, **forms: Any) -> dict[str, Any]:
    today = clock.today()
    since, until = queries.last_quarter(today)
    rules = queries.parsed(row.data)
    slugs = [rule["slug"] for rule in editing.ordered(row.data["rules"])]
    simulations = list(queries.simulations().filter(candidate=row)[:5])
    can_switch = request.user.can(Permission.EDIT_RULEBOOK)
    return {
        "row": row,
        "state": _state(row, RulesetVersion.objects.in_force(today).first(), today),
        "said": queries.said(rules),
        "rules": list(zip(slugs, queries.said(rules).rules, strict=True)),
        "simulations": simulations,
        "is_compared": any(
            item.candidate_revision == row.revision and not item.is_running and not item.error for item in simulations
        ),
        "period": forms.get("period") or PeriodForm(initial={"since": since, "until": until}),
        "switch": (forms.get("switch") or SwitchForm()) if can_switch and row.is_draft else None,
        "copy": forms.get("copy") or CopyForm(),
        "can_switch": can_switch,
    }
