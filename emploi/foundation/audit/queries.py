"""Reading the traces: a person's history, who opened a file, what changed in a row."""

from django.db.models import QuerySet

from emploi.foundation.audit.models import Consultation, FieldChange, JournalEntry


def history_of(person_id: int, *former_ids: int) -> QuerySet[JournalEntry]:
    """The events of one person, the latest first; `former_ids` are the records that were merged into this one."""
    return JournalEntry.objects.filter(person_id__in=[person_id, *former_ids]).order_by("-at", "-id")


def consultations_of(person_id: int) -> QuerySet[Consultation]:
    """Who opened this person's file, the latest first."""
    return Consultation.objects.filter(person_id=person_id).order_by("-at", "-id")


def changes_of(table_name: str, row_id: int) -> QuerySet[FieldChange]:
    """The history of the sensitive columns of one row, the latest first."""
    return FieldChange.objects.filter(table_name=table_name, row_id=row_id).order_by("-at", "-id")
