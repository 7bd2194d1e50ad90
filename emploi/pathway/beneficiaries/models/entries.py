"""An entry: one passage of a person in the pathway, the unit every delay and rate counts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.beneficiaries.enums import ClosingReason, EntryKind, RecommendedPath
from emploi.pathway.beneficiaries.models.households import Household
from emploi.pathway.beneficiaries.models.people import Person
from emploi.pathway.beneficiaries.rules.words import france_travail_in_words
from emploi.territory.geography.models import Commune


class EntryQuerySet(models.QuerySet["Entry"]):
    """Scopes over entries."""

    def open(self) -> EntryQuerySet:
        """Entries that run."""
        return self.filter(closed_on__isnull=True)

    def counted(self) -> EntryQuerySet:
        """Entries whose delays are promised: everything but the stock of a first load."""
        return self.filter(is_stock=False)


class Entry(models.Model):
    """One entry in the pathway; `opened_on` is J0, the day the Département received the file that shows it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="entries", verbose_name="personne")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="entries", verbose_name="foyer")
    opened_on = models.DateField("entrée le (J0)")
    kind = models.CharField("nature", max_length=12, choices=EntryKind.choices)
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="next_entries", db_index=False
    )
    # The four dates of caf-flows.md §2.5 beside J0: none replaces another.
    claimed_on = models.DateField("demande du", null=True, blank=True)
    right_origin_on = models.DateField("origine du droit", null=True, blank=True)
    duties_since_on = models.DateField("droits et devoirs depuis le", null=True, blank=True)
    caf_known_on = models.DateField("connu de l’organisme payeur le", null=True, blank=True)
    commune = models.ForeignKey(
        Commune, on_delete=models.PROTECT, null=True, blank=True, related_name="entries", verbose_name="commune à J0"
    )
    is_stock = models.BooleanField("stock repris", default=False, db_default=False)
    # Three states: an old registration number proves nothing, only a person who asked knows (definitions.md).
    france_travail_followed = models.BooleanField("suivi par France Travail", null=True, blank=True)
    france_travail_since = models.DateField("suivi par France Travail depuis le", null=True, blank=True)
    france_travail_path = models.CharField(
        "parcours recommandé par France Travail",
        max_length=20,
        choices=RecommendedPath.choices,
        blank=True,
        db_default="",
    )
    france_travail_path_on = models.DateField("recommandé par France Travail le", null=True, blank=True)
    france_travail_told_by = models.CharField("renseigné par", max_length=120, blank=True, db_default="")
    france_travail_told_at = models.DateTimeField("renseigné le", null=True, blank=True)
    # The last time the right stopped and came back within the same entry.
    interrupted_on = models.DateField("interrompue le", null=True, blank=True)
    reopened_on = models.DateField("reprise le", null=True, blank=True)
    closed_on = models.DateField("sortie le", null=True, blank=True)
    closing_reason = models.CharField(
        "raison de la sortie", max_length=16, choices=ClosingReason.choices, blank=True, db_default=""
    )
    closed_known_on = models.DateField("sortie connue le", null=True, blank=True)
    run_id = models.BigIntegerField("import", null=True, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "entrée dans le dispositif"
        ordering: ClassVar = ["-opened_on", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["opened_on", "id"], name="entry_opened_on"),
            models.Index(fields=["closed_on"], name="entry_closed_on", condition=Q(closed_on__isnull=False)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(closed_on__isnull=True), name="entry_one_open_per_person"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, closing_reason="")
                | (Q(closed_on__isnull=False) & ~Q(closing_reason="")),
                name="entry_closed_with_a_reason",
            ),
            models.CheckConstraint(condition=~Q(previous=F("id")), name="entry_not_its_own_past"),
            models.CheckConstraint(
                condition=Q(france_travail_since__isnull=True) | Q(france_travail_followed=True),
                name="entry_followed_since_when_followed",
            ),
            models.CheckConstraint(
                condition=Q(france_travail_path="", france_travail_path_on__isnull=True)
                | (~Q(france_travail_path="") & Q(france_travail_path_on__isnull=False)),
                name="entry_recommendation_whole",
            ),
        ]
        triggers: ClassVar = [
            *guarded(
                history=[
                    "opened_on",
                    "closed_on",
                    "closing_reason",
                    "kind",
                    "household_id",
                    "france_travail_followed",
                    "france_travail_path",
                ]
            )
        ]

    def __str__(self) -> str:
        return f"entrée {self.pk} du {self.opened_on:%d/%m/%Y}"

    @property
    def france_travail_words(self) -> str:
        """Whether France Travail follows the person, in words: unknown, yes since a day, no."""
        return france_travail_in_words(self.france_travail_followed, self.france_travail_since)
