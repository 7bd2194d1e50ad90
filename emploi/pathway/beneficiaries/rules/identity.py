"""Names and NIR made comparable (caf-flows.md §3): accents, hyphens, particles, key, Corsica, provisional numbers."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")
# Nobiliary particles only: « Le », « La », « Ben », « El » are part of the name.
_PARTICLE = re.compile(r"^(?:d|de|du|des)(?: (?:la|l|les))? (?=.)")
_NIR_FORM = re.compile(r"[1-478]\d{4}(?:\d\d|2A|2B)\d{6}")
_SEPARATORS = re.compile(r"[\s.\-_/\u00a0\u202f]+")
_KEY_MODULUS = 97
_NIR_LENGTH = 13
_NIR_WITH_KEY = 15
_CORSICA = {"2A": "19", "2B": "18"}
_DEFINITIVE = "12"
# Spellings that sound alike at the telephone; the order counts.
_SOUNDS = (
    ("ph", "f"), ("sch", "ch"), ("ck", "k"), ("qu", "k"), ("q", "k"), ("ce", "se"), ("ci", "si"), ("ch", "\0"),
    ("c", "k"), ("h", ""), ("\0", "ch"), ("eau", "o"), ("au", "o"), ("ai", "e"), ("ei", "e"), ("ey", "e"), ("ay", "e"),
    ("y", "i"), ("z", "s"), ("w", "v"),
)  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=50_000)
def normalise_name(text: str) -> str:
    """Return the name in small letters, no accent, hyphen nor apostrophe: « D'Alméïda-Roy » → « d almeida roy »."""
    folded = text.lower()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded.translate(_LIGATURES))
        folded = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _NOT_A_LETTER.sub(" ", folded).strip()


@lru_cache(maxsize=50_000)
def compact(text: str) -> str:
    """Return the name without anything but its letters: « De La Tour » and « Delatour » agree."""
    return normalise_name(text).replace(" ", "")


def name_key(birth_name: str, last_name: str, first_name: str) -> str:
    """Return the exact-comparison key of an identity: name at birth (else in use) and first name."""
    return f"{compact(birth_name or last_name)}|{compact(first_name)}"


def sort_name(last_name: str, first_name: str) -> str:
    """Return the key that sorts as a French list does: the particle does not count."""
    last = normalise_name(last_name)
    return f"{_PARTICLE.sub('', last)} {normalise_name(first_name)}"


def search_text(last_name: str, birth_name: str, first_name: str) -> str:
    """Return the words a person is looked for by, whatever their order: as written, joined, and as heard."""
    words = dict.fromkeys((*_words(first_name), *_words(last_name), *_words(birth_name)))
    return " ".join(dict.fromkeys([*words, *map(sound, words)]))


@lru_cache(maxsize=50_000)
def _words(name: str) -> tuple[str, ...]:
    parts = normalise_name(name).split()
    return (*parts, "".join(parts)) if len(parts) > 1 else tuple(parts)


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """Return a normalised word as it is heard, so that « meier » and « meyer », « philippe » and « filipe » agree."""
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return _DOUBLED.sub(r"\1", word)


def trigrams(text: str) -> frozenset[str]:
    """Return the trigrams of a text, counted as pg_trgm counts them."""
    found: set[str] = set()
    for word in normalise_name(text).split():
        padded = f"  {word} "
        found.update(padded[start : start + 3] for start in range(len(padded) - 2))
    return frozenset(found)


def similarity(one: str, other: str) -> float:
    """Return how alike two names are, from 0 to 1, as pg_trgm does."""
    first, second = trigrams(one), trigrams(other)
    if not first or not second:
        return 0.0
    return len(first & second) / len(first | second)


@dataclass(frozen=True, slots=True)
class NirCheck:
    """A NIR as read: 13 characters or nothing, certain or not, and why not (`reason` code, empty when fine)."""

    nir13: str
    valid: bool
    provisional: bool
    reason: str


def check_nir(text: str) -> NirCheck:
    """Read a NIR typed or received with or without its key; a provisional one (sex 3, 4, 7, 8) is never certain."""
    raw = _SEPARATORS.sub("", text).upper()
    if not raw:
        return NirCheck("", False, False, "empty")
    if len(raw) not in (_NIR_LENGTH, _NIR_WITH_KEY):
        return NirCheck("", False, False, "length")
    body, key = raw[:_NIR_LENGTH], raw[_NIR_LENGTH:]
    if not _NIR_FORM.fullmatch(body) or (key and not key.isdigit()):
        return NirCheck("", False, False, "characters")
    if key and int(key) != nir_key(body):
        return NirCheck("", False, False, "key")
    provisional = body[0] not in _DEFINITIVE
    return NirCheck(body, not provisional, provisional, "provisional" if provisional else "")


def nir13(text: str) -> str:
    """Return the 13 characters of a NIR without its key, or nothing when it cannot be one."""
    return check_nir(text).nir13


def nir_key(thirteen: str) -> int:
    """Return the control key of a 13-character NIR; Corsica counts as 19 (2A) and 18 (2B)."""
    place = thirteen[5:7]
    digits = thirteen[:5] + _CORSICA.get(place, place) + thirteen[7:]
    return _KEY_MODULUS - int(digits) % _KEY_MODULUS


def nir_agrees(thirteen: str, *, sex: str, birth_year: int | None) -> bool:
    """Tell whether a definitive NIR carries this sex and birth year; unknown ones agree with everything."""
    if not thirteen or thirteen[0] not in _DEFINITIVE:
        return True
    same_sex = not sex or thirteen[0] == sex
    return same_sex and (birth_year is None or int(thirteen[1:3]) == birth_year % 100)


def nir_hash(thirteen: str, key: bytes) -> str:
    """Return the keyed fingerprint of a NIR: equal NIR give equal fingerprints, nothing can be read back."""
    return hmac.digest(key, thirteen.encode("ascii"), hashlib.sha256).hex() if thirteen else ""
