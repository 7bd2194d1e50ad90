"""Words of steering, as stored and as shown."""

from django.db.models import TextChoices


class Nature(TextChoices):
    """Where an indicator's figure comes from."""

    COMPUTED = "computed", "Calculé par le produit"
    TYPED = "typed", "Saisi par une personne nommée"
    PLANNED = "planned", "Prévu dans une prochaine version"


class Measure(TextChoices):
    """What kind of number an indicator is."""

    COUNT = "count", "Nombre"
    RATIO = "ratio", "Taux"
    AMOUNT = "amount", "Montant"
    DELAY = "delay", "Délai"


class Cohort(TextChoices):
    """The delays followed by month of entry: each is one promise made to every entrant."""

    FIRST_INTERVIEW = "first_interview", "Premier rendez-vous"
    ORIENTATION_MONTH = "orientation_month", "Orientation dans le mois"
    ORIENTATION_SIX_WEEKS = "orientation_six_weeks", "Orientation avant que France Travail décide"


class State(TextChoices):
    """How one entry stands towards one promise on one day."""

    MET = "met", "Tenu dans le délai"
    LATE = "late", "Tenu en retard"
    MISSED = "missed", "Non tenu, délai dépassé"
    RUNNING = "running", "En cours"
    OUT = "out", "Hors calcul"


class Presence(TextChoices):
    """How an appointment whose hour came has ended."""

    HELD = "held", "Présents"
    ABSENT = "absent", "Absents"
    EXCUSED = "excused", "Excusés"
    CANCELLED_BY_PERSON = "cancelled_by_person", "Annulés par la personne"
    CANCELLED_BY_US = "cancelled_by_us", "Annulés par le service"
    UNMARKED = "unmarked", "Présence non notée"


class Outcome(TextChoices):
    """Why a promise was not kept in time, as far as the file tells (definitions.md, Rates)."""

    ABSENT = "absent", "Absence non excusée"
    EXCUSED = "excused", "Absence excusée"
    CANCELLED_BY_PERSON = "cancelled_by_person", "Annulé ou refusé par la personne"
    CANCELLED_BY_US = "cancelled_by_us", "Annulé par le service"
    UNMARKED = "unmarked", "Rendez-vous passé, présence non notée"
    NO_ANSWER = "no_answer", "Invité, sans réponse"
    NOT_PROPOSED = "not_proposed", "Rien n’a été proposé dans le délai"
    INTERVIEWED = "interviewed", "Reçu, décision non prise dans le délai"
    NOT_INTERVIEWED = "not_interviewed", "Pas encore reçu"
