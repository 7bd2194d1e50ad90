"""People received together: a session opened for the afternoon, two seats taken, who came noted on one list."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.steps import AFTERNOON, MORNING, OpenPage, Waiting, enter, free_slots, people_oriented, slots_for

KIND, PLACE, TODAY = "Réunion d’information collective", "Pôle insertion de Crest", "2026-11-23"


def test_a_session_is_opened_filled_and_marked(service: Service, open_page: OpenPage, screens: Screens) -> None:
    with service.serving(MORNING) as url:
        page = enter(open_page, url, "gestion-rsa")
        people = people_oriented(page, url, 5)[3:]
        open_a_session(page, url)
        for person in people:
            slots_for(page, url, person, kind=KIND, place=PLACE, day=TODAY)
            free_slots(page).first.locator("input").check()
            page.get_by_role("button", name="Prendre ce rendez-vous").click()
            expect(page.locator("#messages")).to_contain_text("à 14 h")
    with service.serving(AFTERNOON) as url:
        page = enter(open_page, url, "gestion-rsa")
        page.goto(f"{url}/rendez-vous/?vue=semaine&jour={TODAY}")
        page.get_by_role("link", name=re.compile(r"14 h · 2 sur 8")).click()
        mark(page, people, screens)
        expect_both_presences(page, url, people)


def open_a_session(page: Page, url: str) -> None:
    """Eight seats this afternoon, held by the secretary herself."""
    page.goto(f"{url}/rendez-vous/permanences/nouvelle/")
    page.get_by_label("Lieu").select_option(label=PLACE)
    page.get_by_label("Type de rendez-vous").select_option(label=KIND)
    page.get_by_label("Personnes reçues ensemble").fill("8")
    page.get_by_label("lundi").check()
    page.locator("main [name=starts_at]").fill("14:00")
    page.locator("main [name=ends_at]").fill("15:30")
    page.get_by_label("Durée d’un rendez-vous").fill("90")
    page.locator("main [name=last_on]").fill(TODAY)
    page.get_by_role("button", name="Ouvrir la permanence").click()
    expect(page.locator("#messages")).to_contain_text("1 créneau ajouté")


def mark(page: Page, people: list[Waiting], screens: Screens) -> None:
    """One came; the other is excused, refused without a reason and nothing lost."""
    came, excused = (page.get_by_role("row", name=re.compile(person.surname)) for person in people)
    came.get_by_label("Présent", exact=True).check()
    excused.get_by_label("Excusé").check()
    page.get_by_role("button", name="Enregistrer les présences").click()
    expect(excused.locator(".field-error")).to_be_visible()
    expect(excused.get_by_label("Excusé")).to_be_checked()
    screens.look_both(page, "seance-sans-raison")
    excused.get_by_label(re.compile("Raison de l’absence")).fill("Garde de son enfant")
    page.get_by_role("button", name="Enregistrer les présences").click()
    expect(excused).to_contain_text("Garde de son enfant")
    expect(page.get_by_role("button", name="Enregistrer les présences")).to_have_count(0)
    screens.look_both(page, "seance")


def expect_both_presences(page: Page, url: str, people: list[Waiting]) -> None:
    """Each file says it."""
    for person, state in zip(people, ("Présent", "Excusé"), strict=True):
        page.goto(f"{url}/personnes/{person.person_id}/rendez-vous/")
        expect(page.locator("main")).to_contain_text(state)
