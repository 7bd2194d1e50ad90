"""Which file showed which dossier, and how: what a file imported late is put back in its place with."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.beneficiaries.enums import RightStatus, SnapshotSource
from emploi.pathway.beneficiaries.models.households import Household
from emploi.territory.geography.models import Commune


class DossierVersion(models.Model):
    """One content of a dossier, kept once however many files repeat it; never rewritten."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="versions", db_index=False)
    content_hash = models.CharField("empreinte", max_length=64)
    state = models.CharField("état", max_length=1, choices=RightStatus.choices)
    motive = models.CharField("motif", max_length=3, blank=True, db_default="")
    amount = models.DecimalField("montant", max_digits=9, decimal_places=2, null=True, blank=True)
    claimed_on = models.DateField("demande du", null=True, blank=True)
    right_origin_on = models.DateField("origine du droit", null=True, blank=True)
    ended_on = models.DateField("fin du droit", null=True, blank=True)
    previous_claim_number = models.CharField("demande précédente", max_length=11, blank=True, db_default="")
    transferred_in_on = models.DateField("reçu d’un autre organisme le", null=True, blank=True)
    transferred_out_on = models.DateField("parti vers un autre organisme le", null=True, blank=True)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # [person, role, droits et devoirs as the payer says them] of each member.
    members = models.JSONField("membres")

    class Meta:
        verbose_name = "contenu d’un dossier"
        ordering: ClassVar = ["household", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["household", "content_hash"], name="version_once"),
        ]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"{self.household_id} {self.content_hash[:8]}"


class Sighting(models.Model):
    """One file showed one dossier: true at `reference_on`, made on `created_on`, received on `received_on`."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="sightings", db_index=False)
    version = models.ForeignKey(DossierVersion, on_delete=models.PROTECT, related_name="sightings", db_index=False)
    reference_on = models.DateField("état au")
    created_on = models.DateField("fichier créé le")
    received_on = models.DateField("reçu le")
    source = models.CharField("source", max_length=11, choices=SnapshotSource.choices)
    first_load = models.BooleanField("reprise du stock", default=False, db_default=False)
    run_id = models.BigIntegerField("import", null=True, blank=True)

    class Meta:
        verbose_name = "dossier vu dans un fichier"
        ordering: ClassVar = ["household", "reference_on", "created_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["household", "reference_on", "created_on"], name="sighting_once"),
        ]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"{self.household_id} {self.reference_on}"
