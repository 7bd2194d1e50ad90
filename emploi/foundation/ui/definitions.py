"""The words behind the "?" of every indicator and legal term: one register, shown where the question is asked."""

from __future__ import annotations

from dataclasses import dataclass
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


def register(*definitions: Definition) -> None:
    """Add definitions; the last registered of a slug wins, so a later app may refine a word."""
    for definition in definitions:
        _definitions[definition.slug] = definition


def register_file(path: Path) -> None:
    """Add the definitions of a YAML file: slug: {term, text, source_title, source_href}."""
    for slug, entry in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        register(Definition(slug=slug, **entry))


def get(slug: str) -> Definition | None:
    """Return a definition, None when nobody wrote it."""
    return _definitions.get(slug)


def everything() -> list[Definition]:
    """Return all definitions in alphabetical order of the term."""
    return sorted(_definitions.values(), key=lambda definition: definition.term.casefold())
