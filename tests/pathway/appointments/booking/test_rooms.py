"""Where an agent receives by video: her own room, given once."""

import pytest
from django.test import Client

from emploi.foundation import clock
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments.actions.agendas.rooms import set_room
from emploi.pathway.appointments.models import VideoRoom
from tests.pathway.appointments.world import World


@pytest.mark.parametrize("address", ["http://visio.exemple.fr/a", "javascript:alert(1)", "https://a b.fr", "https://x"])
def test_an_address_nobody_could_open_safely_is_refused(world: World, address: str) -> None:
    with pytest.raises(DomainError) as refused:
        set_room(agent_id=world.officer.pk, address=address, by=world.by, at=clock.now())
    assert refused.value.field == "address"
    assert not VideoRoom.objects.exists()


def test_an_agent_gives_her_room_on_her_page(world: World) -> None:
    client = Client()
    client.force_login(world.officer)
    page = "/rendez-vous/visioconference/"
    assert "Ma salle de visioconférence" in client.get(page).content.decode()
    wrong = client.post(page, {"address": "http://visio.exemple.fr/claire", "how": "Code 12"})
    assert wrong.status_code == 422
    assert "Code 12" in wrong.content.decode()
    client.post(page, {"address": "https://visio.exemple.fr/claire", "how": "Code 12"})
    room = VideoRoom.objects.get()
    assert (room.agent, room.address, room.how) == (world.officer, "https://visio.exemple.fr/claire", "Code 12")
