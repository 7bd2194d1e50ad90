"""When a delay falls due and how it stands."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emploi.foundation.clock import add_months
from emploi.pathway.clocks.enums import State
from emploi.pathway.clocks.rules import Dates, Term, days_elapsed, is_never_owed, state_of, void_reason


def term(count: int, unit: str) -> Term:
    return Term("x", count, unit, "x_days", date(2009, 6, 1))


@pytest.mark.parametrize(
    ("count", "unit", "started_on", "due_on"),
    [
        (15, "days", date(2026, 11, 5), date(2026, 11, 20)),
        (1, "months", date(2026, 11, 5), date(2026, 12, 5)),
        (1, "months", date(2026, 1, 31), date(2026, 2, 28)),
        (1, "months", date(2028, 1, 31), date(2028, 2, 29)),
        (1, "months", date(2026, 12, 31), date(2027, 1, 31)),
        (6, "weeks", date(2026, 11, 5), date(2026, 12, 17)),
        (3, "working_days", date(2026, 12, 24), date(2026, 12, 30)),
    ],
)
def test_delays_follow_the_unit_of_the_rulebook(count: int, unit: str, started_on: date, due_on: date) -> None:
    assert term(count, unit).due_on(started_on) == due_on


DUE = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("met_on", "voided_on", "today", "state"),
    [
        (None, None, date(2026, 11, 16), "running"),
        (None, None, date(2026, 11, 17), "due_soon"),
        (None, None, date(2026, 11, 20), "due_soon"),
        (None, None, date(2026, 11, 21), "overdue"),
        (date(2026, 11, 20), None, date(2026, 12, 1), "met"),
        (date(2026, 11, 21), None, date(2026, 12, 1), "met_late"),
        (date(2026, 10, 1), None, date(2026, 12, 1), "met"),
        (None, date(2026, 11, 10), date(2026, 12, 1), "void"),
    ],
)
def test_the_due_day_itself_is_in_time(met_on: date | None, voided_on: date | None, today: date, state: str) -> None:
    assert state_of(Dates(DUE, met_on, voided_on), today=today, due_soon_days=3) == state
    assert state in State.values


@given(st.dates(date(2020, 1, 1), date(2032, 12, 31)))
def test_a_month_is_the_same_day_number_or_the_last_of_the_month(started_on: date) -> None:
    due_on = term(1, "months").due_on(started_on)
    assert 28 <= (due_on - started_on).days <= 31
    assert due_on.day == started_on.day or (due_on + timedelta(days=1)).day == 1
    assert due_on == add_months(started_on, 1)


@given(st.dates(date(2020, 1, 1), date(2032, 12, 31)), st.integers(-40, 400))
def test_time_only_moves_a_waiting_delay_forward(due_on: date, days: int) -> None:
    order = ["running", "due_soon", "overdue"]
    today = due_on + timedelta(days=days)
    now = state_of(Dates(due_on, None, None), today=today, due_soon_days=3)
    tomorrow = state_of(Dates(due_on, None, None), today=today + timedelta(days=1), due_soon_days=3)
    assert order.index(now) <= order.index(tomorrow)


def test_the_first_day_counts_zero() -> None:
    assert days_elapsed(date(2026, 11, 5), date(2026, 11, 5)) == 0


def test_a_duplicate_owes_nothing_even_late() -> None:
    assert is_never_owed("duplicate") and is_never_owed("annulled")
    assert not is_never_owed("right_ended")
    assert void_reason("left_household") == "right_ended"
