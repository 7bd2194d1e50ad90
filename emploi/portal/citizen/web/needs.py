"""What the person needs to come: asked once, said back on her pages."""

from __future__ import annotations

from typing import Any

from django import forms

from emploi.foundation.ui.free_text import FreeTextField
from emploi.pathway.beneficiaries.enums import VisitNeed
from emploi.pathway.beneficiaries.models import Person


class NeedsForm(forms.Form):
    """A few boxes, a language: nothing to prove, nothing about health."""

    needs = forms.MultipleChoiceField(
        label="Cochez ce qu’il vous faut", choices=VisitNeed.choices, required=False,
        widget=forms.CheckboxSelectMultiple, error_messages={"invalid_choice": "Cochez une case de la liste."},
    )  # fmt: skip
    language = FreeTextField(
        label="Un interprète ? Écrivez la langue.", max_length=40, required=False,
        help_text="Par exemple : arabe, ukrainien, langue des signes. Sinon, n’écrivez rien.",
    )  # fmt: skip
    other = FreeTextField(
        label="Autre chose pour venir", max_length=200, required=False,
        help_text="N’écrivez rien sur votre santé : vous nous en parlerez si vous voulez.",
    )  # fmt: skip


def needs_said(person: Person) -> dict[str, Any]:
    """What she said before, as the form shows it."""
    told = person.last_needs
    return {
        "needs": told.needs if told else [],
        "other": told.other if told else "",
        "language": person.interpreter_language,
    }


def needs_wheelchair(person: Person) -> bool:
    """True when only places without stairs are proposed first."""
    told = person.last_needs
    return told is not None and VisitNeed.WHEELCHAIR in told.needs


def said_back(person: Person) -> list[str]:
    """What she said she needs, in the words of the form."""
    told = person.last_needs
    labels = [str(VisitNeed(need).label) for need in told.needs] if told else []
    found = [label[:1].lower() + label[1:] for label in labels]
    if person.interpreter_language:
        found.append(f"un interprète ({person.interpreter_language})")
    return [*found, told.other] if told and told.other else found
