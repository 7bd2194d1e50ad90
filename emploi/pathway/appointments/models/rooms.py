"""Where an agent receives by video."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from emploi.foundation.audit.triggers import guarded


class VideoRoom(models.Model):
    """An agent's own room: hers and not an opening's, so that an appointment handed over leads to who receives."""

    agent = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="video_room")
    address = models.URLField("adresse de la salle", max_length=300)
    # How to come in, when the address is not enough: a code to type, a telephone number of the room.
    how = models.CharField("comment entrer", max_length=200, blank=True)
    changed_at = models.DateTimeField("donnée le")

    class Meta:
        verbose_name = "salle de visioconférence"
        verbose_name_plural = "salles de visioconférence"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(address__startswith="https://"), name="video_room_is_safe")
        ]
        triggers: ClassVar = [*guarded(history=["address", "how"])]

    def __str__(self) -> str:
        return f"Salle de {self.agent_id}"
