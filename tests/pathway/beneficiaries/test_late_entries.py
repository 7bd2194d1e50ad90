"""A file that comes late shows that two entries are one, or that one is of the stock: what hung on them follows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.audit.writing import acting
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.beneficiaries.actions import (
    Applied,
    apply_contacts,
    apply_households,
    close_entries,
    reopen_entry,
    tell_france_travail,
)
from emploi.pathway.beneficiaries.actions.france_travail import FranceTravailFacts
from emploi.pathway.beneficiaries.facts import ContactFacts
from emploi.pathway.beneficiaries.models import Address, Entry, Household
from emploi.pathway.clocks.actions import meet
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation.models import Decision, Interview
from tests.pathway.beneficiaries.builders import address, file, household
from tests.pathway.beneficiaries.conftest import BY
from tests.pathway.orientation import cast

Month = Callable[..., Applied]
HELD = date(2026, 11, 23)


def closed() -> dict[str, str]:
    return {"state": "5", "motive": "RFD"}


def was_held() -> dict[str, Any]:
    return {"status": "held", "marked_at": cast.MORNING}


class TestTwoEntriesThatAreOne:
    """Out in June, back in October: a new entry. The file of August, read last, shows that she was back in time."""

    @pytest.fixture
    def returned(self, db: None, month: Month) -> Entry:
        self.world = cast.make_world()
        month(5, household())
        month(6, household(**closed()))
        month(10, household())
        return Entry.objects.get(kind="return")

    def kept(self, month: Month) -> Entry:
        month(8, household())
        return Entry.objects.get(closed_on=None)

    def test_her_interview_her_orientation_and_her_appointment_follow(self, returned: Entry, month: Month) -> None:
        booked = cast.appointment(self.world, returned)
        cast.decided(self.world, cast.ready_to_orient(self.world, returned))
        kept = self.kept(month)
        assert kept.pk != returned.pk
        for model in (Interview, Decision, Appointment):
            assert set(model.objects.values_list("entry_id", flat=True)) == {kept.pk}, model
        booked.refresh_from_db()
        assert booked.entry_id == kept.pk

    def test_what_was_held_meets_the_delays_on_its_own_day(self, returned: Entry, month: Month) -> None:
        cast.decided(self.world, cast.ready_to_orient(self.world, returned))
        meet(entry_ids=[returned.pk], kind="first_interview", on=HELD, by=BY, at=clock.now())
        kept = self.kept(month)
        met = {d.kind: d.met_on for d in Deadline.objects.filter(entry=kept, met_on__isnull=False)}
        assert met["orientation_six_weeks"] == HELD, "not the day of the return"
        assert met["first_interview"] == HELD
        assert not Deadline.objects.waiting().filter(entry=returned).exists()

    def test_what_was_told_of_france_travail_follows(self, returned: Entry, month: Month, at: datetime) -> None:
        told = FranceTravailFacts(followed=True, since=date(2026, 10, 2))
        tell_france_travail(person_id=returned.person_id, told=told, by=BY, at=at)
        kept = self.kept(month)
        assert (kept.france_travail_followed, kept.france_travail_since) == (True, date(2026, 10, 2))
        assert (kept.france_travail_told_by, kept.france_travail_told_at) == (BY.label, at)

    def test_the_pathway_told_before_stays_and_the_last_who_spoke_is_named(
        self, returned: Entry, month: Month, at: datetime
    ) -> None:
        before = {"france_travail_path": "social", "france_travail_path_on": date(2026, 5, 20)}
        named = {"france_travail_told_by": "Claire Martin", "france_travail_told_at": at - timedelta(days=150)}
        with acting(BY):
            Entry.objects.filter(kind="first").update(**before, **named)
        tell_france_travail(person_id=returned.person_id, told=FranceTravailFacts(followed=True), by=BY, at=at)
        kept = self.kept(month)
        assert (kept.france_travail_path, kept.france_travail_followed) == ("social", True)
        assert (kept.france_travail_told_by, kept.france_travail_told_at) == (BY.label, at)

    def test_the_journal_says_that_one_became_the_other(self, returned: Entry, month: Month) -> None:
        kept = self.kept(month)
        line = JournalEntry.objects.get(event="beneficiaries.EntryAbsorbed")
        assert (line.entry_id, line.payload["absorbed_entry_id"]) == (kept.pk, returned.pk)

    def test_of_two_orientations_the_last_is_in_force_and_one_first_interview_stays_first(
        self, returned: Entry, month: Month
    ) -> None:
        first = Entry.objects.get(kind="first")
        for day, entry in enumerate((first, returned)):
            cast.appointment(self.world, entry, starts_at=cast.MORNING + timedelta(hours=day), **was_held())
        with acting(BY):
            Entry.objects.filter(pk=returned.pk).update(closed_on=HELD, closing_reason="right_ended")
            Entry.objects.filter(pk=first.pk).update(closed_on=None, closing_reason="")
        former = cast.decided(self.world, cast.ready_to_orient(self.world, first))
        with acting(BY):
            Entry.objects.filter(pk=first.pk).update(closed_on=date(2026, 6, 30), closing_reason="right_ended")
            Interview.objects.update(closed_at=cast.MORNING)
            Entry.objects.filter(pk=returned.pk).update(closed_on=None, closing_reason="")
        last = cast.decided(self.world, cast.ready_to_orient(self.world, returned))
        kept = self.kept(month)
        assert Decision.objects.current().get() == last
        last.refresh_from_db()
        assert (last.entry_id, last.previous_id) == (kept.pk, former.pk)
        visits = Appointment.objects.filter(entry=kept).order_by("starts_at")
        assert [visit.is_first_interview for visit in visits] == [True, False]


@pytest.mark.usefixtures("rules")
class TestAddressesOfAnOlderFile:
    """She lived elsewhere in August: known in November, told as her past, never as where she lives."""

    def addresses(self) -> list[tuple[str, bool, date]]:
        rows = Address.objects.order_by("received_on", "pk").values_list("city", "is_current", "received_on")
        return list(rows)

    def test_are_kept_at_their_date(self, month: Month) -> None:
        month(10, household())
        month(8, household(addresses=(address(city="OMBREVAL", since=date(2019, 1, 1)),)))
        assert self.addresses() == [("OMBREVAL", False, date(2026, 9, 5)), ("BELLEVILLE", True, date(2026, 11, 5))]
        assert Household.objects.get().commune_id == "99001"

    def test_once_whatever_the_number_of_files_that_repeat_them(self, month: Month) -> None:
        elsewhere = household(addresses=(address(city="OMBREVAL"), address(rank=2, city="SERRE")))
        month(10, household())
        for number in (8, 7, 8):
            month(number, elsewhere)
        assert [city for city, *_ in self.addresses()].count("OMBREVAL") == 1
        assert len(self.addresses()) == 3

    def test_the_one_she_lives_at_is_not_repeated(self, month: Month) -> None:
        month(10, household())
        month(8, household(state="3"))
        assert [city for city, *_ in self.addresses()] == ["BELLEVILLE"]


@pytest.mark.usefixtures("rules")
class TestTheStockReadLate:
    """definitions.md, First load: the stock owes nothing, even when its file is read after a newer one."""

    def test_what_ran_is_void_and_the_reason_is_said(self, month: Month) -> None:
        month(10, household())
        assert Deadline.objects.waiting().count() == 3
        month(8, household(), first_load=True)
        assert Entry.objects.get().is_stock
        reasons = {deadline.get_void_reason_display() for deadline in Deadline.objects.all()}
        assert reasons == {"Entrée de la reprise du stock : aucun délai ne court"}
        line = JournalEntry.objects.get(event="beneficiaries.EntryDateCorrected")
        assert sentence_of(line).endswith("reprise du stock, aucun délai ne court.")

    def test_received_the_same_day_too(self, month: Month, at: datetime) -> None:
        month(10, household())
        stock = file(reference_on=date(2026, 8, 31), created_on=date(2026, 9, 4), received_on=date(2026, 11, 5))
        apply_households([household()], file=replace(stock, first_load=True), by=BY, at=at)
        assert not Deadline.objects.waiting().exists()

    def test_a_promise_kept_meanwhile_stays_kept(self, month: Month, at: datetime) -> None:
        month(10, household())
        meet(entry_ids=[Entry.objects.get().pk], kind="first_interview", on=HELD, by=BY, at=at)
        month(8, household(), first_load=True)
        assert Deadline.objects.get(kind="first_interview").met_on == HELD

    def test_the_six_weeks_of_a_return_are_owed_by_the_stock_as_by_the_others(self, month: Month) -> None:
        month(7, household())
        month(8, household(**closed()))
        month(10, household())
        month(6, household(), first_load=True)
        assert [(d.kind, d.started_on) for d in Deadline.objects.waiting()] == [
            ("orientation_six_weeks", date(2026, 11, 5))
        ]

    def test_who_was_there_before_the_stock_is_counted_again(self, month: Month) -> None:
        month(8, household(), first_load=True)
        assert not Deadline.objects.exists()
        month(6, household())
        entry = Entry.objects.get()
        assert (entry.is_stock, entry.opened_on) == (False, date(2026, 7, 5))
        assert {d.started_on for d in Deadline.objects.waiting()} == {date(2026, 7, 5)}
        assert Deadline.objects.waiting().count() == 3

    def test_and_takes_up_again_what_the_stock_made_void(self, month: Month) -> None:
        month(10, household())
        month(8, household(), first_load=True)
        month(6, household())
        assert Deadline.objects.waiting().count() == 3
        assert {d.started_on for d in Deadline.objects.all()} == {date(2026, 7, 5)}


@pytest.mark.usefixtures("rules")
class TestTheDateOfAContactFile:
    """It alone dates the droits et devoirs: a benefits file read late neither loses it nor is lost by it."""

    SINCE = date(2024, 2, 1)

    def dated(self, at: datetime) -> None:
        line = ContactFacts("", "DEM", "2889926990001", "", (), "", duties_since_on=self.SINCE)
        apply_contacts([line], received_on=at.date(), run_id=3, by=BY, at=at)

    def test_stays(self, month: Month, at: datetime) -> None:
        month(8, household())
        month(10, household(state="3"))
        self.dated(at)
        month(9, household(amount=None))
        month(7, household(amount=None))
        assert (Entry.objects.get().duties_since_on, Entry.objects.get().opened_on) == (self.SINCE, date(2026, 8, 5))

    def test_does_not_make_a_return_the_first_entry(self, month: Month, at: datetime) -> None:
        month(1, household())
        month(2, household(**closed()))
        month(10, household())
        returned = Entry.objects.get(closed_on=None)
        self.dated(at)
        month(9, household(state="0"))
        assert Entry.objects.count() == 2
        assert Entry.objects.get(closed_on=None) == returned
        assert not Entry.objects.filter(closing_reason="duplicate").exists()


@pytest.mark.usefixtures("rules")
def test_an_entry_an_agent_reopens_keeps_the_day_it_stopped(month: Month, at: datetime) -> None:
    month(8, household())
    month(9, household(**closed(), ended_on=date(2026, 9, 12)))
    entry = reopen_entry(entry_id=Entry.objects.get().pk, on=at.date(), by=BY, at=at)
    entry.refresh_from_db()
    assert (entry.interrupted_on, entry.reopened_on) == (date(2026, 9, 12), at.date())


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize("late", [7, 9])
def test_an_exit_and_a_return_typed_by_an_agent_stand_when_a_late_file_comes(
    late: int, month: Month, at: datetime
) -> None:
    left, back = date(2026, 11, 10), date(2026, 11, 18)
    month(8, household())
    month(10, household())
    entry = Entry.objects.get()
    close_entries(entry_ids=[entry.pk], reason="right_ended", on=left, by=BY, at=at)
    reopen_entry(entry_id=entry.pk, on=back, by=BY, at=at)
    month(late, household(state="3"))
    entry.refresh_from_db()
    assert (entry.closed_on, entry.interrupted_on, entry.reopened_on) == (None, left, back)
    weeks = Deadline.objects.filter(kind="orientation_six_weeks").order_by("sequence")
    assert [(row.started_on, row.void_reason) for row in weeks] == [(date(2026, 9, 5), "restarted"), (back, "")]
