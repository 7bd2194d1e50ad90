"""What each file said of rights, duties and addresses: rows are added when something changes, never rewritten."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.beneficiaries.enums import RightStatus, RoleKind, SnapshotSource, Source
from emploi.pathway.beneficiaries.models.households import Household
from emploi.pathway.beneficiaries.models.people import Person
from emploi.territory.geography.models import Commune


class RightState(models.Model):
    """State of a household's right: true at `reference_on`, known to the Département on `received_on`."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="right_states", db_index=False)
    reference_on = models.DateField("état au")
    received_on = models.DateField("reçu le")
    recorded_at = models.DateTimeField("enregistré le", db_default=Now())
    source = models.CharField("source", max_length=11, choices=SnapshotSource.choices)
    state = models.CharField("état", max_length=1, choices=RightStatus.choices)
    motive = models.CharField("motif", max_length=3, blank=True, db_default="")
    amount = models.DecimalField("montant", max_digits=9, decimal_places=2, null=True, blank=True)
    run_id = models.BigIntegerField("import", null=True, blank=True)

    class Meta:
        verbose_name = "état du droit"
        ordering: ClassVar = ["household", "-reference_on", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["household", "reference_on", "received_on"], name="rightstate_in_time")
        ]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"{self.household_id} {self.state} {self.reference_on}"


class DutyState(models.Model):
    """Whether a person was subject to rights and duties in a household: yes, no or unknown."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="duty_states", db_index=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="duty_states", db_index=False)
    role = models.CharField("rôle", max_length=3, choices=RoleKind.choices)
    reference_on = models.DateField("état au")
    received_on = models.DateField("reçu le")
    recorded_at = models.DateTimeField("enregistré le", db_default=Now())
    source = models.CharField("source", max_length=11, choices=SnapshotSource.choices)
    subject = models.BooleanField("soumis aux droits et devoirs", null=True, blank=True)
    run_id = models.BigIntegerField("import", null=True, blank=True)

    class Meta:
        verbose_name = "droits et devoirs"
        ordering: ClassVar = ["person", "-reference_on", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["household", "person", "reference_on"], name="dutystate_in_time"),
            models.Index(fields=["person"], name="dutystate_person"),
        ]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.subject} {self.reference_on}"


class Address(models.Model):
    """An address of a household; the payer's and the agent's live side by side, the agent's is used first."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="addresses", db_index=False)
    rank = models.PositiveSmallIntegerField("rang", default=1)
    source = models.CharField("source", max_length=6, choices=Source.choices)
    lines = models.JSONField("voie")
    postal_code = models.CharField("code postal", max_length=10, blank=True, db_default="")
    insee = models.CharField("code de la commune reçu", max_length=5, blank=True, db_default="")
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, null=True, blank=True, related_name="addresses")
    city = models.CharField("ville", max_length=60, blank=True, db_default="")
    country = models.CharField("pays", max_length=3, blank=True, db_default="FRA")
    valid_from = models.DateField("depuis le", null=True, blank=True)
    received_on = models.DateField("reçue le")
    is_current = models.BooleanField("en vigueur", default=True, db_default=True)
    run_id = models.BigIntegerField("import", null=True, blank=True)

    class Meta:
        verbose_name = "adresse"
        ordering: ClassVar = ["household", "rank", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["household", "rank", "source"], condition=Q(is_current=True), name="address_one_current"
            ),
        ]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"{self.postal_code} {self.city}"
