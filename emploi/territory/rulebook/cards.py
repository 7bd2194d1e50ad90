"""The door of the rulebook in the navigation, and the words of the law behind the "?"."""

from emploi.foundation.ui.navigation import NavItem, register
from emploi.territory.agents.roles import Permission

register(NavItem("Règles et délais", "rules", "rulebook:list", Permission.SEE_RULEBOOK, 94, group="Réglages"))
