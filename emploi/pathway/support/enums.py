"""The closed lists of the support."""

from django.db.models import TextChoices


class EndReason(TextChoices):
    """Why regular meetings end."""

    AGREED = "agreed", "Arrêtés avec la personne"
    REPLACED = "replaced", "Remplacés par un autre rythme"
    ENTRY_CLOSED = "entry_closed", "La personne est sortie du dispositif"
    DUPLICATE = "duplicate", "Fiche en double"
