"""Words of the appointments, as stored and as shown."""

from django.db import models


class InterviewAbout(models.TextChoices):
    """What an interview in five steps held after the first one is about."""

    FOLLOW_UP = "follow_up", "La suite d’un entretien"
    REORIENTATION = "reorientation", "Une réorientation"


class Act(models.TextChoices):
    """What the Département does when it writes: offer a choice, or impose a date (AMB-57).

    `BOOKED` is neither: the link that goes with a date taken without any of them; no figure and no delay counts it.
    """

    INVITATION = "invitation", "Invitation"
    CONVOCATION = "convocation", "Convocation"
    BOOKED = "booked", "Lien donné avec un rendez-vous"


WRITTEN_ACTS = (Act.INVITATION, Act.CONVOCATION)
"""The acts that are counted, awaited and followed up."""


class Modality(models.TextChoices):
    """How people meet; physical is the rule (RG-08, AMB-55)."""

    PHYSICAL = "physical", "Sur place"
    PHONE = "phone", "Par téléphone"
    VIDEO = "video", "En visioconférence"


class AppointmentStatus(models.TextChoices):
    """Where an appointment stands."""

    PLANNED = "planned", "Prévu"
    HELD = "held", "Présent"
    ABSENT = "absent", "Absent"
    EXCUSED = "excused", "Excusé"
    CANCELLED_BY_PERSON = "cancelled_by_person", "Annulé par la personne"
    CANCELLED_BY_US = "cancelled_by_us", "Annulé par le service"


ACTIVE_STATUSES = (
    AppointmentStatus.PLANNED,
    AppointmentStatus.HELD,
    AppointmentStatus.ABSENT,
    AppointmentStatus.EXCUSED,
)
"""Statuses that keep a seat taken."""

CANCELLED_STATUSES = (AppointmentStatus.CANCELLED_BY_PERSON, AppointmentStatus.CANCELLED_BY_US)


class BookedVia(models.TextChoices):
    """Who chose the slot, and where."""

    PERSON = "person", "Par la personne, avec son lien"
    AGENT = "agent", "Par un agent, pendant un entretien"
    PHONE = "phone", "Par téléphone"
    PERSON_PAGE = "person_page", "Depuis la fiche"


class LetterChoice(models.TextChoices):
    """How the letter of a convocation leaves; decided for one person by whoever convenes her."""

    PLAIN = "plain", "Lettre simple"
    REGISTERED = "registered", "Lettre recommandée avec avis de réception"
    NONE = "none", "Pas de lettre : je l’appelle, ou je la remets en main propre"


class SkipReason(models.TextChoices):
    """Why somebody was left out of a batch of invitations; those of rules.invitations, and what changed meanwhile."""

    CLOSED = "closed", "N’est plus dans le dispositif"
    DECEASED = "deceased", "Personne décédée"
    STOPPED = "stopped", "Invitations suspendues pour cette personne"
    ALREADY_BOOKED = "already_booked", "A déjà un rendez-vous"
    ALREADY_MET = "already_met", "Le premier rendez-vous a déjà eu lieu"
    INVITED_RECENTLY = "invited_recently", "Invitée il y a trop peu de temps"
    CONFIDENTIAL = "confidential", "Adresse confidentielle : la lettre n’a pas été choisie"
    UNREACHABLE = "unreachable", "Ni mobile, ni e-mail, ni adresse postale"
    CHANNEL_MISSING = "channel_missing", "Injoignable par les moyens choisis"
    NO_LONGER_DUE = "no_longer_due", "N’est plus à relancer"
    KIND_STOPPED = "kind_stopped", "On n’invite plus à ce type de rendez-vous"


class CallOutcome(models.TextChoices):
    """What a call gave; only a conversation settles the call that was due."""

    REACHED = "reached", "La personne a répondu"
    MESSAGE_LEFT = "message_left", "Message laissé"
    NO_ANSWER = "no_answer", "Pas de réponse"
    WRONG_NUMBER = "wrong_number", "Mauvais numéro"


class RequestWish(models.TextChoices):
    """When a person could come, on the page where no slot suits her."""

    MORNING = "morning", "Le matin"
    AFTERNOON = "afternoon", "L’après-midi"
    EVENING = "evening", "Après 17 h"
    WEDNESDAY = "wednesday", "Le mercredi"
    OTHER_PLACE = "other_place", "Dans un autre lieu, plus près de chez moi"
    PHONE = "phone", "Par téléphone : je ne peux pas me déplacer"


class Weekday(models.IntegerChoices):
    """ISO days of the week."""

    MONDAY = 1, "lundi"
    TUESDAY = 2, "mardi"
    WEDNESDAY = 3, "mercredi"
    THURSDAY = 4, "jeudi"
    FRIDAY = 5, "vendredi"
    SATURDAY = 6, "samedi"


class Weeks(models.TextChoices):
    """Every week, or one in two by its number in the year, as calendars print it."""

    ALL = "", "Toutes les semaines"
    ODD = "odd", "Les semaines impaires"
    EVEN = "even", "Les semaines paires"


class RemoteReason(models.TextChoices):
    """Why somebody asks not to come on the spot, in her words; health is never asked."""

    TRANSPORT = "transport", "Je n’ai pas de moyen de transport"
    TRAVEL = "travel", "Je ne peux pas me déplacer en ce moment"
    CARE = "care", "Je garde mes enfants ou un proche"
    WORK = "work", "Je travaille ou je suis en formation"
    OTHER = "other", "Une autre raison"
