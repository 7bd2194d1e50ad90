"""What nobody has to do any more leaves the work lists; a promise missed stays missed."""

from datetime import date, datetime
from importlib import import_module

import pytest
from django.db import connection

from emploi.foundation.audit.writing import acting
from emploi.pathway.beneficiaries.actions import close_entries, reopen_entry
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.clocks import actions
from emploi.pathway.clocks.enums import FOLLOW_UP, PROMISES, DeadlineKind
from emploi.pathway.clocks.models import Deadline
from tests.pathway.beneficiaries.conftest import BY

pytestmark = pytest.mark.django_db

INTERVIEW = DeadlineKind.FIRST_INTERVIEW
LEFT = date(2026, 11, 25)


def marks() -> dict[str, date | None]:
    return dict(Deadline.objects.waiting().values_list("kind", "let_go_on"))


def to_do() -> set[str]:
    return set(Deadline.objects.actionable().values_list("kind", flat=True))


@pytest.fixture
def oriented(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The entries said to be oriented."""
    found: set[int] = set()
    monkeypatch.setattr(actions, "entries_with_a_running_orientation", lambda ids: found & set(ids))
    return found


def leave(entry: Entry, at: datetime, on: date = LEFT) -> None:
    close_entries(entry_ids=[entry.pk], reason="right_ended", on=on, by=BY, at=at)


def test_a_promise_missed_is_let_go_the_day_of_the_exit(entry: Entry, at: datetime) -> None:
    leave(entry, at)
    assert (marks(), to_do()) == ({INTERVIEW: LEFT}, set())


def test_and_taken_up_again_by_whoever_comes_back(entry: Entry, at: datetime) -> None:
    leave(entry, at)
    reopen_entry(entry_id=entry.pk, on=date(2026, 11, 28), by=BY, at=at)
    assert marks()[INTERVIEW] is None
    assert to_do() == set(PROMISES)


def test_met_in_spite_of_all_it_waits_no_more(entry: Entry, at: datetime) -> None:
    leave(entry, at)
    actions.meet(entry_ids=[entry.pk], kind=INTERVIEW, on=date(2026, 11, 12), by=BY, at=at)
    found = Deadline.objects.get(kind=INTERVIEW)
    assert (found.met_on, found.let_go_on) == (date(2026, 11, 12), None)
    actions.unmeet(entry_ids=[entry.pk], kind=INTERVIEW, by=BY, at=at)
    assert marks() == {INTERVIEW: LEFT}


def test_oriented_without_the_interview_nobody_has_to_hold_it(entry: Entry, oriented: set[int], at: datetime) -> None:
    oriented.add(entry.pk)
    actions.follow_orientations(entry_ids=[entry.pk], by=BY, at=at)
    assert set(marks().values()) == {at.date()}
    assert to_do() == set()
    oriented.clear()  # the orientation taken over by mistake is given back
    actions.follow_orientations(entry_ids=[entry.pk], by=BY, at=at)
    assert to_do() == set(PROMISES)


def test_the_oriented_who_come_back_are_not_met_again(entry: Entry, oriented: set[int], at: datetime) -> None:
    oriented.add(entry.pk)
    actions.follow_orientations(entry_ids=[entry.pk], by=BY, at=at)
    leave(entry, at, date(2026, 11, 10))
    assert marks() == {}  # void before its day, it waits no more
    reopen_entry(entry_id=entry.pk, on=date(2026, 11, 15), by=BY, at=at)
    assert INTERVIEW in marks()
    assert to_do() == set()


def test_the_oriented_who_miss_a_visit_are_not_relaunched(entry: Entry, oriented: set[int], at: datetime) -> None:
    oriented.add(entry.pk)
    actions.start_follow_up(entry_ids=[entry.pk], on=at.date(), by=BY, at=at)
    assert set(FOLLOW_UP) <= marks().keys()
    assert to_do() == set()
    oriented.clear()
    actions.start_follow_up(entry_ids=[entry.pk], on=at.date(), by=BY, at=at)
    assert set(FOLLOW_UP) <= to_do()


def test_what_was_known_before_the_mark_is_marked_the_same(entry: Entry, at: datetime) -> None:
    leave(entry, at)
    written = marks()
    with acting(BY):
        Deadline.objects.update(let_go_on=None)
    with connection.cursor() as cursor:
        cursor.execute(import_module("emploi.pathway.clocks.migrations.0002_let_go").KNOWN)
    assert marks() == written == {INTERVIEW: LEFT}
