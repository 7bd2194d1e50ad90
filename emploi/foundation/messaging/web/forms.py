"""Forms of « Envois »."""

from django import forms

from emploi.foundation.ui.free_text import FreeTextField


class ReasonForm(forms.Form):
    """Why a message is sent again, withdrawn or settled."""

    reason = FreeTextField(
        label="Raison",
        max_length=250,
        help_text="Elle reste dans l’historique. Par exemple : « courrier revenu », « la personne n’a rien reçu ».",
        rows=2,
        error_messages={"required": "Indiquez la raison en quelques mots."},
    )


class NumbersField(forms.MultipleChoiceField):
    """Numbers ticked in a list; what they may designate is checked by the view."""

    def valid_value(self, value: str) -> bool:
        """Accept any number."""
        return str(value).isdecimal()

    def clean(self, value: object) -> list[int]:
        """Return integers."""
        return [int(number) for number in super().clean(value)]


class PrintForm(forms.Form):
    """Which letters to print, and how."""

    message = NumbersField(required=False)
    everything = forms.BooleanField(required=False)
    duplex = forms.BooleanField(required=False)
