"""The house as the tests see it: groups, apps and their order (architecture.md)."""

from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCT = ROOT / "emploi"

APPS_IN_ORDER = (
    "emploi.foundation.access",
    "emploi.foundation.ui",
    "emploi.foundation.audit",
    "emploi.foundation.charts",
    "emploi.foundation.documents",
    "emploi.foundation.messaging",
    "emploi.foundation.intake",
    "emploi.territory.geography",
    "emploi.territory.organizations",
    "emploi.territory.agents",
    "emploi.territory.rulebook",
    "emploi.pathway.beneficiaries",
    "emploi.pathway.outreach",
    "emploi.pathway.reception",
    "emploi.pathway.clocks",
    "emploi.pathway.appointments",
    "emploi.pathway.orientation",
    "emploi.pathway.support",
    "emploi.oversight.steering",
    "emploi.exchanges.caf",
    "emploi.exchanges.spreadsheets",
    "emploi.exchanges.france_travail",
    "emploi.portal.desk",
    "emploi.portal.citizen",
    "emploi.portal.public",
    "emploi.simulator",
    "emploi.config",
)

# Apps whose inner modules are private; foundation is a set of tools, its modules are its doors.
APPS_WITH_DOORS = tuple(app for app in APPS_IN_ORDER if not app.startswith(("emploi.foundation", "emploi.config")))
PRIVATE = ("rules", "workflow", "web", "tasks", "subscriptions")


def our_apps() -> list[str]:
    """The product's installed apps, by module name."""
    return [app.name for app in apps.get_app_configs() if app.name.startswith("emploi.")]


def python_files(folder: Path) -> list[Path]:
    """The source files of a folder, migrations excepted."""
    return sorted(p for p in folder.rglob("*.py") if "migrations" not in p.parts and "__pycache__" not in p.parts)
