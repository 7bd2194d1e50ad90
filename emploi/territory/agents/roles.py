"""The one list of permissions, and the roles that hold them."""

from enum import StrEnum

from django.db import models


class Permission(StrEnum):
    """What an agent may do; screens ask for these, never for a role."""

    SEE_MY_DAY = "see_my_day"
    SEE_PERSONS = "see_persons"
    SEARCH_PERSONS = "search_persons"
    EDIT_CONTACTS = "edit_contacts"
    CREATE_PERSON = "create_person"
    RECORD_INFORMATION = "record_information"
    RECEIVE_CALLS = "receive_calls"
    SEE_NIR = "see_nir"
    IMPORT_FILES = "import_files"
    SEE_ENTRANTS = "see_entrants"
    INVITE = "invite"
    BOOK_FOR_CALLER = "book_for_caller"
    MANAGE_OPENINGS = "manage_openings"
    MARK_ATTENDANCE = "mark_attendance"
    HOLD_INTERVIEW = "hold_interview"
    DECIDE_ORIENTATION = "decide_orientation"
    SEE_ORIENTATIONS = "see_orientations"
    TRANSMIT_ORIENTATIONS = "transmit_orientations"
    SEE_HEALTH = "see_health"
    SEE_CLOCKS = "see_clocks"
    SEE_INDICATORS = "see_indicators"
    SEE_CAPACITY = "see_capacity"
    TYPE_FIGURES = "type_figures"
    EXPORT = "export"
    SEE_OUTBOX = "see_outbox"
    MANAGE_AGENTS = "manage_agents"
    MANAGE_REFERENCE = "manage_reference"
    SEE_RULEBOOK = "see_rulebook"
    EDIT_RULEBOOK = "edit_rulebook"
    SEE_AUDIT = "see_audit"
    SEE_HISTORY = "see_history"
    SEE_PAYER_DATA = "see_payer_data"
    DOWNLOAD_PAYER_DATA = "download_payer_data"
    SIMULATE_RULES = "simulate_rules"
    MANAGE_PLACES = "manage_places"
    ASK_REORIENTATION = "ask_reorientation"
    PLAN_MEETINGS = "plan_meetings"
    PRINT_LETTERS = "print_letters"
    NOTIFY_ORIENTATIONS = "notify_orientations"
    NAME_REFERENT = "name_referent"
    INVITE_FOLLOWED = "invite_followed"


class Role(models.TextChoices):
    """The jobs of the people who sign in (product.md, « Who uses it »)."""

    ORIENTATION_OFFICER = "orientation_officer", "Chargé d'orientation"
    RSA_OFFICE = "rsa_office", "Gestionnaire RSA"
    COUNSELLOR = "counsellor", "Conseiller insertion professionnelle"
    SOCIAL_WORKER = "social_worker", "Travailleur social"
    HEAD_OF_SERVICE = "head_of_service", "Chef de pôle insertion"
    STEERING = "steering", "Direction"
    ELECTED = "elected", "Élu"
    PROVIDER = "provider", "Prestataire ou partenaire"
    ADMINISTRATOR = "administrator", "Administrateur fonctionnel"
    DPO = "dpo", "Délégué à la protection des données"


P = Permission

# What each permission opens, as said to the administrator who gives a role.
PERMISSION_LABELS: dict[Permission, str] = {
    P.SEE_MY_DAY: "Ma journée",
    P.SEE_PERSONS: "Ouvrir les fiches des personnes",
    P.SEARCH_PERSONS: "Chercher une personne",
    P.EDIT_CONTACTS: "Corriger un téléphone ou une adresse électronique",
    P.CREATE_PERSON: "Créer une personne à la main, réunir deux fiches",
    P.RECORD_INFORMATION: "Tenir le registre de l'accès aux droits",
    P.RECEIVE_CALLS: "Noter les appels reçus, rappeler",
    P.SEE_NIR: "Voir le numéro de sécurité sociale",
    P.IMPORT_FILES: "Importer les fichiers de la CAF et de la MSA",
    P.SEE_ENTRANTS: "Voir les nouveaux entrants",
    P.INVITE: "Inviter et convoquer",
    P.BOOK_FOR_CALLER: "Prendre rendez-vous pour une personne au téléphone",
    P.MANAGE_OPENINGS: "Ouvrir et fermer des créneaux",
    P.MARK_ATTENDANCE: "Noter présent ou absent",
    P.HOLD_INTERVIEW: "Mener le premier entretien",
    P.DECIDE_ORIENTATION: "Décider une orientation, par délégation",
    P.SEE_ORIENTATIONS: "Voir les orientations",
    P.TRANSMIT_ORIENTATIONS: "Transmettre les orientations à France Travail",
    P.SEE_HEALTH: "Voir ce qui touche à la santé",
    P.SEE_CLOCKS: "Voir les délais et les listes en retard",
    P.SEE_INDICATORS: "Voir les tableaux de bord",
    P.SEE_CAPACITY: "Voir les entrants attendus et les créneaux",
    P.TYPE_FIGURES: "Saisir le chiffre d'un indicateur",
    P.EXPORT: "Exporter des listes",
    P.SEE_OUTBOX: "Voir les envois",
    P.MANAGE_AGENTS: "Gérer les comptes et les rôles",
    P.MANAGE_REFERENCE: "Gérer les lieux, les territoires et les organismes",
    P.SEE_RULEBOOK: "Voir les règles et délais",
    P.EDIT_RULEBOOK: "Changer une règle ou un délai",
    P.SEE_AUDIT: "Voir les traces : journal, consultations, valeurs",
    P.SEE_HISTORY: "Voir l'historique d'une personne",
    P.SEE_PAYER_DATA: "Voir tout ce que la CAF ou la MSA transmet d'un dossier",
    P.DOWNLOAD_PAYER_DATA: "Télécharger le texte reçu de la CAF ou de la MSA",
    P.SIMULATE_RULES: "Préparer et simuler des règles d'orientation",
    P.MANAGE_PLACES: "Tenir les places et les lots des organismes",
    P.ASK_REORIENTATION: "Demander et suivre une réorientation",
    P.INVITE_FOLLOWED: "Inviter et convoquer les personnes que l'on suit, pour ses propres rendez-vous",
    P.PLAN_MEETINGS: "Convenir d'entretiens réguliers, prendre rendez-vous avec une personne suivie",
    P.PRINT_LETTERS: "Imprimer les courriers des personnes, noter le jour où ils partent",
    P.NOTIFY_ORIENTATIONS: "Notifier une orientation décidée : remise, lettre, avis de réception",
    P.NAME_REFERENT: "Nommer ou changer le référent des personnes de son organisme",
}

