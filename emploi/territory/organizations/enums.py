"""Closed lists of the organisations."""

from django.db import models


class OrganizationKind(models.TextChoices):
    """What an organisation is to the Département."""

    DEPARTEMENT = "departement", "Département"
    POLE_INSERTION = "pole_insertion", "Pôle insertion"
    FRANCE_TRAVAIL = "france_travail", "France Travail"
    PROVIDER = "provider", "Prestataire"
    PTCE = "ptce", "Pôle territorial de coopération économique (PTCE)"
    SIAE = "siae", "Structure d'insertion par l'activité économique (SIAE)"
    MISSION_LOCALE = "mission_locale", "Mission locale"
    CAP_EMPLOI = "cap_emploi", "Cap emploi"
    CCAS = "ccas", "Centre communal d'action sociale (CCAS)"
    ASSOCIATION = "association", "Association"
    CAF = "caf", "Caisse d'allocations familiales (CAF)"
    MSA = "msa", "Mutualité sociale agricole (MSA)"
    OTHER = "other", "Autre"


# Bodies the law keeps for one public, the young (CT L5314-1) and disabled people (CT L5214-3-1): never chosen for
# somebody without a person's decision.
FOR_ONE_PUBLIC = (OrganizationKind.MISSION_LOCALE, OrganizationKind.CAP_EMPLOI)
