"""The markup of letters: two signs an administrator may use; Typst prints the rest as it is and runs nothing of it."""

from __future__ import annotations

import re
from typing import Final

_TYPST_SPECIAL: Final = re.compile(r"([\\#$*_`<>@~\[\]=\-+/\"{}]|(?<=^\d)\.|(?<=^\d\d)\.)", re.MULTILINE)
_BULLET: Final = re.compile(r"^\\- ", re.MULTILINE)
_LINE_END: Final = re.compile(r"(?<=[^\n])\n(?=[^\n-])")


def typst_escape(text: str) -> str:
    """Return a text that Typst prints as it is."""
    return _TYPST_SPECIAL.sub(r"\\\1", text)


def as_markup(text: str) -> str:
    """Return words written by hand as Typst: `*bold*` and lines beginning with « - » keep their meaning."""
    return _BULLET.sub("- ", typst_escape(text).replace("\\*", "*"))


def with_line_ends(markup: str) -> str:
    """Return the same markup, where an end of line is one on paper too."""
    return _LINE_END.sub(" \\\\\n", markup)


def has_open_bold(text: str) -> bool:
    """Tell whether a star opens bold letters that its paragraph never closes."""
    return any(paragraph.count("*") % 2 for paragraph in re.split(r"\n\s*\n", text))
