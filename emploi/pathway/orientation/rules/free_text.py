"""What must not be written in a free field: a social security number has its own protected place."""

from __future__ import annotations

import re

# Sex, year, month, département (2A, 2B), commune, order, key: with or without spaces, dots or dashes.
NIR = re.compile(
    r"(?<!\d)[12][\s.-]?\d{2}[\s.-]?\d{2}[\s.-]?(?:\d{2}|2[ABab])[\s.-]?\d{3}[\s.-]?\d{3}(?:[\s.-]?\d{2})?(?!\d)"
)


def refusal_of(text: str) -> str:
    """Return the sentence that refuses a text holding a social security number, or an empty string."""
    if NIR.search(text):
        return "N’écrivez pas de numéro de sécurité sociale ici : il a sa place protégée dans la fiche."
    return ""
