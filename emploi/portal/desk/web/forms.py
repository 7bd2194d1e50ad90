"""Forms of the desk: they check the shape, the actions decide."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from emploi.foundation import clock
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.ui.forms import ReasonForm
from emploi.foundation.ui.french import date_long_fr
from emploi.pathway.beneficiaries.enums import ClosingReason

BEST = "best"


class InvitationForm(forms.Form):
    """How to write to the people of a batch."""

    means = forms.ChoiceField(
        label="Par quel moyen",
        choices=[
            (BEST, "Le meilleur pour chacun : SMS et e-mail s’ils sont connus, sinon une lettre"),
            ("all", "Tous les moyens connus, lettre comprise"),
            (Channel.LETTER.value, "Une lettre pour tous"),
        ],
        initial=BEST,
        widget=forms.RadioSelect,
    )

    confidential = forms.BooleanField(
        label="Envoyer aussi les lettres aux adresses confidentielles",
        required=False,
        help_text="La lettre part à l’adresse connue de la caisse : quelqu’un d’autre peut l’ouvrir.",
    )

    @property
    def confidential_letters(self) -> bool:
        """Tell whether the agent chose to write to confidential addresses."""
        return bool(getattr(self, "cleaned_data", {}).get("confidential"))

    @property
    def channels(self) -> list[str] | None:
        """Return the channels asked, None for the best ones of each person."""
        means = getattr(self, "cleaned_data", {}).get("means", BEST)
        return {BEST: None, "all": [channel.value for channel in Channel]}.get(means, [means])


class CallerForm(forms.Form):
    """Who is on the phone: two fields, either is enough."""

    q = forms.CharField(
        label="Nom, prénom, numéro ou téléphone",
        required=False,
        max_length=80,
        help_text="Dans n’importe quel ordre, sans les accents. Numéro CAF, France Travail ou du Département acceptés.",
    )
    birth = forms.DateField(
        label="Date de naissance",
        required=False,
        input_formats=["%d/%m/%Y", "%d/%m/%y", "%d %m %Y", "%d%m%Y", "%Y-%m-%d"],
        help_text="Par exemple 14/03/1985.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Écrivez la date comme 14/03/1985."},
    )

    def clean(self) -> dict[str, Any]:
        """Ask for at least one of the two."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("q") and not cleaned.get("birth"):
            raise forms.ValidationError("Écrivez un nom, un numéro ou une date de naissance.")
        return cleaned


def _day(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Indiquez ce jour.", "invalid": "Écrivez le jour comme 24/11/2026."},
    )


class SituationForm(ReasonForm):
    """A statement about a person, always with its reason; the words of its page."""

    title = ""
    button = ""
    icon = "check"
    consequences = ""


class DeathForm(SituationForm):
    """The day of the death, and how it is known."""

    title = "Décès de"
    button = "Noter le décès"
    icon = "info"
    consequences = (
        "L’entrée se ferme, les rendez-vous à venir sont libérés et plus aucun message ne part. "
        "Rien n’est écrit à la famille."
    )
    died_on = _day("Jour du décès")
    field_order = ("died_on", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "Comment le savez-vous ?"
        self.fields["reason"].help_text = "Par exemple : acte de décès reçu, la famille a appelé."


class ExitForm(SituationForm):
    """Why and since when a person is out."""

    title = "Sortie du dispositif :"
    button = "Fermer l’entrée"
    icon = "x"
    consequences = (
        "À n’utiliser que si le fichier de la caisse ne le dit pas : au prochain fichier, c’est lui qui compte. "
        "Les délais qui courent deviennent sans objet."
    )
    why = forms.ChoiceField(
        label="Pourquoi",
        choices=[choice for choice in ClosingReason.choices if choice[0] != ClosingReason.DEATH],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez pourquoi la personne sort."},
    )
    closed_on = _day("Sortie le")
    field_order = ("why", "closed_on", "reason")

    def __init__(self, *args: Any, opened_on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opened_on = opened_on

    def clean_closed_on(self) -> date:
        """Refuse a day before the entry or to come."""
        day: date = self.cleaned_data["closed_on"]
        if day < self.opened_on:
            raise forms.ValidationError(f"La sortie est avant l’entrée du {date_long_fr(self.opened_on)}.")
        return _not_to_come(day)


class ReturnForm(SituationForm):
    """Since when the last entry runs again."""

    title = "Reprise de l’entrée de"
    button = "Reprendre l’entrée"
    icon = "undo"
    consequences = (
        "La même entrée court de nouveau, avec son orientation et ses délais. "
        "Le jour de la sortie pour une erreur ; un jour plus tard si le droit est revenu."
    )
    reopened_on = _day("Reprise le")
    field_order = ("reopened_on", "reason")

    def __init__(self, *args: Any, closed_on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.closed_on = closed_on

    def clean_reopened_on(self) -> date:
        """Refuse a day before the exit or to come."""
        day: date = self.cleaned_data["reopened_on"]
        if day < self.closed_on:
            raise forms.ValidationError(f"La reprise est avant la sortie du {date_long_fr(self.closed_on)}.")
        return _not_to_come(day)


def _not_to_come(day: date) -> date:
    if day > clock.today():
        raise forms.ValidationError("Ce jour n’est pas encore arrivé.")
    return day
