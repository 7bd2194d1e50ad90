"""A refused line as an agent may read it: one tag a line, the NIR hidden from those who may not see it."""

import re
from typing import Any

_NIR = re.compile(r"(<NIR>)[^<]*(</NIR>)|(<MATRICULE>)[^<]*(</MATRICULE>)|\b[1-478]\d{12}(?:\d{2})?\b")
_TAG = re.compile(r"<(/?)[^<>]*?(/?)>[^<]*")
HIDDEN = "•••"


def shown(raw: bytes, agent: Any) -> str:
    """The text received, laid out."""
    text = raw.decode("cp1252", "replace")
    if not agent.can("see_nir"):
        text = _NIR.sub(lambda found: f"{found[1] or found[3] or ''}{HIDDEN}{found[2] or found[4] or ''}", text)
    return _laid_out(text) if text.lstrip().startswith("<") else text


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
