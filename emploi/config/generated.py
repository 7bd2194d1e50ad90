"""The documents the code writes about itself: states, roles, rulebook, privacy."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps

from emploi.foundation.workflow import Workflow

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "generated"
HEADER = "<!-- Engendré par « make docs » : ne pas modifier à la main. -->\n\n"


def documents() -> dict[str, str]:
    """File name → content."""
    writers: dict[str, Callable[[], str]] = {
        "etats.md": states,
        "roles.md": roles,
        "regles.md": rulebook,
        "donnees.md": privacy,
    }
    return {name: HEADER + write().rstrip() + "\n" for name, write in writers.items()}


def workflows() -> list[Workflow]:
    """Every workflow table of the product, app by app."""
    found: list[Workflow] = []
    for app in apps.get_app_configs():
        if app.name.startswith("emploi.") and find_spec(f"{app.name}.workflow"):
            module = import_module(f"{app.name}.workflow")
            found += [value for value in vars(module).values() if isinstance(value, Workflow)]
    return found


def states() -> str:
    """The life of each object, as diagrams."""
    parts = ["# États et transitions\n"]
    parts += [f"## {w.title}\n\n```mermaid\n{w.as_mermaid()}\n```\n" for w in workflows()]
    return "\n".join(parts)


def roles() -> str:
    """Who may do what: permissions × roles."""
    from emploi.territory.agents.generated import roles_document

    return roles_document()


def rulebook() -> str:
    """The shipped values of the law, with their sources."""
    from emploi.territory.rulebook.generated import rulebook_document

    return rulebook_document()


def privacy() -> str:
    """Each stored field and its class (see emploi/foundation/privacy.py)."""
    from emploi.config.privacy import classified

    parts = ["# Données conservées\n", "| table | champ | classe |", "|---|---|---|"]
    parts += [f"| {table} | {field} | {kind} |" for table, field, kind in classified()]
    return "\n".join(parts)
