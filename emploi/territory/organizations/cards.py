"""The door of the organisations in the navigation."""

from emploi.foundation.ui.navigation import NavItem, register
from emploi.territory.organizations.permissions import MANAGE_REFERENCE

register(NavItem("Organismes", "building", "organizations:list", MANAGE_REFERENCE, 93, group="Réglages"))
