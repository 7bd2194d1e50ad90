"""The three records: the journal, the history of fields, the consultations. Ids only, no foreign key."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models.functions import Now


class JournalEntry(models.Model):
    """One event of the domain: what, about whom, by whom, when, why."""

    event = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    person_id = models.BigIntegerField(null=True)
    entry_id = models.BigIntegerField(null=True)
    actor_kind = models.CharField(max_length=8)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=120)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "journal"
        indexes: ClassVar = [
            models.Index(fields=["person_id", "-at"], name="journal_person"),
            models.Index(fields=["event", "-at"], name="journal_event"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="journal_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.event} ({self.at:%d/%m/%Y})"


class FieldChange(models.Model):
    """The former and the new value of a legally sensitive column, written by a trigger."""

    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    column_name = models.CharField(max_length=63)
    old = models.TextField(null=True)  # noqa: DJ001 - the absence of a value is itself the history
    new = models.TextField(null=True)  # noqa: DJ001
    actor = models.CharField(max_length=140)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "changement de valeur"
        verbose_name_plural = "historique des valeurs"
        indexes: ClassVar = [models.Index(fields=["table_name", "row_id", "-at"], name="fieldchange_row")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="history_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.table_name}.{self.column_name} #{self.row_id}"


class Consultation(models.Model):
    """Who opened whose file, on which page: the only trace a GET may leave."""

    agent_id = models.BigIntegerField()
    agent_label = models.CharField(max_length=120)
    person_id = models.BigIntegerField()
    page = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "consultation"
        indexes: ClassVar = [
            models.Index(fields=["person_id", "-at"], name="consultation_person"),
            models.Index(fields=["agent_id", "-at"], name="consultation_agent"),
        ]

    def __str__(self) -> str:
        return f"{self.agent_label} : {self.page}"
