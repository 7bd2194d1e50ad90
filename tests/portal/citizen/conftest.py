"""The same world as the appointments', seen from a telephone."""

import pytest

from emploi.foundation import clock
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.models import Invitation
from tests.pathway.appointments.world import World, build


@pytest.fixture
def world(db: None) -> World:
    return build()


@pytest.fixture
def invitation(world: World) -> Invitation:
    """Nadia, invited today; the officer receives every morning in town, her colleague in the village."""
    world.opening()
    world.opening(agent_id=world.colleague.pk, place_id=world.village.pk)
    entry = world.entry("NADIA")
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=clock.now())
    return Invitation.objects.get()
