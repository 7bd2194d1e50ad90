"""The cases in which a message may have other words: an app registers them, and names the case when it writes."""

from __future__ import annotations

from collections.abc import Callable

from emploi.foundation.messaging.catalogue import message_text

# What the cases of an app are called on the screen, and their names by key.
Variants = Callable[[], dict[str, str]]
_variants: dict[str, tuple[str, Variants]] = {}


def register_variants(app_label: str, what: str, variants: Variants) -> None:
    """Say which cases the messages of an app may tell apart; `what` names such a case (« type de rendez-vous »)."""
    _variants[app_label] = (what, variants)


def variants_of(template: str) -> tuple[str, dict[str, str]]:
    """Return what the cases of a message are called, and their names by key; nothing when it has the same words."""
    what, variants = _variants.get(template.partition("/")[0], ("", dict))
    return (what, variants()) if message_text(template).varies else ("", {})
