"""Closed lists of the geography."""

from django.db import models


class GridKind(models.TextChoices):
    """What a division of the Département is made for."""

    SOCIAL = "social", "Territoires d'action sociale"
    ARRONDISSEMENT = "arrondissement", "Arrondissements"
    EPCI = "epci", "Intercommunalités"
    OTHER = "other", "Autre découpage"


class PlaceKind(models.TextChoices):
    """What a place where people are received is; a kind of appointment may be tied to some of them."""

    ANTENNA = "antenna", "Antenne ou pôle insertion"
    DEPARTMENT_HOUSE = "department_house", "Maison du Département ou centre médico-social"
    TOWN_HALL = "town_hall", "Mairie ou CCAS"
    FRANCE_SERVICES = "france_services", "Maison France services"
    SOCIAL_CENTRE = "social_centre", "Centre social"
    PARTNER = "partner", "Locaux d'un partenaire"
    OTHER = "other", "Autre lieu"
