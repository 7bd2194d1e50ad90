"""What the person brings and hopes for at an interview: papers shown, trades, and the names a trade is known by."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.orientation.enums import PaperState, TradeWishKind
from emploi.pathway.orientation.models.interview import Interview

AGENT = settings.AUTH_USER_MODEL


class BroughtPaperQuerySet(models.QuerySet["BroughtPaper"]):
    """Scopes of papers."""

    def in_force(self) -> BroughtPaperQuerySet:
        """Return what was last said of each paper of each person."""
        return self.order_by("person_id", "paper", "-id").distinct("person_id", "paper")


class BroughtPaper(models.Model):
    """What was said of one paper on one day: seen, to bring until a day, or not concerned; the latest wins (RG-09)."""

    person = models.ForeignKey("beneficiaries.Person", on_delete=models.PROTECT, related_name="papers_brought")
    paper = models.CharField("papier", max_length=60)
    label = models.CharField("nom du papier", max_length=160)
    # As the list said when it was noted: a paper taken out of the list since keeps its guard.
    is_sensitive = models.BooleanField("révèle la santé", default=False)
    state = models.CharField("état", max_length=12, choices=PaperState.choices)
    until = models.DateField("à apporter avant le", null=True, blank=True)
    noted_on = models.DateField("noté le")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="+")
    # Empty when it was seen between two interviews, by who accompanies the person.
    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, null=True, blank=True, related_name="papers")
    copy = models.ForeignKey("documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = BroughtPaperQuerySet.as_manager()

    class Meta:
        verbose_name = "papier demandé"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=PaperState.LATER, until__isnull=False) | (~Q(state=PaperState.LATER) & Q(until=None)),
                name="paper_to_bring_until_a_day",
            ),
            models.CheckConstraint(condition=Q(copy=None) | Q(state=PaperState.SEEN), name="paper_copied_once_seen"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("noted_on")), name="paper_days_in_order"),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "paper", "-id"], name="paper_latest")]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"{self.label} ({self.get_state_display()})"


class TradeName(models.Model):
    """One name of a trade and its ROME code; the product ships common ones, a command reads the official files."""

    code = models.CharField("code ROME", max_length=5)
    label = models.CharField("métier", max_length=200)
    search_text = models.CharField("recherche", max_length=200)
    is_plain = models.BooleanField("nom courant", default=False)

    class Meta:
        verbose_name = "nom de métier"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "label"], name="trade_name_once"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-N]\d{4}$"), name="trade_code_of_the_rome"),
        ]
        indexes: ClassVar = [GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="trade_name_search")]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"{self.label} ({self.code})"


class TradeWishQuerySet(models.QuerySet["TradeWish"]):
    """Scopes of trades."""

    def active(self) -> TradeWishQuerySet:
        """Return the trades still there, in the order the person gave."""
        return self.filter(ended_on=None).order_by("position", "pk")


class TradeWish(models.Model):
    """A trade the person looks for, would like to discover or did before; no code when only her words are known.

    A trade is there once: the action holds the person and checks it. No constraint says so, for two records of one
    person may be put together and both name the same trade.
    """

    person = models.ForeignKey("beneficiaries.Person", on_delete=models.PROTECT, related_name="trades")
    code = models.CharField("code ROME", max_length=5, blank=True)
    label = models.CharField("métier", max_length=200)
    wish = models.CharField("souhait", max_length=10, choices=TradeWishKind.choices)
    position = models.PositiveSmallIntegerField("ordre")
    said_on = models.DateField("dit le")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="+")
    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, null=True, blank=True, related_name="trades")
    ended_on = models.DateField("retiré le", null=True, blank=True)

    objects = TradeWishQuerySet.as_manager()

    class Meta:
        verbose_name = "métier souhaité"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(label=""), name="trade_wish_named"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("said_on")), name="trade_wish_days_in_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "position"], condition=Q(ended_on=None), name="trade_wish_active"),
            models.Index(fields=["code"], condition=Q(ended_on=None), name="trade_wish_code"),
        ]
        triggers: ClassVar = [*guarded(history=["wish", "position", "ended_on"])]

    def __str__(self) -> str:
        return f"{self.label} ({self.get_wish_display()})"
