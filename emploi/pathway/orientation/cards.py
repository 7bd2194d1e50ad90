"""Doors of this app in the navigation, on the person's page and on "Ma journée"."""

from pathlib import Path

from emploi.foundation.messaging.paper.origins import register_origin
from emploi.foundation.ui import definitions
from emploi.foundation.ui.cards import Card, DayBlock, register, register_day
from emploi.foundation.ui.navigation import NavItem
from emploi.foundation.ui.navigation import register as register_door
from emploi.pathway.appointments.hooks import register_followed, register_referents
from emploi.pathway.beneficiaries.hooks import bind_to_entry, register_belongings
from emploi.pathway.orientation.permissions import entrusted_to
from emploi.pathway.orientation.queries.batches import batch_as_origin
from emploi.pathway.orientation.queries.belongings import decisions_in_words
from emploi.pathway.orientation.queries.decisions import referents_by_entry, referents_by_person
from emploi.pathway.orientation.queries.referents import referent_departure
from emploi.pathway.reception.hooks import register_followers
from emploi.territory.agents.hooks import register_closing
from emploi.territory.agents.roles import Permission

GROUP = "Orientation"
register_origin("orientation", batch_as_origin)
register_door(NavItem("Orientations", "compass", "orientation:list", Permission.SEE_ORIENTATIONS, 50, GROUP))
register_door(
    NavItem("Règles d’orientation", "compass", "orientation:rulesets", Permission.SIMULATE_RULES, 94, group="Réglages")
)
register_door(
    NavItem(
        "Voies d’orientation", "compass", "orientation:modalities", Permission.MANAGE_REFERENCE, 95, group="Réglages"
    )
)
register_door(NavItem("Places et charges", "chart", "orientation:places", Permission.SEE_CAPACITY, 62, GROUP))
register(Card("orientation", "Orientation", Permission.SEE_ORIENTATIONS, "orientation:card", 30, "compass"))
register(
    Card("diagnostic", "Diagnostic et freins", Permission.SEE_ORIENTATIONS, "orientation:diagnosis_card", 40, "talk")
)
register_day(
    DayBlock(
        "a-orienter-par-defaut",
        "À orienter par défaut",
        Permission.DECIDE_ORIENTATION,
        "orientation:by_default_block",
        19,
        "compass",
    )
)
register_day(
    DayBlock(
        "interviews_to_finish", "Entretiens à terminer", Permission.HOLD_INTERVIEW, "orientation:to_finish", 30, "steps"
    )
)

register_day(
    DayBlock(
        "reorientations",
        "Réorientations à examiner",
        Permission.DECIDE_ORIENTATION,
        "orientation:reorientations_block",
        32,
        "refresh",
    )
)
register_door(
    NavItem("Réorientations", "refresh", "orientation:reorientations", Permission.ASK_REORIENTATION, 51, GROUP)
)
register_day(
    DayBlock("referents", "Référents à nommer", Permission.NAME_REFERENT, "orientation:referents_block", 34, "person")
)
register_door(NavItem("Référents à nommer", "person", "orientation:referents", Permission.NAME_REFERENT, 52, GROUP))
register_closing(referent_departure)

# A comparison is about the entry it read: it never passes to another one.
bind_to_entry("orientation.SimulatedEntry")
bind_to_entry("orientation.BatchedEntry")
definitions.register_file(Path(__file__).parent / "data" / "definitions.yaml")
register_followers(referents_by_person)
register_referents(referents_by_entry)
register_followed(entrusted_to)
register_belongings("orientation.Decision", "Orientations", decisions_in_words)
