"""Channels and states of messages."""

from django.db import models


class Channel(models.TextChoices):
    """How a message reaches the person."""

    SMS = "sms", "SMS"
    EMAIL = "email", "E-mail"
    LETTER = "letter", "Courrier"


class Status(models.TextChoices):
    """Where a message stands; the transitions are in workflow.py."""

    QUEUED = "queued", "En attente"
    SENDING = "sending", "Envoi en cours"
    SENT = "sent", "Envoyé"
    DELIVERED = "delivered", "Reçu"
    FAILED = "failed", "Échec"
    UNKNOWN = "unknown", "À vérifier"
    CANCELLED = "cancelled", "Annulé"
