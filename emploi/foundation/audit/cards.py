"""The door of the traces in the navigation."""

from emploi.foundation.ui import navigation

navigation.register(navigation.NavItem("Traces", "history", "audit:journal", "see_audit", 95, group="Réglages"))
