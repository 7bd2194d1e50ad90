"""Names, NIR and birth dates made comparable (caf-flows.md §3)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.rules.births import age, close_birth, same_birth
from emploi.pathway.beneficiaries.rules.contacts import Reachable, best, looks_like_email, phone_kind
from emploi.pathway.beneficiaries.rules.identity import (
    check_nir,
    compact,
    name_key,
    nir13,
    nir_agrees,
    nir_hash,
    nir_key,
    normalise_name,
    search_text,
    similarity,
    sort_name,
)


@pytest.mark.parametrize(
    ("written", "normalised"),
    [
        ("D'Alméïda-Roy", "d almeida roy"),
        ("LE GOFF", "le goff"),
        ("Œuvrard", "oeuvrard"),
        ("N’GUYEN  VAN", "n guyen van"),
        ("ÆBELØ-Strauß", "aebelo strauss"),
        ("  ", ""),
    ],
)
def test_names_lose_accents_hyphens_and_apostrophes(written: str, normalised: str) -> None:
    assert normalise_name(written) == normalised


@pytest.mark.parametrize(
    ("one", "other"),
    [("De La Tour", "DELATOUR"), ("Jean-Marc", "JEAN MARC"), ("d'Arc", "DARC"), ("Bénédicte", "BENEDICTE")],
)
def test_the_same_name_written_two_ways_is_one(one: str, other: str) -> None:
    assert compact(one) == compact(other)


def test_le_roy_and_roy_are_two_names() -> None:
    assert name_key("Le Roy", "", "Anne") != name_key("Roy", "", "Anne")


def test_the_particle_does_not_count_in_a_sorted_list() -> None:
    assert sort_name("de La Tour", "Zoé") == "tour zoe"
    assert sort_name("Le Goff", "Anne") == "le goff anne"


def test_a_person_is_found_by_every_name() -> None:
    words = search_text("Martin-Durand", "Bénzéma", "Anne Lise").split()
    assert {"martin", "durand", "martindurand", "benzema", "anne", "lise", "annelise"} <= set(words)


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_name(text)
    assert normalise_name(once) == once
    assert once.isascii()


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_likeness_is_symmetrical_and_bounded(one: str, other: str) -> None:
    assert similarity(one, other) == similarity(other, one)
    assert 0.0 <= similarity(one, other) <= 1.0


@pytest.mark.parametrize(
    ("typed", "thirteen", "valid", "reason"),
    [
        ("2 88 99 26 990 001", "2889926990001", True, ""),
        ("288992699000100", "", False, "key"),
        ("1 85 05 2A 004 123", "185052A004123", True, ""),
        ("1 85 05 2B 004 123", "185052B004123", True, ""),
        ("7 85 99 26 990 001", "7859926990001", False, "provisional"),
        ("28899269900", "", False, "length"),
        ("9889926990001", "", False, "characters"),
        ("185052C004123", "", False, "characters"),
        ("", "", False, "empty"),
    ],
)
def test_a_nir_is_read_with_its_doubts(typed: str, thirteen: str, valid: bool, reason: str) -> None:
    found = check_nir(typed)
    assert (found.nir13, found.valid, found.reason) == (thirteen, valid, reason)


@pytest.mark.parametrize(
    ("thirteen", "key"),
    [
        ("2690549588157", 80),
        ("185052A004123", 97 - 1850519004123 % 97),
        ("185052B004123", 97 - 1850518004123 % 97),
    ],
)
def test_the_key_counts_corsica_as_19_and_18(thirteen: str, key: int) -> None:
    assert nir_key(thirteen) == key
    assert nir13(f"{thirteen}{key:02d}") == thirteen


@given(st.from_regex(r"[12][0-9]{4}([0-9]{2}|2A|2B)[0-9]{6}", fullmatch=True))
def test_a_nir_with_its_own_key_is_accepted_and_with_another_refused(thirteen: str) -> None:
    key = nir_key(thirteen)
    assert 1 <= key <= 97
    assert check_nir(f"{thirteen}{key:02d}").valid
    assert check_nir(f"{thirteen}{key % 97 + 1:02d}").reason == "key"


def test_a_nir_says_sex_and_year_unless_provisional() -> None:
    assert nir_agrees("2889926990001", sex="2", birth_year=1988)
    assert not nir_agrees("2889926990001", sex="1", birth_year=1988)
    assert not nir_agrees("2889926990001", sex="2", birth_year=1989)
    assert nir_agrees("7889926990001", sex="1", birth_year=1950)


def test_a_nir_is_stored_unreadable_and_found_by_its_fingerprint(settings: object) -> None:
    stored = nir.encrypt("2889926990001")
    assert stored is not None and b"2889926990001" not in stored
    assert stored != nir.encrypt("2889926990001"), "two copies must not be recognised as equal"
    assert nir.decrypt(stored) == "2889926990001"
    assert nir.fingerprint("2889926990001") == nir.fingerprint("2889926990001") != nir.fingerprint("2889926990002")
    assert nir.fingerprint("") == "" and nir.encrypt("") is None


def test_another_key_neither_reads_nor_finds(settings: object) -> None:
    stored, found = nir.encrypt("2889926990001"), nir.fingerprint("2889926990001")
    settings.NIR_ENCRYPTION_KEY, settings.NIR_HASH_KEY = "autre", "autre"  # type: ignore[attr-defined]
    with pytest.raises(nir.UnreadableNir):
        nir.decrypt(stored)
    assert nir.fingerprint("2889926990001") != found
    assert nir_hash("2889926990001", b"autre") == nir.fingerprint("2889926990001")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ((date(1988, 4, 12), "N"), (date(1988, 4, 12), "N"), True),
        ((date(1988, 4, 12), "N"), (date(1988, 4, 13), "N"), False),
        ((date(1988, 4, 1), "J"), (date(1988, 4, 12), "N"), True),
        ((date(1988, 5, 1), "J"), (date(1988, 4, 12), "N"), False),
        ((date(1988, 1, 1), "O"), (date(1988, 4, 12), "N"), True),
        ((date(1988, 1, 1), "O"), (date(1989, 4, 12), "N"), False),
        ((date(1988, 1, 1), "O"), (date(1988, 9, 1), "J"), True),
        ((None, "N"), (None, "N"), False),
    ],
)
def test_birth_dates_are_compared_on_what_both_know(one: tuple, other: tuple, same: bool) -> None:
    assert same_birth(*one, *other) is same
    assert same_birth(*other, *one) is same


@pytest.mark.parametrize(
    ("one", "other", "close"),
    [
        (date(1988, 4, 12), date(1988, 12, 4), True),
        (date(1988, 4, 12), date(1989, 4, 12), True),
        (date(1988, 4, 12), date(1988, 4, 12), False),
        (date(1988, 4, 12), date(1971, 9, 2), False),
    ],
)
def test_a_typing_error_in_a_date_is_seen(one: date, other: date, close: bool) -> None:
    assert close_birth(one, other) is close


def test_age_on_a_leap_day() -> None:
    assert age(date(2000, 2, 29), date(2026, 2, 28)) == 25
    assert age(date(2000, 2, 29), date(2026, 3, 1)) == 26
    assert age(None, date(2026, 3, 1)) is None


@pytest.mark.parametrize(
    ("number", "kind"),
    [("+33612345678", "mobile"), ("+33712345678", "mobile"), ("+33475792626", "phone"), ("+262692123456", "mobile")],
)
def test_only_a_mobile_takes_text_messages(number: str, kind: str) -> None:
    assert phone_kind(number) == kind


@pytest.mark.parametrize(
    ("text", "is_email"),
    [("a.b@exemple.fr", True), ("éric@société.fr", True), ("a@b", False), ("a b@c.fr", False), ("@c.fr", False)],
)
def test_addresses_may_have_accents(text: str, is_email: bool) -> None:
    assert looks_like_email(text) is is_email


def test_what_was_typed_prevails_over_a_later_file() -> None:
    typed = Reachable(1, "mobile", "+33611111111", "typed", date(2026, 1, 1))
    later = Reachable(2, "mobile", "+33622222222", "caf", date(2026, 11, 1))
    assert best([later, typed], "mobile") == typed
    dead = Reachable(1, "mobile", "+33611111111", "typed", date(2026, 1, 1), is_dead=True)
    assert best([later, dead], "mobile") == later
    assert best([], "mobile") is None
