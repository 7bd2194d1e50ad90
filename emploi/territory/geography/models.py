"""Communes, the grids that divide the Département, and the places where people are met."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q

from emploi.foundation import department
from emploi.foundation.audit.triggers import field_history
from emploi.territory.geography import weeks
from emploi.territory.geography.enums import GridKind, PlaceKind


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


@dataclass(frozen=True, slots=True)
class Reception:
    """A number to call, and when somebody answers, nothing when nobody said."""

    phone: str
    hours: str


def _digits(phone: str) -> str:
    """A number however it is written: « 04 75 79 26 26 », « 0475792626 » and « +33475792626 » are the same."""
    kept = "".join(figure for figure in phone if figure.isdigit())
    return f"0{kept[2:]}" if phone.startswith("+33") else kept


class PlaceQuerySet(models.QuerySet["Place"]):
    """Scopes over places."""

    def active(self) -> PlaceQuerySet:
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
    kind = models.CharField("nature", max_length=20, choices=PlaceKind.choices, default=PlaceKind.OTHER)
    # Null in both: never said, nothing is bounded.
    capacity = models.PositiveSmallIntegerField("bureaux pour recevoir", null=True, blank=True)
    room_seats = models.PositiveSmallIntegerField("places de la salle de réunion", null=True, blank=True)
    # {"1": [["08:30", "12:00"], ["13:30", "17:00"]], …}: ISO weekdays; empty when never said.
    opening_hours = models.JSONField("horaires d'ouverture", default=dict, blank=True)
    # INSEE codes of the communes whose people are sent here first.
    sector = ArrayField(models.CharField(max_length=5), verbose_name="secteur", default=list, blank=True)
    is_reserved = models.BooleanField("réservé aux personnes de son secteur", default=False)
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
            ),
            models.CheckConstraint(condition=Q(is_reserved=False) | ~Q(sector=[]), name="place_reserved_to_a_sector"),
        ]
        triggers: ClassVar = [
            field_history(
                ["name", "address", "commune_id", "is_active", "capacity", "room_seats", "sector", "is_reserved"]
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hours_words(self) -> str:
        """Its usual hours in words, nothing when they were never said."""
        return weeks.in_words(self.opening_hours)

    @property
    def reception(self) -> Reception:
        """Whom to call about an appointment here: this place when it has a number of its own, else the Département."""
        identity = department.identity()
        if _digits(self.phone) in ("", _digits(identity.phone)):
            return Reception(identity.phone, identity.public_phone_hours)
        return Reception(self.phone, self.hours_words)

    def is_for(self, commune_code: str | None) -> bool:
        """Whether its sector is that of somebody of this commune."""
        return commune_code in self.sector

    def is_offered_to(self, commune_code: str | None) -> bool:
        """Whether somebody of this commune may choose it by herself; an agent may always give it."""
        return not self.is_reserved or self.is_for(commune_code)

    def is_open_at(self, weekday: int, starts_at: time, ends_at: time) -> bool:
        """Whether people can come in at these hours; always, when its hours were never said."""
        return weeks.is_open(self.opening_hours, weekday, starts_at, ends_at)
