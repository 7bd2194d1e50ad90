"""Outgoing messages: one row each, written in the transaction that causes it."""

import uuid
from typing import ClassVar

from django.db import models

from emploi.foundation.audit.triggers import guarded
from emploi.foundation.documents.models import Document
from emploi.foundation.messaging.enums import Channel, Link, PostalOutcome, ReplyKind, Status


class PrintRun(models.Model):
    """Several letters turned into one PDF ready to print; its date is the proof of sending."""

    created_at = models.DateTimeField("demandée le")
    created_by_kind = models.CharField("nature de l’auteur", max_length=8)
    created_by_id = models.BigIntegerField("auteur", null=True)
    created_by_label = models.CharField("demandée par", max_length=120)
    total = models.PositiveIntegerField("courriers")
    done = models.PositiveIntegerField("courriers composés", default=0)
    duplex = models.BooleanField("recto verso", default=False)
    finished_at = models.DateTimeField("terminée le", null=True)
    error = models.TextField("erreur", blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    # The batch it was asked for, as « app:number »; empty when the letters were chosen in a list.
    origin = models.CharField("lot", max_length=40, blank=True, default="", db_default="")
    posted_on = models.DateField("postée le", null=True)
    posted_by_label = models.CharField("dépôt noté par", max_length=120, blank=True, default="", db_default="")

    class Meta:
        verbose_name = "impression de courriers"
        verbose_name_plural = "impressions de courriers"
        indexes: ClassVar = [models.Index(fields=["origin"], condition=~models.Q(origin=""), name="print_run_origin")]
        triggers: ClassVar = [*guarded(history=["posted_on"])]

    def __str__(self) -> str:
        return f"Impression n° {self.pk}"


class Message(models.Model):
    """One SMS, e-mail or letter to one person; `dedup_key` makes it sent once."""

    uuid = models.UUIDField("référence chez le prestataire", default=uuid.uuid4, unique=True)
    channel = models.CharField("moyen", max_length=8, choices=Channel.choices)
    status = models.CharField("état", max_length=10, choices=Status.choices, default=Status.QUEUED)
    recipient = models.TextField("destinataire")
    subject = models.CharField("objet", max_length=250, blank=True)
    body = models.TextField("texte")
    extras = models.JSONField("lien, code et référence d’un courrier", default=dict, blank=True)
    template = models.CharField("modèle", max_length=80)
    about = models.CharField("à propos de", max_length=120, blank=True)
    dedup_key = models.CharField("clé d’unicité", max_length=200, unique=True)
    person_id = models.BigIntegerField("personne", null=True)
    entry_id = models.BigIntegerField("entrée", null=True)
    is_registered = models.BooleanField("recommandé avec avis de réception", default=False, db_default=False)
    immediate = models.BooleanField("sans attendre les heures d’envoi", default=False)
    segments = models.PositiveSmallIntegerField("nombre de SMS", default=0)
    provider = models.CharField("prestataire", max_length=20, blank=True)
    provider_ref = models.CharField("numéro chez le prestataire", max_length=100, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    error = models.TextField("dernière erreur", blank=True)
    send_after = models.DateTimeField("pas avant")
    expires_at = models.DateTimeField("inutile après le", null=True)
    claim = models.UUIDField("réservé par", null=True)
    claimed_until = models.DateTimeField("réservé jusqu’à", null=True)
    created_at = models.DateTimeField("créé le")
    sent_at = models.DateTimeField("envoyé le", null=True)
    delivered_at = models.DateTimeField("reçu le", null=True)
    created_by_kind = models.CharField("nature de l’auteur", max_length=8)
    created_by_id = models.BigIntegerField("auteur", null=True)
    created_by_label = models.CharField("nom de l’auteur", max_length=120)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", verbose_name="pièce jointe")
    print_run = models.ForeignKey(PrintRun, models.PROTECT, null=True, related_name="messages")

    class Meta:
        verbose_name = "message"
        indexes: ClassVar = [
            models.Index(fields=["send_after", "id"], condition=models.Q(status="queued"), name="message_waiting"),
            models.Index(fields=["claimed_until"], condition=models.Q(status="sending"), name="message_in_hand"),
            models.Index(fields=["person_id", "-created_at"], name="message_person"),
            models.Index(fields=["-created_at", "-id"], name="message_newest"),
            models.Index(fields=["status", "-created_at"], name="message_status"),
            models.Index(fields=["recipient"], name="message_recipient"),
            # Counted in the menu of whoever prints.
            models.Index(
                fields=["created_by_id"],
                include=["person_id", "template"],
                condition=models.Q(channel="letter", status="queued", print_run=None),
                name="message_to_print",
            ),
        ]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} : {self.about or self.template}"

    @property
    def recipient_lines(self) -> list[str]:
        """Return the lines of a postal address (one line for the other channels)."""
        return self.recipient.splitlines()


class Registered(models.Model):
    """What the post said of a registered letter: its number, and the day of its signature or of its return."""

    message = models.OneToOneField(Message, models.PROTECT, related_name="registered")
    number = models.CharField("numéro du recommandé", max_length=30)
    outcome = models.CharField("issue", max_length=12, choices=PostalOutcome.choices, blank=True)
    outcome_on = models.DateField("le", null=True)
    proof = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", verbose_name="avis de réception")
    noted_at = models.DateTimeField("noté le")
    noted_by_label = models.CharField("noté par", max_length=120)

    class Meta:
        verbose_name = "suivi d’un recommandé"
        verbose_name_plural = "suivis de recommandés"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(outcome="", outcome_on=None) | (~models.Q(outcome="") & ~models.Q(outcome_on=None)),
                name="registered_outcome_has_a_day",
            ),
        ]
        triggers: ClassVar = [*guarded(history=["number", "outcome", "outcome_on", "proof_id"])]

    def __str__(self) -> str:
        return f"Recommandé {self.number}"


