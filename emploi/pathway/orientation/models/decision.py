"""Pathways of the Département, proposals of the rules, decisions of named agents, first contract."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.orientation.enums import Basis, Decider, LegalPath, NotificationMeans, OpinionChoice
from emploi.pathway.orientation.models.interview import Interview

UNSENT = Q(to_transmit=True, transmitted_on__isnull=True)
# Ours, in force, and the person has not received it: her appeal delay has not begun (CT R5411-8-1).
UNTOLD = Q(notified_on__isnull=True, is_current=True, decider=Decider.DEPARTEMENT) & ~Q(
    notification_means=NotificationMeans.FORMER
)


class Modality(models.Model):
    """One pathway ("voie") of the Département, mapped to a legal path and to the bodies that may lead it."""

    slug = models.SlugField(unique=True)
    code = models.CharField("repère", max_length=8, blank=True)
    name = models.CharField("nom", max_length=120)
    description = models.TextField("en clair")
    legal_path = models.CharField("parcours légal", max_length=20, choices=LegalPath.choices)
    responsible_kinds = ArrayField(models.CharField(max_length=20), default=list, verbose_name="sortes d’organisme")
    responsible_organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, null=True, blank=True, related_name="modalities"
    )
    position = models.PositiveSmallIntegerField("ordre", default=0)
    # Open: named by the rules in force, and not closed by an administrator.
    is_active = models.BooleanField("proposée", default=True)
    closed_by_rules = models.BooleanField("les règles ne la nomment plus", default=False, db_default=False)
    closed_reason = models.CharField("pourquoi l’administrateur l’a fermée", max_length=200, blank=True, db_default="")
    # Chosen in the settings: the next rules leave it as it is.
    kinds_are_ours = models.BooleanField("sortes choisies ici", default=False, db_default=False)
    order_is_ours = models.BooleanField("ordre choisi ici", default=False, db_default=False)
    is_sensitive = models.BooleanField("révèle la santé", default=False)

    class Meta:
        verbose_name = "voie d’orientation"
        verbose_name_plural = "voies d’orientation"
        ordering: ClassVar = ["position", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_active=True, closed_reason="", closed_by_rules=False)
                | (Q(is_active=False) & (Q(closed_by_rules=True) | ~Q(closed_reason=""))),
                name="modality_open_or_closed",
            ),
        ]
        triggers: ClassVar = [*guarded(history=["name", "legal_path", "is_active", "responsible_organization_id"])]

    def __str__(self) -> str:
        return self.name


class Proposal(models.Model):
    """What the rules proposed on one day, with every reason; it decides nothing."""

    entry = models.ForeignKey("beneficiaries.Entry", on_delete=models.PROTECT, related_name="proposals")
    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals")
    ruleset = models.CharField("règles", max_length=80)
    computed_at = models.DateTimeField("calculée")
    ranked = models.JSONField("voies proposées")
    not_applied = models.JSONField("règles sans effet", default=list)
    missing = models.JSONField("réponses manquantes", default=list)
    fingerprint = models.CharField("empreinte des faits lus", max_length=64)

    class Meta:
        verbose_name = "proposition d’orientation"
        indexes: ClassVar = [models.Index(fields=["entry", "-id"], name="proposal_latest")]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"Proposition {self.pk} ({self.ruleset})"


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Scopes of decisions."""

    def current(self) -> DecisionQuerySet:
        """Return the decisions in force: one per entry."""
        return self.filter(is_current=True)

    def unsent(self) -> DecisionQuerySet:
        """Return the decisions France Travail has not received yet, replaced since or not."""
        return self.filter(UNSENT)

    def to_send(self) -> DecisionQuerySet:
        """Return the decisions to send: one already replaced never leaves after the one that replaced it."""
        return self.filter(UNSENT, is_current=True)

    def untold(self) -> DecisionQuerySet:
        """Return our decisions in force the person has not received: asked or not, printed or not."""
        return self.filter(UNTOLD)


