"""Services and partners who act with the people followed."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from emploi.foundation.audit.triggers import field_history
from emploi.territory.geography.models import Commune, Territory
from emploi.territory.organizations.enums import OrganizationKind


class OrganizationQuerySet(models.QuerySet["Organization"]):
    """Scopes over organisations."""

    def active(self) -> "OrganizationQuerySet":
        """Organisations that still work with the Département."""
        return self.filter(is_active=True)

    def responsible(self) -> "OrganizationQuerySet":
        """Active organisations that may be an "organisme référent" (CT L5411-5-1)."""
        return self.active().filter(can_be_responsible=True)


class Organization(models.Model):
    """A service of the Département, France Travail, a provider or any other partner."""

    slug = models.SlugField("identifiant", max_length=80, unique=True)
    name = models.CharField("nom", max_length=160)
    kind = models.CharField("nature", max_length=20, choices=OrganizationKind.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name="rattaché à"
    )
    territory = models.ForeignKey(
        Territory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organizations",
        verbose_name="territoire",
    )
    commune = models.ForeignKey(
        Commune, on_delete=models.PROTECT, null=True, blank=True, related_name="organizations", verbose_name="commune"
    )
    email = models.EmailField("adresse électronique", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    can_be_responsible = models.BooleanField("peut être organisme référent", default=False)
    agenda_is_ours = models.BooleanField("son agenda est tenu ici", default=False)
    is_active = models.BooleanField("actif", default=True)
    closing_reason = models.CharField("raison de la fermeture", max_length=200, blank=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = "organisme"
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="organization_not_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(is_active=True) | ~Q(closing_reason=""), name="organization_closed_with_a_reason"
            ),
        ]
        triggers: ClassVar = [field_history(["name", "kind", "territory_id", "can_be_responsible", "is_active"])]

    def __str__(self) -> str:
        return self.name
