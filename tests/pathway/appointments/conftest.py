"""The world of these tests."""

import pytest

from tests.pathway.appointments.world import World, build


@pytest.fixture
def world(db: None) -> World:
    """Two places, two officers and a secretary, on Monday 23 November 2026."""
    return build()
