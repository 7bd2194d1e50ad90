"""An SMS holds only the GSM alphabet, and is charged by segments of 160 then 153."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emploi.foundation.messaging.rules import gsm


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Rendez-vous à 14 h, été, où", "Rendez-vous à 14 h, été, où"),
        ("être, Noël, île, sœur", "etre, Noel, ile, soeur"),
        ("ça ira", "ca ira"),
        ("l’entrée – « oui »…", 'l\'entrée - "oui"...'),
        ("10\u202f690 € [x]", "10 690 € [x]"),
        ("ÀÈÊ ÉÇ", "AEE ÉÇ"),
        ("À bientôt 😀", "A bientot ?"),
        ("نعم", "???"),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_accents_the_alphabet_lacks_are_dropped_never_the_letter(written: str, sent: str) -> None:
    assert gsm.fold(written) == sent


@pytest.mark.parametrize(
    ("text", "count"),
    [("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2), ("", 1)],
)
def test_a_text_is_charged_by_segments(text: str, count: int) -> None:
    assert gsm.segments(text) == count


def test_a_two_septet_sign_is_never_cut_between_two_parts() -> None:
    # 152 letters leave one septet in the first part: the euro goes whole into the second.
    assert gsm.segments("a" * 152 + "€" + "a" * 151) == 2
    assert gsm.segments("a" * 152 + "€" + "a" * 152) == 3


@pytest.mark.parametrize(
    ("name", "sender"),
    [
        ("Drôme", "Drome"),
        ("Val-d'Exemple", "ValdExemple"),
        ("Un nom bien trop long", "Unnombientr"),
        ("26", "Departement"),
    ],
)
def test_the_sender_is_what_operators_accept(name: str, sender: str) -> None:
    assert gsm.sender(name) == sender


@given(st.text(max_size=400))
def test_whatever_is_written_the_result_can_be_sent(text: str) -> None:
    folded = gsm.fold(text)
    assert set(folded) <= gsm.BASIC | gsm.EXTENDED
    assert gsm.fold(folded) == folded
