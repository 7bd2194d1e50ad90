"""The card this app brings to the person's page."""

from emploi.foundation.ui import cards
from emploi.foundation.ui.cards import Card
from emploi.territory.agents.roles import Permission

cards.register(Card("delais", "Délais", Permission.SEE_CLOCKS, "clocks:card", 12, "clock"))
