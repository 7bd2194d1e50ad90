"""A file on its way in: its run, the lines it could not take, each attempt on them, and what a preview announces."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from emploi.foundation.documents.models import Document
from emploi.foundation.intake import workflow
from emploi.foundation.intake.enums import ChangeKind, Phase, RowStatus


class Run(models.Model):
    """One file handed to the product and everything that was done with it."""

    kind = models.CharField("nature", max_length=30)
    file_name = models.CharField("fichier", max_length=200)
    sha256 = models.CharField("empreinte", max_length=64, db_index=True)
    size = models.BigIntegerField("taille en octets")
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="fichier archivé"
    )
    reference_on = models.DateField("date de référence", null=True, blank=True)
    received_on = models.DateField("reçu le", null=True, blank=True)
    status = models.CharField(
        "état", max_length=12, choices=list(workflow.RUN.states.items()), default=workflow.WAITING
    )
    phase = models.CharField("étape", max_length=10, choices=Phase.choices, blank=True)
    total = models.PositiveIntegerField("lignes du fichier", default=0)
    done = models.PositiveIntegerField("lignes traitées", default=0)
    # Measured by a clock that never jumps, so that the rate shown stays true when the demonstration freezes time.
    elapsed_ms = models.PositiveIntegerField("temps passé en millisecondes", default=0)
    counters = models.JSONField("compteurs", default=dict)
    warnings = models.JSONField("avertissements", default=list)
    error = models.TextField("raison du refus", blank=True)
    created_at = models.DateTimeField("déposé le")
    created_by_kind = models.CharField("nature de l'auteur", max_length=8)
    created_by_id = models.BigIntegerField("auteur", null=True)
    created_by_label = models.CharField("nom de l'auteur", max_length=120)
    # Somebody has decided to apply it; a file that was only previewed is never applied by taking it up again.
    approved_at = models.DateTimeField("décidé le", null=True, blank=True)
    started_at = models.DateTimeField("commencé le", null=True, blank=True)
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)

    class Meta:
        verbose_name = "import"
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["kind", "-created_at"], name="run_kind"),
            models.Index(fields=["status"], name="run_running", condition=Q(status=workflow.RUNNING)),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_running(self) -> bool:
        """Whether a process works on it, or is about to."""
        return self.status in (workflow.RUNNING, workflow.WAITING)


class Row(models.Model):
    """One line, or one dossier, that a file could not bring in; kept verbatim, encrypted, until it goes through."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="rows", verbose_name="import")
    number = models.PositiveIntegerField("rang dans le fichier")
    key = models.CharField("identifiant", max_length=64, blank=True)
    raw = models.BinaryField("texte reçu, chiffré")
    status = models.CharField("état", max_length=8, choices=RowStatus.choices, default=RowStatus.REFUSED)
    code = models.CharField("code de la raison", max_length=40)
    reason = models.TextField("raison")
    xpath = models.CharField("emplacement", max_length=300, blank=True)

    class Meta:
        verbose_name = "ligne refusée"
        verbose_name_plural = "lignes refusées"
        ordering: ClassVar = ["run", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "number"], name="row_once_in_its_file")]

    def __str__(self) -> str:
        return f"ligne {self.number} de {self.run_id}"


class Attempt(models.Model):
    """One new try of a refused line."""

    row = models.ForeignKey(Row, on_delete=models.PROTECT, related_name="attempts", verbose_name="ligne")
    at = models.DateTimeField("le")
    by_label = models.CharField("par", max_length=120)
    ok = models.BooleanField("acceptée")
    message = models.TextField("résultat")

    class Meta:
        verbose_name = "essai"
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return self.message


class Change(models.Model):
    """One thing a file would do, announced by its preview; removed once the file is applied or given up."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="changes", verbose_name="import")
    kind = models.CharField("effet", max_length=8, choices=ChangeKind.choices)
    key = models.CharField("identifiant", max_length=64, blank=True)
    label = models.CharField("qui", max_length=200)
    detail = models.CharField("détail", max_length=300, blank=True)
    person_id = models.BigIntegerField("personne", null=True, blank=True)

    class Meta:
        verbose_name = "effet annoncé"
        verbose_name_plural = "effets annoncés"
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["run", "kind"], name="change_of_a_run")]

    def __str__(self) -> str:
        return self.label
