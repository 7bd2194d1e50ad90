"""The head of service: where people wait, what to open where, what makes them come, who carries how many."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.steps import MORNING, OpenPage, enter


def test_a_head_of_service_sees_where_people_wait(service: Service, open_page: OpenPage, screens: Screens) -> None:
    with service.serving(MORNING) as url:
        page = enter(open_page, url, "chef-de-pole")
        read_the_funnel(page, url, screens)
        read_the_capacity(page, url, screens)
        give_places_to_a_body(page, url, screens)


def read_the_funnel(page: Page, url: str, screens: Screens) -> None:
    """Known, invited, booked, received, decided: each number opens exactly the people it counts."""
    page.goto(f"{url}/pilotage/parcours/")
    page.get_by_label("Entrés depuis le").fill("2026-11-01")
    page.get_by_label("Jusqu’au").fill("2026-11-23")
    page.get_by_role("button", name="Montrer").click()
    expect(page.locator(".lead-line")).to_contain_text("du 1er novembre 2026 au 23 novembre 2026")
    expect(page.get_by_role("table", name="Étapes par territoire")).to_be_visible()
    expect(page.get_by_role("heading", name="Ce qui fait venir")).to_be_visible()
    screens.look_both(page, "parcours")
    step = page.get_by_role("table", name="Étapes, du dossier connu à l’orientation").locator("tbody tr").nth(1)
    known = people_behind(page, step.locator("xpath=preceding-sibling::tr[1]").locator("td a").first)
    reached = people_behind(page, step.locator("td").first.locator("a"))
    waiting = people_behind(page, step.locator("td").last.locator("a"))
    assert reached + waiting <= known, (known, reached, waiting)
    step.locator("td").last.locator("a").click()
    screens.look_both(page, "parcours-liste")


def people_behind(page: Page, number: Locator) -> int:
    """How many people a number says; its list holds as many."""
    if not number.count():
        return 0
    said = int(re.sub(r"\D", "", number.inner_text().split("\n")[0].split(" ")[0]))
    number.click()
    expect(page.locator("main tbody tr")).to_have_count(said)
    page.go_back()
    return said


def read_the_capacity(page: Page, url: str, screens: Screens) -> None:
    page.goto(f"{url}/pilotage/capacite/")
    expect(page.get_by_role("table", name="Créneaux et entrants par territoire et par semaine")).to_be_visible()
    screens.look_both(page, "capacite-chef")


def give_places_to_a_body(page: Page, url: str, screens: Screens) -> None:
    """A lot of one place under a body that already follows more people: the page says it is full."""
    page.goto(f"{url}/orientations/places/")
    load = page.get_by_role("table", name="Personnes suivies par organisme et par référent").locator("tbody tr").first
    body = load.locator("th").inner_text()
    page.get_by_role("link", name="Ajouter des places").click()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".error-summary")).to_be_visible()
    screens.look_both(page, "places-erreur")
    page.get_by_label("Organisme").select_option(label=body)
    page.get_by_label("Voie").select_option(label="Accompagnement social")
    page.get_by_label("Du", exact=True).fill("2026-11-01")
    page.get_by_label("Au plus").fill("1")
    page.get_by_role("button", name="Enregistrer").click()
    places = page.get_by_role("table", name="Places en ce moment")
    row = places.get_by_role("row", name=re.compile(re.escape(body))).filter(has_text="Accompagnement social")
    expect(row).to_contain_text("complet")
    screens.look_both(page, "places-et-charges")
