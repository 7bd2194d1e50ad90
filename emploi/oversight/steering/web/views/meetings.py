"""How people are met: on the spot or from afar, at which hours, in collective welcomes; the list behind each number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.texts.guard import shown_to
from emploi.foundation.ui.french import month_fr
from emploi.foundation.ui.lists import listing
from emploi.oversight.steering.queries import meetings as queries
from emploi.oversight.steering.queries import welcomes
from emploi.oversight.steering.queries.rows import ANYWHERE, NOWHERE
from emploi.oversight.steering.web.filters import PeriodFilter, with_months
from emploi.oversight.steering.web.people import named
from emploi.oversight.steering.web.presenters import Cell, rate_words
from emploi.territory.agents.roles import Permission
from emploi.territory.geography.queries import territory_choices
from emploi.territory.rulebook import experiments
from emploi.territory.rulebook import queries as rulebook

SEES = (Permission.SEE_INDICATORS, Permission.SEE_CLOCKS)
OUTSIDE = "Lieux hors découpage"
LABELS = {
    "all": "Rendez-vous tenus",
    "physical": "Sur place",
    "phone": "Par téléphone",
    "video": "En visio",
    "first_remote": "Premiers rendez-vous à distance",
    queries.FLEXIBLE: "Hors des heures ordinaires",
}
WELCOMES = {
    "entrants": "Entrants",
    "welcomed": "Vus en accueil collectif",
    "expected": "Inscrits à une réunion à venir",
    "missing": "Ni vus ni inscrits",
}


class MeetingsFilter(PeriodFilter):
    """The question: months, place, kind, and the number whose list is asked."""

    # Every appointment is read, not the entrants alone: half a year answers at once at full size.
    usual_months = 6
    kind = forms.ChoiceField(label="Type de rendez-vous")
    experiment = forms.ChoiceField(label="Expérimentation")
    line = forms.ChoiceField(choices=[(slug, slug) for slug in LABELS], widget=forms.HiddenInput)

    def prepare(self) -> None:
        """Offer every kind."""
        kinds = [(str(pk), name) for pk, name in queries.kind_names().items()]
        # A field is looked up by its name: only its declaration says that it is a list of choices.
        self.fields["kind"].choices = [("", "Tous"), *kinds]  # type: ignore[attr-defined]
        tried = [(found.slug, found.name) for found in experiments.experiments() if found.kind]
        self.fields["experiment"].choices = [("", "Toutes et hors expérimentation"), *tried]  # type: ignore[attr-defined]

    @property
    def tried(self) -> experiments.Experiment | None:
        """Return the experiment asked for (DIS-107): it narrows to its kind, its territory and its dates."""
        return next((one for one in experiments.experiments() if one.slug == self.value("experiment")), None)

    def scope(self, today: date) -> queries.Scope:
        """Return the question, the last six months by default."""
        asked = queries.Scope(*self.months(today), self.place, self.value("kind") or "")
        return queries.of_experiment(asked, self.tried) if self.tried else asked


@dataclass(frozen=True, slots=True)
class Line:
    """One month, one territory or one kind: the share on the spot, and its numbers, each a door."""

    label: str
    share: str
    cells: list[Cell]


@requires(*SEES)
@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """Show how appointments were held, by month, territory and kind."""
    today = clock.today()
    asked = MeetingsFilter(request.GET).scope(today)
    filters = MeetingsFilter(with_months(request.GET, asked.since, asked.until))
    sums, names, kinds = queries.table(asked), _names(), queries.kind_names()
    places = sorted(sums.places.items(), key=lambda item: names.get(item[0], ""))
    context = {
        "filters": filters,
        "title": _answer(sums.total, asked),
        "heads": list(LABELS.values()),
        "total": _line("Ensemble", asked, sums.total),
        "months": [_line(month_fr(key), asked.narrowed(month=key), row) for key, row in sums.months.items()],
        "places": [_line(names[key], asked.narrowed(territory=str(key or NOWHERE)), row) for key, row in places],
        "kinds": [_line(kinds[key], asked.narrowed(kind=str(key)), row) for key, row in sums.kinds.items()],
        "welcome": _welcome(asked),
        "has_experiments": len(filters.fields["experiment"].choices) > 1,  # type: ignore[attr-defined]
        "hours": rulebook.in_words("standard_hours", today),
        "supply": _supply(names, asked.territory),
        "weeks": _weeks(today),
    }
    return render(request, "steering/page_meetings.html", context)


@requires(*SEES)
@require_safe
def held(request: HttpRequest) -> HttpResponse:
    """List the appointments behind a number; names for those who may see them only."""
    filters = MeetingsFilter(request.GET)
    asked, line = filters.scope(clock.today()), filters.value("line") or "all"
    page = listing(request, queries.appointments(asked, line))
    sees_health = request.user.can(Permission.SEE_HEALTH)
    rows = [
        (row, name, shown_to(row.modality_reason, sees_health=sees_health) if name else "")
        for row, name in named(request.user, list(page.rows))
    ]
    context = {"listing": page, "rows": rows, "label": LABELS[line]}
    return render(request, "steering/page_meetings_list.html", {**context, **_around(request, asked)})


@requires(*SEES)
@require_safe
def welcomed(request: HttpRequest) -> HttpResponse:
    """List the entrants seen, expected or missing at a collective welcome."""
    asked, line = MeetingsFilter(request.GET).scope(clock.today()), request.GET.get("qui", "")
    if line not in WELCOMES:
        raise Http404
    page = listing(request, welcomes.entrants(asked.since, asked.entries_until, line, asked.territory, at=clock.now()))
    context = {"listing": page, "rows": named(request.user, list(page.rows)), "label": WELCOMES[line]}
    return render(request, "steering/page_welcomes_list.html", {**context, **_around(request, asked)})


@requires(*SEES)
@require_safe
def slots(request: HttpRequest) -> HttpResponse:
    """List the slots to come outside the ordinary hours."""
    asked = MeetingsFilter(request.GET).scope(clock.today())
    found = queries.flexible_slots(clock.now(), _end(clock.today()), asked.territory)
    context = {"listing": listing(request, found), "label": "Créneaux hors des heures ordinaires"}
    return render(request, "steering/page_flexible_slots.html", {**context, **_around(request, asked)})


def _around(request: HttpRequest, asked: queries.Scope) -> dict[str, Any]:
    return {
        "back": f"{reverse('steering:meetings')}?{_question(asked)}",
        "sees_names": request.user.can(Permission.SEE_PERSONS),
        "place": {**dict(territory_choices()), NOWHERE: OUTSIDE}.get(asked.territory, ""),
    }


def _answer(found: queries.Sums, asked: queries.Scope) -> str:
    if asked.is_void:
        return "Cette expérimentation n’a pas eu lieu pendant ces mois, ou son territoire est inconnu : rien à compter"
    if found.physical_share is None:
        return "Aucun rendez-vous tenu sur cette période : rien à compter"
    return f"{rate_words(found.physical_share)} des rendez-vous ont été tenus sur place"


def _line(label: str, asked: queries.Scope, found: queries.Sums) -> Line:
    listed = reverse("steering:meetings_list")
    cells = [Cell(found[line], f"{listed}?{_question(asked, line=line)}") for line in LABELS]
    return Line(label, rate_words(found.physical_share), cells)


def _welcome(asked: queries.Scope) -> dict[str, Any]:
    found = welcomes.welcome(asked.since, asked.entries_until, asked.territory, at=clock.now())
    listed = reverse("steering:welcomes_list")
    cells = [
        (label, Cell(getattr(found, line), f"{listed}?{_question(asked, qui=line)}"))
        for line, label in WELCOMES.items()
    ]
    return {"share": rate_words(found.share), "cells": cells, "entrants": found.entrants}


def _supply(names: dict[int | None, str], territory: str) -> list[tuple[str, int, int, str]]:
    """Name, slots, free seats and address of each territory that offers some; the one asked only."""
    listed = reverse("steering:flexible_slots")
    found = queries.supply(clock.now(), _end(clock.today()))
    wanted = [row for row in found if territory in (ANYWHERE, str(row.territory_id or NOWHERE))]
    rows = [
        (names[row.territory_id], row.slots, row.free, f"{listed}?territory={row.territory_id or NOWHERE}")
        for row in wanted
    ]
    return sorted(rows)


def _question(asked: queries.Scope, **more: str) -> str:
    territory = "" if asked.territory == ANYWHERE else asked.territory
    question = {
        "since": f"{asked.since:%Y-%m}",
        "until": f"{clock.add_months(asked.until, -1):%Y-%m}",
        "territory": territory,
        "kind": asked.kind,
        **more,
    }
    return urlencode({key: value for key, value in question.items() if value})


def _weeks(today: date) -> int:
    return int(rulebook.value("capacity_weeks", today))


def _end(today: date) -> date:
    return clock.add_weeks(today, _weeks(today))


def _names() -> dict[int | None, str]:
    return {**{int(pk): name for pk, name in territory_choices()}, None: OUTSIDE}
