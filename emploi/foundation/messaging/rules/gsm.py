"""What fits in an SMS: the GSM 03.38 alphabet, its septets and its segments."""

from __future__ import annotations

import unicodedata

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each of these takes two septets (an escape, then the character).
EXTENDED = frozenset("^{}\\[~]|€\f")
ONE_SEGMENT = 160
# A text in several parts spends seven septets of each part on saying which part it is.
PART = 153
SENDER_LENGTH = 11

_WRITTEN_OTHERWISE = str.maketrans(
    {
        "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "–": "-", "—": "-", "‑": "-", "−": "-", "…": "...", "œ": "oe", "Œ": "OE", "•": "-", "·": "-", "×": "x",
        "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u200b": "", "\ufeff": "", "\t": " ",
        "°": "o", "ª": "a", "º": "o", "ẞ": "SS", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i",
    }
)  # fmt: skip


def fold(text: str) -> str:
    """Return the text with only characters of the GSM alphabet: accents it lacks are dropped, never the letter."""
    rewritten = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("« ", '"').replace(" »", '"')
    rewritten = (
        rewritten.replace("«\u00a0", '"').replace("\u00a0»", '"').replace("«\u202f", '"').replace("\u202f»", '"')
    )
    return "".join(_folded(character) for character in rewritten.translate(_WRITTEN_OTHERWISE))


def septets(text: str) -> int:
    """Return the length of a folded text in septets."""
    return sum(2 if character in EXTENDED else 1 for character in text)


def segments(text: str) -> int:
    """Return how many SMS a folded text is charged as; a two-septet character is never cut between parts."""
    if septets(text) <= ONE_SEGMENT:
        return 1
    parts, used = 1, 0
    for character in text:
        size = 2 if character in EXTENDED else 1
        if used + size > PART:
            parts, used = parts + 1, 0
        used += size
    return parts


def sender(name: str) -> str:
    """Return a sender's name the operators accept: at most 11 letters or digits, at least one letter."""
    kept = "".join(character for character in fold(_plain(name)) if character.isascii() and character.isalnum())
    return kept[:SENDER_LENGTH] if any(character.isalpha() for character in kept[:SENDER_LENGTH]) else "Departement"


def _folded(character: str) -> str:
    if character in BASIC or character in EXTENDED:
        return character
    kept = "".join(c for c in _plain(character) if c in BASIC or c in EXTENDED)
    # A sign nobody can write in an SMS (a drawing, another script) is said by a question mark, once.
    return kept or ("" if unicodedata.category(character) in {"Mn", "Cf", "Cc"} else "?")


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) != "Mn")
