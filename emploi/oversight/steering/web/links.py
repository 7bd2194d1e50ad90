"""The address behind each figure."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from emploi.foundation.clock import add_months
from emploi.oversight.steering.queries import attendance
from emploi.oversight.steering.queries.rows import ANYWHERE, NOWHERE, Scope


def question(scope: Scope, **more: str) -> str:
    """Return the query string of a question."""
    asked = {
        "promise": scope.cohort.value,
        "since": f"{scope.since:%Y-%m}",
        "until": f"{add_months(scope.until, -1):%Y-%m}",
        "territory": "" if scope.territory == ANYWHERE else scope.territory,
        "commune": scope.commune,
        **more,
    }
    return urlencode({key: value for key, value in asked.items() if value})


def list_href(scope: Scope, line: str) -> str:
    """Return the address of the list behind a figure."""
    return f"{reverse('steering:list')}?{question(scope, line=line)}"


def page_href(scope: Scope) -> str:
    """Return the address of the page of the clocks for a question."""
    return f"{reverse('steering:delays')}?{question(scope)}"


def of_month(scope: Scope, month: date) -> Scope:
    """Return the same question about one month."""
    return scope.narrowed(month=month)


def of_place(scope: Scope, place: str | int | None) -> Scope:
    """Return the same question about one territory, or one commune inside a territory."""
    if scope.territory.isdecimal():
        return scope.narrowed(commune=str(place or ""))
    return scope.narrowed(territory=NOWHERE if place is None else str(place))


def absences_question(scope: attendance.Scope, **more: str) -> str:
    """Return the query string of a question about presences."""
    asked = {
        "since": f"{scope.since:%Y-%m}",
        "until": f"{add_months(scope.until, -1):%Y-%m}",
        "territory": "" if scope.territory == ANYWHERE else scope.territory,
        "kinds": "all" if scope.every_kind else "",
        **more,
    }
    return urlencode({key: value for key, value in asked.items() if value})


def absences_href(scope: attendance.Scope, line: str) -> str:
    """Return the address of the list behind a figure of presences."""
    return f"{reverse('steering:absences_list')}?{absences_question(scope, line=line)}"


def absences_page(scope: attendance.Scope) -> str:
    """Return the address of the page of absences for a question."""
    return f"{reverse('steering:absences')}?{absences_question(scope)}"


def absences_of_place(scope: attendance.Scope, place: int | None) -> attendance.Scope:
    """Return the same question about one territory."""
    return scope.narrowed(territory=NOWHERE if place is None else str(place))
