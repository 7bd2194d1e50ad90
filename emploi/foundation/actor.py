"""Who acts: an agent, the person concerned, or a named part of the system."""

from dataclasses import dataclass
from typing import Literal, Self

Kind = Literal["agent", "person", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of a write: `id` is the agent's or person's key, `label` the name kept in the journal."""

    kind: Kind
    id: int | None
    label: str

    @classmethod
    def system(cls, label: str) -> Self:
        """A part of the product acting by itself, for instance « Import CAF »."""
        return cls(kind="system", id=None, label=label)

    @classmethod
    def person(cls, person_id: int, label: str) -> Self:
        """The person concerned, through their own space."""
        return cls(kind="person", id=person_id, label=label)

    def __str__(self) -> str:
        """The form kept by the database triggers, for instance « agent:12 »."""
        return f"{self.kind}:{self.label if self.id is None else self.id}"
