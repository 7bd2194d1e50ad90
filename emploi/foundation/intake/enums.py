"""The closed lists of the import engine."""

from django.db.models import TextChoices


class Phase(TextChoices):
    """What a running import is doing."""

    READING = "reading", "Lecture du fichier"
    PREVIEWING = "previewing", "Calcul de l'aperçu"
    APPLYING = "applying", "Enregistrement"


class RowStatus(TextChoices):
    """What became of one line of a file that did not go through at once."""

    REFUSED = "refused", "Refusée"
    REPLAYED = "replayed", "Reprise"


class ChangeKind(TextChoices):
    """What a file would do, in a preview."""

    CREATED = "created", "Créé"
    UPDATED = "updated", "Modifié"
    ENTRANT = "entrant", "Entre dans le dispositif"
    EXIT = "exit", "Sort du dispositif"
