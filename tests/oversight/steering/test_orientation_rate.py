"""IND-03 and IND-04: decided by the same day of the next month, whatever it rests on; and the six weeks of the law."""

from datetime import date

import pytest

from emploi.oversight.steering.enums import Cohort
from emploi.oversight.steering.queries.figures import Figures, table
from emploi.oversight.steering.queries.lists import RowList
from emploi.oversight.steering.queries.rows import Scope
from emploi.pathway.beneficiaries.models import Person
from tests.oversight.steering.world import World

AFTER = date(2026, 11, 23)


def scope(cohort: Cohort = Cohort.ORIENTATION_MONTH, as_of: date = AFTER) -> Scope:
    return Scope(cohort, as_of, date(2026, 8, 1), date(2026, 12, 1))


def total(**question) -> Figures:
    return table(scope(**question)).total


def names(line: str, **question) -> set[str]:
    people = dict(Person.objects.values_list("pk", "first_name"))
    return {people[row.person_id] for row in RowList(scope(**question), line)[:]}


@pytest.mark.parametrize(
    ("opened_on", "last_day", "too_late"),
    [
        (date(2026, 9, 10), date(2026, 10, 10), date(2026, 10, 11)),
        (date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 1)),  # the last day when the month is shorter
        (date(2026, 10, 1), date(2026, 11, 1), date(2026, 11, 2)),  # 31 days, a public holiday: still in time
    ],
)
def test_a_month_is_the_same_day_of_the_next_one(world: World, opened_on: date, last_day: date, too_late: date) -> None:
    world.entrant("in_time", opened_on)
    world.entrant("late", opened_on)
    world.decided("in_time", last_day)
    world.decided("late", too_late)
    assert (names("met"), names("late")) == ({"in_time"}, {"late"})
    assert total().rate == 50


def test_a_decision_counts_whatever_it_rests_on_and_each_basis_has_its_line(world: World) -> None:
    for name in ("seen", "on_file", "by_default", "met_only", "nothing"):
        world.entrant(name, date(2026, 10, 5))
    world.decided("seen", date(2026, 10, 20))
    world.decided("on_file", date(2026, 10, 20), "on_file")
    world.decided("by_default", date(2026, 10, 20), "by_default")
    world.appointment("met_only", date(2026, 10, 10), "held")
    figures = total()
    assert (figures["met"], figures["due"], figures["missed"]) == (3, 5, 2)
    assert [figures[line] for line in ("on_interview", "on_file", "by_default")] == [1, 1, 1]
    assert (names("interviewed"), names("not_interviewed")) == ({"met_only"}, {"nothing"})


def test_a_new_decision_does_not_count_twice_nor_later(world: World) -> None:
    world.entrant("again", date(2026, 10, 5))
    world.decided("again", date(2026, 10, 20), "on_file", is_current=False)
    world.decided("again", date(2026, 11, 20), "interview")
    assert (total()["due"], names("on_file"), names("on_interview")) == (1, {"again"}, set())


def test_six_weeks_is_a_clock_of_its_own(world: World) -> None:
    world.entrant("slow", date(2026, 9, 1))
    world.decided("slow", date(2026, 10, 13))  # six weeks, that day included
    assert names("late") == {"slow"}
    assert names("met", cohort=Cohort.ORIENTATION_SIX_WEEKS) == {"slow"}


def six_weeks(line: str, as_of: date = date(2027, 3, 1)) -> set[str]:
    return names(line, cohort=Cohort.ORIENTATION_SIX_WEEKS, as_of=as_of)


def test_a_return_counts_each_entry_once_and_never_erases_a_miss(world: World) -> None:
    """J0 2 September: six weeks end on 14 October."""
    for name in ("met", "missed", "left_early", "left_early_then_met", "left_early_then_missed"):
        world.entrant(name, date(2026, 9, 2))
    world.decided("met", date(2026, 9, 20))
    for name in ("met", "missed"):
        world.closed(name, date(2026, 10, 31))
        world.returned(name, date(2026, 11, 10))
    for name in ("left_early", "left_early_then_met", "left_early_then_missed"):
        world.closed(name, date(2026, 9, 30))
        world.returned(name, date(2026, 11, 10))
    world.closed("left_early", date(2026, 11, 20))
    for name in ("missed", "left_early_then_met"):
        world.decided(name, date(2026, 11, 30))
    assert len(RowList(scope(cohort=Cohort.ORIENTATION_SIX_WEEKS, as_of=date(2027, 3, 1)), "entrants")) == 5
    assert six_weeks("met") == {"met", "left_early_then_met"}
    assert six_weeks("missed") == {"missed", "left_early_then_missed"}
    assert six_weeks("out") == {"left_early"}


def test_a_second_delay_is_not_known_before_the_return(world: World) -> None:
    world.entrant("missed", date(2026, 9, 2))
    world.closed("missed", date(2026, 10, 31))
    world.returned("missed", date(2026, 11, 10))
    assert [six_weeks("missed", day) for day in (date(2026, 10, 14), date(2026, 10, 15), AFTER)] == [
        set(), {"missed"}, {"missed"},
    ]  # fmt: skip
    assert six_weeks("running", date(2026, 10, 14)) == {"missed"}


def test_decided_before_the_entry_counts_as_day_zero(world: World) -> None:
    world.entrant("manual", date(2026, 10, 5))
    world.decided("manual", date(2026, 9, 28))
    assert total().median == 0
