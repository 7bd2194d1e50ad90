"""The door of the rulebook in the navigation, and the words of the law behind the "?"."""

from emploi.foundation import clock
from emploi.foundation.ui import definitions
from emploi.foundation.ui.navigation import NavItem, register
from emploi.territory.agents.roles import Permission
from emploi.territory.rulebook import queries

register(NavItem("Règles et délais", "rules", "rulebook:list", Permission.SEE_RULEBOOK, 94, group="Réglages"))


def _figure(slug: str) -> str:
    """The value in force today; a rulebook not loaded yet says so rather than nothing."""
    try:
        return queries.in_words(slug, clock.today())
    except queries.UnknownValue:
        return "(règle absente)"


definitions.figures_from(_figure)
