"""Closed lists of the accounts."""

from django.db import models


class LinkPurpose(models.TextChoices):
    """Why a one-time link was given."""

    INVITATION = "invitation", "Première connexion"
    NEW_PASSWORD = "new_password", "Nouveau mot de passe"
