"""One rule of a draft: what it says, what it proposes, its conditions line by line."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import RulesetVersion
from emploi.pathway.orientation.rules import editing
from emploi.pathway.orientation.rules.words import in_words
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.rule_forms import FactForm, LineForm, RuleForm
from emploi.territory.agents.roles import Permission

MAX_SLUG = 60


@requires(Permission.SIMULATE_RULES)
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: AgentRequest, version_id: int, slug: str) -> HttpResponse:
    """Change what a rule says and proposes; its conditions are below, one by one."""
    row, found = _found(version_id, slug)
    form = RuleForm(queries.parsed(row.data), request.POST or None, initial={**found, "revision": row.revision})
    if request.method == "POST" and form.is_valid() and _changed(request, row, form, found):
        messages.success(request, "La règle est enregistrée.")
        return redirect("orientation:rule", version_id=row.pk, slug=slug)
    return _page(request, row, found, form=form)


@requires(Permission.SIMULATE_RULES)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: AgentRequest, version_id: int) -> HttpResponse:
    """Write a new rule, read after the others, with its first condition."""
    row = _draft(version_id)
    fact = request.POST.get("sur") or request.GET.get("sur") or ""
    choose = FactForm(queries.questionnaire(), queries.nomenclature(), 0, request.GET if "sur" in request.GET else None)
    context: dict[str, Any] = {"row": row, "choose": choose, "fact": fact}
    if fact and _label(fact):
        form = RuleForm(queries.parsed(row.data), request.POST or None, initial={"revision": row.revision})
        line = LineForm(fact, queries.questionnaire(), queries.nomenclature(), request.POST or None)
        if request.method == "POST" and all([form.is_valid(), line.is_valid()]):
            slug = _free_slug(row, form.cleaned_data["title"])
            made = {"slug": slug, "when": editing.condition_of([line.lines()])}
            if _changed(request, row, form, made):
                messages.success(request, "La règle est ajoutée, elle est lue en dernier.")
                return redirect("orientation:rule", version_id=row.pk, slug=slug)
        context |= {"form": form, "line": line, "fact_label": _label(fact)}
    return render(request, "orientation/page_rule_new.html", context)


@requires(Permission.SIMULATE_RULES)
@require_http_methods(["GET", "HEAD", "POST"])
def add_line(request: AgentRequest, version_id: int, slug: str) -> HttpResponse:
    """Add a condition: one of the choices of a group, or one more to fulfil."""
    row, found = _found(version_id, slug)
    fact = request.POST.get("sur") or request.GET.get("sur") or ""
    groups = editing.groups_of(found["when"])
    if groups is None or not _label(fact):
        raise Http404
    line = LineForm(fact, queries.questionnaire(), queries.nomenclature(), request.POST or None)
    rank = request.POST.get("groupe") or request.GET.get("groupe") or ""
    if request.method == "POST" and line.is_valid():
        if rank.isdecimal() and 0 < int(rank) <= len(groups):
            groups[int(rank) - 1] += line.lines()
        else:
            groups.append(line.lines())
        if _saved(request, row, {**found, "when": editing.condition_of(groups)}, line):
            return redirect("orientation:rule", version_id=row.pk, slug=slug)
    context = {"row": row, "rule": found, "line": line, "fact": fact, "fact_label": _label(fact), "groupe": rank}
    return render(request, "orientation/page_rule_line.html", context)


@requires(Permission.SIMULATE_RULES)
@require_POST
def remove_line(request: AgentRequest, version_id: int, slug: str) -> HttpResponse:
    """Take one condition out; the last one stays, a rule always has one."""
    row, found = _found(version_id, slug)
    groups = editing.groups_of(found["when"]) or []
    try:
        group, line = int(request.POST.get("groupe", "")), int(request.POST.get("ligne", ""))
        groups[group].pop(line)
    except (ValueError, IndexError):
        raise Http404 from None
    when = editing.condition_of(groups)
    if when:
        _saved(request, row, {**found, "when": when}, None)
    else:
        messages.error(request, "Une règle garde au moins une condition. Pour l’enlever, retirez la règle.")
    return redirect("orientation:rule", version_id=row.pk, slug=slug)


@requires(Permission.SIMULATE_RULES)
@require_POST
def move(request: AgentRequest, version_id: int, slug: str) -> HttpResponse:
    """Read a rule earlier or later."""
    row, _ = _found(version_id, slug)
    _done(request, row, lambda **who: actions.move_rule(slug=slug, earlier="avant" in request.POST, **who))
    return redirect("orientation:ruleset", version_id=row.pk)


@requires(Permission.SIMULATE_RULES)
@require_POST
def remove(request: AgentRequest, version_id: int, slug: str) -> HttpResponse:
    """Take a rule out of the draft."""
    row, _ = _found(version_id, slug)
    if _done(request, row, lambda **who: actions.remove_rule(slug=slug, **who)):
        messages.success(request, "La règle est retirée de ce brouillon.")
    return redirect("orientation:ruleset", version_id=row.pk)


def _draft(version_id: int) -> RulesetVersion:
    return get_object_or_404(RulesetVersion, pk=version_id, in_force_from=None)


def _found(version_id: int, slug: str) -> tuple[RulesetVersion, dict[str, Any]]:
    row = _draft(version_id)
    found = next((dict(item) for item in row.data["rules"] if item["slug"] == slug), None)
    if found is None:
        raise Http404
    return row, found


def _page(request: AgentRequest, row: RulesetVersion, found: dict[str, Any], **forms: Any) -> HttpResponse:
    questions, brakes = queries.questionnaire(), queries.nomenclature()
    groups = editing.groups_of(found["when"])
    said = [[in_words(line, questions, brakes) for line in group] for group in groups or []]
    context = {
        "row": row,
        "rule": found,
        "groups": said,
        "is_plain": groups is not None,
        "condition": in_words(found["when"], questions, brakes),
        "choose": FactForm(questions, brakes, len(said)),
        **forms,
    }
    return render(request, "orientation/page_rule.html", context)


def _label(fact: str) -> str:
    form = FactForm(queries.questionnaire(), queries.nomenclature(), 0)
    return next((label for _, items in form.fields["sur"].choices for slug, label in items if slug == fact), "")


def _free_slug(row: RulesetVersion, title: str) -> str:
    taken = {item["slug"] for item in row.data["rules"]}
    base = slugify(title).replace("-", "_")[:MAX_SLUG] or "regle"
    return next(
        name for rank in range(1, len(taken) + 2) if (name := f"{base}_{rank}" if rank > 1 else base) not in taken
    )


def _changed(request: AgentRequest, row: RulesetVersion, form: RuleForm, rule: dict[str, Any]) -> bool:
    data = dict(form.cleaned_data)
    return _saved(request, row, {**rule, **data, "revision": None}, form, revision=data["revision"])


def _saved(
    request: AgentRequest, row: RulesetVersion, rule: dict[str, Any], form: Any, *, revision: int | None = None
) -> bool:
    kept = {name: value for name, value in rule.items() if name not in ("revision", "priority")}
    if not any(item["slug"] == kept["slug"] for item in row.data["rules"]):
        kept["priority"] = editing.STEP * (len(row.data["rules"]) + 1)
    try:
        actions.change_rule(
            version_id=row.pk,
            rule=kept,
            revision=row.revision if revision is None else revision,
            by=request.user.as_actor(),
            at=clock.now(),
        )
    except DomainError as error:
        if form is None:
            messages.error(request, error.message)
        else:
            form.add_error(None, error.message)
        return False
    return True


def _done(request: AgentRequest, row: RulesetVersion, change: Any) -> bool:
    try:
        change(version_id=row.pk, revision=row.revision, by=request.user.as_actor(), at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
        return False
    return True
