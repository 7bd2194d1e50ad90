"""What the traces themselves publish."""

from dataclasses import dataclass

from emploi.foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class HealthWordsKept(Event):
    """An agent was warned that a text speaks of health and kept it: which fields of which page, never the text."""

    fields: str
    page: str
