"""Two officers on one file: the second to answer is told what the first one wrote, and nothing is lost."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.steps import MORNING, OpenPage, enter, waiting_in


def test_the_second_officer_is_told(service: Service, open_page: OpenPage, screens: Screens) -> None:
    with service.serving(MORNING) as url:
        first, second = enter(open_page, url, "orientation"), enter(open_page, url, "orientation2")
        first.goto(f"{url}/entrants/?etat=waiting&sort=-echeance")
        person = waiting_in(first.locator("tbody tr").last)
        housing = start(first, url, person.person_id)
        second.goto(housing)
        answer(first, "Chez de la famille ou des amis")
        answer(second, "Chez moi (locataire ou propriétaire)")
        told = second.locator("#conflicts")
        expect(told).to_contain_text("a répondu autrement pendant ce temps")
        expect(told).to_contain_text("Chez de la famille ou des amis")
        expect(told).to_contain_text("n’est pas enregistrée")
        screens.look_both(second, "deux-agents")
        expect(second.get_by_label("Chez moi (locataire ou propriétaire)")).to_be_checked()
        first.goto(housing)
        expect(first.get_by_label("Chez de la famille ou des amis")).to_be_checked()


def start(page: Page, url: str, person_id: int) -> str:
    """She comes without an appointment; returns the page of her situation."""
    page.goto(f"{url}/personnes/{person_id}/orientation/")
    page.get_by_role("button", name="Commencer l’entretien maintenant").click()
    page.get_by_label("Lieu").or_(page.locator("main [name=place]")).first.select_option(index=1)
    page.get_by_role("button", name="Commencer l’entretien").click()
    page.wait_for_url(re.compile(r"/entretien/\d+/"))
    page.goto(re.sub(r"(/entretien/\d+/).*", r"\1situation/", page.url))
    return page.url


def answer(page: Page, housing: str) -> None:
    page.get_by_label(housing).check()
    with page.expect_response(lambda response: "/situation/" in response.url and response.request.method == "POST"):
        page.get_by_role("button", name=re.compile("Enregistrer")).first.click()
    page.wait_for_load_state()
