"""Situations that ask for a professional who knows them, and the bodies that do (VO-4)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from emploi.foundation.audit.triggers import guarded


class SpecificPublic(models.Model):
    """One situation told by the diagnosis (self-employed, farmer, artist, mobile home, no home) and its bodies."""

    slug = models.SlugField(unique=True)
    label = models.CharField("situation", max_length=120)
    condition = models.JSONField("reconnue quand")
    note = models.CharField("à savoir", max_length=300, blank=True)
    position = models.PositiveSmallIntegerField("ordre", default=0)
    is_active = models.BooleanField("suivie", default=True)
    bodies = models.ManyToManyField("organizations.Organization", through="PublicBody", related_name="+")

    class Meta:
        verbose_name = "public particulier"
        ordering: ClassVar = ["position", "slug"]
        triggers: ClassVar = [*guarded(history=["label", "condition", "is_active"])]

    def __str__(self) -> str:
        return self.label


class PublicBody(models.Model):
    """A body that knows a situation."""

    public = models.ForeignKey(SpecificPublic, on_delete=models.CASCADE, related_name="links")
    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "organisme spécialisé"
        constraints: ClassVar = [models.UniqueConstraint(fields=["public", "organization"], name="public_body_once")]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"{self.organization} : {self.public}"
