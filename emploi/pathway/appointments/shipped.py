"""The kinds of appointment everybody starts with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.db.models import Model

KINDS = Path(__file__).parent / "data" / "kinds.yaml"


def ship_kinds(model: type[Model]) -> None:
    """Add the shipped kinds that are missing; those in the table belong to the Département and do not change.

    A kind is never deleted, so that a missing one is a new one.
    """
    manager = model._default_manager
    known = set(manager.values_list("slug", flat=True))
    has_first = manager.filter(is_first_interview=True).exists()
    fields = {field.name for field in model._meta.concrete_fields}
    manager.bulk_create(
        [
            # A migration sees the table as it stood then.
            model(**{name: value for name, value in kind.items() if name in fields})
            for kind in shipped_kinds()
            if kind["slug"] not in known and not (has_first and kind["is_first_interview"])
        ]
    )


def shipped_kinds() -> list[dict[str, Any]]:
    """The kinds as written in the product's data."""
    kinds: list[dict[str, Any]] = yaml.safe_load(KINDS.read_text(encoding="utf-8"))
    return kinds
