"""The same professionals and people as the stories of the orientation."""

from tests.pathway.orientation.conftest import world

__all__ = ["world"]
