"""« Ma journée »: each job its own blocks, the most urgent first, each with the action that settles it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from emploi.foundation.audit.writing import acting
from emploi.foundation.ui import cards, navigation
from emploi.pathway.appointments import actions
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.roles import Role
from emploi.territory.geography.models import Grid, Territory, TerritoryCommune
from tests.pathway.appointments.world import MONDAY, TESTS, World, agent, at
from tests.portal.desk.conftest import page, text

FRAGMENT = {"HX-Request": "true"}


def test_the_blocks_are_those_of_ones_rights(world: World, office: Client) -> None:
    found = page(office.get("/ma-journee/"))
    shown = [loader["hx-get"] for loader in found.select(".loader")]
    assert sorted(shown) == sorted(block.href() for block in cards.day_blocks_for(world.secretary))
    assert "/ma-journee/a-recevoir/" in shown
    assert "lundi 23 novembre 2026" in text(found).lower()


def test_the_hour_comes_first_then_what_is_due_then_the_rest(office: Client) -> None:
    found = page(office.get("/ma-journee/"))
    order = [loader["id"].removeprefix("bloc-") for loader in found.select(".loader")]
    due = [order.index(slug) for slug in ("creneaux-manquants", "a-recevoir", "a-orienter", "appointments_follow_up")]
    rest = [order.index(slug) for slug in ("appointments_requests", "appointments_lost", "fichiers-caisse")]
    assert order[:2] == ["appointments_today", "appointments_unmarked"]
    assert due == sorted(due)
    assert max(due) < min(rest)
    folded = found.select_one("details[data-folds]")
    assert folded.has_attr("hidden")
    assert found.select_one(folded["data-folds"]).find_next("details") is not None


def test_every_block_answers_alone_and_as_a_page(world: World, office: Client) -> None:
    world.entry("Nadia")
    for block in cards.day_blocks_for(world.secretary):
        fragment = office.get(block.href(), headers=FRAGMENT)
        assert b"<html" not in fragment.content, block.slug
        assert page(office.get(block.href())).h1, block.slug


def test_the_late_come_first_with_what_settles_them(world: World, office: Client) -> None:
    late = world.entry("Ilyes", opened_on=MONDAY - timedelta(days=17))
    world.entry("Nadia", opened_on=MONDAY - timedelta(days=13))
    world.entry("Zoé")
    found = page(office.get("/ma-journee/a-recevoir/", headers=FRAGMENT))
    rows = found.select("li")
    assert [row.a.text.split()[0] for row in rows] == ["Ilyes", "Nadia"]
    assert "1 en retard" in text(found)
    assert rows[0].select_one(f"a[href='/entrants/inviter/{late.person_id}/']")


@pytest.mark.parametrize(("days", "said"), [(28, "Après le"), (60, "Depuis le")])
def test_an_orientation_says_when_france_travail_decides(world: World, office: Client, days: int, said: str) -> None:
    world.entry("Ilyes", opened_on=MONDAY - timedelta(days=days))
    found = text(page(office.get("/ma-journee/a-orienter/", headers=FRAGMENT)))
    assert "Ilyes" in found
    assert f"{said} " in found
    assert "c’est France Travail qui décide" in found


def test_whoever_has_an_appointment_is_no_longer_to_be_met(world: World, office: Client) -> None:
    world.opening()
    entry = world.entry("Nadia", opened_on=MONDAY - timedelta(days=13))
    slot = world.slot(MONDAY + timedelta(days=1), 9)
    actions.book(slot_id=slot.pk, entry_id=entry.pk, via="phone", by=world.by, at=at(MONDAY, 8))
    assert "Tout le monde a un rendez-vous" in text(page(office.get("/ma-journee/a-recevoir/", headers=FRAGMENT)))


def test_an_agent_of_a_territory_sees_the_day_of_that_territory(
    world: World, as_agent: Callable[[Agent], Client]
) -> None:
    grid = Grid.objects.create(slug="social", name="Social", kind="social", is_default=True)
    north = Territory.objects.create(grid=grid, slug="nord", name="Nord")
    TerritoryCommune.objects.create(territory=north, commune=world.village.commune, grid=grid)
    with acting(TESTS):
        Membership.objects.filter(agent=world.officer).update(territory=north)
    world.entry("Ici", opened_on=MONDAY - timedelta(days=13), commune=world.village.commune)
    world.entry("Ailleurs", opened_on=MONDAY - timedelta(days=13))
    client = as_agent(world.officer)
    assert "Nord" in text(page(client.get("/ma-journee/")).select_one(".lead-line"))
    found = text(page(client.get("/ma-journee/a-recevoir/", headers=FRAGMENT)))
    assert "Ici" in found
    assert "Ailleurs" not in found


def test_what_one_may_not_do_is_not_offered(world: World, as_agent: Callable[[Agent], Client]) -> None:
    world.entry("Nadia", opened_on=MONDAY - timedelta(days=13))
    social = agent("Rose", "Blin", Role.SOCIAL_WORKER, world.officer.active_memberships[0].organization)
    client = as_agent(social)
    assert client.get("/ma-journee/a-recevoir/").status_code == 403
    found = page(client.get("/ma-journee/"))
    assert not found.select_one("a[href='/telephone/']")
    assert not found.select_one("a[href='/entrants/']")


def test_the_door_leads_each_to_their_own_job(
    world: World, as_agent: Callable[[Agent], Client], client: Client
) -> None:
    assert client.get("/")["Location"] == "/informations/"
    assert as_agent(world.secretary).get("/")["Location"] == "/ma-journee/"


@pytest.mark.parametrize("role", Role.values)
def test_every_role_lands_on_a_page_it_may_open(world: World, as_agent: Callable[[Agent], Client], role: str) -> None:
    somebody = agent("Camille", role, role, world.officer.active_memberships[0].organization)
    client = as_agent(somebody)
    landing = client.get("/")["Location"]
    assert client.get(landing).status_code == 200


def test_every_door_of_the_menu_opens(world: World, as_agent: Callable[[Agent], Client]) -> None:
    for member in (world.secretary, world.officer):
        client = as_agent(member)
        doors = [a["href"] for a in page(client.get("/ma-journee/")).select(".sidenav a")]
        assert doors
        assert {door: client.get(door).status_code for door in doors} == dict.fromkeys(doors, 200)
    assert navigation.search_href(world.secretary) == "/recherche/"
