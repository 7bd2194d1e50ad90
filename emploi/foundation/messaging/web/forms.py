"""Forms of « Envois »."""

from typing import Any

from django import forms

from emploi.foundation import clock
from emploi.foundation.messaging.enums import PostalOutcome
from emploi.foundation.messaging.models import PrintRun, Registered
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


class PostedForm(forms.Form):
    """The day letters were put in the post, and why it changes when another one was noted."""

    on = forms.DateField(
        label="Parties à la poste le",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Indiquez le jour.", "invalid": "Écrivez le jour comme 24/11/2026."},
    )
    reason = FreeTextField(label="Pourquoi le jour change", required=False, max_length=200, rows=2)

    def __init__(self, *args: Any, run: PrintRun, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"posted_{run.pk}_%s")
        kwargs.setdefault("initial", {"on": run.posted_on or clock.today()})
        super().__init__(*args, **kwargs)


class RegisteredForm(forms.Form):
    """What the post says of a registered letter."""

    number = forms.CharField(
        label="Numéro du recommandé",
        max_length=40,
        help_text="Sur le bordereau de dépôt, par exemple 1A 234 567 8901 2.",
        error_messages={"required": "Écrivez le numéro du recommandé."},
    )
    outcome = forms.ChoiceField(
        label="Ce qu’est devenu le pli",
        required=False,
        choices=[("", "Pas encore connu"), *PostalOutcome.choices],
        widget=forms.RadioSelect,
    )
    on = forms.DateField(
        label="Le",
        required=False,
        help_text="Le jour de la signature ; pour un pli avisé et non réclamé, celui de sa première présentation.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Écrivez le jour comme 24/11/2026."},
    )
    proof = forms.FileField(
        label="L’avis de réception ou l’enveloppe, en photo ou en PDF",
        required=False,
        help_text="PDF, JPEG ou PNG, 10 Mo au plus.",
        error_messages={"empty": "Ce fichier est vide. Choisissez-en un autre."},
    )
    reason = FreeTextField(label="Pourquoi cela change", required=False, max_length=200, rows=2)

    def __init__(self, *args: Any, known: Registered | None = None, **kwargs: Any) -> None:
        if known is not None:
            kwargs.setdefault("initial", {"number": known.number, "outcome": known.outcome, "on": known.outcome_on})
        super().__init__(*args, **kwargs)


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
