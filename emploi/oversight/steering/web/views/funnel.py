"""The head of service's path of the entrants: delays by step, what relaunches bring, equity between territories."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.lists import FilterForm, listing
from emploi.oversight.steering.queries import funnel as queries
from emploi.oversight.steering.web.people import named
from emploi.territory.agents.roles import Permission
from emploi.territory.geography.queries import territory_choices
from emploi.territory.rulebook import queries as rulebook

MONTHS = 6


class PeriodFilter(FilterForm):
    """The entries looked at: the last six whole months unless said otherwise."""

    since = forms.DateField(label="Entrés depuis le", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(label="Jusqu’au", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def period(self, today: date) -> tuple[date, date]:
        """Return the first and last day."""
        this_month = today.replace(day=1)
        since = self.value("since") or clock.add_months(this_month, -MONTHS)
        until = self.value("until") or this_month - timedelta(days=1)
        return (since, until) if since <= until else (until, since)


@requires(Permission.SEE_CAPACITY)
@require_safe
def funnel(request: HttpRequest) -> HttpResponse:
    """Show the steps for everybody, then by territory; each loss opens its list."""
    filters = PeriodFilter(request.GET)
    since, until = filters.period(clock.today())
    lines = queries.funnels(since, until, clock.today())
    context = {
        "whole": lines[0] if lines else None,
        "places": lines[1:],
        "gap": queries.gap(lines),
        "attempts": queries.attempts(since, until),
        "since": since,
        "until": until,
        "promise": rulebook.in_words("first_interview_days", until),
        "filters": filters,
        "query": urlencode({"since": since.isoformat(), "until": until.isoformat()}),
    }
    return render(request, "steering/page_funnel.html", context)


@requires(Permission.SEE_CAPACITY)
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """List who waits for a step, the longest wait first."""
    step, place = request.GET.get("etape", ""), request.GET.get("territoire", "")
    if step not in queries.STEPS[1:]:
        raise Http404
    filters = PeriodFilter(request.GET)
    since, until = filters.period(clock.today())
    page = listing(request, queries.waiting_at(step, since, until, place))
    before = queries.STEPS[queries.STEPS.index(step) - 1]
    context = {
        "listing": page,
        "rows": named(request.user, page.rows),
        "label": f"{queries.LABELS[before]}, pas encore « {queries.LABELS[step].lower()} »",
        "place": {**dict(territory_choices()), "none": "hors découpage"}.get(place, ""),
        "since": since,
        "until": until,
        "before": queries.LABELS[before],
        "sees_names": request.user.can(Permission.SEE_PERSONS),
    }
    return render(request, "steering/page_funnel_list.html", context)
