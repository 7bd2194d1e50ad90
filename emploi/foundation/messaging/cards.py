"""What messages bring to the shared screens."""

from emploi.foundation.ui import cards, navigation

navigation.register(navigation.NavItem("Envois", "send", "messaging:outbox", "see_outbox", 35, "Rendez-vous"))
navigation.register(
    navigation.NavItem("Textes des messages", "mail", "messaging:texts", "manage_reference", order=95, group="Réglages")
)
cards.register_day(
    cards.DayBlock("envois-bloques", "Envois bloqués", "see_outbox", "messaging:day_faults", order=65, icon="send")
)
cards.register(
    cards.Card("messages", "Messages envoyés", "see_persons", "messaging:person_card", order=70, icon="send")
)
