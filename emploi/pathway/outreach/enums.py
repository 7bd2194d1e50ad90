"""The closed lists of the register of information and access to rights (DIS-085)."""

from django.db.models import TextChoices


class ContactForm(TextChoices):
    """How people were informed."""

    INDIVIDUAL = "individual", "Information individuelle"
    COLLECTIVE = "collective", "Réunion collective"
    PHONE = "phone", "Au téléphone"


class Topic(TextChoices):
    """What was spoken of."""

    RSA = "rsa", "Le RSA : qui y a droit"
    CLAIM = "claim", "Faire sa demande"
    DUTIES = "duties", "Les droits et devoirs, le parcours"
    BONUS = "bonus", "La prime d’activité"
    OTHER_RIGHTS = "other_rights", "Les autres aides (logement, transports, famille…)"
    ONLINE = "online", "Les démarches en ligne"
    WORK = "work", "L’emploi et la formation"


class Outcome(TextChoices):
    """What came of it."""

    CLAIM_FILED = "claim_filed", "Demande de RSA déposée"
    CLAIM_TO_COME = "claim_to_come", "Demande à venir"
    SENT_TO_PARTNER = "sent_to_partner", "Orientation vers un partenaire"
    NO_RIGHT = "no_right", "Pas de droit au RSA"
    INFORMED = "informed", "Information donnée, sans suite connue"
    REFUSED = "refused", "Ne souhaite pas demander le RSA"
