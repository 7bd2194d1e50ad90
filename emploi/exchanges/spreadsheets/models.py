"""A spreadsheet on its way in: how it is read, its lines set aside until they are applied, the mappings people keep."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from emploi.exchanges.spreadsheets.enums import NameKind, RowOutcomeKind, SheetContent
from emploi.foundation.intake.models import Run
from emploi.territory.organizations.models import Organization


class Mapping(models.Model):
    """Which column is what, kept under a name by an organisation; a change makes a new version, never rewrites one."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="organisme"
    )
    name = models.CharField("nom", max_length=80)
    content = models.CharField("contenu", max_length=24, default=SheetContent.PEOPLE, db_default="people")
    version = models.PositiveSmallIntegerField("version", default=1)
    columns = models.JSONField("colonnes", default=dict)  # field → title in the file
    sheet = models.CharField("feuille", max_length=120, blank=True)
    created_at = models.DateTimeField("enregistrée le")
    created_by_label = models.CharField("par", max_length=120)

    class Meta:
        verbose_name = "correspondance de colonnes"
        verbose_name_plural = "correspondances de colonnes"
        ordering: ClassVar = ["name", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "content", "name", "version"], nulls_distinct=False, name="mapping_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})"


class SheetFile(models.Model):
    """How one spreadsheet is read: its format, its sheet, the row of its titles, its columns."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="sheet", verbose_name="import")
    content = models.CharField("contenu", max_length=24, default=SheetContent.PEOPLE, db_default="people")
    file_format = models.CharField("format", max_length=5)
    encoding = models.CharField("encodage", max_length=20, blank=True)
    delimiter = models.CharField("séparateur", max_length=1, blank=True)
    # What was seen of each sheet when it was deposited; sealed, because the first lines are already about people.
    seen = models.BinaryField("aperçu du contenu, chiffré")
    sheet = models.CharField("feuille", max_length=120, blank=True)
    header_row = models.PositiveIntegerField("ligne des titres", default=1)
    columns = models.JSONField("colonnes", default=dict)  # field → position in the file
    columns_confirmed = models.BooleanField("colonnes confirmées", default=False)
    mapping = models.ForeignKey(
        Mapping, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="correspondance"
    )
    overwrite = models.BooleanField("remplacer aussi ce qui était saisi", default=False)
    staged_at = models.DateTimeField("lignes mises de côté le", null=True, blank=True)
    applied_at = models.DateTimeField("enregistré le", null=True, blank=True)
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)
    # Its lines are not kept for ever: once this is set, only its titles and its accounts remain here.
    forgotten_at = models.DateTimeField("lignes effacées le", null=True, blank=True)

    class Meta:
        verbose_name = "tableur reçu"
        verbose_name_plural = "tableurs reçus"
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.file_format} {self.sheet}".strip()


class StagedRow(models.Model):
    """One line of a spreadsheet that can be taken: verbatim, what it does in words, what it wrote. All of it sealed."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="staged_rows", verbose_name="import")
    number = models.PositiveIntegerField("ligne du fichier")
    raw = models.BinaryField("texte reçu, chiffré")
    outcome = models.CharField("effet", max_length=9, choices=RowOutcomeKind.choices, default=RowOutcomeKind.PENDING)
    shown = models.BinaryField("effet en mots, chiffré", null=True, blank=True)
    person_id = models.BigIntegerField("personne", null=True, blank=True)
    has_kept = models.BooleanField("garde une valeur connue", default=False)
    has_warnings = models.BooleanField("laisse une valeur de côté", default=False)
    has_suspects = models.BooleanField("ressemble à quelqu’un", default=False)
    is_corrected = models.BooleanField("corrigée à l’écran", default=False)
    is_applied = models.BooleanField("enregistrée", default=False)
    undo = models.BinaryField("de quoi annuler, chiffré", null=True, blank=True)
    undone_at = models.DateTimeField("annulée le", null=True, blank=True)
    not_undone = models.TextField("pourquoi elle reste", blank=True)

    class Meta:
        verbose_name = "ligne mise de côté"
        verbose_name_plural = "lignes mises de côté"
        ordering: ClassVar = ["run", "number"]
        indexes: ClassVar = [
            models.Index(fields=["run", "outcome", "number"], name="staged_by_outcome"),
            models.Index(fields=["run", "number"], name="staged_waiting", condition=Q(is_applied=False)),
        ]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "number"], name="staged_once_in_its_file")]

    def __str__(self) -> str:
        return f"ligne {self.number} de {self.run_id}"


class StockName(models.Model):
    """A name written by a former tool, and what it stands for here: said once, for every file and every line."""

    kind = models.CharField("sorte", max_length=8, choices=NameKind.choices)
    plain = models.CharField("nom comparé", max_length=160)
    text = models.CharField("nom écrit", max_length=160)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    referent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    pathway = models.ForeignKey(
        "orientation.Modality", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="voie"
    )
    is_left_out = models.BooleanField("non repris", default=False)
    run_id = models.BigIntegerField("dernier import où il est lu")
    lines = models.PositiveIntegerField("lignes", default=0)
    decided_at = models.DateTimeField("reconnu le", null=True, blank=True)
    decided_by_label = models.CharField("par", max_length=120, blank=True)

    class Meta:
        verbose_name = "nom d’un ancien logiciel"
        verbose_name_plural = "noms d’un ancien logiciel"
        ordering: ClassVar = ["kind", "text"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "plain"], name="stock_name_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.text}"

    @property
    def is_settled(self) -> bool:
        """Tell whether somebody said what this name stands for."""
        return self.decided_at is not None
