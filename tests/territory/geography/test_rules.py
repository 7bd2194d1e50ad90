"""Names made comparable, distances."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emploi.territory.geography.rules import great_circle_km, search_name, sort_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("L'Échantillon", "L ECHANTILLON"),
        ("Saint-Modèle-sur-Fictive", "SAINT MODELE SUR FICTIVE"),
        ("Œuilly", "OEUILLY"),
        ("  Bourg–Témoin ", "BOURG TEMOIN"),
        ("Plœuc-L’Hermitage", "PLOEUC L HERMITAGE"),
    ],
)
def test_a_name_is_stored_without_accents_or_signs(name: str, expected: str) -> None:
    assert sort_name(name) == expected


@pytest.mark.parametrize("typed", ["st-modèle", "ST MODELE", "saint modele", "Saint‑Modèle"])
def test_what_is_typed_by_hand_meets_the_official_name(typed: str) -> None:
    assert search_name(typed) == "SAINT MODELE"


def test_the_distance_of_two_known_towns() -> None:
    paris, lyon = (48.8566, 2.3522), (45.7640, 4.8357)
    assert great_circle_km(*paris, *lyon) == pytest.approx(391.5, abs=1)


positions = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(positions, positions)
def test_a_distance_is_the_same_both_ways_and_at_most_half_the_earth(one: tuple, other: tuple) -> None:
    there, back = great_circle_km(*one, *other), great_circle_km(*other, *one)
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= 20_016
