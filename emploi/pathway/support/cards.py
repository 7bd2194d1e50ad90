"""The card of a person's page, the block of « Ma journée »."""

from emploi.foundation.ui import cards
from emploi.foundation.ui.cards import Card, DayBlock
from emploi.pathway.beneficiaries.hooks import register_belongings
from emploi.pathway.support.queries import rhythms_in_words
from emploi.territory.agents.roles import Permission

cards.register(
    Card("entretiens-reguliers", "Entretiens réguliers", Permission.PLAN_MEETINGS, "support:card", 25, "refresh")
)
cards.register_day(
    DayBlock(
        "entretiens_reguliers",
        "Entretiens réguliers à prévoir",
        Permission.PLAN_MEETINGS,
        "support:block",
        27,
        "refresh",
    )
)
register_belongings("support.Rhythm", "Entretiens réguliers", rhythms_in_words)
