"""The organisations the Département in force ships."""

from typing import Any

from emploi.foundation import department


def organizations() -> list[dict[str, Any]]:
    """The lines of `organizations.yaml`, parents before their children."""
    if not department.has("organizations.yaml"):
        return []
    return list(department.load_yaml("organizations.yaml")["organizations"])
