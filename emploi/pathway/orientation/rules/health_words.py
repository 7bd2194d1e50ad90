"""Words of health in a text many people read: a warning, set aside knowingly by who writes (RGPD, art. 9)."""

from __future__ import annotations

import re

# A short list, on purpose: what is often written, not a dictionary of medicine. Beginnings of words.
BEGINNINGS = (
    "maladie", "malade", "cancer", "dépress", "depress", "psychiatr", "bipolaire", "schizophr", "suicid",
    "hospitalis", "hôpital", "hopital", "clinique", "chimio", "diabète", "diabete", "épilep", "epilep",
    "vih", "sida", "addiction", "alcool", "drogue", "toxicoman", "enceinte", "grossesse", "handicap",
    "burn-out", "burnout", "traitement médical", "médicament", "medicament", "santé", "sante", "soins",
)  # fmt: skip
HEALTH = re.compile(rf"\b(?:{'|'.join(BEGINNINGS)})\w*", re.IGNORECASE)


def warning_of(*texts: str) -> str:
    """Return the warning about the first word of health found, or an empty string."""
    found = next((match.group() for text in texts if (match := HEALTH.search(text))), "")
    if not found:
        return ""
    return (
        f"« {found} » parle peut-être de santé. Ce texte est lu par d’autres : la santé se note seulement dans le "
        "diagnostic. Changez le texte, ou cochez la case pour le garder ainsi."
    )
