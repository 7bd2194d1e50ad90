"""What is known of each file of the CAF or the MSA beside its run: its frame, its series, whether it was the first."""

from typing import ClassVar

from django.db import models

from emploi.foundation.intake.models import Run


class ReceivedFile(models.Model):
    """The frame of one file of dossiers (VRSB0801)."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="caf_file", verbose_name="import")
    application = models.CharField("application émettrice", max_length=3, blank=True)
    flow_type = models.CharField("cadence", max_length=1)
    payer = models.CharField("organisme", max_length=3, blank=True)
    # Files of one series follow each other by reference date: one series a sending application and a cadence.
    series = models.CharField("série", max_length=12, db_index=True)
    encoding = models.CharField("encodage", max_length=20)
    reference_on = models.DateField("date de référence (DTREF)")
    created_on = models.DateField("créé le (DTCREAFLUX)")
    declared_count = models.PositiveIntegerField("dossiers annoncés", null=True, blank=True)
    found_count = models.PositiveIntegerField("dossiers trouvés")
    first_load = models.BooleanField("reprise du stock", default=False)
    # How many dossiers carry each kind of defect; None while nobody has counted them.
    defects = models.JSONField("défauts comptés", null=True, blank=True)

    class Meta:
        verbose_name = "fichier de dossiers reçu"
        verbose_name_plural = "fichiers de dossiers reçus"
        ordering: ClassVar = ["-reference_on", "-created_on", "-id"]

    def __str__(self) -> str:
        return f"{self.series} du {self.reference_on:%d/%m/%Y}"
