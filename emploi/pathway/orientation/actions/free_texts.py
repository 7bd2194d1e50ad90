"""What is checked of a text written freely before it is kept."""

from __future__ import annotations

from collections.abc import Mapping

from emploi.foundation.errors import DomainError
from emploi.pathway.orientation.rules.free_text import refusal_of
from emploi.pathway.orientation.rules.health_words import warning_of


def check_texts(texts: Mapping[str, str], *, keeps_health_words: bool) -> None:
    """Refuse a social security number; warn of words of health unless the writer keeps them knowingly."""
    for name, text in texts.items():
        if refusal := refusal_of(text):
            raise DomainError(refusal, field=name)
    if not keeps_health_words and (warning := warning_of(*texts.values())):
        raise DomainError(warning, field="keeps_health_words")
