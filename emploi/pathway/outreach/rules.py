"""What makes a line of the register sound; no identity is needed, so none is written in the note."""

from __future__ import annotations

import re
from datetime import date

from emploi.foundation.texts.guard import refusal_of

_PHONE = re.compile(r"(?<!\d)(?:\+33|0)[\s.-]?[1-9](?:[\s.-]?\d{2}){4}(?!\d)")
_EMAIL = re.compile(r"\S+@\S+\.\S+")


def refusal_of_note(text: str) -> str:
    """Return the sentence that refuses a note naming somebody by a number or an address, empty when it may be kept."""
    if refusal := refusal_of(text):
        return refusal
    if _PHONE.search(text) or _EMAIL.search(text):
        return "N’écrivez ni téléphone ni courriel ici : ce registre ne nomme personne."
    return ""


def refusals(
    *, held_on: date, today: date, is_collective: bool, people: int, claims: int, is_claim: bool, has_person: bool
) -> list[tuple[str, str]]:
    """Return what is wrong, as (field, sentence)."""
    found = (
        (held_on > today, "held_on", "Cette date est dans le futur : notez l’information une fois donnée."),
        (people < 1, "people", "Indiquez au moins une personne."),
        (claims > people, "claims_filed", "Il ne peut pas y avoir plus de demandes que de personnes."),
        (is_claim and claims < 1, "claims_filed", "Indiquez combien de demandes ont été déposées."),
        (has_person and is_collective, "kind", "Une réunion collective ne se rattache pas à une seule personne."),
    )
    return [(field, sentence) for is_wrong, field, sentence in found if is_wrong]
