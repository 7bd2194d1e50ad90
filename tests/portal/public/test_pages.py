"""Pages for everybody: they answer without an account, keep what they promise, and say the truth."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from emploi.foundation import clock
from emploi.foundation.ui import definitions
from emploi.pathway.orientation.queries import rules_in_words
from tests.pathway.appointments.world import World, build

PAGES = (
    "/informations/",
    "/informations/premier-rendez-vous/",
    "/informations/mentions-legales/",
    "/informations/donnees-personnelles/",
    "/informations/accessibilite/",
    "/informations/orientation/",
    "/informations/definitions/",
)


@pytest.fixture
def world(db: None) -> World:
    """The rulebook and a few places."""
    return build()


@pytest.fixture
def read(world: World, client: Client) -> Callable[[str], BeautifulSoup]:
    """Read a page as anybody."""

    def _read(path: str) -> BeautifulSoup:
        response = client.get(path)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    return _read


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_one_title_and_a_number_to_call(read: Callable[[str], BeautifulSoup], path: str) -> None:
    page = read(path)
    assert len(page.find_all("h1")) == 1
    assert page.select_one("main a[href='tel:0465719900']")


@pytest.mark.parametrize("path", PAGES)
def test_every_link_inside_leads_somewhere(read: Callable[[str], BeautifulSoup], client: Client, path: str) -> None:
    links = {a["href"].split("#")[0] for a in read(path).select("a[href^='/']")} - {"", "/"}
    for link in links:
        assert client.get(link).status_code in (200, 302), link


def test_the_promises_are_those_of_the_rulebook(read: Callable[[str], BeautifulSoup]) -> None:
    text = read("/informations/").main.get_text(" ")
    assert "15 jours" in text
    assert "1 mois" in text


def test_every_rule_in_force_is_published_with_its_source(read: Callable[[str], BeautifulSoup]) -> None:
    text = " ".join(read("/informations/orientation/").get_text(" ").split())
    rules = rules_in_words(clock.today())
    assert rules.rules
    for rule in rules.rules:
        assert rule.title in text
        assert " ".join(rule.condition.split()) in text
    assert rules.identity in text


def test_the_declaration_claims_no_more_than_was_checked(read: Callable[[str], BeautifulSoup]) -> None:
    text = read("/informations/accessibilite/").get_text(" ")
    assert "partiellement conforme" in text
    assert "audit interne automatisé" in text
    assert "Défenseur des droits" in text


def test_what_is_kept_says_why_and_how_long(read: Callable[[str], BeautifulSoup]) -> None:
    rows = read("/informations/donnees-personnelles/").select("tbody tr")
    assert len(rows) >= 5
    assert all(cell.text.strip() for row in rows for cell in row.find_all(["th", "td"]))


def test_every_definition_is_readable_by_its_address(read: Callable[[str], BeautifulSoup]) -> None:
    page = read("/informations/definitions/")
    assert definitions.everything()
    for definition in definitions.everything():
        assert page.find("dt", id=definition.slug)
