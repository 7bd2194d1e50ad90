"""The closed lists of this app."""

from django.db.models import TextChoices


class RowOutcomeKind(TextChoices):
    """What a staged line does, or will do."""

    PENDING = "pending", "À regarder"
    CREATED = "created", "Créée"
    UPDATED = "updated", "Modifiée"
    UNCHANGED = "unchanged", "Sans changement"
