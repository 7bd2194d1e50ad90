"""What steering brings to the shared screens: its doors, and the definitions behind the "?"."""

from pathlib import Path

from emploi.foundation.ui import definitions, navigation
from emploi.oversight.steering import indicators
from emploi.territory.agents.roles import Permission

GROUP = "Pilotage"
navigation.register(
    navigation.NavItem("Indicateurs", "chart", "steering:overview", Permission.SEE_INDICATORS, 85, GROUP)
)
navigation.register(
    navigation.NavItem("Créneaux et entrants", "trend", "steering:capacity", Permission.SEE_CAPACITY, 86, GROUP)
)
navigation.register(
    navigation.NavItem("Du dossier à l’orientation", "steps", "steering:funnel", Permission.SEE_CAPACITY, 87, GROUP)
)
navigation.register(
    navigation.NavItem("Comment on se rencontre", "talk", "steering:meetings", Permission.SEE_INDICATORS, 88, GROUP)
)

definitions.register(
    *(
        definitions.Definition(
            indicator.id,
            indicator.listed.label,
            f"{indicator.definition} Qui est compté : {indicator.scope}. Départ du délai : {indicator.clock}.",
            source_title=indicator.source,
        )
        for indicator in indicators.computed().values()
    ),
)
definitions.register_file(Path(__file__).parent / "data" / "definitions.yaml")
