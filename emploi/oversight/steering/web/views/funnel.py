"""The head of service's path of the entrants: delays by step, dead time, what relaunches bring, equity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.exports import FORMATS, Column, export_response
from emploi.foundation.ui.lists import FilterForm, listing
from emploi.oversight.steering.queries import effects as trying
from emploi.oversight.steering.queries import funnel as queries
from emploi.oversight.steering.web.people import named, traced
from emploi.pathway.orientation import queries as orientation
from emploi.territory.agents.roles import Permission
from emploi.territory.geography.queries import territory_choices
from emploi.territory.rulebook import queries as rulebook

MONTHS = 3
# Each entrant is read: beyond two years the page would only be slow.
MOST_MONTHS = 24


class PeriodFilter(FilterForm):
    """The entries looked at: the last quarter unless said otherwise."""

    since = forms.DateField(label="Entrés depuis le", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(label="Jusqu’au", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def period(self, today: date) -> tuple[date, date]:
        """Return the first and last day, two years at most."""
        since, until = self._asked(today)
        return max(since, clock.add_months(until, -MOST_MONTHS)), until

    def shown(self, today: date) -> PeriodFilter:
        """Return the question with the first day in force written in it, when the one asked was too early."""
        if not self.is_cut(today):
            return self
        data = self.data.copy()
        data["since"], data["until"] = (day.isoformat() for day in self.period(today))
        return PeriodFilter(data)

    def is_cut(self, today: date) -> bool:
        """Tell whether more than two years were asked."""
        return self._asked(today)[0] < self.period(today)[0]

    def _asked(self, today: date) -> tuple[date, date]:
        this_month = today.replace(day=1)
        since = self.value("since") or clock.add_months(this_month, -MONTHS)
        until = self.value("until") or this_month - timedelta(days=1)
        return (since, until) if since <= until else (until, since)


def _reorientations(since: date) -> list[tuple[str, str, list[orientation.AskedBy]]]:
    """Count the requests of another orientation since a day, by initiator and by route; nothing when nobody asked."""
    rows = orientation.reorientations().select_related(None).filter(asked_on__gte=since)
    tables = [
        ("Demandées par", "initiator", orientation.asked_by(rows, clock.today())),
        ("Examinées", "route", orientation.examined_by(rows, clock.today())),
    ]
    return tables if any(line.asked for line in tables[0][2]) else []


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
        "effects": trying.effects(_tries(filters)),
        "effect_days": rulebook.in_words("relaunch_effect_days", clock.today()),
        "reorientations": _reorientations(since),
        "since": since,
        "until": until,
        "promise": rulebook.in_words("first_interview_days", until),
        "filters": filters.shown(clock.today()),
        "is_cut": filters.is_cut(clock.today()),
        "most_months": MOST_MONTHS,
        "not_support": queries.not_support_names(),
        "query": urlencode({"since": since.isoformat(), "until": until.isoformat()}),
    }
    return render(request, "steering/page_funnel.html", context)


@requires(Permission.SEE_CAPACITY)
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """List who waits for a step, the longest wait first, or who reached it."""
    asked = _asked(request)
    page = listing(request, asked.rows)
    context = {
        "listing": page,
        "rows": named(request.user, page.rows),
        "label": asked.label,
        "has_reached": asked.has_reached,
        "place": {**dict(territory_choices()), "none": "hors découpage"}.get(asked.place, ""),
        "since": asked.since,
        "until": asked.until,
        "before": queries.LABELS[asked.before],
        "sees_names": request.user.can(Permission.SEE_PERSONS),
        "export": f"{reverse('steering:funnel_export')}?{request.GET.urlencode()}",
        "may_export": request.user.can(Permission.EXPORT),
    }
    return render(request, "steering/page_funnel_list.html", context)


@requires(Permission.EXPORT)
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Download the list of a step, with the names the agent may see."""
    if not request.user.can(Permission.SEE_CAPACITY):
        raise Http404
    asked = _asked(request)
    columns = [Column("Nom", lambda line: line["name"])] if request.user.can(Permission.SEE_PERSONS) else []
    columns += [
        Column("Entrée n°", lambda line: line["row"].entry_id),
        Column("Entrée", lambda line: line["row"].known),
        Column(f"{queries.LABELS[asked.before]} le", lambda line: line["row"].reached),
        Column("Territoire", lambda line: line["row"].territory or "hors découpage"),
    ]
    lines = traced(asked.rows, request.user, f"Export du parcours : {asked.label}")
    wanted = request.GET.get("format", "csv")
    name = f"parcours-{asked.step}-{asked.since:%Y-%m-%d}-{asked.until:%Y-%m-%d}"
    return export_response(name, columns, lines, wanted if wanted in FORMATS else "csv")


@dataclass(frozen=True, slots=True)
class Asked:
    """A list of the page: who waits for a step, or who reached it."""

    step: str
    has_reached: bool
    place: str
    since: date
    until: date
    rows: list[queries.Waiting]

    @property
    def before(self) -> str:
        """Return the last step reached by the people of the list."""
        return self.step if self.has_reached else queries.STEPS[queries.STEPS.index(self.step) - 1]

    @property
    def label(self) -> str:
        """Return the title of the list."""
        missing = "" if self.has_reached else f", pas encore « {queries.LABELS[self.step].lower()} »"
        return queries.LABELS[self.before] + missing


def _asked(request: HttpRequest) -> Asked:
    step, place = request.GET.get("etape", ""), request.GET.get("territoire", "")
    has_reached = request.GET.get("atteint") == "1"
    if step not in queries.STEPS or (step == queries.STEPS[0] and not has_reached):
        raise Http404
    since, until = PeriodFilter(request.GET).period(clock.today())
    read = queries.reached if has_reached else queries.waiting_at
    return Asked(step, has_reached, place, since, until, read(step, since, until, clock.today(), place))


@requires(Permission.SEE_CAPACITY)
@require_safe
def tries(request: HttpRequest) -> HttpResponse:
    """List the invitations, relaunches or calls behind a number."""
    kind, rank, means = (request.GET.get(name, "") for name in ("genre", "rang", "moyen"))
    if kind not in trying.KINDS or not rank.isdecimal():
        raise Http404
    filters = PeriodFilter(request.GET)
    since, until = filters.period(clock.today())
    brought_only = request.GET.get("suivi") == "1"
    found = trying.tries(_tries(filters), kind=kind, rank=int(rank), means=means, brought_only=brought_only)
    page = listing(request, found)
    context = {
        "listing": page,
        "rows": named(request.user, page.rows),
        "label": f"{trying.Effect(kind, int(rank), means, 0, 0, 0).label}, {trying.means_words(means)}",
        "brought_only": brought_only,
        "days": rulebook.in_words("relaunch_effect_days", clock.today()),
        "since": since,
        "until": until,
        "sees_names": request.user.can(Permission.SEE_PERSONS),
    }
    return render(request, "steering/page_tries.html", context)


def _tries(filters: PeriodFilter) -> trying.Asked:
    today = clock.today()
    return trying.Asked(*filters.period(today), today, int(rulebook.value("relaunch_effect_days", today)))
