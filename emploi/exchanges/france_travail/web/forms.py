"""The deposit of a file of France Travail."""

from __future__ import annotations

from typing import Any

from emploi.exchanges.spreadsheets.deposits import DepositForm


class FranceTravailDepositForm(DepositForm):
    """The same deposit as any spreadsheet; the day of reception says what else it means here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = "Fichier de France Travail"
        self.fields["received_on"].help_text = (
            "Le jour où le Département a reçu ce fichier. Un fichier plus ancien, déposé plus tard, ne remplace rien. "
            "Laissez vide pour aujourd’hui."
        )
