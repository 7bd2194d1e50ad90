"""What a person needs to come, as an agent hears it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from emploi.foundation.ui.free_text import FreeTextField
from emploi.pathway.beneficiaries.enums import VisitNeed
from emploi.pathway.beneficiaries.models import Person

HEARD = {
    VisitNeed.WHEELCHAIR: "Un lieu accessible en fauteuil roulant",
    VisitNeed.CHILDCARE: "Une solution de garde d’enfants pendant le rendez-vous",
    VisitNeed.ACCOMPANIED: "Vient avec quelqu’un",
}


class NeedsForm(forms.Form):
    """Three boxes, a language, a few words: practical needs only."""

    needs = forms.MultipleChoiceField(
        label="Pour venir, il lui faut",
        choices=[(value, HEARD[value]) for value in VisitNeed],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Cochez une case de la liste."},
    )
    language = FreeTextField(
        label="Un interprète : quelle langue ?",
        max_length=40,
        required=False,
        help_text="Langue des signes comprise. Vide : pas besoin.",
    )
    other = FreeTextField(
        label="Autre besoin pratique", max_length=200, required=False, help_text="Un besoin, jamais un diagnostic."
    )

    @property
    def said(self) -> dict[str, Any]:
        """What was said, as the action takes it."""
        return {name: self.cleaned_data[name] for name in ("needs", "language", "other")}


def needs_known(person: Person) -> dict[str, Any]:
    """What is known already, as the form shows it."""
    told = person.last_needs
    return {
        "needs": list(told.needs) if told else [],
        "language": person.interpreter_language,
        "other": told.other if told else "",
    }


def differs(said: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Tell whether what was said changes what is known; boxes left as they were say nothing new."""
    texts = ("language", "other")
    return set(said["needs"]) != set(known["needs"]) or any(said[name] != known[name] for name in texts)
