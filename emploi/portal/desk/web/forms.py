"""Forms of the desk: they check the shape, the actions decide."""

from __future__ import annotations

from typing import Any

from django import forms

from emploi.foundation.messaging.enums import Channel
from emploi.pathway.appointments.enums import Modality

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


class BookingForm(forms.Form):
    """The slot a caller takes."""

    slot = forms.IntegerField(
        error_messages={"required": "Choisissez un créneau dans la liste.", "invalid": "Choisissez un créneau."}
    )
    modality = forms.ChoiceField(
        label="Comment", choices=Modality.choices, initial=Modality.PHYSICAL, widget=forms.RadioSelect
    )
    modality_reason = forms.CharField(label="Si ce n’est pas sur place, pourquoi", required=False, max_length=200)
    reason = forms.CharField(label="Pourquoi changer le rendez-vous", required=False, max_length=200)
    note = forms.CharField(label="Remarque pour l’agent qui reçoit", required=False, max_length=500)
