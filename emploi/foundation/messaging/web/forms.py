"""Forms of « Envois »."""

from typing import Any

from django import forms

from emploi.foundation.messaging.rendering import Wording
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


class TextForm(forms.Form):
    """The words of a message, with the version their author read before writing."""

    subject = forms.CharField(label="Objet", required=False)
    body = forms.CharField(
        label="Texte",
        strip=True,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "true"}),
        error_messages={"required": "Écrivez le texte du message."},
    )
    replaces = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, has_subject: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_subject:
            del self.fields["subject"]

    def wording(self) -> Wording:
        """Return the words typed, ends of line as one sign."""
        typed = self.cleaned_data
        return Wording(typed["body"].replace("\r\n", "\n"), " ".join(typed.get("subject", "").split()))
