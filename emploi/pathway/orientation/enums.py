"""Words of the orientation, as stored and as shown."""

from django.db import models


class StepKind(models.TextChoices):
    """The five steps of the first interview, in the order of RG-07."""

    RIGHTS_AND_DUTIES = "rights_and_duties", "Vos droits et vos devoirs"
    DIAGNOSIS = "diagnosis", "Votre situation"
    ORIENTATION = "orientation", "Votre orientation"
    ENGAGEMENT = "engagement", "Votre contrat d’engagement d’orientation"
    NEXT_APPOINTMENT = "next_appointment", "Votre prochain rendez-vous"


class StepState(models.TextChoices):
    """Where a step stands: nothing is forgotten, a step that cannot be done is left open with an owner."""

    OPEN = "open", "À faire"
    DONE = "done", "Fait"
    LEFT_OPEN = "left_open", "Laissé ouvert"


class AnswerSource(models.TextChoices):
    """Who said it (RG-09: said once, reused with its source and date)."""

    PERSON = "person", "Dit par la personne"
    CAF = "caf", "CAF"
    FRANCE_TRAVAIL = "france_travail", "France Travail"
    AGENT = "agent", "Noté par un agent"
    FORMER_ENTRY = "former_entry", "Dit lors d’un passage précédent"
    SPOUSE = "spouse", "Dit par le conjoint"


class BrakeKind(models.TextChoices):
    """The eight brakes of the plan (FR-01 … FR-08, AMB-58)."""

    DIGITAL = "digital", "Numérique"
    HEALTH = "health", "Santé"
    MOBILITY = "mobility", "Mobilité"
    MONEY = "money", "Précarité financière"
    FAMILY = "family", "Contraintes familiales"
    BASICS = "basics", "Savoirs de base"
    ADMIN = "admin", "Difficultés administratives et juridiques"
    HOUSING = "housing", "Logement"


class Severity(models.IntegerChoices):
    """How much a brake weighs, in the person's words."""

    BOTHERS = 1, "Gêne un peu"
    HINDERS = 2, "Gêne beaucoup"
    BLOCKS = 3, "Bloque"


class LegalPath(models.TextChoices):
    """The three paths of the law (CT L5411-5-1, arrêté du 21/11/2024)."""

    PROFESSIONNEL = "professionnel", "Parcours professionnel"
    SOCIO_PROFESSIONNEL = "socio_professionnel", "Parcours socio-professionnel"
    SOCIAL = "social", "Parcours social"


class Basis(models.TextChoices):
    """On what a decision rests."""

    INTERVIEW = "interview", "Après un entretien"
    ON_FILE = "on_file", "Sur dossier"
    BY_DEFAULT = "by_default", "Par défaut"
    # Decided before this tool, with its own date and source: never counted as decided in time.
    TAKEN_OVER = "taken_over", "Reprise d’un dossier antérieur"


class FormerContractKind(models.TextChoices):
    """The contracts people had before this tool; only the contrat d'engagement answers the law of 2025."""

    CER = "cer", "Contrat d’engagements réciproques (CER)"
    PPAE = "ppae", "Projet personnalisé d’accès à l’emploi (PPAE)"
    ENGAGEMENT = "engagement", "Contrat d’engagement"


class Decider(models.TextChoices):
    """Which authority decides: beyond six weeks, France Travail decides the first orientation (D262-65-2)."""

    DEPARTEMENT = "departement", "Président du conseil départemental"
    FRANCE_TRAVAIL = "france_travail", "France Travail"


class NotificationMeans(models.TextChoices):
    """How the person receives the decision, with a certain date (CT R5411-8-1).

    No electronic means: it takes the person's written agreement (CRPA L112-15), which nothing records yet.
    """

    HANDED = "handed", "Remise en main propre"
    LETTER = "letter", "Lettre"
    REGISTERED = "registered", "Lettre recommandée avec avis de réception"
    FORMER = "former", "Notifiée avant la reprise des dossiers"


# What an agent may choose; the other one only comes with what is taken over.
CHOSEN_MEANS = tuple(choice for choice in NotificationMeans.choices if choice[0] != NotificationMeans.FORMER)
BY_POST = (NotificationMeans.LETTER, NotificationMeans.REGISTERED)


class Arrival(models.TextChoices):
    """How the person came to an interview: what undoing it must put back."""

    EXPECTED = "expected", "Avec un rendez-vous"
    PRESENT = "present", "Avec un rendez-vous, déjà notée présente"
    WALK_IN = "walk_in", "Sans rendez-vous"
    AGAIN = "again", "Suite d’un entretien"


class OpinionChoice(models.TextChoices):
    """What the person thinks of the orientation, in her own words beside."""

    AGREES = "agrees", "D’accord"
    PREFERS_OTHER = "prefers_other", "Pas d’accord, préfère autre chose"
    NO_OPINION = "no_opinion", "Ne se prononce pas"


class Measure(models.TextChoices):
    """How places are counted: people followed at a time, or people sent over the whole period of a contract."""

    STOCK = "stock", "Personnes suivies en même temps"
    FLOW = "flow", "Personnes orientées pendant la période (marché)"


class Initiator(models.TextChoices):
    """Who asks for another orientation (RG-13)."""

    PERSON = "person", "La personne"
    REFERENT = "referent", "Le référent ou son organisme"
    DEPARTEMENT = "departement", "Le Département"


class Route(models.TextChoices):
    """How a request is examined (RG-13)."""

    INTERVIEW = "interview", "En rendez-vous avec un chargé d’orientation"
    PANEL = "panel", "Par l’équipe pluridisciplinaire"


class ReorientationState(models.TextChoices):
    """Where a request stands."""

    REQUESTED = "requested", "Demandée"
    EXAMINING = "examining", "En examen"
    DECIDED = "decided", "Réorientée"
    REFUSED = "refused", "Refusée"
    WITHDRAWN = "withdrawn", "Abandonnée"


class ReorientationCause(models.TextChoices):
    """Why another orientation is asked for, in the person's words; what she writes beside stays free."""

    NOT_SUITED = "not_suited", "Ce qui m’est proposé ne me convient pas"
    CHANGED = "changed", "Ma situation a changé"
    TRADE = "trade", "J’ai un autre projet de travail"
    TOO_FAR = "too_far", "C’est trop loin, ou je n’ai pas de moyen pour y aller"
    CONTACT = "contact", "Cela se passe mal avec la personne qui m’accompagne"
    OTHER = "other", "Une autre raison"


class AskedVia(models.TextChoices):
    """By which door a request came in."""

    AGENT = "agent", "Dite à un agent"
    PAPER = "paper", "Écrite sur papier"
    ONLINE = "online", "Faite sur internet"


class PaperState(models.TextChoices):
    """What was said of a paper."""

    SEEN = "seen", "Vu"
    LATER = "later", "À apporter"
    NOT_CONCERNED = "not_needed", "Pas concerné"


class TradeWishKind(models.TextChoices):
    """What a trade is for the person."""

    SOUGHT = "sought", "Métier recherché"
    DISCOVER = "discover", "Métier à découvrir"
    FORMER = "former", "Métier déjà exercé"
