"""Which promise, which months, which place: read from the URL, wrong values ignored."""

from __future__ import annotations

from datetime import date, datetime

from django import forms
from django.http import QueryDict

from emploi.foundation.clock import ZONE, add_months
from emploi.foundation.ui.lists import FilterForm
from emploi.oversight.steering.enums import Cohort
from emploi.oversight.steering.lines import LINES, lines_of
from emploi.oversight.steering.queries import attendance
from emploi.oversight.steering.queries.figures import ROLLING_MONTHS
from emploi.oversight.steering.queries.rows import ANYWHERE, NOWHERE, Scope
from emploi.territory.geography.queries import territory_choices

MONTH_INPUT = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")
# Beyond ten years of entrants a page would only be slow.
MOST_MONTHS = 120
KINDS = [("", "Premiers rendez-vous"), ("all", "Tous les rendez-vous")]


def _places() -> list[tuple[str, str]]:
    return [("", "Tout le Département"), *territory_choices(), (NOWHERE, "Communes hors découpage")]


class PeriodFilter(FilterForm):
    """Months and place: what every question of steering begins with."""

    # How many months are shown when nobody chose.
    usual_months = ROLLING_MONTHS

    since = forms.DateField(label="Depuis le mois", input_formats=["%Y-%m"], widget=MONTH_INPUT)
    until = forms.DateField(label="Jusqu’au mois", input_formats=["%Y-%m"], widget=MONTH_INPUT)
    territory = forms.ChoiceField(label="Territoire", choices=_places)

    def months(self, today: date) -> tuple[date, date]:
        """Return the first month and the one after the last, the last ones by default."""
        this_month = today.replace(day=1)
        usual = add_months(this_month, 1 - self.usual_months), add_months(this_month, 1)
        since: date = self.value("since") or usual[0]
        until = add_months(self.value("until"), 1) if self.value("until") else usual[1]
        return (since, until) if since < until <= add_months(since, MOST_MONTHS) else usual

    @property
    def place(self) -> str:
        """Return the territory asked, everywhere by default."""
        return self.value("territory") or ANYWHERE


class DelaysFilter(PeriodFilter):
    """The question asked to the page of the clocks; every figure's link is one of these."""

    promise = forms.ChoiceField(label="Promesse", choices=Cohort.choices, widget=forms.HiddenInput)
    commune = forms.CharField(max_length=5, widget=forms.HiddenInput)
    line = forms.ChoiceField(label="Figure", choices=[(slug, slug) for slug in LINES], widget=forms.HiddenInput)

    @classmethod
    def asked(cls, data: QueryDict, today: date) -> DelaysFilter:
        """Read the question; the months in force are shown even when nobody chose them."""
        scope = cls(data).scope(today)
        return cls(with_months(data, scope.since, scope.until, promise=scope.cohort.value))

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
        return Scope(self.cohort, today, *self.months(today), self.place, self.value("commune") or "")


class AbsencesFilter(PeriodFilter):
    """The question asked to the page of absences."""

    kinds = forms.ChoiceField(label="Rendez-vous", choices=KINDS)
    line = forms.ChoiceField(choices=[(slug, slug) for slug in attendance.LINES], widget=forms.HiddenInput)

    @classmethod
    def asked(cls, data: QueryDict, at: datetime) -> AbsencesFilter:
        """Read the question; the months in force are shown even when nobody chose them."""
        scope = cls(data).scope(at)
        return cls(with_months(data, scope.since, scope.until))

    @property
    def asked_line(self) -> str:
        """Return the line whose list is asked, every appointment by default."""
        return self.value("line") or "all"

    def scope(self, at: datetime) -> attendance.Scope:
        """Return the question, the last twelve months by default."""
        every_kind = self.value("kinds") == "all"
        return attendance.Scope(at, *self.months(at.astimezone(ZONE).date()), self.place, every_kind)


def with_months(data: QueryDict, since: date, until: date, **more: str) -> QueryDict:
    """Return the question with the months in force written in it."""
    shown = data.copy()
    shown["since"], shown["until"] = f"{since:%Y-%m}", f"{add_months(until, -1):%Y-%m}"
    for name, value in more.items():
        shown[name] = value
    return shown
