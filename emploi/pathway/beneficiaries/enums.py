"""The closed lists of this app; codes that come from the CAF keep the CAF's own value."""

from django.db.models import TextChoices


class Payer(TextChoices):
    """Who pays the RSA."""

    CAF = "CAF", "CAF"
    MSA = "MSA", "MSA"


class RoleKind(TextChoices):
    """Role of a person in a household (ROLEPERS)."""

    CLAIMANT = "DEM", "Demandeur"
    SPOUSE = "CJT", "Conjoint"
    CHILD = "ENF", "Enfant"
    OTHER = "AUT", "Autre personne à charge"


ADULT_ROLES = (RoleKind.CLAIMANT.value, RoleKind.SPOUSE.value)


class RightStatus(TextChoices):
    """State of the right (ETATDOSRSA), in the words an agent uses."""

    PENDING = "0", "Demande en attente de décision"
    REFUSED = "1", "Demande refusée"
    OPEN = "2", "Droit ouvert et versable"
    SUSPENDED = "3", "Droit ouvert, droit suspendu"
    PAYMENT_SUSPENDED = "4", "Droit ouvert, versement suspendu"
    CLOSED = "5", "Droit clos"
    CLOSED_EARLIER = "6", "Droit clos un mois antérieur"
    MANUAL = "Z", "Dossier saisi à la main"


class Precision(TextChoices):
    """What is known of a birth date (TYPEDTNAI)."""

    FULL = "N", "Jour et mois connus"
    DAY_UNKNOWN = "J", "Jour inconnu"
    MONTH_UNKNOWN = "O", "Jour et mois inconnus"


class Title(TextChoices):
    """Form of address."""

    MADAM = "MME", "Madame"
    SIR = "MR", "Monsieur"


class Sex(TextChoices):
    """Sex as the CAF codes it."""

    MALE = "1", "Homme"
    FEMALE = "2", "Femme"


class Source(TextChoices):
    """Where a fact comes from."""

    CAF = "caf", "Fichier de l’organisme payeur"
    TYPED = "typed", "Saisi par un agent"
    PERSON = "person", "Donné par la personne"


class SnapshotSource(TextChoices):
    """Which kind of input showed a state of the right."""

    MONTHLY = "monthly", "Fichier mensuel"
    DAILY = "daily", "Fichier quotidien"
    MANUAL = "manual", "Saisie"
    SPREADSHEET = "spreadsheet", "Tableau repris"


class ContactKind(TextChoices):
    """Means to reach a person."""

    MOBILE = "mobile", "Téléphone portable"
    PHONE = "phone", "Téléphone fixe"
    EMAIL = "email", "Courriel"


class EntryKind(TextChoices):
    """How an entry began (definitions.md: Entrant, First load, Return)."""

    FIRST = "first", "Première entrée"
    RETURN = "return", "Ré-entrant"
    TRANSFER_IN = "transfer_in", "Arrivée d’un autre département"
    STOCK = "stock", "Reprise du stock"
    MANUAL = "manual", "Saisie à la main"


class ClosingReason(TextChoices):
    """Why an entry ended: the closed list of definitions.md (Rates)."""

    RIGHT_ENDED = "right_ended", "Fin du droit au RSA"
    DUTIES_ENDED = "duties_ended", "Sortie des droits et devoirs"
    MOVED_OUT = "moved_out", "Départ vers un autre département"
    DEATH = "death", "Décès"
    LEFT_HOUSEHOLD = "left_household", "A quitté le foyer"
    DUPLICATE = "duplicate", "Dossier en double"
    ANNULLED = "annulled", "Droit annulé par l’organisme payeur"


class RecommendedPath(TextChoices):
    """Which legal path France Travail recommends before the first interview."""

    PROFESSIONAL = "professionnel", "Parcours professionnel"
    SOCIO_PROFESSIONAL = "socio_professionnel", "Parcours socio-professionnel"
    SOCIAL = "social", "Parcours social"


class ReviewKind(TextChoices):
    """Why a human must look at a person."""

    DUTIES_UNKNOWN = "duties_unknown", "Droits et devoirs inconnus"
    NAME_SIMILARITY = "name_similarity", "Ressemble à une autre personne"
    NIR_CONFLICT = "nir_conflict", "Même numéro de sécurité sociale, autre identité"
    BIRTH_CONFLICT = "birth_conflict", "Même numéro de sécurité sociale, autre date de naissance"
    TWO_HOUSEHOLDS = "two_households", "Présent dans deux dossiers ouverts"
    DISAPPEARED = "disappeared", "Dossier absent du dernier fichier mensuel"
    DEAD_IN_FILE = "dead_in_file", "Décès connu, mais droit toujours ouvert à la caisse"
    IDENTITY_DIFFERS = "identity_differs", "La caisse dit autre chose que ce qu’un agent a corrigé"


class StatedKind(TextChoices):
    """Which date a contact file states (caf-flows.md §2.6)."""

    CLAIM = "claim", "Date de la demande de RSA"
    DUTIES = "duties", "Début des droits et devoirs"


class VisitNeed(TextChoices):
    """What somebody needs to come to an appointment: a practical need, never a diagnosis."""

    WHEELCHAIR = "wheelchair", "Un lieu accessible en fauteuil roulant"
    CHILDCARE = "childcare", "Une solution pour garder mes enfants pendant le rendez-vous"
    ACCOMPANIED = "accompanied", "Venir avec quelqu’un"


class WrittenBy(TextChoices):
    """How a person prefers to hear from the service."""

    SMS = "sms", "Par SMS"
    EMAIL = "email", "Par e-mail"
    LETTER = "letter", "Par courrier"
    CALL = "call", "Par téléphone, de vive voix"


NEEDS_IN_SHORT: dict[str, str] = {
    VisitNeed.WHEELCHAIR: "fauteuil roulant",
    VisitNeed.CHILDCARE: "garde d’enfants",
    VisitNeed.ACCOMPANIED: "vient avec quelqu’un",
}
