"""A household: the CAF's or MSA's dossier, and who belongs to it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.beneficiaries.enums import Payer, RightStatus, RoleKind
from emploi.pathway.beneficiaries.models.people import Person
from emploi.territory.geography.models import Commune


class Household(models.Model):
    """One RSA dossier (NUMDEMRSA), or a household created by hand while the payer's file is awaited."""

    claim_number = models.CharField("numéro de demande RSA", max_length=11, null=True, blank=True, unique=True)
    payer = models.CharField("organisme payeur", max_length=3, choices=Payer.choices, blank=True, db_default="")
    payer_organism = models.CharField("caisse", max_length=6, blank=True, db_default="")
    # Blank for the MSA, whose MATRICULE is a NIR: only its keyed hash is kept.
    payer_number = models.CharField("numéro allocataire", max_length=15, blank=True, db_default="")
    payer_number_hash = models.CharField("empreinte du matricule", max_length=64, blank=True, db_default="")
    previous_claim_number = models.CharField("demande précédente", max_length=11, blank=True, db_default="")
    claimed_on = models.DateField("demande du", null=True, blank=True)
    right_origin_on = models.DateField("origine du droit", null=True, blank=True)
    state = models.CharField("état du droit", max_length=1, choices=RightStatus.choices, db_default="Z", default="Z")
    motive = models.CharField("motif", max_length=3, blank=True, db_default="")
    state_reference_on = models.DateField("état connu au", null=True, blank=True)
    family_situation = models.CharField("situation familiale", max_length=3, blank=True, db_default="")
    homeless = models.BooleanField("sans domicile fixe", default=False, db_default=False)
    dependants = models.PositiveSmallIntegerField("personnes à charge", default=0, db_default=0)
    single_parent = models.BooleanField("parent isolé", default=False, db_default=False)
    commune = models.ForeignKey(
        Commune, on_delete=models.PROTECT, null=True, blank=True, related_name="households", verbose_name="commune"
    )
    # Contents already replaced by another of the very same file date: read again, they change nothing.
    tied_hashes = models.TextField("contenus remplacés", blank=True, db_default="")
    content_hash = models.CharField("empreinte du dossier", max_length=64, blank=True, db_default="")
    # DTREF then DTCREAFLUX order the files: an older one never overwrites (caf-flows.md §2.8 rule 7).
    last_reference_on = models.DateField("dernier fichier", null=True, blank=True)
    last_created_on = models.DateField("dernier fichier créé le", null=True, blank=True)
    last_seen_on = models.DateField("vu pour la dernière fois le", null=True, blank=True)
    disappeared_on = models.DateField("absent des fichiers depuis le", null=True, blank=True)
    transferred_in_on = models.DateField("reçu d’un autre organisme le", null=True, blank=True)
    transferred_out_on = models.DateField("parti vers un autre organisme le", null=True, blank=True)

    class Meta:
        verbose_name = "foyer"
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(
                OpClass("payer_number", name="text_pattern_ops"),
                name="household_payer_prefix",
                condition=~Q(payer_number=""),
            ),
            models.Index(fields=["payer_number_hash"], name="household_payer_hash", condition=~Q(payer_number_hash="")),
            models.Index(fields=["disappeared_on"], name="household_gone", condition=Q(disappeared_on__isnull=False)),
            models.Index(fields=["claimed_on"], name="household_pending", condition=Q(state=RightStatus.PENDING)),
        ]
        triggers: ClassVar = [*guarded(history=["claim_number", "state", "motive"])]

    def __str__(self) -> str:
        return self.claim_number or f"foyer {self.pk}"


class HouseholdRole(models.Model):
    """The place of a person in a household, from one day to another."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roles", verbose_name="personne")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="roles", verbose_name="foyer")
    role = models.CharField("rôle", max_length=3, choices=RoleKind.choices)
    started_on = models.DateField("depuis le")
    ended_on = models.DateField("jusqu’au", null=True, blank=True)
    # Three states: yes, no, unknown (the payer may not say: caf-flows.md §2.4).
    subject_to_duties = models.BooleanField("droits et devoirs", null=True, blank=True)
    pole_emploi_number = models.CharField("identifiant France Travail reçu", max_length=20, blank=True, db_default="")

    class Meta:
        verbose_name = "rôle dans un foyer"
        ordering: ClassVar = ["household", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["household", "person"], condition=Q(ended_on__isnull=True), name="role_once_at_a_time"
            ),
        ]
        triggers: ClassVar = [*guarded(history=["role", "subject_to_duties", "ended_on"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.household_id}"
