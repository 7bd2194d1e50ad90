"""The kinds of defects, in the order a report names them."""

from django.db.models import TextChoices


class DefectKind(TextChoices):
    """What a payer is asked to correct, or what the Département must complete by itself."""

    NO_CONTACT = "no_contact", "Ni téléphone ni courriel"
    NO_NIR = "no_nir", "Adulte sans numéro de sécurité sociale"
    WRONG_NIR = "wrong_nir", "Numéro de sécurité sociale faux"
    OUTSIDE = "outside", "Adresse hors du Département"
    UNKNOWN_COMMUNE = "unknown_commune", "Commune inconnue"
    UNKNOWN_CODE = "unknown_code", "Code inconnu"
    PARTIAL_BIRTH = "partial_birth", "Date de naissance partielle"
    DUPLICATE = "duplicate", "Dossier présent plusieurs fois"
    REFUSED = "refused", "Dossier refusé"
