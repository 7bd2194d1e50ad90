"""When the équipe pluridisciplinaire must be heard before another orientation (CASF L262-39, before 2025)."""

from __future__ import annotations

# Values of the rulebook’s `reorientation_panel`.
TO_SOCIAL = "professionnel_vers_social"


def needs_opinion(panel: str, former_path: str, new_path: str) -> bool:
    """Tell whether leaving one legal path for another asks for the opinion first."""
    return panel == TO_SOCIAL and former_path == "professionnel" and new_path == "social"
