"""Delays as the texts count them, on every day of the year."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emploi.foundation import clock

DAYS = st.dates(min_value=date(2009, 6, 1), max_value=date(2040, 12, 31))


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),  # no 31 February
        (date(2024, 1, 31), 1, date(2024, 2, 29)),  # leap year
        (date(2026, 3, 29), 1, date(2026, 4, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),  # over the new year
        (date(2026, 5, 31), -3, date(2026, 2, 28)),
    ],
)
def test_a_month_is_the_same_day_of_the_next_one(start: date, months: int, due: date) -> None:
    assert clock.add_months(start, months) == due


@given(DAYS, st.integers(min_value=0, max_value=60))
def test_months_never_skip_a_month(day: date, count: int) -> None:
    later = clock.add_months(day, count)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == count
    assert later.day <= day.day


@given(DAYS)
def test_the_next_working_day_is_worked_and_near(day: date) -> None:
    found = clock.next_working_day(day)
    assert clock.is_working_day(found)
    assert timedelta(0) <= found - day <= timedelta(days=4)


@pytest.mark.parametrize(
    "holiday", [date(2026, 1, 1), date(2026, 4, 6), date(2026, 5, 14), date(2026, 7, 14), date(2026, 11, 11)]
)
def test_french_public_holidays_are_not_worked(holiday: date) -> None:
    assert clock.is_holiday(holiday)
    assert not clock.is_working_day(holiday)


def test_working_days_jump_over_the_weekend_and_the_holiday() -> None:
    friday_before_easter = date(2026, 4, 3)
    assert clock.add_working_days(friday_before_easter, 1) == date(2026, 4, 7)


def test_the_declared_moment_freezes_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    clock._frozen.set(None)
    monkeypatch.setenv("EMPLOI_NOW", "2026-03-29T01:30")
    assert clock.now().isoformat() == "2026-03-29T01:30:00+01:00"
    monkeypatch.setenv("EMPLOI_NOW", "2026-03-30")
    assert clock.now().isoformat() == "2026-03-30T09:00:00+02:00"  # summer time has begun
    assert clock.today() == date(2026, 3, 30)


def test_midnight_belongs_to_the_day_in_paris() -> None:
    with clock.frozen("2026-06-30T22:30:00+00:00"):
        assert clock.today() == date(2026, 7, 1)
