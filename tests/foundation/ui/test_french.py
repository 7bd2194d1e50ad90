"""Dates, hours and numbers as people say them."""

from datetime import UTC, date, datetime, time

import pytest

from emploi.foundation.ui import french


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 24), "mardi 24 novembre"),
        (date(2026, 12, 1), "mardi 1er décembre"),
        (date(2028, 2, 29), "mardi 29 février"),
        (None, ""),
    ],
)
def test_a_day_is_said_with_its_name(day: date | None, said: str) -> None:
    assert french.date_fr(day) == said


def test_a_moment_is_said_in_paris_time() -> None:
    # 23 h 30 in Greenwich on 30 June is already 1 July in Paris.
    assert french.moment_fr(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "mercredi 1er juillet à 1 h\u00a030"


@pytest.mark.parametrize(
    ("at", "said"), [(time(14), "14 h"), (time(9, 5), "9 h\u00a005"), (time(0), "0 h"), (None, "")]
)
def test_hours(at: time | None, said: str) -> None:
    assert french.hour_fr(at) == said


@pytest.mark.parametrize(
    ("number", "decimals", "said"),
    [
        (10690, None, "10\u202f690"),
        (0, None, "0"),
        (-1234.5, None, "-1\u202f234,5"),
        (87.449, 1, "87,4"),
        (12.0, 1, "12,0"),
        (12.5, 0, "13"),
        (2.0, None, "2"),
        (None, None, ""),
    ],
)
def test_numbers_have_french_separators(number: float | None, decimals: int | None, said: str) -> None:
    assert french.nombre(number, decimals) == said


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("+33612345678", "06 12 34 56 78"),
        ("0033612345678", "06 12 34 56 78"),
        ("06.12.34.56.78", "06 12 34 56 78"),
        ("+41791234567", "+41791234567"),
        ("3949", "3949"),
        ("", ""),
    ],
)
def test_telephones(raw: str, said: str) -> None:
    assert french.phone_fr(raw) == said


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 personne"), (1, "1 personne"), (2, "2 personnes"), (None, "0 personne")]
)
def test_zero_and_one_are_singular(count: int | None, said: str) -> None:
    assert french.pluriel(count, "personne") == said


def test_an_irregular_plural() -> None:
    assert french.pluriel(3, "créneau", "créneaux") == "3 créneaux"


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(1990, 11, 24), date(2026, 11, 23), 35),
        (date(1990, 11, 23), date(2026, 11, 23), 36),
        (date(2000, 2, 29), date(2026, 2, 28), 25),
        (None, date(2026, 11, 23), None),
    ],
)
def test_ages(born: date | None, on: date, age: int | None) -> None:
    assert french.age_on(born, on) == age


@pytest.mark.parametrize(
    ("words", "said"),
    [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "", "b", "c"], "a, b et c")],
)
def test_lists_of_words(words: list[str], said: str) -> None:
    assert french.liste_fr(words) == said


def test_the_year_is_said_only_when_it_is_another() -> None:
    today = date(2026, 11, 23)
    assert french.near_fr(date(2026, 11, 24), today) == "mar. 24 nov."
    assert french.near_fr(date(2024, 7, 4), today) == "jeu. 4 juil. 2024"
    assert french.due_fr(date(2027, 1, 1), today) == "vendredi 1er janvier 2027"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("10:30", "10 h\u00a030"),
        ("9h", "9 h"),
        ("14 H 05", "14 h\u00a005"),
        ("le matin", "le matin"),
        ("25:00", "25:00"),
    ],
)
def test_an_hour_typed_in_any_way_is_said_in_french(typed: str, said: str) -> None:
    assert french.typed_hour_fr(typed) == said
