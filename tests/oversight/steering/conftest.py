"""The world of the steering tests."""

import pytest

from tests.oversight.steering.world import World, build


@pytest.fixture
def world(db) -> World:
    return build()
