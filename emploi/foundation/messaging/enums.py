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


class PostalOutcome(models.TextChoices):
    """What became of a registered letter; all but the last give it a certain date."""

    RECEIVED = "received", "Reçu : l’avis de réception est signé"
    UNCLAIMED = "unclaimed", "Pli avisé et non réclamé"
    REFUSED = "refused", "Pli refusé par la personne"
    RETURNED = "returned", "Retourné : n’habite pas à l’adresse indiquée"


class ReplyKind(models.TextChoices):
    """What something received is; a machine reads no more than that in it."""

    ANSWER = "answer", "Réponse"
    STOP = "stop", "Demande de ne plus recevoir de SMS"
    AUTOMATIC = "automatic", "Réponse automatique"
    BOUNCE = "bounce", "Avis de non-remise"


class Link(models.TextChoices):
    """How the message answered was found."""

    TOKEN = "token", "l’adresse de réponse du message"
    REFERENCE = "reference", "la référence du message"
    NUMBER = "number", "le dernier message envoyé à cette coordonnée"
    NONE = "none", "aucun message retrouvé"
