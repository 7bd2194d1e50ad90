"""The trades a person hopes for: searched by plain names, ordered, kept with her words when none matches."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emploi.foundation.errors import DomainError
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import Interview, TradeName, TradeWish
from emploi.pathway.orientation.rules.trades import CODE, Named, TradeFileError, read_names, searchable
from tests.pathway.orientation.cast import MORNING, SYSTEM, World, interview
from tests.pathway.orientation.test_journey import HTMX, at, html, signed_in


@pytest.fixture
def named(world: World) -> World:
    actions.load_shipped_trades(by=SYSTEM, at=MORNING)
    return world


def wanted(world: World, held: Interview, words: str, wish: str = "sought", **values: object) -> TradeWish:
    by = values.pop("by", world.officer)
    return actions.add_trade(interview_id=held.pk, wish=wish, words=words, by=by.as_actor(), at=MORNING, **values)  # type: ignore[attr-defined,arg-type]


class TestNames:
    def test_every_name_shipped_has_a_code_of_the_rome_and_is_said_once(self) -> None:
        names = queries.shipped_trades()
        assert len(names) > 150 and all(CODE.fullmatch(name.code) for name in names)
        assert len({name.label for name in names}) == len(names)

    @pytest.mark.parametrize(
        ("typed", "first"),
        [
            ("aide a domicile", "Aide à domicile"),
            ("MACON", "Maçon"),
            ("femme de menage", "Femme de ménage"),
            ("ebeniste", "Ébéniste"),
            ("boulangere", "Boulangère"),
            ("restaurant serveur", "Serveur de restaurant"),
        ],
    )
    def test_found_by_plain_words_without_accents(self, named: World, typed: str, first: str) -> None:
        assert queries.trade_names(typed)[0].label == first

    @pytest.mark.parametrize("typed", ["", "a", "zzzz", "%", "' OR 1=1"])
    def test_nothing_is_found_for_nothing(self, named: World, typed: str) -> None:
        assert queries.trade_names(typed) == []

    def test_an_index_serves_the_search_of_the_whole_rome(self, named: World) -> None:
        many = [Named(f"K{number % 9999:04d}", f"Métier numéro {number:05d} de l’essai") for number in range(11_000)]
        assert actions.load_trades(names=many, by=SYSTEM, at=MORNING) == 11_000
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE orientation_tradename; SET LOCAL enable_seqscan = off")
            cursor.execute("EXPLAIN SELECT * FROM orientation_tradename WHERE search_text LIKE '%aide domicile%'")
            assert any("trade_name_search" in row[0] for row in cursor.fetchall())
        with CaptureQueriesContext(connection) as asked:
            assert queries.trade_names("aide domicile")[0].label == "Aide à domicile"
        assert len(asked) == 1

    def test_the_official_files_are_read_under_their_own_columns(self, named: World, tmp_path: object) -> None:
        file = tmp_path / "appellations.csv"  # type: ignore[operator]
        file.write_text(
            "code_ogr;libelle_appellation_long;code_rome\n1;Ébarbeur / Ébarbeuse;H2901\n", encoding="utf-8-sig"
        )
        call_command("load_trades", str(file))
        call_command("load_trades", str(file))
        assert TradeName.objects.get(is_plain=False).search_text == "ebarbeur ebarbeuse"
        assert queries.trade_names("ébarbeuse")[0].code == "H2901"
        assert queries.trade_names("maçon")[0].is_plain

    @pytest.mark.parametrize(
        ("lines", "said"),
        [
            ([], "vide"),
            (["code;nom", "A1;B"], "Colonne attendue"),
            (["code_rome,libelle", "K13,Aide"], "Ligne 2"),
            (["code_rome,libelle", "K1304,"], "Ligne 2"),
        ],
    )
    def test_a_wrong_file_is_refused_with_its_line(self, lines: list[str], said: str) -> None:
        with pytest.raises(TradeFileError, match=said):
            list(read_names(lines))

    def test_a_missing_file_is_said_and_nothing_is_erased(self, named: World) -> None:
        before = TradeName.objects.count()
        with pytest.raises(CommandError, match="introuvable"):
            call_command("load_trades", "nulle-part.csv")
        assert TradeName.objects.count() == before

    def test_what_is_searched_has_no_accent_nor_sign(self) -> None:
        assert searchable("Œuvre d’Éric (F/H)") == "oeuvre d eric f h"


class TestWishes:
    def test_several_in_the_person_s_order(self, named: World) -> None:
        held = interview(named)
        name = TradeName.objects.get(label="Aide à domicile")
        first = actions.add_trade(
            interview_id=held.pk, wish="sought", name_id=name.pk, by=named.officer.as_actor(), at=MORNING
        )
        wanted(named, held, "m’occuper de chevaux", "discover")
        last = wanted(named, held, "vendeuse sur les marchés", "former")
        actions.move_trade(interview_id=held.pk, trade_id=last.pk, by=named.officer.as_actor(), at=MORNING)
        rows = list(queries.trades_of(held.person_id))
        assert [row.label for row in rows] == ["Aide à domicile", "vendeuse sur les marchés", "m’occuper de chevaux"]
        assert (first.code, rows[1].code) == ("K1304", "")
        actions.change_trade(
            interview_id=held.pk, trade_id=last.pk, wish="sought", by=named.officer.as_actor(), at=MORNING
        )
        actions.remove_trade(interview_id=held.pk, trade_id=first.pk, by=named.officer.as_actor(), at=MORNING)
        assert [row.wish for row in queries.trades_of(held.person_id)] == ["sought", "discover"]
        assert TradeWish.objects.count() == 3

    @pytest.mark.parametrize(
        ("words", "wish", "said"),
        [
            ("", "sought", "Écrivez un métier"),
            ("soudeur", "someday", "recherché, à découvrir"),
            ("185052636212389", "sought", "sécurité sociale"),
        ],
    )
    def test_what_cannot_be_kept(self, named: World, words: str, wish: str, said: str) -> None:
        with pytest.raises(DomainError, match=said):
            wanted(named, interview(named), words, wish)

    def test_a_trade_is_there_once_whoever_names_it(self, named: World) -> None:
        held = interview(named)
        wanted(named, held, "Éleveur d’abeilles")
        with pytest.raises(DomainError, match=r"déjà noté \(métier recherché\), par Claire Martin"):
            wanted(named, held, "eleveur d’abeilles", by=named.colleague)

    def test_the_trade_of_another_is_out_of_reach(self, named: World) -> None:
        mine = wanted(named, interview(named), "soudeuse")
        from tests.pathway.orientation.cast import entrant

        other = interview(named, entrant("Bruno", "Costa"))
        with pytest.raises(DomainError, match="vient d’être retiré"):
            actions.change_trade(
                interview_id=other.pk, trade_id=mine.pk, wish="former", by=named.officer.as_actor(), at=MORNING
            )
        actions.remove_trade(interview_id=other.pk, trade_id=mine.pk, by=named.officer.as_actor(), at=MORNING)
        assert TradeWish.objects.active().count() == 1


class TestScreens:
    def test_without_script_a_button_searches_and_the_words_stay(self, named: World) -> None:
        held = interview(named)
        client = signed_in(named.officer)
        found = client.get(f"{at(held, 'trades')}?words=macon", follow=True)
        assert "Maçon" in found.text and 'value="macon"' in found.text
        assert "Garder les mots de la personne" in found.text
        name = TradeName.objects.get(label="Maçon")
        kept = client.post(at(held, "trade_add"), {"name": name.pk, "words": "macon", "wish": "sought"}, follow=True)
        assert "Métier recherché" in kept.text
        twice = client.post(at(held, "trade_add"), {"name": name.pk, "words": "macon", "wish": "sought"}, follow=True)
        assert "déjà noté" in twice.text and 'value="macon"' in twice.text

    def test_with_script_only_the_block_comes_back(self, named: World) -> None:
        held = interview(named)
        client = signed_in(named.officer)
        found = client.get(f"{at(held, 'trades')}?words=soud", **HTMX).text
        assert "Soudeuse" in found and "<html" not in found
        kept = client.post(at(held, "trade_add"), {"words": "cracheuse de feu", "wish": "discover"}, **HTMX).text
        assert "cracheuse de feu" in kept and "avec ses mots" in kept and "Enregistré à" in kept
        assert "<html" not in kept

    def test_read_back_on_paper_and_on_the_card(self, named: World) -> None:
        held = interview(named)
        wanted(named, held, "soudeuse", "discover")
        client = signed_in(named.officer)
        assert "soudeuse, métier à découvrir" in html(client, at(held, "summary"))
        assert "soudeuse, métier à découvrir" in html(client, f"/personnes/{held.person_id}/diagnostic/")

    def test_markup_typed_is_shown_as_text(self, named: World) -> None:
        held = interview(named)
        wanted(named, held, "<script>alert(1)</script>")
        text = html(signed_in(named.officer), at(held, "section", "wishes"))
        assert "<script>alert(1)" not in text and "&lt;script&gt;alert(1)" in text
