"""The way from « the letter waits » to the printer, in the sentence that says so."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html

from emploi.foundation.messaging.permissions import own_letters


def with_letters_door(said: str, agent: Any) -> str:
    """Return a sentence, then the door to the letters when some wait on this agent's table."""
    if not own_letters(agent).exists():
        return said
    return format_html('{} <a href="{}">Imprimer les courriers</a>', said, reverse("messaging:letters"))
