"""A line as an agent may read it: one title and its text a line, the NIR hidden from those who may not see it."""

import json
import re
from typing import Any

HIDDEN = "•••"
_NIR = re.compile(
    r"(?<!\d)[1-478](?:[\s.\-]?\d){4}[\s.\-]?(?:\d[\s.\-]?\d|2[AB])(?:[\s.\-]?\d){6}(?:[\s.\-]?\d{2})?(?!\d)"
)


def shown(raw: bytes, agent: Any) -> str:
    """The text received, laid out."""
    line = json.loads(raw)
    cells = line.get("original") or line["cells"]
    width = max(len(cells), len(line["header"]))
    pairs = zip(_filled(line["header"], width), _filled(cells, width), strict=True)
    return "\n".join(f"{title or '(sans titre)'} : {masked(text, agent)}" for title, text in pairs if text)


def masked(text: str, agent: Any) -> str:
    """A text without its NIR, for an agent who may not see it."""
    return text if agent.can("see_nir") else without_nir(text)


def without_nir(text: str) -> str:
    """A text without its NIR, for what is kept in clear."""
    return _NIR.sub(HIDDEN, text)


def _filled(texts: list[str], width: int) -> list[str]:
    return [*texts, *[""] * (width - len(texts))]
