"""The door of the accounts in the navigation."""

from emploi.foundation.ui.navigation import NavItem, register
from emploi.territory.agents.roles import Permission

register(NavItem("Comptes", "key", "agents:list", Permission.MANAGE_AGENTS, 90, group="Réglages"))
