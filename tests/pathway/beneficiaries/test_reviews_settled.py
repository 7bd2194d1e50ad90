"""Points to check: raised once, settled by the facts that answer; what an agent corrected is never overwritten."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.test import Client

from emploi.pathway.beneficiaries.actions import Applied, apply_households, correct_person, flag_disappeared
from emploi.pathway.beneficiaries.facts import HouseholdFacts
from emploi.pathway.beneficiaries.models import Entry, Household, Person, ReviewItem
from tests.pathway.beneficiaries.builders import file, household, member
from tests.pathway.beneficiaries.conftest import BY

pytestmark = pytest.mark.usefixtures("rules")
Month = Callable[..., Applied]


@pytest.fixture
def month(at: datetime) -> Month:
    """Receive the file of a month of 2026."""

    def run(number: int, *households: HouseholdFacts) -> Applied:
        end = date(2026, number + 1, 1) if number < 12 else date(2027, 1, 1)
        reference = date.fromordinal(end.toordinal() - 1)
        dated = file(reference_on=reference, created_on=end, received_on=date(end.year, end.month, 5), run_id=number)
        return apply_households(households, file=dated, by=BY, at=at)

    return run


@pytest.fixture
def absent_from(at: datetime) -> Callable[[int], int]:
    """Say that the whole monthly file of a month shows nothing more."""

    def flag(number: int) -> int:
        reference = date.fromordinal(date(2026, number + 1, 1).toordinal() - 1)
        return flag_disappeared(payer="CAF", reference_on=reference, run_id=number, by=BY, at=at)

    return flag


def waiting() -> list[str]:
    return list(ReviewItem.objects.filter(settled_at__isnull=True).values_list("kind", flat=True))


class TestDisappeared:
    @pytest.mark.parametrize("changed", [False, True], ids=["seen again as it was", "seen again, changed"])
    def test_a_dossier_seen_again_settles_it(self, month: Month, absent_from, changed: bool) -> None:
        month(8, household())
        absent_from(9)
        assert waiting() == ["disappeared"]
        month(10, household(homeless=changed))
        assert waiting() == []
        assert ReviewItem.objects.get().settled_by == BY.label

    def test_the_person_seen_elsewhere_settles_it(self, month: Month, absent_from) -> None:
        month(8, household())
        absent_from(9)
        heir = household(claim_number="00000000299", previous_claim_number="00000000199")
        month(10, heir)
        assert Entry.objects.get().household.claim_number == "00000000299"
        assert waiting() == []

    def test_an_older_file_that_shows_it_does_not(self, month: Month, absent_from) -> None:
        month(7, household())
        absent_from(9)
        month(8, household(homeless=True))
        assert waiting() == ["disappeared"]
        assert Household.objects.get().disappeared_on == date(2026, 9, 30)

    def test_the_first_month_it_is_missing_from_is_kept_whatever_the_order(self, month: Month, absent_from) -> None:
        month(7, household())
        absent_from(9)
        absent_from(8)
        assert Household.objects.get().disappeared_on == date(2026, 8, 31)
        assert waiting() == ["disappeared"]


class TestTwoHouseholds:
    def test_the_end_of_one_right_settles_it(self, month: Month) -> None:
        month(8, household())
        month(9, household(claim_number="00000000299"))
        assert waiting() == ["two_households"]
        month(10, household(state="5", motive="RFD"))
        assert waiting() == []

    def test_it_waits_as_long_as_both_run(self, month: Month) -> None:
        month(8, household())
        month(9, household(claim_number="00000000299"))
        month(10, household(homeless=True))
        assert waiting() == ["two_households"]


class TestCorrected:
    @pytest.fixture
    def person(self, month: Month, at: datetime) -> Person:
        """Somebody whose name and birth date an agent corrected."""
        month(8, household())
        values = {"last_name": "Ben Saïd", "birth_date": date(1988, 12, 4)}
        return correct_person(person_id=Person.objects.get().pk, values=values, by=BY, at=at)

    def test_a_file_keeps_the_correction_and_shows_the_difference_once(self, month: Month, person: Person) -> None:
        month(9, household(homeless=True))
        person.refresh_from_db()
        assert (person.last_name, person.birth_date) == ("Ben Saïd", date(1988, 12, 4))
        assert person.first_name == "AMINA", "what nobody corrected follows the payer"
        review = ReviewItem.objects.get()
        assert (review.kind, review.detail) == ("identity_differs", '{"birth_date": "1988-04-12"}')
        month(10, household(homeless=False))
        assert ReviewItem.objects.count() == 1

    def test_the_same_name_in_capitals_is_no_difference(self, month: Month, at: datetime) -> None:
        month(8, household())
        correct_person(person_id=Person.objects.get().pk, values={"last_name": "Bensaïd"}, by=BY, at=at)
        month(9, household(homeless=True))
        assert (Person.objects.get().last_name, waiting()) == ("Bensaïd", [])

    def test_it_settles_when_the_payer_agrees_and_asks_again_when_it_says_something_new(
        self, month: Month, person: Person
    ) -> None:
        month(9, household(homeless=True))
        month(10, household(members=(member(birth_date=person.birth_date),)))
        assert waiting() == []
        month(11, household(members=(member(birth_date=date(1988, 1, 1)),)))
        assert ReviewItem.objects.get(settled_at__isnull=True).detail == '{"birth_date": "1988-01-01"}'

    def test_an_agent_sees_both_and_chooses(self, month: Month, person: Person, as_role: Callable[..., Client]) -> None:
        month(9, household(homeless=True))
        client = as_role("rsa_office")
        page = client.get("/personnes/a-verifier/").content.decode()
        assert "12/04/1988" in page
        assert "04/12/1988" in page
        review = ReviewItem.objects.get()
        client.post(f"/personnes/a-verifier/{review.pk}/identite/", {"keep": "no"})
        person.refresh_from_db()
        assert (person.birth_date, person.corrected_fields) == (date(1988, 4, 12), ["last_name"])
        month(10, household(members=(replace(member(), birth_date=date(1988, 4, 13)),)))
        person.refresh_from_db()
        assert person.birth_date == date(1988, 4, 13), "the payer is followed again"

    def test_settled_one_comes_back_to_the_list_as_it_was_filtered(
        self, month: Month, person: Person, as_role: Callable[..., Client]
    ) -> None:
        month(9, household(homeless=True))
        client, review = as_role("rsa_office"), ReviewItem.objects.get()
        where = f"/personnes/a-verifier/?kind={review.kind}"
        assert f'name="next" value="{where}"' in client.get(where).content.decode()
        there = f"/personnes/a-verifier/{review.pk}/identite/"
        assert client.post(there, {"keep": "", "next": where})["Location"] == where
        assert client.post(there, {"keep": "yes", "next": where})["Location"] == where
        assert client.post(there, {"keep": "yes", "next": "https://ailleurs.example/"}).status_code == 404

    def test_kept_it_is_never_asked_again(self, month: Month, person: Person, as_role: Callable[..., Client]) -> None:
        month(9, household(homeless=True))
        as_role("rsa_office").post(f"/personnes/a-verifier/{ReviewItem.objects.get().pk}/identite/", {"keep": "yes"})
        month(10, household(homeless=False))
        assert waiting() == []
        assert Person.objects.get().birth_date == date(1988, 12, 4)
