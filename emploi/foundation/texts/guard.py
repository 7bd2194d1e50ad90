"""A social security number is never written in a free text, nor shown; words of health are a warning."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from emploi.foundation.errors import DomainError

FILE = Path(__file__).with_name("health_words.toml")
# Sex, year, month, département (2A, 2B), commune, order, key: with or without spaces, dots or dashes.
NIR = re.compile(
    r"(?<!\d)[12][\s.-]?\d{2}[\s.-]?\d{2}[\s.-]?(?:\d{2}|2[ABab])[\s.-]?\d{3}[\s.-]?\d{3}(?:[\s.-]?\d{2})?(?!\d)"
)
HIDDEN_NUMBER = "[numéro masqué]"
RESERVED = "texte réservé aux professionnels qui peuvent voir la santé"
_kept: ContextVar[list[str] | None] = ContextVar("kept_texts", default=None)


def refusal_of(text: str) -> str:
    """Return the sentence that refuses a text holding a social security number, or an empty string."""
    return str(_words()["number"]) if NIR.search(text) else ""


def warning_of(*texts: str) -> str:
    """Return the warning about the first word of health found, or an empty string."""
    found = next((match.group() for text in texts if (match := _health().search(text))), "")
    return str(_words()["warning"]).format(word=found) if found else ""


def keep_label() -> str:
    """Return what the writer ticks to keep a text warned about."""
    return str(_words()["keep"])


def speaks_of_health(*texts: str) -> bool:
    """Tell whether one of these texts would be kept back from who may not see health."""
    return any(_health().search(text) for text in texts)


def shown_to(text: str, *, sees_health: bool, is_health: bool = False) -> str:
    """Return a free text as this reader may see it: the one guard of every screen and paper.

    Without the right to see health, a text is kept back when what it is about is health or when it speaks of it; a
    social security number is never shown, whoever reads.
    """
    plain = NIR.sub(HIDDEN_NUMBER, text)
    if sees_health or not plain.strip():
        return plain
    return RESERVED if is_health or speaks_of_health(plain) else plain


def check_texts(texts: Mapping[str, str], *, keeps_health_words: bool) -> None:
    """Refuse a social security number; warn of words of health unless the writer keeps them knowingly."""
    check_numbers(texts)
    warning = warning_of(*texts.values())
    if warning and not keeps_health_words:
        raise DomainError(warning, field="keeps_health_words")
    if warning:
        note_kept(", ".join(name for name, text in texts.items() if speaks_of_health(text)))


def check_numbers(texts: Mapping[str, str]) -> None:
    """Refuse a social security number where health may be written, or where the form has warned already."""
    for name, text in texts.items():
        if refusal := refusal_of(text):
            raise DomainError(refusal, field=name)


def note_kept(field: str) -> None:
    """Remember that the writer kept a text warned about: `collecting` gives it to the journal, never the text."""
    if (kept := _kept.get()) is not None and field not in kept:
        kept.append(field)


@contextmanager
def collecting() -> Iterator[list[str]]:
    """Within it, the names of the fields whose text was kept in spite of the warning."""
    kept: list[str] = []
    token = _kept.set(kept)
    try:
        yield kept
    finally:
        _kept.reset(token)


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def _health() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_words()['beginnings'])})\w*", re.IGNORECASE)