# Why a role holds what it holds: the job, nothing more (product.md; legal.md §5.1, need to know).
_EVERYBODY = {P.SEE_MY_DAY}
_SUPPORT = _EVERYBODY | {
    P.SEE_PERSONS, P.SEARCH_PERSONS, P.EDIT_CONTACTS, P.SEE_HISTORY, P.SEE_ORIENTATIONS, P.MARK_ATTENDANCE,
    P.MANAGE_OPENINGS, P.SEE_RULEBOOK, P.SEE_INDICATORS, P.SEE_CLOCKS, P.SEE_HEALTH, P.RECORD_INFORMATION,
    P.RECEIVE_CALLS, P.ASK_REORIENTATION, P.PLAN_MEETINGS, P.NAME_REFERENT, P.INVITE_FOLLOWED,
}  # fmt: skip
_OFFICER = _SUPPORT | {
    P.SEE_ENTRANTS, P.INVITE, P.BOOK_FOR_CALLER, P.HOLD_INTERVIEW, P.DECIDE_ORIENTATION, P.SEE_NIR, P.SEE_PAYER_DATA,
    P.PRINT_LETTERS, P.NOTIFY_ORIENTATIONS,
}  # fmt: skip
# The RSA office deals with identities and letters, never with health.
_OFFICE = _EVERYBODY | {
    P.SEE_PERSONS, P.SEARCH_PERSONS, P.EDIT_CONTACTS, P.CREATE_PERSON, P.SEE_NIR, P.IMPORT_FILES, P.SEE_ENTRANTS,
    P.INVITE, P.BOOK_FOR_CALLER, P.MANAGE_OPENINGS, P.MARK_ATTENDANCE, P.SEE_ORIENTATIONS, P.TRANSMIT_ORIENTATIONS,
    P.SEE_CLOCKS, P.SEE_INDICATORS, P.SEE_CAPACITY, P.EXPORT, P.SEE_OUTBOX, P.SEE_RULEBOOK, P.SEE_HISTORY,
    P.RECORD_INFORMATION, P.RECEIVE_CALLS, P.ASK_REORIENTATION, P.PRINT_LETTERS,
    P.NOTIFY_ORIENTATIONS,
    P.SEE_PAYER_DATA, P.DOWNLOAD_PAYER_DATA,
}  # fmt: skip
_HEAD = _OFFICER | _OFFICE | {P.TYPE_FIGURES, P.SIMULATE_RULES, P.MANAGE_PLACES}
# Those who set the tool up do not open files; those who steer read figures and lists, not files.
_ADMINISTRATOR = _EVERYBODY | {
    P.MANAGE_AGENTS, P.MANAGE_REFERENCE, P.SEE_RULEBOOK, P.EDIT_RULEBOOK, P.SEE_AUDIT, P.SEE_OUTBOX, P.IMPORT_FILES,
    P.SIMULATE_RULES, P.MANAGE_PLACES,
}  # fmt: skip
_STEERING = _EVERYBODY | {P.SEE_INDICATORS, P.SEE_CLOCKS, P.SEE_CAPACITY, P.SEE_RULEBOOK, P.EXPORT, P.TYPE_FIGURES}
_DPO = _EVERYBODY | {P.SEE_AUDIT, P.SEE_RULEBOOK, P.SEE_PERSONS, P.SEARCH_PERSONS, P.SEE_HISTORY}
# A partner sees its own people only (the scope is in each visible_to), and never their health. What was decided with
# them and what they said (DIS-005: asked once, reused by every actor) is theirs to read.
_PROVIDER = _EVERYBODY | {
    P.SEE_PERSONS, P.SEARCH_PERSONS, P.MARK_ATTENDANCE, P.MANAGE_OPENINGS, P.ASK_REORIENTATION,
    P.PLAN_MEETINGS, P.NAME_REFERENT, P.SEE_ORIENTATIONS, P.INVITE_FOLLOWED,
}  # fmt: skip

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.ORIENTATION_OFFICER: frozenset(_OFFICER),
    Role.RSA_OFFICE: frozenset(_OFFICE),
    Role.COUNSELLOR: frozenset(_SUPPORT),
    # Who accompanies a household opens rights with it; an employment counsellor has no need of its means.
    Role.SOCIAL_WORKER: frozenset(_SUPPORT | {P.SEE_PAYER_DATA}),
    Role.HEAD_OF_SERVICE: frozenset(_HEAD),
    Role.STEERING: frozenset(_STEERING),
    Role.ELECTED: frozenset(_EVERYBODY | {P.SEE_INDICATORS}),
    Role.PROVIDER: frozenset(_PROVIDER),
    Role.ADMINISTRATOR: frozenset(_ADMINISTRATOR),
    Role.DPO: frozenset(_DPO),
}
