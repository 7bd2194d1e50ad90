"""What France Travail brings to the shared screens: its two lists, its door."""

from emploi.exchanges.france_travail.inbound import register_lists
from emploi.foundation.intake.permissions import IMPORT_FILES
from emploi.foundation.ui.navigation import NavItem, register

register_lists()
register(NavItem("France Travail", "send", "france_travail:home", IMPORT_FILES, 48, "Dossiers"))
