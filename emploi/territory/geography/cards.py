"""The doors of the geography in the navigation."""

from emploi.foundation.ui.navigation import NavItem, register
from emploi.territory.geography.permissions import MANAGE_REFERENCE

GROUP = "Réglages"

register(NavItem("Lieux d'accueil", "pin", "geography:places", MANAGE_REFERENCE, 91, group=GROUP))
register(NavItem("Territoires", "map", "geography:grids", MANAGE_REFERENCE, 92, group=GROUP))
