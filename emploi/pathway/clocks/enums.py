"""The delays an entry runs against, and how each one stands."""

from django.db.models import TextChoices


class DeadlineKind(TextChoices):
    """What is due; the number of days is in the rulebook."""

    FIRST_INTERVIEW = "first_interview", "Premier entretien"
    ORIENTATION_MONTH = "orientation_month", "Orientation dans le mois"
    ORIENTATION_SIX_WEEKS = "orientation_six_weeks", "Orientation avant que France Travail décide"
    RELAUNCH = "relaunch", "Relance"
    CALL = "call", "Appel téléphonique"
    CONVOCATION = "convocation", "Convocation"
    CONTRACT = "contract", "Nouveau contrat d’engagement après une réorientation"


PROMISES = (DeadlineKind.FIRST_INTERVIEW, DeadlineKind.ORIENTATION_MONTH, DeadlineKind.ORIENTATION_SIX_WEEKS)
FOLLOW_UP = (DeadlineKind.RELAUNCH, DeadlineKind.CALL, DeadlineKind.CONVOCATION)


class Owner(TextChoices):
    """Who owes what is due."""

    DEPARTMENT = "department", "Le Département"
    PERSON = "person", "La personne"


class VoidReason(TextChoices):
    """Why a delay no longer counts: the closed list of definitions.md (Rates)."""

    DEATH = "death", "Décès"
    MOVED_OUT = "moved_out", "Départ du département"
    RIGHT_ENDED = "right_ended", "Fin du droit ou des droits et devoirs"
    DUPLICATE = "duplicate", "Dossier en double"
    ANNULLED = "annulled", "Droit annulé par l’organisme payeur"
    RESTARTED = "restarted", "Délai recommencé"
    SETTLED = "settled", "N’est plus nécessaire"
    STOCK = "stock", "Entrée de la reprise du stock : aucun délai ne court"


class State(TextChoices):
    """How a deadline stands on a given day; never stored."""

    RUNNING = "running", "En cours"
    DUE_SOON = "due_soon", "À échéance proche"
    OVERDUE = "overdue", "En retard"
    MET = "met", "Tenu"
    MET_LATE = "met_late", "Tenu en retard"
    VOID = "void", "Sans objet"
