"""What happens to the rulebook."""

from dataclasses import dataclass

from emploi.foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class RulebookLoaded(Event):
    """Shipped values were loaded; those of the Département were kept."""

    added: int
    replaced: int
    kept: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ParameterChanged(Event):
    """The Département gave a parameter its own value, from a date."""

    parameter: str
    title: str
    former: str
    value: str
    valid_from: str
