"""Who enters, leaves and comes back, file after file (definitions.md: Entrant, J0, Return)."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from emploi.foundation.audit.models import JournalEntry
from emploi.pathway.beneficiaries import hooks
from emploi.pathway.beneficiaries.actions import settle_duties
from emploi.pathway.beneficiaries.models import DutyState, Entry, HouseholdRole, ReviewItem
from emploi.pathway.clocks.models import Deadline
from tests.pathway.beneficiaries.builders import household, member, spouse
from tests.pathway.beneficiaries.conftest import BY

pytestmark = pytest.mark.usefixtures("rules")


@pytest.fixture
def orientation_runs() -> Iterator[None]:
    """Every closed entry still has its orientation."""

    def everyone(entry_ids: object) -> set[int]:
        return set(entry_ids)  # type: ignore[call-overload]

    hooks.register_running_orientations(everyone)
    yield
    hooks._running_orientations.remove(everyone)


def only() -> Entry:
    return Entry.objects.get()


class TestLeaving:
    def test_the_end_of_the_right_closes_on_the_day_the_payer_tells(self, month) -> None:
        month(8, household())
        assert month(9, household(state="5", motive="ECH", ended_on=date(2026, 9, 12))).entries_closed == 1
        entry = only()
        assert (entry.closed_on, entry.closing_reason) == (date(2026, 9, 12), "right_ended")
        assert entry.closed_known_on == date(2026, 10, 5), "known the day the file was received"

    @pytest.mark.parametrize(
        "told",
        [
            pytest.param(None, id="the payer tells no day"),
            pytest.param(date(2026, 10, 1), id="after the date of the file"),
            pytest.param(date(2026, 8, 31), id="before the right began"),
        ],
    )
    def test_a_day_that_cannot_be_is_the_date_of_the_file(self, month, told: date | None) -> None:
        month(8, household())
        month(9, household(state="5", motive="ECH", ended_on=told))
        assert only().closed_on == date(2026, 9, 30)

    def test_a_right_ended_before_the_file_that_shows_it_owes_nothing_after_that_day(self, month) -> None:
        month(8, household())  # J0: 5 September; due on the 20th
        month(9, household(state="5", motive="RFD", ended_on=date(2026, 9, 19)))
        first = Deadline.objects.get(kind="first_interview")
        assert (first.voided_on, first.void_reason) == (date(2026, 9, 19), "right_ended")

    def test_a_promise_already_missed_that_day_stays_missed(self, month) -> None:
        month(8, household())
        month(9, household(state="5", motive="RFD", ended_on=date(2026, 9, 21)))
        assert Deadline.objects.get(kind="first_interview").voided_on is None

    def test_duties_that_end_with_a_right_still_open_close_at_the_date_of_the_file(self, month) -> None:
        month(8, household())
        month(9, household(ended_on=date(2026, 9, 12), members=(member(subject=False),)))
        assert (only().closed_on, only().closing_reason) == (date(2026, 9, 30), "duties_ended")

    def test_a_suspension_closes_nothing(self, month) -> None:
        month(8, household())
        month(9, household(state="4", motive="06"))
        month(10, household(state="3", motive="GJ"))
        assert only().closed_on is None

    def test_duties_that_end_close_and_duties_unknown_do_not(self, month) -> None:
        month(8, household(members=(member(), spouse())))
        month(9, household(members=(member(subject=None), spouse(subject=False))))
        closed = Entry.objects.get(closed_on__isnull=False)
        assert (closed.person.first_name, closed.closing_reason) == ("KARIM", "duties_ended")

    def test_a_spouse_who_leaves_the_dossier_leaves_the_pathway(self, month) -> None:
        month(8, household(members=(member(), spouse())))
        month(9, household())
        gone = Entry.objects.get(closed_on__isnull=False)
        assert (gone.person.first_name, gone.closing_reason) == ("KARIM", "left_household")
        assert HouseholdRole.objects.get(person=gone.person).ended_on == date(2026, 9, 30)

    def test_a_spouse_who_opens_a_dossier_of_his_own_keeps_his_entry(self, month) -> None:
        month(8, household(members=(member(), spouse())))
        alone = household(claim_number="00000000299", members=(spouse(role="DEM"),))
        month(9, household(), alone)
        his = Entry.objects.get(person__first_name="KARIM")
        assert (his.closed_on, his.household.claim_number) == (None, "00000000299")

    def test_the_other_dossier_may_come_in_the_next_batch_of_the_same_file(self, month) -> None:
        month(8, household(members=(member(), spouse())))
        month(9, household())
        done = month(9, household(claim_number="00000000299", members=(spouse(role="DEM"),)))
        assert done.entries_reopened == 1
        his = Entry.objects.get(person__first_name="KARIM")
        assert his.closed_on is None
        assert Deadline.objects.filter(entry=his, kind="orientation_six_weeks").count() == 1, "the right never stopped"

    def test_a_move_out_is_told_from_an_end(self, month) -> None:
        month(8, household())
        month(9, household(state="5", motive="RAU", transfer_out_on=date(2026, 9, 1)))
        assert only().closing_reason == "moved_out"


class TestComingBack:
    def test_less_than_four_months_later_the_same_entry_goes_on(self, month) -> None:
        month(5, household())
        month(6, household(state="5", motive="RFD"))
        done = month(9, household())
        assert (done.entries_reopened, done.entries_opened) == (1, 0)
        entry = only()
        assert (entry.opened_on, entry.closed_on, entry.reopened_on) == (date(2026, 6, 5), None, date(2026, 10, 5))

    def test_the_four_months_run_from_the_day_the_right_really_ended(self, month) -> None:
        old_right = {"claimed_on": date(2026, 1, 10), "right_origin_on": date(2026, 1, 1)}
        month(5, household(**old_right))
        month(6, household(**old_right, state="5", motive="RFD", ended_on=date(2026, 5, 31)))
        assert month(9, household(**old_right)).entries_opened == 1, "four months after 31 May, not after 30 June"

    def test_the_interruption_is_kept_and_an_end_before_it_is_not_believed(self, month) -> None:
        old_right = {"claimed_on": date(2026, 1, 10), "right_origin_on": date(2026, 1, 1)}
        month(5, household(**old_right))
        month(6, household(**old_right, state="5", motive="RFD", ended_on=date(2026, 6, 10)))
        month(8, household(**old_right))
        assert (only().interrupted_on, only().reopened_on) == (date(2026, 6, 10), date(2026, 9, 5))
        month(9, household(**old_right, state="6", motive="RFD", ended_on=date(2026, 6, 9)))
        assert only().closed_on == date(2026, 9, 30), "9 June is the former end, told again"

    def test_four_months_later_a_new_entry_follows_the_former(self, month) -> None:
        month(5, household())
        month(6, household(state="5", motive="RFD"))
        month(10, household())
        former, new = Entry.objects.order_by("pk")
        assert (new.kind, new.previous_id, new.opened_on) == ("return", former.pk, date(2026, 11, 5))

    def test_duties_one_zero_one_with_an_orientation_is_the_same_entry(self, month, orientation_runs) -> None:
        month(1, household())
        month(2, household(members=(member(subject=False),)))
        month(10, household())
        assert only().closed_on is None

    def test_and_without_an_orientation_a_new_one(self, month) -> None:
        month(1, household())
        month(2, household(members=(member(subject=False),)))
        month(10, household())
        assert Entry.objects.count() == 2

    def test_a_person_of_the_stock_who_returns_is_counted(self, month) -> None:
        month(1, household(), first_load=True)
        month(2, household(state="5", motive="RFD"))
        month(10, household())
        assert [entry.is_stock for entry in Entry.objects.order_by("pk")] == [True, False]

    def test_six_new_weeks_begin_at_a_reopening(self, month) -> None:
        month(8, household())
        month(9, household(state="5", motive="RFD"))
        month(10, household())
        weeks = Deadline.objects.filter(kind="orientation_six_weeks").order_by("sequence")
        assert [(row.started_on, row.void_reason) for row in weeks] == [
            (date(2026, 9, 5), "right_ended"),
            (date(2026, 11, 5), ""),
        ]


class TestEntering:
    def test_duties_that_begin_start_the_entry_that_day(self, month) -> None:
        month(8, household(members=(member(subject=False),)))
        assert Entry.objects.count() == 0
        month(9, household())
        assert only().opened_on == date(2026, 10, 5)

    def test_a_transfer_in_starts_when_it_is_received(self, month) -> None:
        month(8, household(transfer_in_on=date(2026, 8, 3)))
        assert (only().kind, only().opened_on) == ("transfer_in", date(2026, 9, 5))

    def test_a_pending_claim_has_no_entry(self, month) -> None:
        assert month(8, household(state="0")).entries_opened == 0

    def test_a_couple_is_two_entries(self, month) -> None:
        assert month(8, household(members=(member(), spouse()))).entries_opened == 2

    def test_who_is_in_two_open_dossiers_is_shown_to_a_human(self, month) -> None:
        month(8, household())
        month(9, household(claim_number="00000000299"))
        assert Entry.objects.count() == 1
        assert ReviewItem.objects.get().kind == "two_households"

    def test_and_keeps_the_entry_when_one_of_the_two_closes(self, month) -> None:
        month(8, household())
        month(9, household(claim_number="00000000299"))
        assert month(10, household(state="5", motive="RFD")).entries_closed == 0
        assert (only().closed_on, only().household.claim_number) == (None, "00000000299")

    def test_every_move_is_in_the_journal_with_the_import_as_author(self, month) -> None:
        month(8, household())
        line = JournalEntry.objects.get(event="beneficiaries.EntryOpened")
        assert (line.actor_label, line.entry_id) == (BY.label, only().pk)


class TestUnknownDuties:
    def test_unknown_is_to_check_and_starts_no_clock(self, month) -> None:
        done = month(8, household(members=(member(subject=None),)))
        assert (done.entries_opened, done.to_review) == (0, 1)
        assert Deadline.objects.count() == 0

    def test_the_payer_may_answer_itself(self, month) -> None:
        month(8, household(members=(member(subject=None),)))
        month(9, household())
        assert ReviewItem.objects.get().settled_at is not None
        assert only().opened_on == date(2026, 10, 5)

    def test_an_agent_answers_yes_and_the_entry_starts(self, month, at: datetime) -> None:
        month(8, household(members=(member(subject=None),)))
        settle_duties(review_id=ReviewItem.objects.get().pk, subject=True, by=BY, at=at)
        assert only().opened_on == at.date()
        assert Deadline.objects.count() == 3

    def test_the_manual_answer_stands_while_the_payer_says_nothing(self, month, at: datetime) -> None:
        month(8, household(members=(member(subject=None),)))
        settle_duties(review_id=ReviewItem.objects.get().pk, subject=True, by=BY, at=at)
        month(12, household(amount=None, members=(member(subject=None),)))
        assert HouseholdRole.objects.get().subject_to_duties is True
        assert DutyState.objects.count() == 2
        assert ReviewItem.objects.filter(settled_at__isnull=True).count() == 0

    def test_and_gives_way_when_the_payer_speaks(self, month, at: datetime) -> None:
        month(8, household(members=(member(subject=None),)))
        settle_duties(review_id=ReviewItem.objects.get().pk, subject=True, by=BY, at=at)
        month(12, household(members=(member(subject=False),)))
        assert only().closing_reason == "duties_ended"

    def test_an_answer_no_opens_nothing(self, month, at: datetime) -> None:
        month(8, household(members=(member(subject=None),)))
        settle_duties(review_id=ReviewItem.objects.get().pk, subject=False, by=BY, at=at)
        assert Entry.objects.count() == 0
