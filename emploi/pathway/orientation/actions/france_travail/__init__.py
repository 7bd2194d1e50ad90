"""What comes from France Travail and what goes to it: facts learnt, decisions sent, answers read."""

from emploi.pathway.orientation.actions.france_travail.learning import apply_what_is_known, learn, remember_told
from emploi.pathway.orientation.actions.france_travail.receipts import forget_receipts, read_receipts
from emploi.pathway.orientation.actions.france_travail.sending import (
    mark_transmitted,
    undo_transmission,
    write_departure,
)
from emploi.pathway.orientation.actions.france_travail.unlearning import unlearn

__all__ = [
    "apply_what_is_known",
    "forget_receipts",
    "learn",
    "mark_transmitted",
    "read_receipts",
    "remember_told",
    "undo_transmission",
    "unlearn",
    "write_departure",
]
