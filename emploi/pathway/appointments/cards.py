"""Doors of the navigation, card of the person's page, blocks of "Ma journée"."""

from emploi.foundation.messaging.paper.origins import register_origin
from emploi.foundation.messaging.paper.waiting import register_useful
from emploi.foundation.messaging.variants import register_variants
from emploi.foundation.ui import cards, navigation
from emploi.foundation.ui.cards import Card, DayBlock
from emploi.foundation.ui.navigation import NavItem
from emploi.pathway.appointments.queries.belongings import appointments_in_words, coming_of
from emploi.pathway.appointments.queries.kind_uses import kind_names
from emploi.pathway.appointments.queries.watching.letters import batch_as_origin, useful_letters
from emploi.pathway.beneficiaries.hooks import register_belongings
from emploi.pathway.reception.hooks import register_coming
from emploi.territory.agents.roles import Permission

GROUP = "Rendez-vous"
navigation.register(NavItem("Agenda", "calendar", "appointments:agenda", Permission.MARK_ATTENDANCE, 30, GROUP))
navigation.register(NavItem("Permanences", "clock", "appointments:openings", Permission.MANAGE_OPENINGS, 31, GROUP))
navigation.register(
    NavItem("Séances collectives", "people", "appointments:sessions", Permission.MARK_ATTENDANCE, 34, GROUP)
)
navigation.register(NavItem("Invitations", "send", "appointments:batches", Permission.INVITE, 32, GROUP))
navigation.register(
    NavItem("Types de rendez-vous", "calendar", "appointments:kinds", Permission.MANAGE_REFERENCE, 93, group="Réglages")
)

cards.register(Card("appointments", "Rendez-vous", Permission.SEE_PERSONS, "appointments:card", 20, "calendar"))

BLOCKS = (
    ("appointments_today", "Mes rendez-vous du jour", Permission.MARK_ATTENDANCE, "block_today", 10, "calendar"),
    ("appointments_unmarked", "Présences à noter", Permission.MARK_ATTENDANCE, "block_unmarked", 20, "question"),
    ("appointments_mine", "Mes absents et sans réponse", Permission.INVITE_FOLLOWED, "block_mine", 22, "calendar-x"),
    ("appointments_to_move", "Rendez-vous à déplacer", Permission.BOOK_FOR_CALLER, "block_to_move", 25, "calendar-x"),
    (
        "appointments_leavers",
        "Rendez-vous de personnes sorties",
        Permission.BOOK_FOR_CALLER,
        "block_leavers",
        26,
        "logout",
    ),
    ("appointments_to_call", "À appeler la veille", Permission.BOOK_FOR_CALLER, "block_to_call_before", 28, "phone"),
    ("appointments_requests", "Demandes de créneau", Permission.INVITE, "block_requests", 30, "inbox"),
    ("appointments_lost", "Coordonnées à retrouver", Permission.INVITE, "block_lost", 35, "phone-off"),
    ("appointments_follow_up", "Relances et convocations", Permission.INVITE, "block_follow_up", 40, "phone"),
)
for slug, title, permission, name, order, icon in BLOCKS:
    cards.register_day(DayBlock(slug, title, permission, f"appointments:{name}", order, icon))

register_useful(useful_letters)
register_origin("appointments", batch_as_origin)
register_variants("appointments", "type de rendez-vous", kind_names)
register_belongings("appointments.Appointment", "Rendez-vous", appointments_in_words)
register_coming(coming_of)
