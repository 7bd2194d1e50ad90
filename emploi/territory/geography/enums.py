"""Closed lists of the geography."""

from django.db import models


class GridKind(models.TextChoices):
    """What a division of the Département is made for."""

    SOCIAL = "social", "Territoires d'action sociale"
    ARRONDISSEMENT = "arrondissement", "Arrondissements"
    EPCI = "epci", "Intercommunalités"
    OTHER = "other", "Autre découpage"
