"""Who may open a document: the apps that make its kind say so; a kind nobody speaks for stays closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emploi.foundation.documents.models import Document

Check = Callable[[Any, Document], bool]
_checks: dict[str, list[Check]] = {}


def register_access(kind: str, check: Check) -> None:
    """Say who also opens the documents of a kind: `check(agent, document) -> bool`; one that agrees is enough."""
    known = _checks.setdefault(kind, [])
    if check not in known:
        known.append(check)


def may_open(agent: Any, document: Document) -> bool:
    """Tell whether an agent may open a document; unknown kinds are refused."""
    return any(check(agent, document) for check in _checks.get(document.kind, ()))
