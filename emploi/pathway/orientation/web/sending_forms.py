"""Forms of what goes to France Travail: why a decision departs from its word, why a sending is taken back."""

from __future__ import annotations

from django import forms

from emploi.foundation.ui.free_text import FreeTextField


class DepartureForm(forms.Form):
    """The reason France Travail will read."""

    # What speaks of health never leaves: the action refuses it, whoever keeps the word.
    text = FreeTextField(
        label="Pourquoi une autre orientation",
        max_length=500,
        rows=3,
        may_say_health=True,
        help_text="France Travail lira cette phrase. N’y écrivez rien sur la santé, ni de numéro de sécurité sociale.",
        error_messages={"required": "Écrivez la raison.", "max_length": "Ce texte est trop long (500 signes au plus)."},
    )


class UndoForm(forms.Form):
    """Why a sending noted by mistake is taken back."""

    reason = FreeTextField(
        label="Pourquoi annuler cet envoi",
        max_length=300,
        help_text="Par exemple : le fichier n’est pas parti, ou pas ce jour-là.",
        error_messages={
            "required": "Indiquez la raison.",
            "max_length": "Ce texte est trop long (300 signes au plus).",
        },
    )
