"""The small language of our texts: « [prénom] » stands for what we know, « {…} » goes away when that is missing.

An administrator writes it without being a developer, so it has two signs and no third one:

- `[information]` is replaced by its value; several writings of a name (capitals, accents) designate the same one;
- `{ passage }` is left out whole when one of the informations it names has no value.

Pure: what an information is worth comes from the caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from emploi.foundation.names import folded

_TOKEN: Final = re.compile(r"\[([^\[\]\n{}]*)\]")
_PASSAGE: Final = re.compile(r"\{([^{}]*)\}")
_BLANK_LINES: Final = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text cannot be used, in a sentence."""

    message: str


@dataclass(frozen=True, slots=True)
class _Passage:
    """Words and the key of what follows each; then the last words."""

    pieces: tuple[tuple[str, str], ...]
    rest: str
    is_optional: bool


def names_in(text: str) -> list[str]:
    """The informations a text names, as keys, in order, each once."""
    return list(dict.fromkeys(key_of(found.group(1)) for found in _TOKEN.finditer(text)))


@lru_cache(maxsize=1024)
def key_of(name: str) -> str:
    """What makes two writings of a name the same: « Prénom » and « prenom »."""
    return " ".join(folded(name.replace("’", "'")).split())


def fill(text: str, value_of: Callable[[str], str], *, literal: Callable[[str], str] = str) -> str:
    """The text with its informations; `value_of` takes a key, `literal` prepares the words written by hand."""
    parts = [_filled(passage, value_of, literal) for passage in _passages(text)]
    lines = "\n".join(line.rstrip() for line in "".join(parts).split("\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip()


def problems(text: str, *, known: Collection[str], required: Collection[str]) -> list[Problem]:
    """Everything that forbids using a text: unknown or missing informations, signs left open."""
    by_key = {key_of(name): name for name in known}
    found = [Problem(_unknown(name, by_key)) for name in _written(text) if key_of(name) not in by_key]
    present = set(names_in(_PASSAGE.sub("", text)))
    found += [
        Problem(f"Le texte doit contenir [{name}], hors des accolades : la personne en a toujours besoin.")
        for name in required
        if key_of(name) not in present
    ]
    return found + [Problem(sentence) for sentence in _left_open(text)]


def _cut(text: str) -> Iterator[tuple[str, bool]]:
    """The text in order, in passages always said and passages said only when nothing is missing."""
    end = 0
    for found in _PASSAGE.finditer(text):
        yield text[end : found.start()], False
        yield found.group(1), True
        end = found.end()
    yield text[end:], False


@lru_cache(maxsize=512)
def _passages(text: str) -> tuple[_Passage, ...]:
    """The text read once, for a batch that says it to thousands: its words and its informations, in order."""
    return tuple(_passage(words, is_optional=optional) for words, optional in _cut(text))


def _passage(words: str, *, is_optional: bool) -> _Passage:
    pieces, end = [], 0
    for found in _TOKEN.finditer(words):
        pieces.append((words[end : found.start()], key_of(found.group(1))))
        end = found.end()
    return _Passage(tuple(pieces), words[end:], is_optional)


def _filled(passage: _Passage, value_of: Callable[[str], str], literal: Callable[[str], str]) -> str:
    values = {key: value_of(key) for key in dict.fromkeys(key for _, key in passage.pieces)}
    if passage.is_optional and not all(value.strip() for value in values.values()):
        return ""
    parts = [part for words, key in passage.pieces for part in (literal(words), values[key])]
    return "".join([*parts, literal(passage.rest)])


def _written(text: str) -> list[str]:
    return list(dict.fromkeys(found.group(1).strip() for found in _TOKEN.finditer(text)))


def _unknown(name: str, by_key: dict[str, str]) -> str:
    near = get_close_matches(key_of(name), by_key, n=1, cutoff=0.6)
    if near:
        return f"[{name}] n’est pas une information de ce message. Vouliez-vous écrire [{by_key[near[0]]}] ?"
    return f"[{name}] n’est pas une information de ce message. Choisissez-en une dans la liste."


def _left_open(text: str) -> Iterator[str]:
    rest = _TOKEN.sub("", text)
    if "[" in rest or "]" in rest:
        yield "Un crochet est resté ouvert : écrivez par exemple [prénom]."
    if "{" in _PASSAGE.sub("", text) or "}" in _PASSAGE.sub("", text):
        yield "Une accolade est restée ouverte : écrivez par exemple {Comment venir : [comment venir]}."
