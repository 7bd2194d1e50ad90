"""A person, one per human being, and the ways to reach them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from emploi.foundation.audit.triggers import guarded
from emploi.foundation.names import proper_first_name, proper_last_name
from emploi.foundation.texts.guard import shown_to
from emploi.pathway.beneficiaries.enums import (
    NEEDS_IN_SHORT,
    ContactKind,
    Precision,
    Sex,
    Source,
    Title,
    VisitNeed,
)

if TYPE_CHECKING:
    from emploi.pathway.beneficiaries.models.needs import VisitNeeds


class PersonQuerySet(models.QuerySet["Person"]):
    """Scopes over persons."""

    def alive_records(self) -> PersonQuerySet:
        """Persons that were not merged into another record."""
        return self.filter(merged_into__isnull=True)


class Person(models.Model):
    """A human being known through a household; never deleted, merged reversibly."""

    uuid = models.UUIDField(default=uuid.uuid4, db_default=models.Func(function="gen_random_uuid"), unique=True)
    title = models.CharField("civilité", max_length=4, choices=Title.choices, blank=True, db_default="")
    last_name = models.CharField("nom d’usage", max_length=80)
    birth_name = models.CharField("nom de naissance", max_length=80, blank=True, db_default="")
    first_name = models.CharField("prénom", max_length=80)
    birth_date = models.DateField("date de naissance", null=True, blank=True)
    birth_date_precision = models.CharField(
        "précision de la date", max_length=1, choices=Precision.choices, default=Precision.FULL, db_default="N"
    )
    birth_rank = models.PositiveSmallIntegerField("rang de naissance", null=True, blank=True)
    sex = models.CharField("sexe", max_length=1, choices=Sex.choices, blank=True, db_default="")
    nir_encrypted = models.BinaryField("NIR chiffré", null=True, blank=True)
    nir_hash = models.CharField("empreinte du NIR", max_length=64, blank=True, db_default="")
    nir_valid = models.BooleanField("NIR certifié", default=False, db_default=False)
    france_travail_number = models.CharField("numéro France Travail", max_length=20, blank=True, db_default="")
    local_number = models.CharField("numéro du logiciel précédent", max_length=40, blank=True, db_default="")
    # Names without accents nor hyphens; empty for children, who are never looked for (data minimisation).
    search_text = models.TextField("texte de recherche", blank=True, db_default="")
    # Compared letter by letter whatever the language of the server: its index answers the beginning of a name too.
    sort_name = models.CharField("clé de tri", max_length=170, blank=True, db_default="", db_collation="C")
    name_key = models.CharField("clé d’identité", max_length=170, blank=True, db_default="")
    interpreter_language = models.CharField("langue d’interprétariat", max_length=40, blank=True, db_default="")
    under_guardianship = models.BooleanField("sous tutelle ou curatelle", default=False, db_default=False)
    confidential_address = models.BooleanField("adresse confidentielle", default=False, db_default=False)
    died_on = models.DateField("décédé le", null=True, blank=True)
    # What an agent corrected: no file overwrites it any more, a difference becomes a point to check.
    corrected_fields = ArrayField(
        models.CharField(max_length=30), verbose_name="corrigé par un agent", default=list, db_default=[], blank=True
    )
    is_manual = models.BooleanField("saisi à la main", default=False, db_default=False)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name="fusionné avec",
        db_index=False,  # indexed below where it says something: almost nobody is merged
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "personne"
        ordering: ClassVar = ["sort_name", "id"]
        indexes: ClassVar = [
            models.Index(fields=["nir_hash"], name="person_nir_hash", condition=~Q(nir_hash="")),
            models.Index(fields=["name_key"], name="person_name_key"),
            models.Index(fields=["merged_into"], name="person_merged", condition=Q(merged_into__isnull=False)),
            models.Index(fields=["birth_date"], name="person_birth_date", condition=~Q(search_text="")),
            models.Index(fields=["sort_name", "id"], name="person_sort_name", condition=~Q(search_text="")),
            GinIndex(
                OpClass("search_text", name="gin_trgm_ops"), name="person_search_trigrams", condition=~Q(search_text="")
            ),
            models.Index(fields=["local_number"], name="person_local_number", condition=~Q(local_number="")),
            models.Index(
                fields=["france_travail_number"],
                name="person_france_travail",
                condition=~Q(france_travail_number=""),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(nir_hash="", nir_encrypted__isnull=True)
                | (~Q(nir_hash="") & Q(nir_encrypted__isnull=False)),
                name="person_nir_whole",
            ),
            models.CheckConstraint(condition=~Q(merged_into=models.F("id")), name="person_not_merged_into_itself"),
        ]
        triggers: ClassVar = [
            *guarded(
                history=[
                    *("nir_hash", "last_name", "birth_name", "first_name", "birth_date", "died_on", "merged_into_id"),
                    "interpreter_language",
                ]
            )
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """First name then the name in use, as said aloud; the columns keep what the payer sent."""
        return f"{self.said_first_name} {proper_last_name(self.last_name)}".strip()

    @property
    def list_name(self) -> str:
        """The name in use then the first name, as a list in alphabetical order shows them."""
        return f"{proper_last_name(self.last_name)} {self.said_first_name}".strip()

    @property
    def said_first_name(self) -> str:
        """The first name as said aloud."""
        return proper_first_name(self.first_name)

    @property
    def said_birth_name(self) -> str:
        """The name at birth as said aloud, empty when it is the name in use."""
        return "" if self.birth_name == self.last_name else proper_last_name(self.birth_name)

    @property
    def last_needs(self) -> VisitNeeds | None:
        """What she last said she needs to come; read from what was prefetched, when it was."""
        return max(self.visit_needs.all(), key=lambda told: (told.told_at, told.pk), default=None)

    @property
    def needs_to_come(self) -> list[str]:
        """What she needs to come, as anybody who receives her may read it."""
        return self.needs_shown(sees_health=False)

    def needs_shown(self, *, sees_health: bool) -> list[str]:
        """What she needs to come, in a few words each, the interpreter first; free words pass the guard of texts."""
        told = self.last_needs
        found = [f"interprète : {self.interpreter_language}"] if self.interpreter_language else []
        found += [NEEDS_IN_SHORT[need] for need in VisitNeed.values if told and need in told.needs]
        other = shown_to(told.other, sees_health=sees_health) if told else ""
        return [*found, other] if other else found


class Contact(models.Model):
    """One phone number or e-mail address with its source; a dead one is kept and never used again."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contacts", verbose_name="personne")
    kind = models.CharField("moyen", max_length=6, choices=ContactKind.choices)
    value = models.CharField("coordonnée", max_length=120)
    source = models.CharField("source", max_length=6, choices=Source.choices)
    received_on = models.DateField("reçu le")
    is_preferred = models.BooleanField("à utiliser en premier", default=False, db_default=False)
    is_dead = models.BooleanField("ne fonctionne plus", default=False, db_default=False)
    dead_reason = models.CharField("raison", max_length=120, blank=True, db_default="")
    dead_on = models.DateField("hors service depuis le", null=True, blank=True)
    recorded_by = models.CharField("enregistré par", max_length=120, blank=True, db_default="")
    recorded_at = models.DateTimeField("enregistré le", db_default=Now())
    run_id = models.BigIntegerField("import", null=True, blank=True)

    class Meta:
        verbose_name = "coordonnée"
        ordering: ClassVar = ["-is_preferred", "id"]
        indexes: ClassVar = [
            models.Index(OpClass("value", name="text_pattern_ops"), name="contact_value_prefix"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "kind", "value", "source"], name="contact_once"),
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(is_preferred=True), name="contact_one_preferred"
            ),
            models.CheckConstraint(condition=Q(is_dead=False) | ~Q(dead_reason=""), name="contact_dead_with_a_reason"),
            models.CheckConstraint(condition=~Q(value=""), name="contact_has_a_value"),
        ]
        triggers: ClassVar = [*guarded(history=["value", "is_dead", "is_preferred"])]

    def __str__(self) -> str:
        return self.value
