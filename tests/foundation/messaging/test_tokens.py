"""The small language of our texts: brackets for what we know, braces for what goes away with it."""

import pytest

from emploi.foundation.messaging.rules.letters import as_markup, has_open_bold, with_line_ends
from emploi.foundation.messaging.rules.tokens import fill, names_in, problems

KNOWN = ["prénom", "lieu", "comment venir", "heures d’appel"]
VALUES = {"prenom": "Amina", "lieu": "Valence", "comment venir": "", "heures d'appel": ""}


def filled(text: str, **changes: str) -> str:
    return fill(text, {**VALUES, **changes}.__getitem__)


def said(text: str, required: tuple[str, ...] = ()) -> list[str]:
    return [problem.message for problem in problems(text, known=KNOWN, required=required)]


def test_capitals_and_accents_do_not_matter() -> None:
    assert filled("Bonjour [Prénom], [PRENOM] !") == "Bonjour Amina, Amina !"
    assert names_in("[Prénom] [prenom] [heures d'appel] [heures d’appel]") == ["prenom", "heures d'appel"]


def test_a_passage_goes_away_with_what_it_names() -> None:
    text = "Venez à [lieu].\n\n{Comment venir : [comment venir]}\n\nMerci{ (de [heures d’appel])}."
    assert filled(text) == "Venez à Valence.\n\nMerci."
    assert filled(text, **{"comment venir": "bus 5"}) == "Venez à Valence.\n\nComment venir : bus 5\n\nMerci."


def test_a_value_is_never_read_again_as_a_text() -> None:
    assert filled("[prénom] habite {à [lieu]}", prenom="[lieu]", lieu="{Valence}") == "[lieu] habite à {Valence}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Bonjour [prenon]", "Vouliez-vous écrire [prénom] ?"),
        ("Bonjour [adresse de la mairie]", "n’est pas une information de ce message"),
        ("Bonjour [prénom", "Un crochet est resté ouvert"),
        ("Bonjour prénom]", "Un crochet est resté ouvert"),
        ("{Bonjour [prénom]", "Une accolade est restée ouverte"),
    ],
)
def test_what_cannot_be_used_is_said(text: str, sentence: str) -> None:
    assert any(sentence in problem for problem in said(text))


def test_what_a_person_needs_may_not_hide_in_a_passage() -> None:
    assert said("Rendez-vous à [lieu]", required=("lieu",)) == []
    assert "doit contenir [lieu]" in said("{Rendez-vous à [lieu]}", required=("lieu",))[0]


def test_a_letter_keeps_bold_lists_and_ends_of_line_and_nothing_else() -> None:
    assert as_markup("*Apportez* #read\n- une carte") == "*Apportez* \\#read\n- une carte"
    assert with_line_ends("le lieu,\nl’heure\n\n- a\n- b") == "le lieu, \\\nl’heure\n\n- a\n- b"
    assert has_open_bold("*gras")
    assert not has_open_bold("*gras*\n\nautre")
