"""Handing a file, and the day it was received."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings

from emploi.territory.rulebook import queries as rulebook

MEGABYTE = 1024 * 1024


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DepositForm(forms.Form):
    """One file, of dossiers or of contacts; the product tells which."""

    file = forms.FileField(
        label="Fichier de la CAF ou de la MSA",
        help_text="Fichier de dossiers (XML) ou fichier de contacts (CSV), tel que vous l’avez reçu. "
        "Vous pouvez le faire glisser sur ce champ.",
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide. Choisissez-en un autre.",
            "missing": "Choisissez un fichier.",
            "invalid": "Le fichier n’est pas arrivé. Recommencez.",
        },
        allow_empty_file=False,
    )
    received_on = forms.DateField(
        label="Reçu le",
        required=False,
        widget=DateInput(),
        help_text="Le jour où le fichier est arrivé au Département : les délais partent de ce jour. "
        "Laissez vide pour prendre le jour où le fichier a été créé.",
        error_messages={"invalid": "Écrivez la date comme ceci : 05/11/2026."},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_file(self) -> Any:
        """No file beyond what the product is sized for."""
        upload = self.cleaned_data["file"]
        if upload.size > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError(
                f"Ce fichier est trop lourd : {settings.UPLOAD_MAX_BYTES // MEGABYTE} Mo au plus."
            )
        return upload

    def clean_received_on(self) -> date | None:
        """A file was not received tomorrow."""
        return _not_tomorrow(self.cleaned_data["received_on"], self.today)


class ApplyForm(forms.Form):
    """The last word before a file is applied: the day it was received."""

    received_on = forms.DateField(
        label="Reçu le",
        widget=DateInput(),
        error_messages={
            "required": "Indiquez le jour où le fichier a été reçu.",
            "invalid": "Écrivez la date comme ceci : 05/11/2026.",
        },
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        meet, orient = (rulebook.in_words(slug, today) for slug in ("first_interview_days", "orientation_months"))
        self.fields[
            "received_on"
        ].help_text = f"Les délais du premier rendez-vous ({meet}) et de l’orientation ({orient}) partent de ce jour."

    def clean_received_on(self) -> date | None:
        """A file was not received tomorrow."""
        return _not_tomorrow(self.cleaned_data["received_on"], self.today)


def _not_tomorrow(day: date | None, today: date) -> date | None:
    if day and day > today:
        raise forms.ValidationError("Cette date est dans le futur.")
    return day
