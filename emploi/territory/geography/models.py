"""Communes, the grids that divide the Département, and the places where people are met."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q

from emploi.foundation.audit.triggers import field_history
from emploi.territory.geography.enums import GridKind


class Commune(models.Model):
    """A French commune of the official list (INSEE), with its position and postal codes."""

    code = models.CharField("code INSEE", max_length=5, primary_key=True)
    name = models.CharField("nom", max_length=80)
    name_sort = models.CharField("nom de tri", max_length=80)
    department_code = models.CharField("département", max_length=3, db_index=True)
    arrondissement_code = models.CharField("arrondissement", max_length=4, blank=True)
    epci_code = models.CharField("code de l'intercommunalité", max_length=9, blank=True)
    epci_name = models.CharField("intercommunalité", max_length=120, blank=True)
    postal_codes = ArrayField(models.CharField(max_length=5), verbose_name="codes postaux", default=list, blank=True)
    population = models.PositiveIntegerField("population", default=0)
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)

    class Meta:
        verbose_name = "commune"
        ordering: ClassVar = ["name_sort", "code"]
        indexes: ClassVar = [
            # The wheel's PostgreSQL has no ICU: prefix search runs on the stored normalised name.
            models.Index(OpClass("name_sort", name="text_pattern_ops"), name="commune_name_prefix"),
            GinIndex(fields=["postal_codes"], name="commune_postal_codes"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="commune_position_whole",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Grid(models.Model):
    """One way of dividing the Département: social territories, arrondissements, EPCI…"""

    slug = models.SlugField("identifiant", unique=True)
    name = models.CharField("nom", max_length=120)
    kind = models.CharField("nature", max_length=20, choices=GridKind.choices)
    is_default = models.BooleanField("découpage principal", default=False)

    class Meta:
        verbose_name = "découpage"
        ordering: ClassVar = ["-is_default", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="grid_one_default")
        ]

    def __str__(self) -> str:
        return self.name


class Territory(models.Model):
    """One part of a grid."""

    grid = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="territories", verbose_name="découpage")
    slug = models.SlugField("identifiant", max_length=80)
    name = models.CharField("nom", max_length=120)
    position = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "territoire"
        ordering: ClassVar = ["grid", "position", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["grid", "slug"], name="territory_slug_once_per_grid"),
            # Target of the composite key that keeps TerritoryCommune.grid equal to its territory's grid.
            models.UniqueConstraint(fields=["id", "grid"], name="territory_with_its_grid"),
        ]

    def __str__(self) -> str:
        return self.name


class TerritoryCommune(models.Model):
    """The territory a commune belongs to, one at most in each grid."""

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="commune_links")
    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="territory_links")
    grid = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="commune_links")

    class Meta:
        verbose_name = "commune d'un territoire"
        constraints: ClassVar = [models.UniqueConstraint(fields=["grid", "commune"], name="commune_once_per_grid")]
        triggers: ClassVar = [field_history(["territory_id"])]

    def __str__(self) -> str:
        return f"{self.commune_id} → {self.territory_id}"


class PlaceQuerySet(models.QuerySet["Place"]):
    """Scopes over places."""

    def active(self) -> "PlaceQuerySet":
        """Places where appointments can be given."""
        return self.filter(is_active=True)


class Place(models.Model):
    """A place where people are received; its territory is that of its commune."""

    slug = models.SlugField("identifiant", max_length=80, unique=True)
    name = models.CharField("nom", max_length=120)
    address = models.CharField("adresse", max_length=200)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="places", verbose_name="commune")
    phone = models.CharField("téléphone", max_length=20, blank=True)
    accessible = models.BooleanField("accessible en fauteuil roulant", default=False)
    directions = models.TextField("comment venir", blank=True)
    is_active = models.BooleanField("ouvert", default=True)
    closing_reason = models.CharField("raison de la fermeture", max_length=200, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "lieu d'accueil"
        verbose_name_plural = "lieux d'accueil"
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_active=True) | ~Q(closing_reason=""), name="place_closed_with_a_reason"
            )
        ]
        triggers: ClassVar = [field_history(["name", "address", "commune_id", "is_active"])]

    def __str__(self) -> str:
        return self.name