class Receipt(models.Model):
    """What a provider told us of a message, as received; the same receipt twice is kept once."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="receipts")
    status = models.CharField("état annoncé", max_length=20)
    detail = models.CharField("précision", max_length=250, blank=True)
    at = models.DateTimeField("moment annoncé")
    received_at = models.DateTimeField("reçu le")

    class Meta:
        verbose_name = "accusé du prestataire"
        verbose_name_plural = "accusés du prestataire"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "status", "at"], name="receipt_once"),
        ]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"{self.status} ({self.message_id})"


class TextVersion(models.Model):
    """The words the Département gave a message, kept when others replace them; without any, ours are in force."""

    template = models.CharField("message", max_length=80)
    channel = models.CharField("moyen", max_length=8, choices=Channel.choices)
    # Empty: for everybody; else what an app told apart (a kind of appointment), by its own key.
    variant = models.CharField("cas particulier", max_length=60, blank=True, default="", db_default="")
    subject = models.CharField("objet", max_length=250, blank=True)
    body = models.TextField("texte")
    created_at = models.DateTimeField("écrit le")
    created_by_kind = models.CharField("nature de l’auteur", max_length=8)
    created_by_id = models.BigIntegerField("auteur", null=True)
    created_by_label = models.CharField("écrit par", max_length=120)
    replaced_at = models.DateTimeField("remplacé le", null=True)

    class Meta:
        verbose_name = "texte d’un message"
        verbose_name_plural = "textes des messages"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["template", "channel", "variant"],
                condition=models.Q(replaced_at=None),
                name="text_one_in_force",
            ),
        ]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"{self.template} ({self.get_channel_display()})"


class Reply(models.Model):
    """Something received: an answer, a STOP, an automatic answer, a notice of failure; `key` makes it kept once."""

    key = models.CharField("numéro chez le prestataire", max_length=80, unique=True)
    channel = models.CharField("moyen", max_length=8, choices=Channel.choices)
    kind = models.CharField("nature", max_length=10, choices=ReplyKind.choices)
    sender = models.CharField("écrit depuis", max_length=254)
    sender_name = models.CharField("nom affiché", max_length=120, blank=True)
    subject = models.CharField("objet", max_length=250, blank=True)
    text = models.TextField("texte", blank=True)
    # Everything that was written, quotes included, when it is more than `text`.
    original = models.TextField("texte entier", blank=True)
    attachments = models.JSONField("pièces jointes non reçues", default=list, blank=True)
    is_cut = models.BooleanField("trop long, coupé", default=False)
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="replies", verbose_name="répond à")
    link = models.CharField("retrouvé par", max_length=10, choices=Link.choices)
    said_at = models.DateTimeField("écrit le", null=True)
    received_at = models.DateTimeField("reçu le")

    class Meta:
        verbose_name = "réponse reçue"
        verbose_name_plural = "réponses reçues"
        indexes: ClassVar = [models.Index(fields=["kind", "-received_at"], name="reply_kind")]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_channel_display()})"


class SmsStop(models.Model):
    """A number whose holder wants no SMS any more; lifted, it stays as a trace."""

    number = models.CharField("numéro", max_length=20)
    reply = models.ForeignKey(Reply, models.SET_NULL, null=True, related_name="+", verbose_name="réponse")
    stopped_at = models.DateTimeField("arrêté le")
    lifted_at = models.DateTimeField("repris le", null=True)
    lifted_by_label = models.CharField("repris par", max_length=120, blank=True)

    class Meta:
        verbose_name = "arrêt des SMS"
        verbose_name_plural = "arrêts des SMS"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number"], condition=models.Q(lifted_at=None), name="sms_stop_once"),
        ]
        triggers: ClassVar = [*guarded(history=["lifted_at"])]

    def __str__(self) -> str:
        return f"Arrêt n° {self.pk}"


class Mailbox(models.Model):
    """How far the mailbox of replies was read, and whether it still answers; one row."""

    name = models.CharField("boîte", max_length=254, unique=True)
    validity = models.CharField("génération des numéros", max_length=20, blank=True)
    last_uid = models.BigIntegerField("dernier message lu", default=0)
    tried_at = models.DateTimeField("dernier essai")
    read_at = models.DateTimeField("dernière lecture réussie", null=True)
    failing_since = models.DateTimeField("en panne depuis", null=True)
    error = models.CharField("dernière erreur", max_length=250, blank=True)

    class Meta:
        verbose_name = "boîte des réponses"
        verbose_name_plural = "boîtes des réponses"
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return self.name
