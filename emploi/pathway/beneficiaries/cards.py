"""The doors and cards this app brings to the desk."""

from emploi.foundation.ui import cards, navigation
from emploi.foundation.ui.cards import Card, DayBlock
from emploi.foundation.ui.navigation import NavItem
from emploi.pathway.beneficiaries.web import right_presenters  # noqa: F401 - read here: presenters load with the app
from emploi.territory.agents.roles import Permission

navigation.register(
    NavItem("À vérifier", "question", "beneficiaries:reviews", Permission.CREATE_PERSON, 45, "Dossiers")
)
cards.register(Card("identite", "Identité et droits", Permission.SEE_PERSONS, "beneficiaries:identity", 10, "person"))
cards.register(Card("coordonnees", "Coordonnées", Permission.SEE_PERSONS, "beneficiaries:contacts", 15, "phone"))
cards.register_day(
    DayBlock("a-verifier", "À vérifier", Permission.CREATE_PERSON, "beneficiaries:day_reviews", 60, "question")
)
