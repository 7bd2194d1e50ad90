"""Stored files: what they are and whom they concern; the bytes are encrypted, outside the web root."""

import uuid
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from emploi.foundation.audit.triggers import guarded


class Document(models.Model):
    """A file kept by the product: a letter, a contract, an imported file, a proof handed by the person."""

    uuid = models.UUIDField("identifiant", default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("nature", max_length=40)
    name = models.CharField("nom", max_length=200)
    media_type = models.CharField("format", max_length=100)
    size = models.BigIntegerField("taille en octets")
    sha256 = models.CharField("empreinte", max_length=64, db_index=True)
    path = models.CharField("emplacement", max_length=120, unique=True)
    person_id = models.BigIntegerField("personne", null=True, db_index=True)
    created_at = models.DateTimeField("créé le")
    created_by_kind = models.CharField("nature de l’auteur", max_length=8)
    created_by_id = models.BigIntegerField("auteur", null=True)
    created_by_label = models.CharField("nom de l’auteur", max_length=120)

    class Meta:
        verbose_name = "document"
        indexes: ClassVar = [models.Index(fields=["kind", "-created_at"], name="document_kind")]
        triggers: ClassVar = [*guarded(history=["sha256", "person_id"])]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A name never carries a path."""
        if "/" in self.name or "\\" in self.name:
            raise ValidationError({"name": "Un nom de document ne contient pas de barre oblique."})
