"""The words behind the "?" of every indicator and legal term: one register, shown where the question is asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class Definition:
    """What a word means here, and the text that says so."""

    slug: str
    term: str
    text: str
    source_title: str = ""
    source_href: str = ""


_definitions: dict[str, Definition] = {}
# « [[orientation_weeks_legal]] » in a text: a figure the rules and delays hold, read when the text is shown.
FIGURE = re.compile(r"\[\[([a-z_]+)\]\]")
_figures: list[Callable[[str], str]] = []


def figures_from(read: Callable[[str], str]) -> None:
    """Say who knows the figures named in the texts (the rulebook, which comes after this tool)."""
    _figures[:] = [read]


def register(*definitions: Definition) -> None:
    """Add definitions; the last registered of a slug wins, so a later app may refine a word."""
    for definition in definitions:
        _definitions[definition.slug] = definition


def register_file(path: Path) -> None:
    """Add the definitions of a YAML file: slug: {term, text, source_title, source_href}."""
    for slug, entry in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        register(Definition(slug=slug, **entry))


def get(slug: str) -> Definition | None:
    """Return a definition with its figures of today, None when nobody wrote it."""
    found = _definitions.get(slug)
    return _filled(found) if found else None


def everything() -> list[Definition]:
    """Return all definitions in alphabetical order of the term."""
    return sorted(map(_filled, _definitions.values()), key=lambda definition: definition.term.casefold())


def figures_named() -> set[str]:
    """Return the parameters the texts name."""
    return {slug for definition in _definitions.values() for slug in FIGURE.findall(definition.text)}


def _filled(definition: Definition) -> Definition:
    if not _figures or "[[" not in definition.text:
        return definition
    return replace(definition, text=FIGURE.sub(lambda found: _figures[0](found[1]), definition.text))
