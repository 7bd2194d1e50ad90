"""The form of a video room."""

from __future__ import annotations

from django import forms

from emploi.foundation.ui.free_text import FreeTextField


class RoomForm(forms.Form):
    """Where, and what to type to come in."""

    address = forms.URLField(
        label="Adresse de votre salle",
        max_length=300,
        assume_scheme="https",
        help_text="Par exemple : https://visio.exemple.fr/votre-nom. La même pour tous vos rendez-vous.",
        error_messages={
            "required": "Collez l’adresse de votre salle.",
            "invalid": "Cette adresse n’est pas complète. Exemple : https://visio.exemple.fr/votre-nom.",
        },
    )
    how = FreeTextField(
        label="Comment entrer",
        max_length=200,
        required=False,
        help_text="Un code à taper, ou un numéro pour entrer par téléphone, s’il y en a un.",
    )
