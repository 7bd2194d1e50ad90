"""Everything that writes the geography."""

from emploi.territory.geography.actions.loading import Loaded, load_geography
from emploi.territory.geography.actions.places import change_place, close_place, open_place, reopen_place
from emploi.territory.geography.actions.territories import move_commune, rename_territory

__all__ = [
    "Loaded",
    "change_place",
    "close_place",
    "load_geography",
    "move_commune",
    "open_place",
    "rename_territory",
    "reopen_place",
]
