"""The administrator: the text of a message rewritten, read before it is kept, refused when it would mislead."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.steps import MORNING, OpenPage, enter, people_oriented, slots_for

KIND, PLACE, DAY = "Rendez-vous avec votre conseiller", "Pôle insertion de Crest", "2026-12-10"
WORDS = "Sonnez à la porte bleue."


def test_a_text_is_rewritten_and_received(service: Service, open_page: OpenPage, screens: Screens) -> None:
    with service.serving(MORNING) as url:
        administrator = enter(open_page, url, "administration")
        shipped = open_the_confirmation(administrator, url, screens)
        refuse_a_word_nobody_knows(administrator, shipped, screens)
        keep_it(administrator, shipped, screens)
        somebody_receives_it(enter(open_page, url, "gestion-rsa"), url)
        give_the_shipped_text_back(administrator)


def open_the_confirmation(page: Page, url: str, screens: Screens) -> str:
    page.goto(f"{url}/reglages/textes/")
    screens.look_both(page, "textes")
    page.get_by_role("link", name=re.compile("SMS de « Confirmation d’un rendez-vous »")).click()
    return page.locator("main textarea[name=body]").input_value()


def refuse_a_word_nobody_knows(page: Page, shipped: str, screens: Screens) -> None:
    """[couleur de la porte] would go out as it is: refused, and what was typed stays."""
    page.locator("main textarea[name=body]").fill(f"{shipped} [couleur de la porte]")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator(".error-summary")).to_contain_text("couleur de la porte")
    expect(page.locator("main textarea[name=body]")).to_have_value(re.compile("couleur de la porte"))
    screens.look_both(page, "texte-refuse")


def keep_it(page: Page, shipped: str, screens: Screens) -> None:
    """Seen first, as an invented person would read it; nothing is kept before it is asked."""
    page.locator("main textarea[name=body]").fill(f"{shipped} {WORDS}")
    page.get_by_role("button", name="Voir sans enregistrer").click()
    expect(page.locator("#apercu")).to_contain_text(WORDS)
    expect(page.locator(".lead-line")).to_contain_text("Le texte d’origine est en vigueur")
    screens.look_both(page, "texte-apercu")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator(".lead-line")).to_contain_text("Texte réécrit le")


def somebody_receives_it(page: Page, url: str) -> None:
    """The next person who is given an appointment and has a mobile reads the new words."""
    person = people_oriented(page, url, 1)[0]
    slots_for(page, url, person, kind=KIND, place=PLACE, day=DAY)
    page.locator(".slot input").first.check()
    page.get_by_role("button", name="Prendre ce rendez-vous").click()
    expect(page.locator("#messages")).to_contain_text("décembre")
    page.goto(f"{url}/envois/?person={person.person_id}")
    page.locator("tbody tr", has_text="SMS").filter(has_text="10 décembre").get_by_role(
        "link", name="Confirmation de rendez-vous"
    ).first.click()
    expect(page.locator("main")).to_contain_text("porte bleue")


def give_the_shipped_text_back(page: Page) -> None:
    page.get_by_label("Raison").fill("La porte a été repeinte")
    page.get_by_role("button", name="Remettre le texte d’origine").click()
    expect(page.locator(".lead-line")).to_contain_text("Le texte d’origine est en vigueur")
    expect(page.locator("main textarea[name=body]")).not_to_have_value(re.compile("porte bleue"))
