"""Forms of the reception: typed while the person speaks, or while reading what she wrote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from emploi.foundation.ui.forms import PhoneField
from emploi.foundation.ui.free_text import FreeTextField
from emploi.pathway.reception import queries
from emploi.pathway.reception.enums import Reached, Subject
from emploi.pathway.reception.facts import TypedCall
from emploi.pathway.reception.permissions import holders, services_of
from emploi.territory.agents.models import Agent

_LONGEST = 1000
# Before the number of a service, among those of agents.
SERVICE = "service-"


def _owners(found: Sequence[Agent]) -> list[tuple[str, str]]:
    """Those who may call back; nobody in particular comes first."""
    return [("", "L’accueil téléphonique"), *((str(agent.pk), agent.full_name) for agent in found)]


class CallForm(forms.Form):
    """A call: who, why, what was said."""

    caller = forms.CharField(label="Nom donné par la personne", max_length=120, required=False)
    number = PhoneField(
        label="Numéro où la rappeler",
        required=False,
        help_text="Laissez vide pour utiliser le numéro de sa fiche.",
    )
    subject = forms.ChoiceField(
        label="Elle appelle pour",
        choices=Subject.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le sujet de l’appel."},
    )
    question = FreeTextField(
        label="Sa demande",
        max_length=_LONGEST,
        rows=3,
        error_messages={"required": "Écrivez sa demande en quelques mots."},
    )
    answer = FreeTextField(label="Votre réponse", max_length=_LONGEST, rows=3, required=False)
    calls_back = forms.BooleanField(label="Quelqu’un doit la rappeler", required=False)
    owner = forms.ChoiceField(label="Qui la rappelle", required=False)

    def __init__(self, *args: Any, today: date, person_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person_id = person_id
        self.fields["owner"].choices = _owners(holders(person_id, today))
        if person_id is not None:
            del self.fields["caller"]
        else:
            self.fields["number"].help_text = "Demandez-le si quelqu’un doit la rappeler."

    def typed(self) -> TypedCall:
        """Return the call as typed."""
        data = self.cleaned_data
        return TypedCall(
            person_id=self.person_id,
            caller=data.get("caller", ""),
            number=data["number"],
            subject=data["subject"],
            question=data["question"],
            answer=data["answer"],
            calls_back=data["calls_back"],
            owner_id=int(data["owner"]) if data["owner"] else None,
        )


class CallBackForm(forms.Form):
    """What came of a call back."""

    outcome = forms.ChoiceField(
        label="Résultat",
        choices=Reached.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si la personne a répondu."},
    )
    answer = FreeTextField(label="Ce que vous lui avez répondu", max_length=_LONGEST, rows=3, required=False)


class OwnerForm(forms.Form):
    """Who is to deal with it: somebody, a service, or whoever holds the reception."""

    owner = forms.ChoiceField(label="À qui", required=False)

    def __init__(self, *args: Any, today: date, person_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = holders(person_id, today)
        theirs = {pk for agent in found for pk in services_of(agent)}
        nobody, *agents_ = _owners(found)
        services = [(f"{SERVICE}{one.pk}", one.name) for one in queries.services(today) if one.pk in theirs]
        # A field is looked up by its name: only its declaration says that it is a list of choices.
        self.fields["owner"].choices = [nobody, ("Services", services), ("Agents", agents_)]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, int | None]:
        """Return the agent or the service chosen."""
        owner = self.cleaned_data["owner"]
        if owner.startswith(SERVICE):
            return {"owner_id": None, "service_id": int(owner.removeprefix(SERVICE))}
        return {"owner_id": int(owner) if owner else None, "service_id": None}


class SettleForm(forms.Form):
    """What was done of a reply."""

    note = FreeTextField(
        label="Suite donnée",
        max_length=_LONGEST,
        rows=3,
        help_text="Par exemple : rendez-vous déplacé au 3 décembre, la personne est prévenue.",
        error_messages={"required": "Écrivez en quelques mots la suite donnée."},
    )
