"""The simulated lives: the same for a seed, nobody real, nothing lost from one month to the next."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from stdnum.fr import nir as stdnum_nir

from emploi.simulator.caf_files.monthly import Month, snapshots
from emploi.simulator.caf_files.writing import world_of
from emploi.simulator.life import numbers
from emploi.simulator.life.dossier import World
from emploi.simulator.life.months import parse_month
from emploi.simulator.life.tenancies import RETURN, STOCK, Place

SIZE = 400


@pytest.fixture(scope="module")
def world() -> World:
    return world_of(seed=7)


def states(world: World, month: str, size: int = SIZE) -> dict[str, tuple[str, str]]:
    views = snapshots(Month(parse_month(month), size), world)
    return {view.dossier.claim_number: (view.phase.state, view.phase.motive) for view in views}


def test_a_seed_is_one_life_and_another_seed_is_another_life(world: World) -> None:
    again, other = world_of(seed=7), world_of(seed=8)

    assert states(world, "2025-03") == states(again, "2025-03")
    assert states(world, "2025-03").keys().isdisjoint(states(other, "2025-03"))


def test_a_larger_departement_holds_the_smaller_one(world: World) -> None:
    small, large = states(world, "2025-03", 100), states(world, "2025-03", 300)

    assert {number: large[number] for number in small} == small


@pytest.mark.parametrize("month", ["2022-11", "2024-02", "2026-10"])
def test_every_month_has_exactly_the_dossiers_asked_for(world: World, month: str) -> None:
    assert len(states(world, month)) == SIZE


def test_no_right_is_lost_between_two_months(world: World) -> None:
    """A dossier leaves the file only after it was shown closed or refused; a newcomer was not there before."""
    months = ["2024-08", "2024-09", "2024-10", "2024-11", "2024-12", "2025-01"]
    left = entered = 0
    for before, after in pairwise(months):
        former, later = states(world, before), states(world, after)
        for number in former.keys() - later.keys():
            assert former[number][0] in "156", f"{number} vanished while in state {former[number]}"
            left += 1
        entered += len(later.keys() - former.keys())
        assert not [n for n in former.keys() & later.keys() if former[n][0] == "5" and later[n][0] in "0234"]

    assert left == entered > 0


def test_rights_open_close_and_come_back_in_the_proportions_of_the_recipe(world: World) -> None:
    share = Counter(state for state, _ in states(world, "2026-10", 4000).values())

    assert 0.75 <= share["2"] / 4000 <= 0.86
    assert 0.08 <= share["4"] / 4000 <= 0.16
    assert 0.01 <= share["3"] / 4000 <= 0.04
    assert 0.03 <= share["5"] / 4000 <= 0.06
    assert share["0"] + share["1"] + share["6"] < 4000 * 0.03


def test_returns_before_four_months_keep_their_number_and_later_ones_get_a_new_one(world: World) -> None:
    quick = late = 0
    for slot in range(3000):
        for tenancy in Place(slot, world.seed, world.figures).tenancies(parse_month("2026-10")):
            if tenancy.kind != RETURN:
                continue
            assert tenancy.previous is not None
            gap = tenancy.first_month - tenancy.previous.closed_month
            same_number = tenancy.claim == tenancy.previous.claim
            assert same_number == (gap < 4)
            quick, late = quick + same_number, late + (not same_number)

    assert quick > 100
    assert late > 300


def test_entries_are_more_numerous_in_autumn_and_winter_than_in_spring_and_summer(world: World) -> None:
    entries: Counter[int] = Counter()
    for slot in range(3000):
        for tenancy in Place(slot, world.seed, world.figures).tenancies(parse_month("2026-10")):
            if tenancy.kind != STOCK and tenancy.first_month >= parse_month("2023-11"):
                entries[tenancy.first_month % 12 + 1] += 1

    assert sum(entries[month] for month in (9, 10, 11, 12, 1, 2)) > 1.15 * sum(entries[m] for m in (3, 4, 5, 6, 7, 8))


def test_nirs_are_impossible_valid_and_never_shared(world: World) -> None:
    seen: set[str] = set()
    missing = people = 0
    for view in snapshots(Month(parse_month("2026-10"), 2000), world):
        for person in view.dossier.household.people:
            people += 1
            if not person.nir:
                missing += 1
                continue
            assert person.nir not in seen
            seen.add(person.nir)
            assert 990 <= int(person.nir[7:10]) <= 999, "a real commune code could hit a real person"
            assert person.nir[13:] == numbers.nir_key(person.nir[:13])
            assert int(person.nir[1:3]) == person.birth_date.year % 100
            if person.precision == "N":
                assert int(person.nir[3:5]) == person.birth_date.month
            if person.nir[0] in "12":
                assert stdnum_nir.is_valid(person.nir)

    assert 0.01 < missing / people < 0.05


def test_corsican_keys_follow_the_published_rule() -> None:
    assert numbers.nir_key("2550899990123") == f"{97 - 2550899990123 % 97:02d}"
    assert numbers.nir_key("255082A990123") == f"{97 - (2550820990123 - 1_000_000) % 97:02d}"
    assert numbers.nir_key("255082B990123") == f"{97 - (2550820990123 - 2_000_000) % 97:02d}"


def test_people_have_the_ages_and_the_families_of_the_calibration(world: World) -> None:
    views = list(snapshots(Month(parse_month("2026-10"), 3000), world))
    couples = sum(1 for view in views if any(person.role == "CJT" for person, _ in view.people))
    msa = sum(1 for view in views if view.dossier.household.payer == "MSA")
    subject = Counter(duty for view in views for person, duty in view.people if person.is_adult)

    assert 0.12 < couples / 3000 < 0.22
    assert 0.03 < msa / 3000 < 0.07
    assert 0.80 < subject[True] / subject.total() < 0.95
    assert subject[None] > 0
    assert subject[False] > 0


def test_names_bear_accents_particles_and_hyphens_and_fit_the_format(world: World) -> None:
    people = [
        p for view in snapshots(Month(parse_month("2026-10"), 1500), world) for p in view.dossier.household.people
    ]
    names = {person.last_name for person in people}

    assert any("É" in name for name in names)
    assert any("-" in name for name in names)
    assert any(name.startswith(("DE LA ", "D'", "EL ")) for name in names)
    assert max(len(name) for name in names) == 28
    assert all(len(person.first_name) <= 32 and person.first_name.encode("windows-1252") for person in people)
