"""What messages bring to the shared screens."""

from typing import Any

from emploi.foundation.messaging.permissions import PRINT_LETTERS, own_letters
from emploi.foundation.ui import cards, navigation


def waiting_letters(agent: Any) -> int:
    """Return how many letters wait on an agent's table."""
    return own_letters(agent).count()


navigation.register(navigation.NavItem("Envois", "send", "messaging:outbox", "see_outbox", 35, "Rendez-vous"))
navigation.register(
    navigation.NavItem("Textes des messages", "mail", "messaging:texts", "manage_reference", order=95, group="Réglages")
)
navigation.register(
    navigation.NavItem(
        "Courriers à imprimer", "letter", "messaging:letters", PRINT_LETTERS, 34, "Rendez-vous", count=waiting_letters
    )
)
cards.register_day(
    cards.DayBlock("courriers", "Courriers à imprimer", PRINT_LETTERS, "messaging:day_letters", order=45, icon="letter")
)
cards.register_day(
    cards.DayBlock("envois-bloques", "Envois bloqués", "see_outbox", "messaging:day_faults", order=65, icon="send")
)
cards.register(
    cards.Card("messages", "Messages envoyés", "see_persons", "messaging:person_card", order=70, icon="send")
)
