"""The doors, the blocks of the day and the card the desk itself brings."""

from pathlib import Path

from emploi.foundation.ui import cards, definitions, navigation
from emploi.foundation.ui.cards import Card, DayBlock
from emploi.foundation.ui.navigation import NavItem
from emploi.territory.agents.roles import Permission

navigation.register(NavItem("Ma journée", "sun", "desk:day", Permission.SEE_MY_DAY, order=10))
navigation.register(NavItem("Nouveaux entrants", "entrants", "desk:entrants", Permission.SEE_ENTRANTS, order=20))
navigation.register(
    NavItem("Rendez-vous par téléphone", "phone", "desk:caller", Permission.BOOK_FOR_CALLER, 25, "Rendez-vous")
)
navigation.register(
    NavItem("Liste des rendez-vous", "list", "desk:appointments", Permission.SEE_PERSONS, 33, "Rendez-vous")
)
navigation.register(NavItem("Personnes", "people", "desk:persons", Permission.SEE_PERSONS, order=22))
navigation.register_search("desk:search", Permission.SEARCH_PERSONS)

P = Permission
BLOCKS = (
    DayBlock("creneaux-manquants", "Créneaux à ouvrir", P.SEE_CAPACITY, "desk:day_missing_slots", 12, "calendar-x"),
    DayBlock("a-recevoir", "À recevoir avant l’échéance", P.SEE_ENTRANTS, "desk:day_to_meet", 15, "hourglass"),
    DayBlock("a-orienter", "À orienter avant l’échéance", P.SEE_ORIENTATIONS, "desk:day_to_orient", 18, "compass"),
)
for block in BLOCKS:
    cards.register_day(block)
cards.register(Card("historique", "Historique", Permission.SEE_HISTORY, "desk:history", order=900, icon="history"))

definitions.register_file(Path(__file__).parent / "data" / "definitions.yaml")
