"""The text of rights and duties: the one in force, and the one a person was really shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings

from emploi.foundation import department
from emploi.pathway.orientation.models import RightsText
from emploi.pathway.orientation.queries.reference import shipped
from emploi.pathway.orientation.rules.rights import RightsWords, parse_rights, words_on


def rights_words(on: date) -> RightsWords:
    """Return the text to present on a day, as the product or the Département wrote it."""
    return words_on(on, *_versions(settings.DEPARTMENT))


def rights_shown(details: Mapping[str, Any]) -> RightsText | None:
    """Return the text a proof refers to, as it was shown; None for a proof older than the versions."""
    digest = details.get("text", "")
    return RightsText.objects.filter(digest=digest).first() if digest else None


# Read once per process: a changed file is taken at the next start, like the code it travels with.
@lru_cache(maxsize=8)
def _versions(name: str) -> tuple[tuple[RightsWords, ...], tuple[RightsWords, ...]]:
    own: Any = department.load_yaml("rights.yaml") if department.has("rights.yaml") else []
    return parse_rights(shipped("rights.yaml")), parse_rights(own or [])
