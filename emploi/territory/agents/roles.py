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
    EXPORT = "export"
    SEE_OUTBOX = "see_outbox"
    MANAGE_AGENTS = "manage_agents"
    MANAGE_REFERENCE = "manage_reference"
    SEE_RULEBOOK = "see_rulebook"
    EDIT_RULEBOOK = "edit_rulebook"
    SEE_AUDIT = "see_audit"
    SEE_HISTORY = "see_history"


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
_SUPPORT = {
    P.SEE_MY_DAY, P.SEE_PERSONS, P.SEARCH_PERSONS, P.EDIT_CONTACTS, P.SEE_HISTORY, P.SEE_ORIENTATIONS,
    P.MARK_ATTENDANCE, P.MANAGE_OPENINGS, P.SEE_RULEBOOK, P.SEE_INDICATORS, P.SEE_CLOCKS, P.SEE_HEALTH,
}  # fmt: skip
_OFFICER = _SUPPORT | {P.SEE_ENTRANTS, P.INVITE, P.BOOK_FOR_CALLER, P.HOLD_INTERVIEW, P.DECIDE_ORIENTATION, P.SEE_NIR}
_OFFICE = {
    P.SEE_MY_DAY, P.SEE_PERSONS, P.SEARCH_PERSONS, P.EDIT_CONTACTS, P.CREATE_PERSON, P.SEE_NIR, P.IMPORT_FILES,
    P.SEE_ENTRANTS, P.INVITE, P.BOOK_FOR_CALLER, P.MANAGE_OPENINGS, P.MARK_ATTENDANCE, P.SEE_ORIENTATIONS,
    P.TRANSMIT_ORIENTATIONS, P.SEE_CLOCKS, P.SEE_INDICATORS, P.EXPORT, P.SEE_OUTBOX, P.SEE_RULEBOOK, P.SEE_HISTORY,
}  # fmt: skip
_HEAD = _OFFICER | _OFFICE | {P.SEE_CAPACITY}

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.ORIENTATION_OFFICER: frozenset(_OFFICER),
    Role.RSA_OFFICE: frozenset(_OFFICE),
    Role.COUNSELLOR: frozenset(_SUPPORT),
    Role.SOCIAL_WORKER: frozenset(_SUPPORT),
    Role.HEAD_OF_SERVICE: frozenset(_HEAD),
    Role.STEERING: frozenset({P.SEE_INDICATORS, P.SEE_CLOCKS, P.SEE_CAPACITY, P.SEE_RULEBOOK, P.EXPORT}),
    Role.ELECTED: frozenset({P.SEE_INDICATORS}),
    Role.PROVIDER: frozenset({P.SEE_MY_DAY, P.SEE_PERSONS, P.MARK_ATTENDANCE, P.MANAGE_OPENINGS}),
    Role.ADMINISTRATOR: frozenset(
        {
            P.MANAGE_AGENTS,
            P.MANAGE_REFERENCE,
            P.SEE_RULEBOOK,
            P.EDIT_RULEBOOK,
            P.SEE_AUDIT,
            P.SEE_OUTBOX,
            P.IMPORT_FILES,
        }
    ),
    Role.DPO: frozenset({P.SEE_AUDIT, P.SEE_RULEBOOK, P.SEE_PERSONS, P.SEARCH_PERSONS, P.SEE_HISTORY}),
}
