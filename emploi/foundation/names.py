"""Names as they are written in French: the payers send capitals, the stored name stays what they sent."""

from __future__ import annotations

import re
import unicodedata

# Small words of a family name; « La », « Le » and « Les » keep their capital after them (de La Tour).
_SMALL = frozenset({"de", "du", "des", "von", "der", "den", "ter", "y", "e", "da", "do", "dos", "das", "di"})
_SMALL_IN_FIRST_NAMES = _SMALL | {"la", "le", "les"}
_PARTS = re.compile(r"([ \-'’]+)")


def proper_last_name(name: str) -> str:
    """Return a family name as a letter writes it; one typed with small letters stays as typed."""
    return _proper(name, _SMALL, leading=True)


def proper_first_name(name: str) -> str:
    """Return a first name as a letter writes it; small words never begin it."""
    return _proper(name, _SMALL_IN_FIRST_NAMES, leading=False)


def folded(text: str) -> str:
    """Return a text without accents nor capitals: what two writings of a word have in common."""
    whole = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(sign for sign in whole if not unicodedata.combining(sign)).casefold()


def _proper(name: str, small: frozenset[str], *, leading: bool) -> str:
    text = " ".join(name.split())
    if text != text.upper():
        return text
    pieces = _PARTS.split(text)
    words = pieces[0::2]
    for rank, word in enumerate(words):
        is_last = rank == len(words) - 1
        may_be_small = not is_last and (rank > 0 or leading)
        lowered = word.lower()
        # A particle is followed by a blank or a hyphen: « DA » alone or before an apostrophe is a name.
        followed_by = pieces[2 * rank + 1] if not is_last else ""
        is_elided = lowered == "d" and followed_by in ("'", "’")
        if may_be_small and (is_elided or (lowered in small and "'" not in followed_by and "’" not in followed_by)):
            pieces[2 * rank] = lowered
        else:
            pieces[2 * rank] = _capitalised(word)
    return "".join(pieces)


def _capitalised(word: str) -> str:
    """« MCDONALD » keeps its second capital; « MACDONALD » cannot be told from « MACHADO » and takes one."""
    if word.startswith("MC") and len(word) > len("MC") + 2:
        return f"Mc{word[2:].capitalize()}"
    return word.capitalize()
