"""What must not be written in a free field: a social security number has its own protected place."""

from __future__ import annotations

import re

from emploi.pathway.orientation.rules.health_words import HEALTH

# Sex, year, month, département (2A, 2B), commune, order, key: with or without spaces, dots or dashes.
NIR = re.compile(
    r"(?<!\d)[12][\s.-]?\d{2}[\s.-]?\d{2}[\s.-]?(?:\d{2}|2[ABab])[\s.-]?\d{3}[\s.-]?\d{3}(?:[\s.-]?\d{2})?(?!\d)"
)

HIDDEN_NUMBER = "[numéro masqué]"
RESERVED = "texte réservé aux professionnels qui peuvent voir la santé"


def refusal_of(text: str) -> str:
    """Return the sentence that refuses a text holding a social security number, or an empty string."""
    if NIR.search(text):
        return "N’écrivez pas de numéro de sécurité sociale ici : il a sa place protégée dans la fiche."
    return ""


def shown_to(text: str, *, sees_health: bool, is_health: bool = False) -> str:
    """Return a free text as this reader may see it: the one guard of every screen and paper.

    Without the right to see health, a text is kept back when what it is about is health or when it speaks of it; a
    social security number is never shown, whoever reads.
    """
    plain = NIR.sub(HIDDEN_NUMBER, text)
    if sees_health or not plain.strip():
        return plain
    return RESERVED if is_health or HEALTH.search(plain) else plain


def speaks_of_health(*texts: str) -> bool:
    """Tell whether one of these texts would be kept back from who may not see health."""
    return any(HEALTH.search(text) for text in texts)
