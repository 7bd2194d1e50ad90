"""The kinds of appointment everybody starts with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.db.models import Model

KINDS = Path(__file__).parent / "data" / "kinds.yaml"


def ship_kinds(model: type[Model]) -> None:
    """Create the shipped kinds in an empty table; a table in use belongs to the Département."""
    manager = model._default_manager
    if not manager.exists():
        manager.bulk_create([model(**kind) for kind in shipped_kinds()])


def shipped_kinds() -> list[dict[str, Any]]:
    """The kinds as written in the product's data."""
    kinds: list[dict[str, Any]] = yaml.safe_load(KINDS.read_text(encoding="utf-8"))
    return kinds
