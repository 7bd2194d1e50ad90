"""Invitations and convocations, their batches, and what people answer to them."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value

from emploi.foundation.audit.triggers import guarded
from emploi.foundation.documents.models import Document
from emploi.pathway.appointments.enums import WRITTEN_ACTS, Act, CallOutcome
from emploi.pathway.appointments.models.kinds import Kind
from emploi.pathway.beneficiaries.models import Entry, Person

AGENT = settings.AUTH_USER_MODEL


class InvitationBatch(models.Model):
    """People invited together: what was asked, who was left out and why, the letters."""

    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="batches")
    act = models.CharField("acte", max_length=12, choices=Act.choices, default=Act.INVITATION)
    is_relaunch = models.BooleanField("relance", default=False)
    # Asked by nobody: a relaunch that left by itself, whose people are looked at again just before each chunk.
    is_automatic = models.BooleanField("partie toute seule", default=False, db_default=False)
    created_at = models.DateTimeField("le")
    created_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="par")
    # Whose slots alone are offered: somebody who accompanies a person invites her to meet herself.
    with_agent = models.ForeignKey(
        AGENT, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="avec"
    )
    channels_asked = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    confidential_letters = models.BooleanField("lettres aux adresses confidentielles", default=False, db_default=False)
    # Whom it is about, as [entry or null, person], and how many of them were treated, all or nothing for each chunk.
    targets = models.JSONField(default=list, blank=True, db_default=Value([], models.JSONField()))
    total = models.PositiveIntegerField("personnes choisies", default=0, db_default=0)
    done = models.PositiveIntegerField("personnes traitées", default=0, db_default=0)
    worked_at = models.DateTimeField("dernier lot", null=True, blank=True)
    count = models.PositiveIntegerField("personnes invitées", default=0)
    skipped = models.JSONField(default=list, blank=True)
    free_slots_before_due = models.PositiveIntegerField("créneaux libres avant l'échéance, à l'envoi", default=0)
    letters = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "envoi d'invitations"
        verbose_name_plural = "envois d'invitations"
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], condition=Q(done__lt=F("total")), name="batch_unfinished"),
        ]

    def __str__(self) -> str:
        return f"Invitations du {self.created_at:%d/%m/%Y}"

    @property
    def is_running(self) -> bool:
        """True while people of the batch wait to be invited."""
        return self.done < self.total


class WrittenManager(models.Manager["Invitation"]):
    """Invitations and convocations: what is counted; the links given with a date already taken are left out."""

    def get_queryset(self) -> models.QuerySet[Invitation]:
        """Leave out what invites to nothing."""
        return super().get_queryset().filter(act__in=WRITTEN_ACTS)


class Invitation(models.Model):
    """One act towards one person: a link and a code that work until the announced day.

    Without an entry, she waits for the decision of the payer; the entry is written when it opens.
    """

    # Found by `invitation_of_entry`.
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="invitations", db_index=False
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitations")
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="invitations")
    act = models.CharField("acte", max_length=12, choices=Act.choices, default=Act.INVITATION)
    is_relaunch = models.BooleanField("relance", default=False)
    token = models.CharField(max_length=40, unique=True)
    code = models.CharField(max_length=8, unique=True)
    channels = ArrayField(models.CharField(max_length=10), default=list)
    sent_at = models.DateTimeField("envoyée le")
    sent_on = models.DateField("jour d'envoi")
    expires_on = models.DateField("valable jusqu'au")
    first_opened_at = models.DateTimeField("ouverte le", null=True, blank=True)
    batch = models.ForeignKey(InvitationBatch, on_delete=models.PROTECT, null=True, related_name="invitations")
    created_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, null=True, related_name="+")
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField("remplacée le", null=True, blank=True)
    superseded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces")
    revoked_at = models.DateTimeField("retirée le", null=True, blank=True)
    revoked_reason = models.CharField(max_length=200, blank=True)

    objects = WrittenManager()
    # Every link and code there is, also those that only go with a date taken.
    links: ClassVar[models.Manager[Invitation]] = models.Manager()

    class Meta:
        verbose_name = "invitation"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_on__gte=F("sent_on")), name="invitation_dates_in_order"),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | ~Q(revoked_reason=""), name="invitation_revoked_with_a_reason"
            ),
            # Whatever restarts a batch, nobody is invited twice by it.
            models.UniqueConstraint(fields=["batch", "person"], name="invitation_once_a_batch"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["entry", "-sent_at"], name="invitation_of_entry"),
            models.Index(fields=["person", "-sent_at"], name="invitation_of_person"),
            # What the funnel and the effects of relaunches read of each entrant, without opening the table.
            models.Index(
                fields=["entry", "sent_on"],
                include=["person", "sent_at", "act", "is_relaunch", "channels"],
                condition=Q(revoked_at=None),
                name="invitation_standing",
            ),
        ]
        triggers: ClassVar = [*guarded(history=["expires_on", "superseded_at", "revoked_at"])]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.pk}"


class InvitationOpening(models.Model):
    """A person looked at her link: the appended trace a GET may leave."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="openings")
    opened_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "ouverture d'invitation"
        constraints: ClassVar = [models.UniqueConstraint(fields=["invitation"], name="one_first_opening")]
        indexes: ClassVar = [models.Index(fields=["id"], condition=Q(told_at=None), name="opening_to_tell")]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="first_opened",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="""
                    UPDATE appointments_invitation SET first_opened_at = NEW.opened_at
                     WHERE id = NEW.invitation_id AND first_opened_at IS NULL;
                    RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"Ouverture de l'invitation {self.invitation_id}"


class InvitationStop(models.Model):
    """Nobody invites this person for now: hospital stay, mourning, a written request…"""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitation_stops")
    reason = models.CharField("raison", max_length=200)
    started_at = models.DateTimeField("depuis le")
    started_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, null=True, related_name="+")
    # The last day in force, said when suspending: the day after, the lists hold her again without anybody acting.
    last_day = models.DateField("dernier jour", null=True, blank=True)
    ended_at = models.DateTimeField("levée le", null=True, blank=True)

    class Meta:
        verbose_name = "suspension des invitations"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="one_running_stop_a_person")
        ]
        triggers: ClassVar = [*guarded(history=["ended_at", "last_day"])]

    def __str__(self) -> str:
        return f"Suspension {self.pk}"


class SlotRequest(models.Model):
    """No slot suits the person: she says when she could come, the service calls her back.

    Who calls without having been invited asks as well: the request then answers no invitation.
    """

    invitation = models.ForeignKey(
        Invitation, on_delete=models.PROTECT, null=True, blank=True, related_name="slot_requests"
    )
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="slot_requests", verbose_name="type")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="slot_requests")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="slot_requests")
    wishes = ArrayField(models.CharField(max_length=20), verbose_name="moments possibles", default=list, blank=True)
    note = models.CharField("ce que dit la personne", max_length=500, blank=True)
    phone = models.CharField("numéro à rappeler", max_length=20, blank=True)
    created_at = models.DateTimeField("reçue le")
    settled_at = models.DateTimeField("réglée le", null=True, blank=True)
    settled_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField("suite donnée", max_length=200, blank=True)

    class Meta:
        verbose_name = "demande de créneau"
        verbose_name_plural = "demandes de créneau"
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(settled_at=None), name="one_open_request_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"Demande de créneau {self.pk}"


class CallAttempt(models.Model):
    """An agent called the person, with or without an answer (J+5 list)."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="call_attempts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="call_attempts")
    outcome = models.CharField("résultat", max_length=16, choices=CallOutcome.choices)
    note = models.CharField("ce qui a été dit", max_length=500, blank=True)
    called_at = models.DateTimeField("appelé le")
    called_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "appel"
        ordering: ClassVar = ["-called_at"]
        indexes: ClassVar = [models.Index(fields=["entry", "-called_at"], name="call_of_entry")]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"Appel {self.pk}"


class UnknownCode(models.Model):
    """Failed tries on a code that does not exist: it locks exactly like a real one, so that nobody can tell."""

    digest = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = "code inconnu"
        verbose_name_plural = "codes inconnus"

    def __str__(self) -> str:
        return self.digest[:8]
