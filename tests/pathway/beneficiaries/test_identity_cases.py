"""The traps of caf-flows.md §3, one named case each, through whole files: who is recognised, who is asked about."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.actions import apply_households
from emploi.pathway.beneficiaries.facts import HouseholdFacts, MemberFacts
from emploi.pathway.beneficiaries.models import HouseholdRole, Person, ReviewItem
from tests.pathway.beneficiaries.builders import child, file, household, member, spouse
from tests.pathway.beneficiaries.conftest import BY

pytestmark = pytest.mark.usefixtures("rules")

AGAIN = {"claim_number": "00000000299", "payer_number": "2055990"}
WITHOUT_NIR: dict[str, Any] = {"nir13": "", "nir_valid": False}
LINA = child(role="DEM", first_name="LINA", birth_date=date(2000, 1, 30), birth_rank=1)


def alone(who: MemberFacts, **changes: Any) -> HouseholdFacts:
    return household(members=(who,), **changes)


# name → (first file, second file, how many persons in the end, the doubts raised)
CASES: dict[str, tuple[HouseholdFacts, HouseholdFacts, int, list[str]]] = {
    "spouses under one payer number are two people": (
        household(members=(member(),)), household(members=(member(), spouse())), 2, [],
    ),
    "the same woman under a new claim, with her NIR": (alone(member()), alone(member(), **AGAIN), 1, []),
    "the same woman under a new claim, without a NIR": (
        alone(member()), alone(member(**WITHOUT_NIR), **AGAIN), 1, [],
    ),
    "married since, her NIR known": (
        alone(member(last_name="MEYER")), alone(member(last_name="BENSAID"), **AGAIN), 1, [],
    ),
    "married since, no NIR, her name at birth given": (
        alone(member(last_name="MEYER", **WITHOUT_NIR)), alone(member(last_name="BENSAID", **WITHOUT_NIR), **AGAIN),
        1, [],
    ),
    "accents, hyphens and particles": (
        alone(member(birth_name="DE LA TOUR", first_name="MARIE-JOSÉ", **WITHOUT_NIR)),
        alone(member(birth_name="Delatour", first_name="MARIE JOSE", **WITHOUT_NIR), **AGAIN), 1, [],
    ),
    "twins, other first names, each under a claim": (
        alone(replace(LINA, **WITHOUT_NIR)), alone(replace(LINA, first_name="ZOE", birth_rank=2), **AGAIN), 2, [],
    ),
    "twins under the same names, told apart by their rank only": (
        alone(LINA), alone(replace(LINA, birth_rank=2), **AGAIN), 2, ["name_similarity"],
    ),
    "twins to whom one NIR was given": (
        alone(replace(LINA, nir13="2009926990009", nir_valid=True)),
        alone(replace(LINA, first_name="ZOE", birth_rank=2, nir13="2009926990009", nir_valid=True), **AGAIN),
        2, ["nir_conflict"],
    ),
    "father and son of the same names": (
        alone(spouse(role="DEM", **WITHOUT_NIR)),
        alone(spouse(role="DEM", birth_date=date(2004, 2, 7), **WITHOUT_NIR), **AGAIN), 2, [],
    ),
    "a birth year only, in the same commune": (
        alone(member(**WITHOUT_NIR)),
        alone(member(birth_date=date(1988, 1, 1), birth_date_precision="O", **WITHOUT_NIR), **AGAIN), 1, [],
    ),
    "a birth date some days apart, without a NIR": (
        alone(member(**WITHOUT_NIR)), alone(member(birth_date=date(1988, 4, 21), **WITHOUT_NIR), **AGAIN), 2,
        ["name_similarity"],
    ),
    "a birth date some days apart, with a certified NIR": (
        alone(member()), alone(member(birth_date=date(1988, 4, 21)), **AGAIN), 1, ["birth_conflict"],
    ),
    "a name misspelt, without a NIR": (
        alone(member(**WITHOUT_NIR)), alone(member(first_name="AMINAH", **WITHOUT_NIR), **AGAIN), 2,
        ["name_similarity"],
    ),
    "both spouses suddenly under the wife's NIR": (
        household(members=(member(), spouse())),
        household(members=(member(), spouse(nir13="2889926990001"))), 2, ["nir_conflict"],
    ),
    "a husband seen for the first time under his wife's NIR": (
        household(members=(member(),)),
        household(members=(member(), spouse(nir13="2889926990001"))), 2, ["nir_conflict"],
    ),
    "claimant and spouse exchange their roles": (
        household(members=(member(), spouse())), household(members=(member(role="CJT"), spouse(role="DEM"))), 2, [],
    ),
    "two certified NIR under the same names and day": (
        alone(member()), alone(member(nir13="2889926990077"), **AGAIN), 2, [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, at: datetime) -> None:
    first, second, people, doubts = CASES[name]
    apply_households([first], file=file(), by=BY, at=at)
    later = file(reference_on=date(2026, 11, 30), created_on=date(2026, 12, 4), run_id=2)
    apply_households([second], file=later, by=BY, at=at)
    identity = ("name_similarity", "nir_conflict", "birth_conflict")
    assert Person.objects.count() == people
    assert sorted(ReviewItem.objects.filter(kind__in=identity).values_list("kind", flat=True)) == doubts


class TestWrongNir:
    """The NIR of the wife on both spouses: the husband stays himself, with his own number."""

    def test_the_number_that_was_right_stays_and_the_doubt_is_raised_once(self, at: datetime) -> None:
        apply_households([household(members=(member(), spouse()))], file=file(), by=BY, at=at)
        wrong = household(members=(member(), spouse(nir13="2889926990001")))
        for month, run in ((11, 2), (12, 3)):
            again = file(reference_on=date(2026, month, 30), created_on=date(2026, month, 30), run_id=run)
            apply_households([replace(wrong, content_hash=f"{month:064d}")], file=again, by=BY, at=at)
        karim = Person.objects.get(first_name="KARIM")
        assert (karim.nir_hash, karim.nir_valid) == (nir.fingerprint("1859926990002"), True)
        assert ReviewItem.objects.filter(kind="nir_conflict").count() == 1
        assert HouseholdRole.objects.filter(ended_on=None).count() == 2

    def test_a_number_that_may_be_another_s_is_never_certified(self, at: datetime) -> None:
        wrong = household(members=(member(), spouse(nir13="2889926990001")))
        for month in (10, 11, 12):
            again = file(reference_on=date(2026, month, 30), created_on=date(2026, month, 30), run_id=month)
            apply_households([replace(wrong, content_hash=f"{month:064d}")], file=again, by=BY, at=at)
        amina, karim = Person.objects.order_by("first_name")
        assert (amina.nir_valid, karim.nir_valid) == (True, False)


def test_a_partial_date_never_replaces_a_whole_one(at: datetime) -> None:
    apply_households([household()], file=file(), by=BY, at=at)
    partial = household(members=(member(birth_date=date(1988, 1, 1), birth_date_precision="O"),))
    later = file(reference_on=date(2026, 11, 30), created_on=date(2026, 12, 4), run_id=2)
    apply_households([partial], file=later, by=BY, at=at)
    amina = Person.objects.get()
    assert (amina.birth_date, amina.birth_date_precision) == (date(1988, 4, 12), "N")
