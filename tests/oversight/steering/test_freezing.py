"""A published figure is never rewritten, and the list behind it stays the one that made it."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.oversight.steering.actions import freeze_due_months
from emploi.oversight.steering.enums import Cohort
from emploi.oversight.steering.models import FrozenMonth, FrozenRow, FrozenSum, Snapshot
from emploi.oversight.steering.queries.figures import groups_of, summed, table
from emploi.oversight.steering.queries.lists import RowList
from emploi.oversight.steering.queries.rows import Scope
from emploi.oversight.steering.rules import freeze_day, months_to_freeze
from tests.oversight.steering.world import TESTS, World

J0 = date(2026, 8, 5)
LAST_DAY = date(2026, 10, 31)  # end of the second month after August


def freeze(on: date) -> int:
    return freeze_due_months(by=TESTS, at=clock.at_noon(on))


def august(as_of: date = date(2026, 11, 23)) -> Scope:
    return Scope(Cohort.FIRST_INTERVIEW, as_of, date(2026, 8, 1), date(2026, 9, 1))


@pytest.fixture
def published(world: World) -> World:
    """Three entrants of August: one met, one late, one never; frozen the day after the end of October."""
    for name in ("met", "late", "never"):
        world.entrant(name, J0)
    world.entrant("south", J0, "south")
    world.appointment("met", J0 + timedelta(days=10), "held")
    world.appointment("late", J0 + timedelta(days=20), "held")
    freeze(LAST_DAY + timedelta(days=1))
    return world


@pytest.mark.parametrize(
    ("month", "day"),
    [(date(2026, 8, 1), LAST_DAY), (date(2026, 11, 1), date(2027, 1, 31)), (date(2026, 12, 1), date(2027, 2, 28))],
)
def test_a_month_is_final_at_the_end_of_the_second_one_after(month: date, day: date) -> None:
    assert freeze_day(month, months=2) == day
    assert list(months_to_freeze(month, day, months=2)) == []
    assert list(months_to_freeze(month, day + timedelta(days=1), months=2)) == [month]


def test_a_month_is_published_once_by_indicator_and_territory(published: World) -> None:
    rate = Snapshot.objects.get(
        indicator="first_appointment_within_15_days_rate", period=date(2026, 8, 1), territory_name=""
    )
    assert (rate.numerator, rate.denominator, float(rate.value)) == (1, 4, 25.0)
    by_territory = Snapshot.objects.filter(indicator=rate.indicator, period=rate.period).exclude(territory_name="")
    assert {(s.territory_name, s.numerator, s.denominator) for s in by_territory} == {
        ("Nord et ses montagnes", 1, 3),
        ("Sud", 0, 1),
    }
    assert FrozenRow.objects.filter(frozen_month__cohort="first_interview").count() == 4
    assert JournalEntry.objects.filter(event="steering.MonthFrozen").count() == FrozenMonth.objects.count() == 3
    assert freeze(date(2026, 11, 23)) == 0


def test_a_late_correction_does_not_change_what_was_published(published: World) -> None:
    before = table(august())
    published.entrant("found_later", J0)
    published.met("never", J0 + timedelta(days=2))
    published.closed("south", J0 + timedelta(days=1))
    after = table(august())
    assert after == before
    rows = RowList(august(), "missed")
    assert len(rows) == len(rows[:]) == 2


def test_the_past_is_read_as_it_was_before_the_freeze(published: World) -> None:
    the_day_after_the_delay = J0 + timedelta(days=16)
    assert table(august(the_day_after_the_delay)).total["late"] == 0


def test_frozen_and_moving_months_make_one_table(published: World) -> None:
    published.entrant("october", date(2026, 10, 5))
    published.appointment("october", date(2026, 10, 6), "held")
    sums = table(Scope(Cohort.FIRST_INTERVIEW, date(2026, 11, 23), date(2026, 6, 1), date(2026, 12, 1)))
    assert {month: figures["entrants"] for month, figures in sums.months.items()} == {
        date(2026, 8, 1): 4, date(2026, 10, 1): 1,
    }  # fmt: skip
    assert (sums.total["due"], sums.total["met"]) == (5, 2)


def test_published_sums_and_the_rows_behind_them_give_the_same_figures(published: World) -> None:
    """The page adds sums of published months to the rows of the others; read row by row, nothing moves."""
    for name in ("october", "november"):
        published.entrant(name, date(2026, 10, 5))
    published.appointment("october", date(2026, 10, 6), "held")
    for cohort in Cohort:
        scope = Scope(cohort, date(2026, 11, 23), date(2026, 6, 1), date(2026, 12, 1))
        added = table(scope)
        assert added == summed(groups_of(scope))
        assert added.total["entrants"] > 0


@pytest.mark.parametrize("model", [FrozenMonth, FrozenRow, FrozenSum, Snapshot])
def test_nobody_rewrites_a_published_figure(published: World, model) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all().delete()
    change = {
        FrozenMonth: {"as_of": date(2020, 1, 1)},
        FrozenRow: {"state": "met"},
        FrozenSum: {"counts": {}},
        Snapshot: {"numerator": 99},
    }[model]
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(**change)


def test_nothing_is_frozen_before_the_first_clock(world: World) -> None:
    assert freeze(date(2026, 11, 23)) == 0
