"""A town with two places: each sends its own people first, and one may be kept for its sector."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Invitation
from emploi.pathway.appointments.queries.convening import convocations
from emploi.territory.geography import actions as geography
from emploi.territory.geography.models import Place
from tests.pathway.appointments.world import MONDAY, TESTS, World

BIG, SMALL = "99001", "99002"


@pytest.fixture
def annex(world: World) -> Place:
    """A second place in the same town, whose name comes first."""
    with acting(TESTS):
        place = Place.objects.create(slug="annexe", name="Annexe", address="3 rue Haute", commune_id=BIG)
    world.opening()
    world.opening(agent_id=world.colleague.pk, place_id=place.pk)
    return place


def nearest(world: World, commune: str, **asked: Any) -> list[str]:
    return [
        one.place.name for one in queries.places_with_slots(commune, kind_id=world.kind.pk, since=clock.now(), **asked)
    ]


def test_the_place_of_the_sector_comes_first_then_the_nearest(world: World, annex: Place) -> None:
    assert nearest(world, BIG) == ["Annexe", "Maison du Département"]
    geography.change_place(place_id=world.town.pk, values={"sector": [BIG]}, by=TESTS, at=clock.now())
    geography.change_place(place_id=annex.pk, values={"sector": [SMALL]}, by=TESTS, at=clock.now())
    assert nearest(world, BIG) == ["Maison du Département", "Annexe"]
    assert nearest(world, SMALL) == ["Annexe", "Maison du Département"]


def test_a_reserved_place_is_chosen_by_its_own_people_and_given_by_agents(world: World, annex: Place) -> None:
    values = {"sector": [SMALL], "is_reserved": True}
    geography.change_place(place_id=annex.pk, values=values, by=TESTS, at=clock.now())
    entry = world.entry()
    neighbour = world.entry("Lina", commune=world.village.commune)
    actions.invite_entries(entry_ids=[entry.pk, neighbour.pk], by=world.by, at=clock.now())
    links = {one.entry_id: one.token for one in Invitation.objects.all()}
    page = reverse("citizen:places", args=[links[entry.pk]])
    assert "Annexe" not in Client().get(page, follow=True).content.decode()
    days = reverse("citizen:days", args=[links[entry.pk]])
    assert "mardi 24" not in Client().get(days, {"lieu": annex.pk}).content.decode().lower()
    page = reverse("citizen:places", args=[links[neighbour.pk]])
    assert "Annexe" in Client().get(page).content.decode()

    slot = world.slot(MONDAY.replace(day=24), 9, agent=world.colleague)
    person = Actor.person(entry.person_id, "Test")
    with pytest.raises(DomainError, match="ne se donne plus dans ce lieu"):
        actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PERSON, by=person, at=clock.now())
    # On purpose, an agent may; a batch of convocations does not.
    assert "Annexe" in nearest(world, BIG)
    assert {one.slot.place.name for one in convocations([entry.pk], at=clock.now()) if one.slot} <= {world.town.name}
    actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.AGENT, by=world.by, at=clock.now())
