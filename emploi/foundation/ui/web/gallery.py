"""The gallery of components (development only): each one with long and with empty content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from emploi.foundation.access import public
from emploi.foundation.ui import definitions
from emploi.foundation.ui.countdown import Countdown
from emploi.foundation.ui.lists import FilterForm, Sort, listing, sort_links

TONES = ("success", "warning", "danger", "info", "neutral")
LONG = "Marie-Antoinette-Françoise de La Rochefoucauld-Montmorency épouse Vandenbroucke-Castelnau d’Auvergne"
STARTED, TODAY = date(2026, 11, 9), date(2026, 11, 21)
STATES = ("running", "due_soon", "overdue", "met", "met_late", "void")
ERROR_PAGES = {"400": 400, "403": 403, "404": 404, "500": 500, "503": 503, "csrf": 403}


class SampleForm(forms.Form):
    """Every kind of field, each with a help text."""

    name = forms.CharField(label="Nom", help_text="Comme sur la carte d’identité.", max_length=80)
    born_on = forms.DateField(label="Date de naissance", widget=forms.DateInput(attrs={"type": "date"}))
    place = forms.ChoiceField(label="Lieu", choices=[("", "Choisir"), ("1", "Maison des solidarités"), ("2", LONG)])
    channels = forms.MultipleChoiceField(
        label="Prévenir par", choices=[("sms", "SMS"), ("email", "Courriel")], widget=forms.CheckboxSelectMultiple
    )
    modality = forms.ChoiceField(
        label="Comment", choices=[("physical", "Sur place"), ("phone", "Par téléphone")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="Remarque", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agreed = forms.BooleanField(label="La personne est d’accord", help_text="Demandez-le à voix haute.")


class SampleFilters(FilterForm):
    """Two filters."""

    q = forms.CharField(label="Nom")
    state = forms.ChoiceField(label="État", choices=[("", "Tous"), ("late", "En retard")])


@dataclass(frozen=True, slots=True)
class SampleStep:
    """A step as c-steps expects it."""

    label: str
    state: str
    href: str = ""
    note: str = ""


@public
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    wrong = SampleForm(auto_id="wrong_%s", data={"name": "Élodie", "born_on": "31/02/1990"})
    rows = [{"name": LONG if n == 1 else f"Personne {n}", "amount": n * 1234} for n in range(1, 318)]
    return render(
        request,
        "ui/page_gallery.html",
        {
            "tones": TONES,
            "long": LONG,
            "form": SampleForm(),
            "wrong": wrong,
            "countdowns": [_countdown(state) for state in STATES],
            "listing": listing(request, rows, filters=SampleFilters(request.GET)),
            "sorts": _sorts(request),
            "steps": _steps(),
            "definition_slug": _first_definition(),
        },
    )


@public
@require_safe
def error_page(request: HttpRequest, name: str) -> HttpResponse:
    """Show one of the error pages."""
    if name not in ERROR_PAGES:
        raise Http404
    return HttpResponse(render_to_string(f"ui/errors/{name}.html"), status=ERROR_PAGES[name])


def _countdown(state: str) -> Countdown:
    due = {"overdue": date(2026, 11, 18), "due_soon": date(2026, 11, 22)}.get(state, date(2026, 11, 27))
    met = {"met": date(2026, 11, 19), "met_late": date(2026, 11, 20)}.get(state)
    return Countdown(label="Premier rendez-vous", started_on=STARTED, due_on=due, state=state, today=TODAY, met_on=met)


def _sorts(request: HttpRequest) -> Any:
    return sort_links(request, [Sort("name", "Nom", ("name",)), Sort("amount", "Montant", ("amount",))], "name")


def _steps() -> list[SampleStep]:
    return [
        SampleStep("Droits et devoirs", "done"),
        SampleStep("Diagnostic", "left_open", note="à reprendre avec l’interprète"),
        SampleStep("Orientation", "current", href="#steps"),
        SampleStep("Engagement", "todo"),
    ]


def _first_definition() -> str:
    if not definitions.everything():
        definitions.register(definitions.Definition("gallery", "Exemple", "Ce que le mot veut dire ici."))
    return definitions.everything()[0].slug
