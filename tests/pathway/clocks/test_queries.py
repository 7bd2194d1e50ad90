"""Work lists and alerts: due and not done, in SQL and in Python alike."""

from datetime import date, datetime, timedelta

import pytest

from emploi.pathway.beneficiaries.actions import close_entries, reopen_entry
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.clocks import actions, queries
from emploi.pathway.clocks.enums import DeadlineKind, State
from emploi.pathway.clocks.models import Deadline
from tests.pathway.beneficiaries.conftest import BY

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 18)


def kinds(deadlines) -> list[str]:
    return [deadline.kind for deadline in deadlines]


def test_running_due_soon_and_overdue_share_the_work(entry: Entry) -> None:
    assert kinds(queries.running(TODAY)) == ["first_interview", "orientation_month", "orientation_six_weeks"]
    assert kinds(queries.due_soon(TODAY)) == ["first_interview"]
    assert kinds(queries.overdue(date(2026, 11, 20))) == []
    assert kinds(queries.overdue(date(2026, 11, 21))) == ["first_interview"]


def test_the_database_and_python_agree_every_day(entry: Entry, at: datetime) -> None:
    actions.meet(entry_ids=[entry.pk], kind=DeadlineKind.FIRST_INTERVIEW, on=date(2026, 11, 21), by=BY, at=at)
    actions.void(
        entry_ids=[entry.pk], kinds=[DeadlineKind.ORIENTATION_SIX_WEEKS], on=TODAY, reason="settled", by=BY, at=at
    )
    for days in range(60):
        today = TODAY + timedelta(days=days)
        for deadline in queries.with_state(Deadline.objects.all(), today):
            assert State(deadline.state) == queries.state_of(deadline, today)


def test_a_closed_entry_is_in_no_work_list(entry: Entry, at: datetime) -> None:
    close_entries(entry_ids=[entry.pk], reason="right_ended", on=date(2026, 12, 1), by=BY, at=at)
    assert kinds(queries.overdue(date(2026, 12, 2))) == []
    missed = Deadline.objects.get(kind="first_interview")
    assert queries.state_of(missed, date(2026, 12, 2)) == State.OVERDUE


def test_alerts_count_for_the_people_one_may_see(entry: Entry) -> None:
    today = date(2026, 12, 3)
    everybody = queries.alerts(today, people=Person.objects.all())
    assert everybody == {
        "first_interview": {"overdue": 1, "due_soon": 0},
        "orientation_month": {"overdue": 0, "due_soon": 1},
    }
    assert queries.alerts(today, people=Person.objects.none()) == {}
    assert kinds(queries.work_list(today, people=Person.objects.all())) == ["first_interview", "orientation_month"]
    only = queries.work_list(today, people=Person.objects.all(), kinds=[DeadlineKind.ORIENTATION_MONTH])
    assert kinds(only) == ["orientation_month"]


def test_countdowns_show_the_latest_of_each_kind(entry: Entry, at: datetime) -> None:
    actions.start_follow_up(entry_ids=[entry.pk], on=date(2026, 11, 12), by=BY, at=at)
    actions.start_follow_up(entry_ids=[entry.pk], on=date(2026, 11, 18), by=BY, at=at)
    shown = {c.deadline.kind: c for c in queries.countdowns(entry.person_id, TODAY)}
    assert shown["call"].deadline.sequence == 2
    first = shown["first_interview"]
    assert (first.elapsed, first.total, first.remaining, first.state) == (13, 15, 2, State.DUE_SOON)


def test_a_countdown_met_stops_the_day_it_was_met(entry: Entry, at: datetime) -> None:
    actions.meet(entry_ids=[entry.pk], kind=DeadlineKind.FIRST_INTERVIEW, on=date(2026, 11, 10), by=BY, at=at)
    first = queries.countdowns(entry.person_id, TODAY)[0]
    assert (first.elapsed, first.state) == (5, State.MET)


def test_whoever_comes_back_too_late_for_a_promise_is_still_owed_it(entry: Entry, at: datetime) -> None:
    """Entered on 5 November, gone on the 10th, back on 9 December: only six new weeks run."""
    promises = (DeadlineKind.FIRST_INTERVIEW, DeadlineKind.ORIENTATION_MONTH)
    assert [kinds(queries.owed(kind)) for kind in promises] == [["first_interview"], ["orientation_month"]]
    close_entries(entry_ids=[entry.pk], reason="right_ended", on=date(2026, 11, 10), by=BY, at=at)
    assert [kinds(queries.owed(kind)) for kind in promises] == [[], []]
    reopen_entry(entry_id=entry.pk, on=date(2026, 12, 9), by=BY, at=at)
    assert [kinds(queries.owed(kind)) for kind in promises] == [["orientation_six_weeks"], ["orientation_six_weeks"]]


def test_once_met_the_six_weeks_stand_for_nothing(entry: Entry, at: datetime) -> None:
    actions.meet(entry_ids=[entry.pk], kind=DeadlineKind.FIRST_INTERVIEW, on=date(2026, 11, 10), by=BY, at=at)
    assert kinds(queries.owed(DeadlineKind.FIRST_INTERVIEW)) == []
