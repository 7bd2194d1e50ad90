"""What happens to places and territories."""

from dataclasses import dataclass

from emploi.foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class GeographyLoaded(Event):
    """Shipped communes, territories and places were loaded."""

    communes_written: int
    links_added: int
    places_added: int


@dataclass(frozen=True, kw_only=True)
class PlaceOpened(Event):
    """A place was added, or opened again."""

    place_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class PlaceChanged(Event):
    """What is said of a place was changed."""

    place_id: int
    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PlaceClosed(Event):
    """A place does not receive people any more; a subscriber may refuse by raising DomainError."""

    place_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class CommuneMoved(Event):
    """A commune went from one territory of a grid to another."""

    commune_code: str
    commune_name: str
    grid_name: str
    from_name: str
    to_name: str


@dataclass(frozen=True, kw_only=True)
class TerritoryRenamed(Event):
    """A territory was given another name."""

    territory_id: int
    from_name: str
    to_name: str
