"""Fixtures of the orientation stories."""

import pytest

from tests.pathway.orientation.cast import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """The fictional Département, its professionals and its four pathways."""
    return make_world()
