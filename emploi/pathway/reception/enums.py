"""The closed lists of the reception: calls (DIS-075) and replies to our messages."""

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
    TO_SETTLE = "to_settle", "À traiter"
    SETTLED = "settled", "Traitée"
    CALLED_BACK = "called_back", "Rappelée"
    GIVEN_UP = "given_up", "Rappel abandonné"


WAITING = (CallState.TO_CALL_BACK, CallState.TO_SETTLE)


class Means(TextChoices):
    """How somebody reached us."""

    PHONE = "phone", "Téléphone"
    SMS = "sms", "SMS"
    EMAIL = "email", "E-mail"


class Reached(TextChoices):
    """What came of a call back."""

    REACHED = "reached", "La personne a répondu"
    MESSAGE_LEFT = "message_left", "Message laissé"
    NO_ANSWER = "no_answer", "Pas de réponse"
