"""What a version of a dossier changes against the former one: said beside each value, and what is gone listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from emploi.exchanges.caf.blocks.reading import Block, Section, Value

NEW, CHANGED = "new", "changed"


@dataclass(frozen=True, slots=True)
class Gone:
    """A value the former version held and this one does not."""

    section: str
    block: str
    label: str
    text: str


def compared(sections: Sequence[Section], former: Sequence[Section]) -> tuple[list[Section], list[Gone]]:
    """The same sections, each value marked against the former version, and the values that are gone."""
    before = {value.path: value for section in former for _, value in section.all_values()}
    marked = [replace(s, blocks=tuple(_marked(block, before) for block in s.blocks)) for s in sections]
    paths = {value.path for section in sections for _, value in section.all_values()}
    gone = [
        Gone(section.title, title, value.label, value.text)
        for section in former
        for title, value in section.all_values()
        if value.path not in paths
    ]
    return marked, gone


def _marked(block: Block, before: Mapping[str, Value]) -> Block:
    values = tuple(_mark(value, before.get(value.path)) for value in block.values)
    return replace(block, values=values, blocks=tuple(_marked(inner, before) for inner in block.blocks))


def _mark(value: Value, former: Value | None) -> Value:
    if former is None:
        return replace(value, mark=NEW)
    if (former.text, former.code) == (value.text, value.code):
        return value
    return replace(value, mark=CHANGED, before=former.text)
