"""Who may open a document: the app that owns its kind says so; a kind nobody speaks for stays closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emploi.foundation.documents.models import Document

Check = Callable[[Any, Document], bool]
_checks: dict[str, Check] = {}


def register_access(kind: str, check: Check) -> None:
    """Say who opens the documents of a kind: `check(agent, document) -> bool`."""
    _checks[kind] = check


def may_open(agent: Any, document: Document) -> bool:
    """Tell whether an agent may open a document; unknown kinds are refused."""
    check = _checks.get(document.kind)
    return bool(check and check(agent, document))
