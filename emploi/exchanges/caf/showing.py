"""A refused line as an agent may read it: one tag a line, the NIR and health hidden from those who may not see them."""

import re
from typing import Any

from emploi.exchanges.caf.blocks import words

_NIR = re.compile(r"(<NIR>)[^<]*(</NIR>)|(<MATRICULE>)[^<]*(</MATRICULE>)|\b[1-478]\d{12}(?:\d{2})?\b")
_LEAF = re.compile(r"<(\w+)>([^<]*)(?=</\1>)")
_TAG = re.compile(r"<(/?)[^<>]*?(/?)>[^<]*")
HIDDEN = "•••"


def shown(raw: bytes, agent: Any) -> str:
    """The text received, laid out."""
    text = raw.decode("cp1252", "replace")
    if not agent.can("see_nir"):
        text = _NIR.sub(lambda found: f"{found[1] or found[3] or ''}{HIDDEN}{found[2] or found[4] or ''}", text)
    if not agent.can("see_health"):
        text = _without_health(text)
    return _laid_out(text) if text.lstrip().startswith("<") else text


def _without_health(text: str) -> str:
    """The text with what tells of health struck out; a block cut before its end is struck out to the end."""
    for tag in words.health_blocks():
        text = re.sub(rf"(<{tag}\b[^>]*>).*?(</{tag}>|\Z)", rf"\1{HIDDEN}\2", text, flags=re.DOTALL)

    def leaf(found: re.Match[str]) -> str:
        hidden = words.is_health(found[1], " ".join(found[2].split()))
        return f"<{found[1]}>{HIDDEN}" if hidden else found[0]

    return _LEAF.sub(leaf, text)


def _laid_out(text: str) -> str:
    """One element a line, indented by its depth; whatever is not a tag is kept as it is."""
    lines: list[str] = []
    depth, opened, position = 0, False, 0
    for found in _TAG.finditer(text):
        if text[position : found.start()].strip():
            lines.append(text[position : found.start()].strip())
        closes, is_empty = bool(found[1]), bool(found[2])
        depth -= closes
        if closes and opened:
            lines[-1] += found[0].strip()
        else:
            lines.append("  " * max(0, depth) + found[0].strip())
        opened = not closes and not is_empty
        depth += opened
        position = found.end()
    return "\n".join([*lines, text[position:].strip()]).strip()
