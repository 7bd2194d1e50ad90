"""The door of the reception, the card of a person's page, the block of « Ma journée »."""

from emploi.foundation.ui import cards, navigation
from emploi.foundation.ui.cards import Card, DayBlock
from emploi.foundation.ui.navigation import NavItem
from emploi.pathway.beneficiaries.hooks import register_belongings
from emploi.pathway.reception.queries import calls_in_words
from emploi.territory.agents.roles import Permission

navigation.register(
    NavItem("Appels et réponses", "phone", "reception:calls", Permission.RECEIVE_CALLS, 26, "Rendez-vous")
)
cards.register(Card("appels", "Appels et réponses", Permission.RECEIVE_CALLS, "reception:card", 75, "phone"))
cards.register_day(
    DayBlock(
        "appels_a_rappeler",
        "Personnes à rappeler, réponses à lire",
        Permission.RECEIVE_CALLS,
        "reception:block",
        28,
        "phone",
    )
)
register_belongings("reception.Call", "Appels et réponses reçus", calls_in_words)
