"""Delays started, met, void, restarted; a fact is never recomputed silently."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emploi.pathway.beneficiaries.actions import apply_households, close_entries, reopen_entry
from emploi.pathway.beneficiaries.entry_stories import EntryStory, Stop
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.clocks import actions
from emploi.pathway.clocks.enums import DeadlineKind
from emploi.pathway.clocks.models import Deadline
from emploi.territory.rulebook.actions import load_shipped
from tests.pathway.beneficiaries.builders import file, household, many
from tests.pathway.beneficiaries.conftest import BY

pytestmark = pytest.mark.django_db

INTERVIEW, MONTH, WEEKS = (
    DeadlineKind.FIRST_INTERVIEW,
    DeadlineKind.ORIENTATION_MONTH,
    DeadlineKind.ORIENTATION_SIX_WEEKS,
)


def the(kind: str) -> Deadline:
    return Deadline.objects.filter(kind=kind).order_by("-sequence")[0]


class TestStart:
    def test_each_promise_keeps_the_rule_it_comes_from(self, entry: Entry) -> None:
        found = the(WEEKS)
        assert (found.rule_slug, found.rule_valid_from) == ("orientation_weeks_legal", date(2025, 1, 1))
        assert the(INTERVIEW).due_on == date(2026, 11, 20)

    def test_starting_again_adds_nothing(self, entry: Entry, at: datetime) -> None:
        actions.start_deadlines(entry_ids=[entry.pk], by=BY, at=at)
        assert Deadline.objects.count() == 3

    def test_the_stock_starts_none_even_when_asked(self, at: datetime) -> None:
        load_shipped(by=BY, at=at)
        apply_households([household()], file=file(first_load=True), by=BY, at=at)
        assert actions.start_deadlines(entry_ids=[Entry.objects.get().pk], by=BY, at=at) == 0

    def test_before_2025_the_law_gave_no_six_weeks(self, at: datetime) -> None:
        load_shipped(by=BY, at=at)
        old = file(reference_on=date(2024, 9, 30), created_on=date(2024, 10, 4), received_on=date(2024, 10, 5))
        apply_households([household()], file=old, by=BY, at=at)
        assert set(Deadline.objects.values_list("kind", flat=True)) == {INTERVIEW, MONTH}

    def test_statements_do_not_move_with_entries(self, at: datetime) -> None:
        load_shipped(by=BY, at=at)
        apply_households(many(40), file=file(first_load=True), by=BY, at=at)
        Entry_ids = list(Entry.objects.values_list("pk", flat=True))  # noqa: N806
        connection.cursor().execute("SELECT set_config('emploi.actor', 'test', true)")
        Entry.objects.update(is_stock=False)

        def count(ids: list[int]) -> int:
            with CaptureQueriesContext(connection) as seen:
                actions.start_deadlines(entry_ids=ids, by=BY, at=at)
            return len(seen)

        assert count(Entry_ids[1:]) == count(Entry_ids[:1])


class TestMeet:
    def test_met_on_the_last_day_is_in_time(self, entry: Entry, at: datetime) -> None:
        actions.meet(entry_ids=[entry.pk], kind=INTERVIEW, on=date(2026, 11, 20), by=BY, at=at)
        assert the(INTERVIEW).met_late is False

    def test_and_the_next_day_is_late(self, entry: Entry, at: datetime) -> None:
        actions.meet(entry_ids=[entry.pk], kind=INTERVIEW, on=date(2026, 11, 21), by=BY, at=at)
        assert the(INTERVIEW).met_late is True

    def test_the_first_fact_stands(self, entry: Entry, at: datetime) -> None:
        for day in (18, 22):
            actions.meet(entry_ids=[entry.pk], kind=INTERVIEW, on=date(2026, 11, day), by=BY, at=at)
        assert the(INTERVIEW).met_on == date(2026, 11, 18)

    def test_an_attendance_typed_after_the_exit_still_counts(self, entry: Entry, at: datetime) -> None:
        close_entries(entry_ids=[entry.pk], reason="right_ended", on=date(2026, 11, 18), by=BY, at=at)
        actions.meet(entry_ids=[entry.pk], kind=INTERVIEW, on=date(2026, 11, 12), by=BY, at=at)
        found = the(INTERVIEW)
        assert (found.met_on, found.voided_on) == (date(2026, 11, 12), None)

    def test_but_not_a_meeting_after_the_exit(self, entry: Entry, at: datetime) -> None:
        close_entries(entry_ids=[entry.pk], reason="right_ended", on=date(2026, 11, 10), by=BY, at=at)
        actions.meet(entry_ids=[entry.pk], kind=INTERVIEW, on=date(2026, 11, 12), by=BY, at=at)
        assert the(INTERVIEW).met_on is None

    def test_taken_back_it_runs_again(self, entry: Entry, at: datetime) -> None:
        actions.meet(entry_ids=[entry.pk], kind=INTERVIEW, on=date(2026, 11, 18), by=BY, at=at)
        actions.unmeet(entry_ids=[entry.pk], kind=INTERVIEW, by=BY, at=at)
        assert Deadline.objects.waiting().filter(kind=INTERVIEW).exists()

    def test_taken_back_after_the_exit_it_is_void(self, entry: Entry, at: datetime) -> None:
        actions.meet(entry_ids=[entry.pk], kind=INTERVIEW, on=date(2026, 11, 12), by=BY, at=at)
        close_entries(entry_ids=[entry.pk], reason="moved_out", on=date(2026, 11, 15), by=BY, at=at)
        actions.unmeet(entry_ids=[entry.pk], kind=INTERVIEW, by=BY, at=at)
        assert the(INTERVIEW).void_reason == "moved_out"


class TestFollowUp:
    def test_relaunch_call_and_convocation_count_from_the_absence(self, entry: Entry, at: datetime) -> None:
        actions.start_follow_up(entry_ids=[entry.pk], on=date(2026, 11, 12), by=BY, at=at)
        due = {kind: the(kind).due_on.day for kind in ("relaunch", "call", "convocation")}
        assert due == {"relaunch": 15, "call": 17, "convocation": 19}

    def test_a_second_absence_begins_them_again(self, entry: Entry, at: datetime) -> None:
        actions.start_follow_up(entry_ids=[entry.pk], on=date(2026, 11, 12), by=BY, at=at)
        actions.start_follow_up(entry_ids=[entry.pk], on=date(2026, 11, 18), by=BY, at=at)
        calls = Deadline.objects.filter(kind="call").order_by("sequence")
        assert [(row.sequence, row.void_reason) for row in calls] == [(1, "restarted"), (2, "")]

    def test_once_met_they_are_useless(self, entry: Entry, at: datetime) -> None:
        actions.start_follow_up(entry_ids=[entry.pk], on=date(2026, 11, 12), by=BY, at=at)
        actions.meet(entry_ids=[entry.pk], kind=INTERVIEW, on=date(2026, 11, 16), by=BY, at=at)
        assert set(Deadline.objects.filter(kind__in=("relaunch", "call")).values_list("void_reason", flat=True)) == {
            "settled"
        }


class TestExit:
    def test_an_end_before_the_due_date_is_out(self, entry: Entry, at: datetime) -> None:
        close_entries(entry_ids=[entry.pk], reason="right_ended", on=date(2026, 11, 15), by=BY, at=at)
        assert {the(kind).void_reason for kind in (INTERVIEW, MONTH, WEEKS)} == {"right_ended"}

    def test_an_end_after_it_leaves_the_promise_missed(self, entry: Entry, at: datetime) -> None:
        close_entries(entry_ids=[entry.pk], reason="right_ended", on=date(2026, 11, 25), by=BY, at=at)
        assert the(INTERVIEW).voided_on is None
        assert the(MONTH).void_reason == "right_ended"

    def test_a_duplicate_owed_nothing(self, entry: Entry, at: datetime) -> None:
        close_entries(entry_ids=[entry.pk], reason="duplicate", on=date(2026, 11, 25), by=BY, at=at)
        assert the(INTERVIEW).void_reason == "duplicate"

    def test_what_was_met_stays_met(self, entry: Entry, at: datetime) -> None:
        actions.meet(entry_ids=[entry.pk], kind=INTERVIEW, on=date(2026, 11, 12), by=BY, at=at)
        close_entries(entry_ids=[entry.pk], reason="death", on=date(2026, 11, 15), by=BY, at=at)
        assert the(INTERVIEW).void_reason == ""

    def test_a_kind_alone_is_voided_by_hand(self, entry: Entry, at: datetime) -> None:
        actions.void(entry_ids=[entry.pk], kinds=[WEEKS], on=at.date(), reason="settled", by=BY, at=at)
        assert [the(kind).void_reason for kind in (INTERVIEW, MONTH, WEEKS)] == ["", "", "settled"]


class TestReturn:
    """Entered on 5 November (20 November, 5 December, 17 December), gone, back (definitions.md, Return)."""

    def leave_and_return(self, entry: Entry, left: date, back: date, at: datetime) -> None:
        close_entries(entry_ids=[entry.pk], reason="right_ended", on=left, by=BY, at=at)
        reopen_entry(entry_id=entry.pk, on=back, by=BY, at=at)

    def weeks(self) -> list[tuple[date, str, date | None]]:
        rows = Deadline.objects.filter(kind=WEEKS).order_by("sequence")
        return [(row.started_on, row.void_reason, row.voided_on) for row in rows]

    def test_the_two_promises_run_again_when_their_day_is_not_past(self, entry: Entry, at: datetime) -> None:
        self.leave_and_return(entry, date(2026, 11, 10), date(2026, 11, 20), at)
        assert [(the(kind).due_on, the(kind).voided_on) for kind in (INTERVIEW, MONTH)] == [
            (date(2026, 11, 20), None),
            (date(2026, 12, 5), None),
        ]

    def test_what_fell_due_meanwhile_stays_out(self, entry: Entry, at: datetime) -> None:
        self.leave_and_return(entry, date(2026, 11, 10), date(2026, 11, 21), at)
        assert [the(kind).void_reason for kind in (INTERVIEW, MONTH)] == ["right_ended", ""]
        assert not Deadline.objects.waiting().filter(due_on__lt=date(2026, 11, 21)).exists()

    def test_six_weeks_void_by_the_exit_stay_out_and_new_ones_begin(self, entry: Entry, at: datetime) -> None:
        self.leave_and_return(entry, date(2026, 11, 10), date(2026, 11, 18), at)
        assert self.weeks() == [
            (date(2026, 11, 5), "right_ended", date(2026, 11, 10)),
            (date(2026, 11, 18), "", None),
        ]
        assert the(WEEKS).due_on == date(2026, 12, 30)

    def test_six_weeks_met_do_not_restart(self, entry: Entry, at: datetime) -> None:
        actions.meet(entry_ids=[entry.pk], kind=WEEKS, on=date(2026, 11, 9), by=BY, at=at)
        self.leave_and_return(entry, date(2026, 11, 10), date(2026, 11, 18), at)
        assert self.weeks() == [(date(2026, 11, 5), "", None)]
        assert the(WEEKS).met_on == date(2026, 11, 9)

    def test_six_weeks_missed_are_closed_after_their_day_and_new_ones_begin(self, entry: Entry, at: datetime) -> None:
        self.leave_and_return(entry, date(2026, 12, 20), date(2027, 1, 4), at)
        assert self.weeks() == [
            (date(2026, 11, 5), "restarted", date(2027, 1, 4)),
            (date(2027, 1, 4), "", None),
        ]

    def test_six_weeks_still_running_begin_anew(self, entry: Entry, at: datetime) -> None:
        actions.reopen_deadlines(entry_ids=[entry.pk], on=date(2026, 12, 1), continuous=False, by=BY, at=at)
        assert self.weeks() == [
            (date(2026, 11, 5), "restarted", date(2026, 12, 1)),
            (date(2026, 12, 1), "", None),
        ]

    def test_a_right_that_never_stopped_leaves_no_trace_of_the_exit(self, entry: Entry, at: datetime) -> None:
        close_entries(entry_ids=[entry.pk], reason="right_ended", on=date(2026, 11, 10), by=BY, at=at)
        actions.reopen_deadlines(entry_ids=[entry.pk], on=date(2026, 12, 29), continuous=True, by=BY, at=at)
        assert Deadline.objects.waiting().count() == 3
        assert self.weeks() == [(date(2026, 11, 5), "", None)]

    def test_an_orientation_taken_over_without_a_clock_starts_none(
        self, entry: Entry, at: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(actions, "entries_with_a_running_orientation", set)
        self.leave_and_return(entry, date(2026, 11, 10), date(2026, 11, 18), at)
        assert len(self.weeks()) == 1

    @pytest.mark.parametrize(("is_oriented", "signed"), [(True, False), (False, False), (True, True)])
    def test_a_new_contract_unsigned_is_owed_again_from_the_return(
        self, entry: Entry, at: datetime, monkeypatch: pytest.MonkeyPatch, is_oriented: bool, signed: bool
    ) -> None:
        monkeypatch.setattr(actions, "entries_with_a_running_orientation", set if is_oriented else lambda ids: set())
        actions.start_contract(entry_ids=[entry.pk], on=date(2026, 11, 6), by=BY, at=at)
        if signed:
            actions.meet(entry_ids=[entry.pk], kind="contract", on=date(2026, 11, 9), by=BY, at=at)
        self.leave_and_return(entry, date(2026, 11, 10), date(2026, 12, 20), at)
        again = Deadline.objects.waiting().filter(kind="contract").values_list("started_on", "due_on", "let_go_on")
        owed = [(date(2026, 12, 20), date(2027, 1, 20), None)] if is_oriented and not signed else []
        assert list(again) == owed

    def test_a_contract_whose_day_is_not_past_keeps_it(
        self, entry: Entry, at: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(actions, "entries_with_a_running_orientation", set)
        actions.start_contract(entry_ids=[entry.pk], on=date(2026, 11, 6), by=BY, at=at)
        self.leave_and_return(entry, date(2026, 11, 10), date(2026, 12, 1), at)
        assert [(row.started_on, row.voided_on) for row in Deadline.objects.filter(kind="contract")] == [
            (date(2026, 11, 6), None)
        ]

    def test_old_relaunches_do_not_wake_up_overdue(self, entry: Entry, at: datetime) -> None:
        actions.start_follow_up(entry_ids=[entry.pk], on=date(2026, 11, 6), by=BY, at=at)
        self.leave_and_return(entry, date(2026, 11, 8), date(2026, 11, 16), at)
        assert set(Deadline.objects.filter(kind__in=("relaunch", "call")).values_list("void_reason", flat=True)) == {
            "right_ended"
        }

    def test_a_date_corrected_later_does_not_owe_again_what_an_earlier_exit_made_void(
        self, entry: Entry, at: datetime
    ) -> None:
        left, back = date(2026, 11, 10), date(2026, 11, 21)
        self.leave_and_return(entry, left, back, at)
        close_entries(entry_ids=[entry.pk], reason="right_ended", on=date(2026, 12, 20), by=BY, at=at)
        stops = (Stop(left, "right_ended", back), Stop(date(2026, 12, 20), "right_ended"))
        story = EntryStory(entry.pk, entry.opened_on, is_stock=False, stops=stops)
        actions.retell_deadlines(stories=[story], by=BY, at=at)
        assert [(the(kind).void_reason, the(kind).voided_on) for kind in (INTERVIEW, WEEKS)] == [
            ("right_ended", date(2026, 11, 10)),
            ("right_ended", date(2026, 12, 20)),
        ]

    def test_what_is_told_without_the_return_is_met_once(self, entry: Entry, at: datetime) -> None:
        self.leave_and_return(entry, date(2026, 11, 10), date(2026, 11, 18), at)
        actions.meet(entry_ids=[entry.pk], kind=WEEKS, on=date(2026, 11, 20), by=BY, at=at)
        story = EntryStory(entry.pk, entry.opened_on, is_stock=False)
        actions.retell_deadlines(stories=[story], by=BY, at=at)
        assert Deadline.objects.get(kind=WEEKS).met_on == date(2026, 11, 20)

    def test_statements_do_not_move_with_those_who_return(self, at: datetime) -> None:
        load_shipped(by=BY, at=at)
        apply_households(many(40), file=file(received_on=date(2026, 11, 5)), by=BY, at=at)
        ids = list(Entry.objects.values_list("pk", flat=True))

        def count(chosen: list[int]) -> int:
            with CaptureQueriesContext(connection) as seen:
                actions.reopen_deadlines(entry_ids=chosen, on=date(2026, 12, 1), continuous=False, by=BY, at=at)
            return len(seen)

        assert count(ids[1:]) == count(ids[:1])


class TestEnteredBeforeTheLaw:
    """A late file shows that she entered in October 2024, when the law gave no six weeks yet."""

    def tell(self, entry: Entry, at: datetime) -> None:
        story = EntryStory(entry.pk, date(2024, 10, 5), is_stock=False)
        actions.retell_deadlines(stories=[story], by=BY, at=at)

    def test_what_was_met_stays_met(self, entry: Entry, at: datetime) -> None:
        actions.meet(entry_ids=[entry.pk], kind=WEEKS, on=date(2026, 11, 9), by=BY, at=at)
        for _ in range(2):
            self.tell(entry, at)
            assert Deadline.objects.get(kind=WEEKS).met_on == date(2026, 11, 9)

    def test_what_waited_is_not_owed(self, entry: Entry, at: datetime) -> None:
        self.tell(entry, at)
        assert set(Deadline.objects.values_list("kind", "started_on")) == {
            (INTERVIEW, date(2024, 10, 5)),
            (MONTH, date(2024, 10, 5)),
        }
