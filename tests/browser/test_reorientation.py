"""The officer: another orientation asked, then decided in a second interview; the old one stays in the history."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.steps import MORNING, OpenPage, Waiting, enter, people_oriented


def test_a_reorientation_is_asked_examined_and_decided(service: Service, open_page: OpenPage, screens: Screens) -> None:
    with service.serving(MORNING) as url:
        page = enter(open_page, url, "orientation")
        person = people_oriented(page, url, 7)[6]
        former = ask(page, url, person, screens)
        examine(page, screens)
        hold_a_second_interview(page, screens)
        decide(page, former, screens)
        both_are_in_the_history(page, url, person, former, screens)


def ask(page: Page, url: str, person: Waiting, screens: Screens) -> str:
    """From her orientation; refused without a reason. Returns the pathway she has."""
    page.goto(f"{url}/personnes/{person.person_id}/orientation/")
    former = page.locator("main p.strong a").first.inner_text()
    page.get_by_role("link", name="Demander une réorientation").click()
    page.get_by_label("La personne", exact=True).check()
    page.get_by_role("button", name="Enregistrer la demande").click()
    expect(page.locator(".error-summary")).to_contain_text("Écrivez pourquoi")
    expect(page.get_by_label("La personne", exact=True)).to_be_checked()
    screens.look_both(page, "reorientation-sans-raison")
    page.get_by_label("Pourquoi").fill("Elle a trouvé un logement loin de l’organisme")
    page.get_by_role("button", name="Enregistrer la demande").click()
    expect(page.locator("main")).to_contain_text("Réponse promise avant le")
    return former


def examine(page: Page, screens: Screens) -> None:
    page.get_by_label("En rendez-vous avec un chargé d’orientation").check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("main")).to_contain_text("Examinée")
    screens.look_both(page, "reorientation")


def hold_a_second_interview(page: Page, screens: Screens) -> None:
    """The person is there: the five steps again, with what is known, up to the orientation."""
    page.get_by_role("button", name="La personne est là : commencer l’entretien").click()
    on_the_spot = page.get_by_role("button", name="Commencer l’entretien", exact=True)
    if on_the_spot.count():  # oriented before this tool: nobody met her here yet
        on_the_spot.click()
    recalled = page.get_by_role("button", name="C’est rappelé, étape suivante")
    screens.look_both(page, "second-entretien")
    if recalled.count():
        recalled.click()
    else:
        page.get_by_label("Nous avons lu le texte ensemble").check()
        page.get_by_label("La personne dit avoir compris").check()
        page.get_by_role("button", name="C’est fait, étape suivante").click()
    sections = page.get_by_role("navigation", name="Rubriques du diagnostic").get_by_role("link")
    sections.nth(sections.count() - 2).click()  # the papers come after the last questions
    page.get_by_role("button", name="Le diagnostic est fait, étape suivante").click()


def decide(page: Page, former: str, screens: Screens) -> None:
    """Another pathway than hers, chosen together in the interview; the one she has stays in sight until then."""
    expect(page.get_by_text("Une autre orientation est demandée")).to_be_visible()
    screens.look_both(page, "reorienter-ensemble")
    page.get_by_role("link", name="Chercher ensemble une autre voie").click()
    screens.look_both(page, "reorienter-voies")
    expect(page.get_by_text(f"Orientation en vigueur : {former}")).to_be_visible()
    another = page.get_by_role("link", name=re.compile("Choisir cette voie")).filter(has_not_text=former).first
    another.click()
    page.get_by_label("D’accord", exact=True).check()
    override = page.get_by_label("Pourquoi une autre voie que la première proposée")
    if override.count():
        override.fill("Elle la demande, et l’organisme est près de chez elle")
    screens.look_both(page, "reorienter-decider")
    page.get_by_role("button", name="Décider cette orientation").click()
    expect(page.locator("#messages")).to_contain_text("décidée")


def both_are_in_the_history(page: Page, url: str, person: Waiting, former: str, screens: Screens) -> None:
    page.goto(f"{url}/personnes/{person.person_id}/orientation/")
    expect(page.locator("main p.strong a").first).not_to_have_text(former)
    page.get_by_text("Orientations précédentes").click()
    expect(page.locator("details", has_text="Orientations précédentes")).to_contain_text(former)
    page.goto(f"{url}/orientations/reorientations/?state=decided")
    row = page.get_by_role("table", name="Demandes de réorientation").get_by_role(
        "row", name=re.compile(person.surname)
    )
    expect(row).to_contain_text("réorient")
    screens.look_both(page, "reorientations")
