"""The closed lists of this app."""

from django.db.models import TextChoices


class SheetContent(TextChoices):
    """What our own spreadsheets are lists of; partners register theirs (engine.contents)."""

    PEOPLE = "people", "Des personnes"
    STOCK = "stock", "Le stock d’un ancien logiciel"


class NameKind(TextChoices):
    """What a name of a former tool may stand for."""

    BODY = "body", "Organisme référent"
    REFERENT = "referent", "Référent"
    PATHWAY = "pathway", "Voie d’orientation"


class RowOutcomeKind(TextChoices):
    """What a staged line does, or will do."""

    PENDING = "pending", "À regarder"
    CREATED = "created", "Créée"
    UPDATED = "updated", "Modifiée"
    UNCHANGED = "unchanged", "Sans changement"