class Decision(models.Model):
    """An orientation decided by a named agent under a delegation, with the reasons shown to the person."""

    # Found by `decision_of_entry`.
    entry = models.ForeignKey("beneficiaries.Entry", on_delete=models.PROTECT, related_name="decisions", db_index=False)
    person = models.ForeignKey("beneficiaries.Person", on_delete=models.PROTECT, related_name="decisions")
    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    modality = models.ForeignKey(Modality, on_delete=models.PROTECT, related_name="decisions")
    legal_path = models.CharField("parcours légal", max_length=20, choices=LegalPath.choices)
    responsible_organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="decisions"
    )
    referent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="persons_referred"
    )
    # Unknown for a referent taken over from a former tool.
    referent_since = models.DateField("référent depuis le", null=True, blank=True)
    # Empty when France Travail decided: what its decision rests on is not known here.
    basis = models.CharField("fondement", max_length=12, choices=Basis.choices, blank=True)
    decider = models.CharField("autorité", max_length=16, choices=Decider.choices, default=Decider.DEPARTEMENT)
    decided_on = models.DateField("décidée le")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions_made")
    recorded_at = models.DateTimeField("enregistrée")
    delegation = models.CharField("délégation de signature", max_length=300)
    agreed_with_person = models.BooleanField("décidée avec la personne")
    opinion = models.CharField("avis", max_length=16, choices=OpinionChoice.choices, default=OpinionChoice.NO_OPINION)
    person_opinion = models.TextField("ce que dit la personne", blank=True)
    override_reason = models.TextField("pourquoi une autre voie que la première proposée", blank=True)
    basis_details = models.JSONField("conditions du fondement", default=dict, blank=True)
    reasons = models.JSONField("raisons", default=list)
    regime_code = models.CharField("régime légal", max_length=8)
    ruleset = models.CharField("règles", max_length=80, blank=True)
    notification_asked_at = models.DateTimeField("notification demandée", null=True, blank=True)
    # The fact the appeal delay runs from: handed over, posted, or received against a signature; never the request.
    notified_on = models.DateField("notifiée le", null=True, blank=True)
    notification_means = models.CharField(max_length=10, choices=NotificationMeans.choices, blank=True)
    notification = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Social and professional at the same time, with a counsellor of France Travail (RG-32, RG-44).
    is_joint = models.BooleanField("accompagnement global, avec France Travail", default=False, db_default=False)
    to_transmit = models.BooleanField("à transmettre à France Travail", default=True)
    transmitted_on = models.DateField("transmise à France Travail le", null=True, blank=True)
    previous = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="following")
    is_current = models.BooleanField("en vigueur", default=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "décision d’orientation"
        verbose_name_plural = "décisions d’orientation"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(is_current=True), name="decision_one_current_per_entry"
            ),
            models.CheckConstraint(
                condition=~Q(basis=Basis.INTERVIEW) | Q(interview__isnull=False), name="decision_interview_has_one"
            ),
            models.CheckConstraint(
                condition=~Q(basis="") | Q(decider=Decider.FRANCE_TRAVAIL), name="decision_ours_has_a_basis"
            ),
            models.CheckConstraint(condition=~Q(delegation=""), name="decision_signed_under_delegation"),
            models.CheckConstraint(
                condition=Q(notified_on=None) | (Q(notified_on__gte=F("decided_on")) & ~Q(notification_means="")),
                name="decision_notified_after_it_was_taken",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-decided_on", "-id"], name="decision_by_date"),
            models.Index(fields=["entry", "decided_on"], name="decision_of_entry"),
            models.Index(
                fields=["decided_on"],
                condition=Q(to_transmit=True, transmitted_on__isnull=True),
                name="decision_unsent",
            ),
            models.Index(
                fields=["responsible_organization"], condition=Q(is_current=True), name="decision_current_body"
            ),
            models.Index(fields=["person"], name="decision_person"),
            models.Index(fields=["decided_on", "id"], condition=UNTOLD, name="decision_untold"),
        ]
        triggers: ClassVar = [
            *guarded(
                history=["referent_id", "notified_on", "transmitted_on", "is_current", "responsible_organization_id"]
            )
        ]

    def __str__(self) -> str:
        return f"Orientation {self.pk} du {self.decided_on:%d/%m/%Y}"

    @property
    def ground(self) -> str:
        """Return on what the decision rests, in words; a decision of France Travail says whose it is."""
        is_theirs = self.decider == Decider.FRANCE_TRAVAIL
        return "par France Travail" if is_theirs else str(self.get_basis_display()).lower()

    @property
    def is_about_health(self) -> bool:
        """Tell whether the pathway, or a reason of it, says the health of the person."""
        return self.modality.is_sensitive or any(reason.get("sensitive") for reason in self.reasons)

    @property
    def is_to_send(self) -> bool:
        """Tell whether France Travail still has to receive this decision."""
        return self.to_transmit and self.transmitted_on is None and self.is_current

    @property
    def is_to_notify(self) -> bool:
        """Tell whether the person still has to receive this decision from us."""
        is_ours = self.decider == Decider.DEPARTEMENT and self.notification_means != NotificationMeans.FORMER
        return is_ours and self.notified_on is None


class EngagementContract(models.Model):
    """Contrat d'engagement d'orientation: objectives, and two time-stamped agreements (AMB-06)."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="engagement")
    interview = models.ForeignKey(
        Interview, on_delete=models.PROTECT, null=True, blank=True, related_name="engagements"
    )
    objectives = models.JSONField("objectifs", default=list)
    person_agreed_at = models.DateTimeField("accord de la personne", null=True, blank=True)
    officer_agreed_at = models.DateTimeField("accord du chargé d’orientation", null=True, blank=True)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="engagements_agreed"
    )
    document = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "contrat d’engagement d’orientation"
        verbose_name_plural = "contrats d’engagement d’orientation"
        triggers: ClassVar = [*guarded(history=["objectives", "person_agreed_at", "officer_agreed_at"])]

    def __str__(self) -> str:
        return f"Contrat d’engagement d’orientation {self.pk}"

    @property
    def is_complete(self) -> bool:
        """Tell whether both agreed."""
        return self.person_agreed_at is not None and self.officer_agreed_at is not None
