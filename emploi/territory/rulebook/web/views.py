"""« Règles et délais »: every value of the rulebook, its source, its status; and the Département's own values."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from emploi.foundation import clock, department
from emploi.foundation.access import requires
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.ui.forms import attempt
from emploi.territory.agents.roles import Permission
from emploi.territory.geography import queries as geography
from emploi.territory.geography.models import Place
from emploi.territory.rulebook import catalogue, queries
from emploi.territory.rulebook.actions import set_local_value
from emploi.territory.rulebook.facts import Definition
from emploi.territory.rulebook.models import Regime
from emploi.territory.rulebook.web.forms import LocalValueForm, RuleFilter
from emploi.territory.rulebook.web.lines import groups, line_of, timer_lines
from emploi.territory.rulebook.wording import said, typed


@requires(Permission.SEE_RULEBOOK)
def rules(request: HttpRequest) -> HttpResponse:
    """Every parameter with its value of the day."""
    everything = groups(clock.today())
    filters = RuleFilter(request.GET)
    lines = [line for group in everything for line in group.lines]
    context = {
        "groups": filters.keep(everything),
        "filters": filters,
        "total": len(lines),
        "to_confirm": sum(line.to_confirm for line in lines),
        **_unchecked(request),
        "local": sum(bool(line.current and line.current.is_local) for line in lines),
    }
    return render(request, "rulebook/page_list.html", context)


def _unchecked(request: HttpRequest) -> dict[str, Any]:
    """What was shipped of the Département and nobody checked, for who may correct it."""
    if not request.user.can(Permission.MANAGE_REFERENCE):
        return {}
    places = geography.unchecked_fields(Place.objects.active())
    return {"department_to_confirm": department.identity().to_confirm, "places_to_confirm": len(places)}


@requires(Permission.SEE_RULEBOOK)
def texts(request: HttpRequest) -> HttpResponse:
    """The legal regimes by date and the table of legal delays."""
    present = _present_regime()
    context = {
        "regimes": queries.regimes(),
        "present": present,
        "timers": timer_lines(clock.today(), present),
    }
    return render(request, "rulebook/page_texts.html", context)


@requires(Permission.SEE_RULEBOOK)
def parameter(request: HttpRequest, slug: str) -> HttpResponse:
    """One parameter: its value, its values in time, who changed it and why."""
    definition = _definition(slug)
    context = {
        "line": line_of(slug, clock.today()),
        "definition": definition,
        "history": [(row, said(row.value, row.unit)) for row in queries.history(slug)],
        "changes": [(change, sentence_of(change)) for change in queries.local_changes(slug)[:50]],
        "today": clock.today(),
        "may_edit": request.user.can(Permission.EDIT_RULEBOOK),
    }
    return render(request, "rulebook/page_parameter.html", context)


@requires(Permission.EDIT_RULEBOOK)
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Gives a parameter the Département's own value, from a date, with the reason."""
    definition = _definition(slug)
    line = line_of(slug, clock.today())
    initial = {
        "value": typed(line.current.value, line.current.unit) if line.current else "",
        "valid_from": clock.today(),
    }
    form = LocalValueForm(request.POST or None, initial=initial, definition=definition)
    if request.method == "POST" and form.is_valid():
        row = attempt(
            form,
            lambda: set_local_value(
                slug=slug,
                value=form.cleaned_data["value"],
                valid_from=form.cleaned_data["valid_from"],
                reason=form.cleaned_data["reason"],
                source=form.source(),
                by=request.user.as_actor(),
                at=clock.now(),
            ),
        )
        if row:
            messages.success(request, f"« {definition.title} » : {said(row.value, row.unit)}, enregistré.")
            return redirect("rulebook:parameter", slug=slug)
    context = {"form": form, "definition": definition, "line": line}
    return render(request, "rulebook/page_change.html", context, status=422 if form.errors else 200)


def _definition(slug: str) -> Definition:
    try:
        return catalogue.definition(slug)
    except LookupError:
        raise Http404 from None


def _present_regime() -> Regime | None:
    try:
        return queries.regime(clock.today())
    except queries.UnknownValue:
        return None
