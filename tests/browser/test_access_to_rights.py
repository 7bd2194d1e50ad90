"""The register of access to rights: a contact, then a meeting, noted at the end of the day; nobody is named."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.steps import MORNING, OpenPage, enter

COMMUNE = "Aleyrac"  # too small for the demonstration to have noted anything there


def test_a_contact_and_a_meeting_are_noted(service: Service, open_page: OpenPage, screens: Screens) -> None:
    with service.serving(MORNING) as url:
        page = enter(open_page, url, "gestion-rsa", 390)
        note_a_contact(page, url, screens)
        desk = enter(open_page, url, "gestion-rsa")
        commune = note_a_meeting(desk, url, screens)
        both_are_counted(desk, url, commune, screens)


def note_a_contact(page: Page, url: str, screens: Screens) -> None:
    """On a phone, at the town hall; what is missing is said and nothing typed is lost."""
    page.goto(f"{url}/acces-aux-droits/")
    page.get_by_role("link", name="Noter une information donnée").click()
    page.get_by_label("Lieu").fill("Mairie")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".error-summary")).to_contain_text("Choisissez la commune")
    expect(page.get_by_label("Lieu")).to_have_value("Mairie")
    screens.look(page, "acces-droits-erreurs")
    fill(page, "Information individuelle", people="1", outcome="Demande à venir")
    screens.look(page, "acces-droits-noter")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#messages")).to_be_visible()


def note_a_meeting(page: Page, url: str, screens: Screens) -> str:
    """Returns the commune, as the filter of the register writes it."""
    page.goto(f"{url}/acces-aux-droits/noter/")
    fill(page, "Réunion collective", people="14", outcome="Demande de RSA déposée")
    page.get_by_label("Avec quel partenaire").select_option(index=1)
    page.get_by_label("Demandes de RSA déposées").fill("3")
    commune = page.locator("[name=commune]").input_value()
    screens.look(page, "acces-droits-reunion")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#messages")).to_be_visible()
    return commune


def both_are_counted(page: Page, url: str, commune: str, screens: Screens) -> None:
    """The commune's total holds the fifteen people."""
    page.goto(f"{url}/acces-aux-droits/?commune={commune}")
    expect(page.locator("main")).to_contain_text("15 personnes informées en 2 fois, 3 demandes de RSA déposées")
    screens.look_both(page, "acces-droits-registre")


def fill(page: Page, form: str, *, people: str, outcome: str) -> None:
    page.get_by_label("Date", exact=True).fill("2026-11-20")
    page.get_by_label(form).check()
    here = page.locator("[name=commune] option", has_text=COMMUNE).first.get_attribute("value")
    page.locator("[name=commune]").select_option(value=here)
    page.get_by_label("Nombre de personnes").fill(people)
    page.get_by_role("group", name="Sujets").get_by_role("checkbox").first.check()
    page.get_by_label(outcome, exact=True).check()
