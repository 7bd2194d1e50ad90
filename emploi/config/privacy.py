"""What each stored field tells about people: one class a field, declared in privacy.yaml, none forgotten."""

from functools import lru_cache
from pathlib import Path

import yaml
from django.apps import apps

CLASSES = ("identité", "contact", "nir", "santé", "situation", "décision", "trace", "technique", "référence")
DECLARED = Path(__file__).parent / "privacy.yaml"


def classified() -> list[tuple[str, str, str]]:
    """(table, field, class) of every declared field, sorted."""
    return sorted((table, field, kind) for table, fields in _declared().items() for field, kind in fields.items())


def unclassified() -> list[str]:
    """Fields of the product's models that nobody classified, or with an unknown class."""
    declared = _declared()
    return sorted(f"{table}.{field}" for table, field in _stored() if declared.get(table, {}).get(field) not in CLASSES)


def forgotten() -> list[str]:
    """Declarations about fields that no longer exist."""
    stored = set(_stored())
    return sorted(f"{table}.{field}" for table, field, _ in classified() if (table, field) not in stored)


def _stored() -> list[tuple[str, str]]:
    return [
        (model._meta.db_table, field.name)
        for model in apps.get_models()
        if model.__module__.startswith("emploi.") and model._meta.managed
        for field in model._meta.concrete_fields
    ]


@lru_cache(maxsize=1)
def _declared() -> dict[str, dict[str, str]]:
    return dict(yaml.safe_load(DECLARED.read_text(encoding="utf-8")) or {}) if DECLARED.exists() else {}
