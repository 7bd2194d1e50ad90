"""One file read by batches: whoever is in two dossiers of it is decided and shown as if it were read at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest

from emploi.foundation.audit.writing import acting
from emploi.pathway.beneficiaries.actions import Applied, apply_households
from emploi.pathway.beneficiaries.facts import FileFacts, HouseholdFacts
from emploi.pathway.beneficiaries.models import Entry, ReviewItem, Sighting
from tests.pathway.beneficiaries.builders import file, household, member, spouse
from tests.pathway.beneficiaries.conftest import BY

pytestmark = pytest.mark.usefixtures("rules")
Month = Callable[..., Applied]
HIS = "00000000299"


@pytest.fixture
def month(at: datetime) -> Month:
    """Receive one batch of the file of a month of 2026."""

    def run(number: int, *households: HouseholdFacts) -> Applied:
        return apply_households(households, file=_file(number), by=BY, at=at)

    return run


def _file(number: int) -> FileFacts:
    reference = date.fromordinal(date(2026, number + 1, 1).toordinal() - 1)
    return file(
        reference_on=reference,
        created_on=date.fromordinal(reference.toordinal() + 4),
        received_on=date(2026, number + 1, 5),
        run_id=number,
    )


def together(**changes: object) -> HouseholdFacts:
    return household(members=(member(), spouse()), **changes)


def his_own(**changes: object) -> HouseholdFacts:
    return household(
        **{"claim_number": HIS, "claimed_on": date(2026, 9, 20), "members": (spouse(role="DEM"),), **changes}
    )


def his_entry() -> Entry:
    return Entry.objects.select_related("household").get(person__first_name="KARIM")


def waiting() -> list[str]:
    return list(ReviewItem.objects.filter(settled_at__isnull=True).values_list("kind", flat=True))


def _before_sightings() -> None:
    with acting(BY):
        Sighting.objects.all().delete()


def _typed_by_hand() -> None:
    with acting(BY):
        Entry.objects.filter(person__first_name="KARIM").update(kind="manual", opened_on=date(2026, 8, 20))


UNEXPLAINED = pytest.mark.parametrize("history", [_before_sightings, _typed_by_hand])


class TestAnEntryTheFilesDoNotExplain:
    @UNEXPLAINED
    @pytest.mark.parametrize("his_first", [False, True], ids=["the one he left first", "his own first"])
    def test_goes_on_in_the_dossier_he_opens_in_the_same_file(
        self, month: Month, history: Callable[[], None], his_first: bool
    ) -> None:
        month(8, together())
        history()
        batches = [household(), his_own()]
        for one in reversed(batches) if his_first else batches:
            month(9, one)
        entry = his_entry()
        assert (entry.closed_on, entry.household.claim_number) == (None, HIS)

    @UNEXPLAINED
    def test_a_dossier_he_left_long_ago_does_not_speak_for_him(self, month: Month, history: Callable[[], None]) -> None:
        month(7, together())
        month(8, household(), his_own())
        history()
        month(9, household(homeless=True))
        month(9, his_own(state="5", motive="RFD", ended_on=date(2026, 9, 12)))
        assert his_entry().closed_on == date(2026, 9, 12)

    @UNEXPLAINED
    def test_what_a_newer_file_forbids_to_decide_is_shown_to_a_human(
        self, month: Month, history: Callable[[], None]
    ) -> None:
        month(8, together())
        history()
        month(10, together(homeless=True))
        month(9, his_own())
        assert his_entry().household.claim_number == "00000000199"
        assert waiting() == ["two_households"]


class TestTwoOpenDossiersOfOneFile:
    """The dossier of the last claim describes the entry (caf-flows.md §1: somebody is their last dossier)."""

    LATER = date(2026, 9, 20)

    def test_describe_the_entry_with_the_last_claim_whatever_the_batch(self, month: Month) -> None:
        month(9, together())
        month(9, his_own())
        assert his_entry().claimed_on == self.LATER

    def test_as_when_they_are_read_at_once(self, month: Month) -> None:
        month(9, together(), his_own())
        assert his_entry().claimed_on == self.LATER

    def test_but_what_an_agent_wrote_stays(self, month: Month) -> None:
        month(9, together())
        with acting(BY):
            Entry.objects.filter(person__first_name="KARIM").update(claimed_on=date(2026, 8, 31))
        month(9, his_own())
        assert his_entry().claimed_on == date(2026, 8, 31)


class TestPointsToCheck:
    def test_two_open_dossiers_read_one_after_the_other_are_shown(self, month: Month) -> None:
        month(9, together())
        month(9, his_own())
        assert waiting() == ["two_households"]
        assert ReviewItem.objects.get().person.first_name == "KARIM"

    def test_and_shown_once_when_the_file_is_read_again(self, month: Month) -> None:
        for _ in range(2):
            month(9, together())
            month(9, his_own())
        assert waiting() == ["two_households"]

    def test_unknown_duties_are_asked_whatever_the_batch(self, month: Month) -> None:
        silent = replace(spouse(), subject=None)
        month(9, together(state="5", motive="RFD"))
        month(9, his_own(members=(replace(silent, role="DEM"),)))
        assert waiting() == ["duties_unknown"]

    def test_and_settled_by_the_answer_of_another_batch(self, month: Month) -> None:
        month(9, household(members=(member(), spouse(subject=None))))
        assert waiting() == ["duties_unknown"]
        month(9, his_own())
        assert waiting() == []

    def test_a_death_is_shown_whatever_the_batch(self, month: Month) -> None:
        month(8, together())
        with acting(BY):
            Entry.objects.filter(person__first_name="KARIM").update(
                closed_on=date(2026, 9, 10), closing_reason="death", closed_known_on=date(2026, 9, 10)
            )
        month(9, household())
        month(9, his_own())
        assert waiting() == ["dead_in_file"]

    def test_two_open_dossiers_an_older_file_shows_are_asked_until_a_newer_one_closes_one(self, month: Month) -> None:
        month(10, together())
        month(9, together(state="3"), his_own())
        assert waiting() == ["two_households"]
        month(10, his_own(state="5", motive="RFD"))
        assert waiting() == []

    def test_two_open_dossiers_of_one_batch_are_shown_too(self, month: Month) -> None:
        month(9, together(), his_own())
        assert waiting() == ["two_households"]
