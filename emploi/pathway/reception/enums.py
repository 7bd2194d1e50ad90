"""The closed lists of the telephone reception (DIS-075)."""

from django.db.models import TextChoices


class Subject(TextChoices):
    """Why people call."""

    APPOINTMENT = "appointment", "Un rendez-vous"
    LETTER = "letter", "Un courrier ou un message reçu"
    RIGHT = "right", "Le droit au RSA, un paiement"
    SUPPORT = "support", "Son accompagnement"
    DUTIES = "duties", "Une absence, une sanction"
    COMPLAINT = "complaint", "Une réclamation"
    OTHER = "other", "Autre chose"


class CallState(TextChoices):
    """Where a call stands."""

    ANSWERED = "answered", "Réponse donnée"
    TO_CALL_BACK = "to_call_back", "À rappeler"
    CALLED_BACK = "called_back", "Rappelée"
    GIVEN_UP = "given_up", "Rappel abandonné"


class Reached(TextChoices):
    """What came of a call back."""

    REACHED = "reached", "La personne a répondu"
    MESSAGE_LEFT = "message_left", "Message laissé"
    NO_ANSWER = "no_answer", "Pas de réponse"
