"""Recognising a person in the exact order of caf-flows.md §3; a doubt never merges."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emploi.pathway.beneficiaries.rules.matching import Basis, Doubt, Identity, recognise

AMINA = Identity("meyer", "bensaid", "amina", date(1988, 4, 12), "N", "h1", True, "DEM", "99001")


def like(**changes: object) -> Identity:
    return replace(AMINA, **changes)  # type: ignore[arg-type]


def recognised(member: Identity, **candidates: list[Identity]) -> tuple[Basis, list[Doubt]]:
    pools = {"same_nir": [], "same_dossier": [], "same_names": [], **candidates}
    found = recognise(member, **pools)  # type: ignore[arg-type]
    return found.basis, [doubt for doubt, _ in found.doubts]


def test_the_same_nir_and_birth_date_win_whatever_the_names() -> None:
    other_names = like(birth_name="x", last_name="y", first_name="z")
    assert recognised(AMINA, same_nir=[other_names]) == (Basis.NIR_AND_BIRTH, [])


def test_a_certified_nir_with_alike_names_is_enough_but_the_date_is_checked() -> None:
    shifted = like(birth_date=date(1988, 4, 13))
    assert recognised(AMINA, same_nir=[shifted]) == (Basis.NIR_AND_NAMES, [Doubt.BIRTH_CONFLICT])


def test_a_nir_shared_with_somebody_else_is_an_anomaly() -> None:
    stranger = like(birth_name="durand", last_name="durand", first_name="paul", birth_date=date(1950, 1, 1))
    assert recognised(AMINA, same_nir=[stranger]) == (Basis.NOBODY, [Doubt.NIR_CONFLICT])


def test_a_provisional_nir_proves_nothing_alone() -> None:
    shifted = like(birth_date=date(1990, 1, 1), nir_valid=False)
    assert recognised(like(nir_valid=False), same_nir=[shifted]) == (Basis.NOBODY, [])


@pytest.mark.parametrize(
    "change", [{"first_name": "aminata"}, {"birth_date": date(1988, 4, 21)}, {"birth_name": "x", "last_name": "y"}]
)
def test_in_one_dossier_and_role_two_of_three_are_enough(change: dict[str, object]) -> None:
    known = like(nir_hash="", nir_valid=False)
    assert recognised(like(**change), same_dossier=[known])[0] == Basis.DOSSIER


def test_in_another_role_all_three_are_needed() -> None:
    known = like(role="CJT", nir_hash="", nir_valid=False)
    assert recognised(AMINA, same_dossier=[known])[0] == Basis.DOSSIER
    assert recognised(like(first_name="samira"), same_dossier=[known])[0] == Basis.NOBODY


def test_two_certified_and_different_nir_are_two_people() -> None:
    known = like(nir_hash="h2")
    assert recognised(AMINA, same_dossier=[known], same_names=[known])[0] == Basis.NOBODY


def test_twins_stay_two() -> None:
    leo = Identity("bensaid", "bensaid", "gabriel", date(2019, 1, 30), "N", "", False, "ENF")
    noe = replace(leo, first_name="noe")
    assert recognised(noe, same_dossier=[leo])[0] == Basis.NOBODY
    assert recognised(replace(leo, first_name="gabriele"), same_dossier=[leo])[0] == Basis.DOSSIER


def test_the_best_candidate_of_a_dossier_is_taken() -> None:
    mother = like(nir_hash="", nir_valid=False)
    sister = like(first_name="samira", nir_hash="", nir_valid=False)
    found = recognise(AMINA, same_nir=[], same_dossier=[sister, mother], same_names=[])
    assert found.known is mother


def test_same_names_and_birth_date_elsewhere_are_the_same_person() -> None:
    known = like(nir_hash="", nir_valid=False, commune="99002")
    assert recognised(AMINA, same_names=[known])[0] == Basis.NAMES_AND_BIRTH


def test_a_partial_date_also_needs_the_commune() -> None:
    partial = like(birth_date=date(1988, 1, 1), precision="O", nir_hash="", nir_valid=False)
    assert recognised(AMINA, same_names=[partial])[0] == Basis.NAMES_AND_BIRTH
    assert recognised(AMINA, same_names=[replace(partial, commune="99002")])[0] == Basis.NOBODY


def test_two_namesakes_born_the_same_day_are_never_chosen_by_chance() -> None:
    one, two = like(nir_hash="", nir_valid=False, commune=""), like(nir_hash="", nir_valid=False, commune="")
    assert recognised(AMINA, same_names=[one, two]) == (Basis.NOBODY, [Doubt.NAME_SIMILARITY] * 2)
    here = replace(two, commune="99001")
    assert recognise(AMINA, same_nir=[], same_dossier=[], same_names=[one, here]).known is here


def test_a_date_with_one_typing_error_is_only_a_doubt() -> None:
    known = like(birth_date=date(1988, 12, 4), nir_hash="", nir_valid=False)
    assert recognised(AMINA, same_names=[known]) == (Basis.NOBODY, [Doubt.NAME_SIMILARITY])


names = st.sampled_from(["bensaid", "meyer", "martin", ""])
people = st.builds(
    Identity,
    birth_name=names,
    last_name=names,
    first_name=st.sampled_from(["amina", "karim", ""]),
    birth_date=st.sampled_from([date(1988, 4, 12), date(1990, 1, 1), None]),
    precision=st.sampled_from("NJO"),
    nir_hash=st.sampled_from(["h1", "h2", ""]),
    nir_valid=st.booleans(),
    role=st.sampled_from(["DEM", "CJT", "ENF"]),
    commune=st.sampled_from(["99001", ""]),
)


@given(people, st.lists(people, max_size=4), st.lists(people, max_size=4))
def test_nobody_outside_the_candidates_is_ever_recognised(member: Identity, near: list, namesakes: list) -> None:
    same_nir = [known for known in near if member.nir_hash and known.nir_hash == member.nir_hash]
    found = recognise(member, same_nir=same_nir, same_dossier=near, same_names=namesakes)
    assert found.known is None or any(found.known is known for known in near + namesakes)
    if found.basis in (Basis.DOSSIER, Basis.NAMES_AND_BIRTH):
        assert found.known is not None
        # A certified NIR forbids, unless it is certainly somebody else's (two spouses under one number).
        is_borrowed = any(doubt == Doubt.NIR_CONFLICT and other.nir_valid for doubt, other in found.doubts)
        contradicts = member.nir_valid and found.known.nir_valid and member.nir_hash != found.known.nir_hash
        assert is_borrowed or not contradicts
