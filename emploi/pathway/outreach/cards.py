"""The door of the register and the card it brings to a person's page."""

from emploi.foundation.ui import cards, navigation
from emploi.foundation.ui.cards import Card
from emploi.foundation.ui.navigation import NavItem
from emploi.pathway.beneficiaries.hooks import register_belongings
from emploi.pathway.outreach.queries import informations_in_words
from emploi.territory.agents.roles import Permission

navigation.register(
    NavItem("Accès aux droits", "talk", "outreach:register", Permission.RECORD_INFORMATION, 46, "Dossiers")
)
cards.register(Card("acces_aux_droits", "Avant l’entrée", Permission.RECORD_INFORMATION, "outreach:card", 90, "talk"))
register_belongings("outreach.Information", "Informations reçues avant l’entrée", informations_in_words)
