"""What happens to organisations."""

from dataclasses import dataclass

from emploi.foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class OrganizationsLoaded(Event):
    """Shipped organisations were added."""

    added: int


@dataclass(frozen=True, kw_only=True)
class OrganizationAdded(Event):
    """An organisation was added, or works with the Département again."""

    organization_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class OrganizationChanged(Event):
    """What is said of an organisation was changed."""

    organization_id: int
    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OrganizationClosed(Event):
    """An organisation does not receive people any more; a subscriber may refuse by raising DomainError."""

    organization_id: int
    name: str
