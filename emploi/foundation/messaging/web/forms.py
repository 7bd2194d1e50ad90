"""Forms of « Envois »."""

from django import forms


class ReasonForm(forms.Form):
    """Why a message is sent again, withdrawn or settled."""

    reason = forms.CharField(
        label="Raison",
        max_length=250,
        help_text="Elle reste dans l’historique. Par exemple : « courrier revenu », « la personne n’a rien reçu ».",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Indiquez la raison en quelques mots."},
    )


class PrintForm(forms.Form):
    """Which letters to print, and how."""

    message = forms.TypedMultipleChoiceField(coerce=int, required=False)
    everything = forms.BooleanField(required=False)
    duplex = forms.BooleanField(required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        chosen = self.data.getlist("message") if hasattr(self.data, "getlist") else []
        self.fields["message"].choices = [(value, value) for value in chosen if str(value).isdecimal()]
