"""Forms of the person's pages: few fields, big words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from emploi.foundation.ui.forms import PhoneField
from emploi.foundation.ui.free_text import FreeTextField
from emploi.pathway.appointments.enums import Modality, RemoteReason, RequestWish

# « 39 49 » is a service's number, nobody's own.
SHORTEST_NUMBER = 9
WAYS = {
    Modality.PHYSICAL: "Sur place",
    Modality.PHONE: "Par téléphone : nous vous appelons",
    Modality.VIDEO: "En visioconférence : vous ouvrez un lien sur votre téléphone ou un ordinateur",
}


class CodeForm(forms.Form):
    """The code of the letter and the year of birth."""

    code = forms.CharField(
        label="Le code de votre lettre",
        max_length=20,
        help_text="8 lettres et chiffres, par exemple ACDE-3467.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": "Écrivez le code de votre lettre."},
    )
    birth_year = forms.RegexField(
        regex=r"^\s*(19|20)\d\d\s*$",
        label="Votre année de naissance",
        help_text="4 chiffres, par exemple 1988.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "bday-year"}),
        error_messages={
            "required": "Écrivez votre année de naissance.",
            "invalid": "Écrivez les 4 chiffres de votre année de naissance, par exemple 1988.",
        },
    )


class ChooseForm(forms.Form):
    """The slot to confirm."""

    creneau = forms.IntegerField()


class PhoneForm(ChooseForm):
    """The number to call for an appointment by telephone: another one than the one known, or the first one."""

    phone = PhoneField(label="À quel numéro vous appeler ?", required=False)

    def __init__(self, *args: Any, phone_end: str = "", calls: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs_number = calls and not phone_end
        if phone_end:
            self.fields["phone"].label = "Un autre numéro ?"
            self.fields["phone"].help_text = f"Sinon, nous vous appelons au numéro qui finit par {phone_end}."

    @property
    def is_called(self) -> bool:
        """True when the appointment is by telephone."""
        return True

    def clean_phone(self) -> str:
        """Without any number nobody can call."""
        phone = str(self.cleaned_data["phone"])
        if phone and sum(map(str.isdigit, phone)) < SHORTEST_NUMBER:
            raise forms.ValidationError("Ce numéro n’est pas complet. Exemple : 06 12 34 56 78.")
        if self.needs_number and not phone and self.is_called:
            raise forms.ValidationError("Écrivez le numéro où vous appeler.")
        return phone


class RemoteForm(PhoneForm):
    """By telephone or by video, and why when the appointment takes place on the spot by default (RG-08)."""

    modality = forms.ChoiceField(
        label="Comment voulez-vous nous parler ?", widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le téléphone ou la visioconférence."},
    )  # fmt: skip
    why = forms.ChoiceField(
        label="Pourquoi ne pouvez-vous pas venir ?", choices=RemoteReason.choices, widget=forms.RadioSelect,
        error_messages={"required": "Dites-nous pourquoi : choisissez une réponse."},
    )  # fmt: skip
    other = FreeTextField(label="Quelle autre raison ?", required=False, max_length=150)
    field_order = ("modality", "phone", "why", "other")

    def __init__(self, *args: Any, ways: Sequence[Modality], asks_why: bool, **kwargs: Any) -> None:
        super().__init__(*args, calls=Modality.PHONE in ways, **kwargs)
        self.fields["modality"].choices = [(way, WAYS[way]) for way in ways]
        if len(ways) == 1:
            self.fields["modality"].initial = ways[0]
        if Modality.PHONE not in ways:
            del self.fields["phone"]
        if not asks_why:
            del self.fields["why"], self.fields["other"]

    def clean(self) -> dict[str, Any]:
        """Another reason is written, in a few words."""
        data = super().clean() or {}
        if data.get("why") == RemoteReason.OTHER and not data.get("other") and "other" not in self.errors:
            self.add_error("other", "Écrivez votre raison en quelques mots.")
        return data

    @property
    def is_called(self) -> bool:
        """True when the telephone was chosen."""
        return self.data.get("modality") == Modality.PHONE

    @property
    def reason(self) -> str:
        """The reason as kept with the appointment."""
        why, other = self.cleaned_data.get("why", ""), self.cleaned_data.get("other", "")
        return other if why == RemoteReason.OTHER else str(RemoteReason(why).label) if why else ""


class CancelForm(forms.Form):
    """Why the person cancels: never required."""

    reason = FreeTextField(
        label="Pourquoi ? Vous n’êtes pas obligé de répondre.",
        required=False,
        max_length=200,
        rows=2,
        may_say_health=True,
    )


class RequestForm(forms.Form):
    """When the person could come."""

    wishes = forms.MultipleChoiceField(
        label="Quand pouvez-vous venir ?",
        choices=RequestWish.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = FreeTextField(
        label="Autre chose à nous dire",
        required=False,
        max_length=500,
        rows=3,
        may_say_health=True,
        help_text="N’écrivez rien sur votre santé : vous nous en parlerez si vous voulez.",
    )
    phone = PhoneField(label="Votre numéro de téléphone", required=False, help_text="Pour vous rappeler.")

    def __init__(self, *args: Any, phone_known: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.phone_known = phone_known
        if not phone_known:
            self.fields["phone"].help_text = "Nous n’avons pas de numéro : sans lui, nous ne pouvons pas vous rappeler."

    def clean(self) -> dict[str, Any]:
        """Something must be said, otherwise nobody can help."""
        data = super().clean() or {}
        if not self.phone_known and not data.get("phone") and "phone" not in self.errors:
            self.add_error("phone", "Écrivez votre numéro de téléphone pour que nous puissions vous rappeler.")
        if not data.get("wishes") and not data.get("note"):
            raise forms.ValidationError("Dites-nous quand vous pouvez venir : cochez une case, ou écrivez-le.")
        return data
