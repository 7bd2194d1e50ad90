"""Forms of the person's pages: few fields, big words."""

from __future__ import annotations

from typing import Any

from django import forms

from emploi.foundation.ui.forms import PhoneField
from emploi.pathway.appointments.enums import RequestWish


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


class CancelForm(forms.Form):
    """Why the person cancels: never required."""

    reason = forms.CharField(
        label="Pourquoi ? Vous n’êtes pas obligé de répondre.",
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RequestForm(forms.Form):
    """When the person could come."""

    wishes = forms.MultipleChoiceField(
        label="Quand pouvez-vous venir ?",
        choices=RequestWish.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label="Autre chose à nous dire",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
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
