"""Which promise, which months, which place: read from the URL, wrong values ignored."""

from __future__ import annotations

from datetime import date

from django import forms
from django.http import QueryDict

from emploi.foundation.clock import add_months
from emploi.foundation.ui.lists import FilterForm
from emploi.oversight.steering.enums import Cohort
from emploi.oversight.steering.lines import LINES, lines_of
from emploi.oversight.steering.queries.figures import rolling
from emploi.oversight.steering.queries.rows import ANYWHERE, NOWHERE, Scope
from emploi.territory.geography.queries import territory_choices

MONTH_INPUT = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")
# Beyond ten years of entrants a page would only be slow.
MOST_MONTHS = 120


def _places() -> list[tuple[str, str]]:
    return [("", "Tout le Département"), *territory_choices(), (NOWHERE, "Communes hors découpage")]


class DelaysFilter(FilterForm):
    """The question asked to the page of the clocks; every figure's link is one of these."""

    promise = forms.ChoiceField(label="Promesse", choices=Cohort.choices, widget=forms.HiddenInput)
    since = forms.DateField(label="Entrés depuis", input_formats=["%Y-%m"], widget=MONTH_INPUT)
    until = forms.DateField(label="Jusqu’au mois", input_formats=["%Y-%m"], widget=MONTH_INPUT)
    territory = forms.ChoiceField(label="Territoire", choices=_places)
    commune = forms.CharField(max_length=5, widget=forms.HiddenInput)
    line = forms.ChoiceField(label="Figure", choices=[(slug, slug) for slug in LINES], widget=forms.HiddenInput)

    @classmethod
    def asked(cls, data: QueryDict, today: date) -> DelaysFilter:
        """Read the question; the months in force are shown even when nobody chose them."""
        scope = cls(data).scope(today)
        shown = data.copy()
        shown["since"], shown["until"] = f"{scope.since:%Y-%m}", f"{add_months(scope.until, -1):%Y-%m}"
        shown["promise"] = scope.cohort.value
        return cls(shown)

    @property
    def cohort(self) -> Cohort:
        """Return the promise asked about, the first interview by default."""
        return Cohort(self.value("promise") or Cohort.FIRST_INTERVIEW)

    @property
    def asked_line(self) -> str:
        """Return the line whose list is asked, all entrants by default."""
        line = self.value("line") or "entrants"
        return line if any(line == known.slug for known in lines_of(self.cohort)) else "entrants"

    def scope(self, today: date) -> Scope:
        """Return the question, the last twelve months by default."""
        usual = rolling(self.cohort, today)
        since: date = self.value("since") or usual.since
        until = add_months(self.value("until"), 1) if self.value("until") else usual.until
        if not since < until <= add_months(since, MOST_MONTHS):
            since, until = usual.since, usual.until
        territory = self.value("territory") or ANYWHERE
        return Scope(self.cohort, today, since, until, territory, self.value("commune") or "")
