"""Which column is what, and where the titles are: by synonyms, then by closeness, never by position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from emploi.exchanges.spreadsheets.rules.fields import FIELDS, Field
from emploi.pathway.beneficiaries.identifiers import normalise_name

LOOKED_AT = 25
CLOSE = 0.88
EXACT, LESS, NEAR = 3, 2, 1
# Words that say whose column it is, not what it is; written as a sentence, they are read as one.
_NOISE = frozenset(
    "du de la le les des l d et a au aux en the of beneficiaire personne usager brsa individu".split()  # noqa: SIM905
)
_OWNERS = frozenset(["allocataire", "dossier"])
_SAME = {"n": "numero", "no": "numero", "num": "numero", "nos": "numero", "tel": "telephone", "id": "identifiant",
         "mel": "courriel", "mail": "courriel", "email": "courriel", "dt": "date"}  # fmt: skip


@lru_cache(maxsize=2000)
def plain(title: str) -> str:
    """A title as it is compared: no accent, case, plural, « n° » nor sign: « N°⏎Téléphones » → « numero telephone »."""
    text = normalise_name(
        title.replace("°", "o ").replace("º", "o ").replace("e-mail", "email").replace("E-mail", "email")
    )
    return " ".join(_SAME.get(word, word) for word in map(_singular, text.split()))


def guess(header: Sequence[str], known: Mapping[str, str] | None = None) -> dict[str, int]:
    """The position of each field found, each column serving once; `known` is a saved mapping (field → title)."""
    found: dict[str, int] = {}
    taken: set[int] = set()
    for slug, title in (known or {}).items():
        position = next((n for n, text in enumerate(header) if n not in taken and plain(text) == plain(title)), None)
        if position is not None:
            found[slug] = position
            taken.add(position)
    if known:
        return found
    marks = [(mark, -n, slug, n) for n, title in enumerate(header) for slug, mark in _marks(title)]
    for _, _, slug, position in sorted(marks, key=lambda mark: mark[:2], reverse=True):
        if slug in found and f"{slug}2" in _SLUGS and f"{slug}2" not in found:
            slug = f"{slug}2"
        if slug not in found and position not in taken:
            found[slug] = position
            taken.add(position)
    return found


def guess_own(header: Sequence[str], own: Sequence[Field], identity: Sequence[str]) -> dict[str, int]:
    """The position of each field: a list's own by their exact titles first, who the line is about among the rest."""
    titles = {plain(title): field.slug for field in own for title in (field.label, *field.titles)}
    found: dict[str, int] = {}
    for position, title in enumerate(header):
        slug = titles.get(plain(title))
        if slug and slug not in found:
            found[slug] = position
    taken = set(found.values())
    left = guess(["" if n in taken else title for n, title in enumerate(header)])
    return {**{slug: n for slug, n in left.items() if slug in identity}, **found}


def header_row_of(first: Sequence[tuple[int, list[str]]]) -> tuple[int, int]:
    """The number of the row of titles and how many fields it names; the first row when none looks like titles."""
    best_row, best_score = (first[0][0] if first else 1), 0
    for number, cells in first[:LOOKED_AT]:
        score = len(guess(tuple(cells)))
        if score > best_score:
            best_row, best_score = number, score
    return best_row, best_score


@lru_cache(maxsize=4000)
def _marks(title: str) -> tuple[tuple[str, int], ...]:
    text = plain(title)
    if not text:
        return ()
    found = dict.fromkeys(_EXACT.get(text, ()), EXACT)
    for words, mark in ((_without(text, _NOISE), LESS), (_without(text, _NOISE | _OWNERS), LESS)):
        if not found:
            found |= dict.fromkeys(_LESS.get(words, ()), mark)
    if not found and len(text) > 4:
        found |= {slug: NEAR for known, slugs in _EXACT.items() for slug in slugs if _close(text, known)}
    return tuple(found.items())


def _close(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 3 or any(c.isdigit() for c in one + other):
        return False
    return SequenceMatcher(None, one, other).ratio() >= CLOSE


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


def _without(text: str, words: frozenset[str]) -> str:
    return " ".join(word for word in text.split() if word not in words)


def _index(reduce: bool) -> dict[str, list[str]]:
    index: dict[str, list[str]] = {}
    for field in FIELDS:
        for title in (field.label, *field.titles):
            text = plain(title)
            key = _without(text, _NOISE) if reduce else text
            slugs = index.setdefault(key, [])
            if key and field.slug not in slugs:
                slugs.append(field.slug)
    return index


_SLUGS = frozenset(field.slug for field in FIELDS)
_EXACT, _LESS = _index(reduce=False), _index(reduce=True)
