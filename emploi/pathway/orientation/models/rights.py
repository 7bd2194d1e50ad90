"""The texts of rights and duties that were shown: a proof names one of them, and it never changes (DIS-004)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from emploi.foundation.audit.triggers import guarded


class RightsText(models.Model):
    """One text as it was shown at least once, kept whole: the files may change, what a person read does not."""

    digest = models.CharField("empreinte", max_length=64, unique=True)
    version = models.CharField("version", max_length=40)
    valid_from = models.DateField("en vigueur depuis le")
    source_title = models.CharField("source", max_length=300)
    source_href = models.CharField("adresse de la source", max_length=300, blank=True)
    content = models.JSONField("texte")
    first_shown_at = models.DateTimeField("montré la première fois le")

    class Meta:
        verbose_name = "texte des droits et devoirs"
        verbose_name_plural = "textes des droits et devoirs"
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"Droits et devoirs, version {self.version}"
