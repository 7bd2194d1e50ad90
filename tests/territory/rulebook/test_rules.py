"""How values follow each other in time, and what may be typed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emploi.territory.rulebook.facts import Shipped, Source
from emploi.territory.rulebook.rules import BadValue, overlaps, overlay, parse_value
from emploi.territory.rulebook.wording import said, typed


def a_value(first: date, last: date | None, value: object = 1, *, local: bool = False) -> Shipped:
    return Shipped("x", first, last, value, "days", Source("texte"), "verified", is_local=local)


def on(timeline: list[Shipped], day: date) -> object:
    found = [v.value for v in timeline if v.valid_from <= day and (v.valid_to is None or day <= v.valid_to)]
    assert len(found) <= 1
    return found[0] if found else None


DAY = date(2020, 1, 1)


class TestOverlay:
    def test_a_local_value_hides_the_national_one_on_its_days_only(self) -> None:
        line = overlay([a_value(DAY, None, 15)], [a_value(date(2023, 1, 1), date(2028, 12, 31), 10, local=True)])
        assert [(v.value, v.valid_from, v.valid_to) for v in line] == [
            (15, DAY, date(2022, 12, 31)),
            (10, date(2023, 1, 1), date(2028, 12, 31)),
            (15, date(2029, 1, 1), None),
        ]

    @given(st.data())
    def test_every_day_has_the_value_of_the_upper_layer_where_it_has_one(self, data: st.DataObject) -> None:
        def timeline(label: str) -> list[Shipped]:
            cuts = sorted(data.draw(st.sets(st.integers(0, 60), min_size=2, max_size=6)))
            pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
            return [
                a_value(DAY + timedelta(first), DAY + timedelta(last - 1), f"{label}{n}")
                for n, (first, last) in enumerate(pairs)
            ]

        base, above = timeline("b"), timeline("a")
        merged = overlay(base, above)
        assert overlaps(merged) == []
        for offset in range(-1, 62):
            day = DAY + timedelta(offset)
            assert on(merged, day) == (on(above, day) or on(base, day))


class TestTyping:
    @pytest.mark.parametrize(
        ("unit", "text", "stored"),
        [
            ("days", " 15 ", 15),
            ("count", "1 200", 1200),
            ("percent", "0", 0),
            (
                "week_hours",
                "8h-17h30, 08:30-17:30, 8:30 à 17:30, 08:30–17:30, 08:30-17:30, fermé, Fermé",
                ["08:00-17:30", *["08:30-17:30"] * 4, "fermé", "fermé"],
            ),
            ("euros_per_month", "651,69 €", 651.69),
            ("boolean", "Oui", True),
            ("boolean", "non", False),
            ("date", "01/07/2027", "2027-07-01"),
            ("date", "2027-07-01", "2027-07-01"),
            ("list", "professionnel, social,", ["professionnel", "social"]),
            ("text", "social", "social"),
        ],
    )
    def test_what_is_understood(self, unit: str, text: str, stored: object) -> None:
        assert parse_value(unit, text) == stored

    @pytest.mark.parametrize(
        ("unit", "text", "words"),
        [
            ("days", "", "Indiquez une valeur"),
            ("days", "quinze", "nombre entier"),
            ("days", "-3", "nombre entier"),
            ("days", "1,5", "nombre entier"),
            ("days", "99999", "trop grand"),
            ("percent", "101", "trop grand"),
            ("euros", "douze", "montant"),
            ("euros", "-1", "positif"),
            ("euros", "1,234", "deux chiffres"),
            ("euros", "NaN", "positif"),
            ("boolean", "peut-être", "oui ou par non"),
            ("date", "31/02/2027", "date"),
            ("week_hours", "08:30-17:30", "sept jours"),
            ("week_hours", "matin, , , , , ,", "n’est pas compris"),
            ("week_hours", "17:30-08:30, fermé, fermé, fermé, fermé, fermé, fermé", "avant de commencer"),
        ],
    )
    def test_what_is_refused_in_french(self, unit: str, text: str, words: str) -> None:
        with pytest.raises(BadValue, match=words):
            parse_value(unit, text)

    @pytest.mark.parametrize(
        ("value", "unit", "words"),
        [
            (15, "days", "15 jours calendaires"),
            (1, "days", "1 jour calendaire"),
            (0, "months", "sans délai"),
            (0, "percent", "0 %"),
            (100, "percent", "100 %"),
            (651.69, "euros_per_month", "651,69 € par mois"),
            (True, "boolean", "oui"),
            ("2027-07-01", "date", "01/07/2027"),
            (["professionnel", "social"], "list", "professionnel, social"),
            ("services_sociaux", "text", "vers les services sociaux"),
            (
                ["08:30-17:30", *["fermé"] * 6],
                "week_hours",
                "lundi 08:30-17:30, mardi fermé, mercredi fermé, jeudi fermé, "
                "vendredi fermé, samedi fermé, dimanche fermé",
            ),
        ],
    )
    def test_how_a_value_is_said(self, value: object, unit: str, words: str) -> None:
        assert said(value, unit).replace("\u202f", " ").replace("\xa0", " ") == words

    @given(st.one_of(st.tuples(st.just("days"), st.integers(0, 3660)), st.tuples(st.just("boolean"), st.booleans())))
    def test_what_the_form_shows_is_understood_back(self, pair: tuple[str, object]) -> None:
        unit, value = pair
        assert parse_value(unit, typed(value, unit)) == value
