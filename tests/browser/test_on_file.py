"""Orientations without an interview, in one batch: chosen, read again, decided, letters in one PDF."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.steps import MORNING, OpenPage, Waiting, enter, reload_until, waiting_in


def test_people_spoken_to_by_telephone_are_oriented_in_a_batch(
    service: Service, open_page: OpenPage, screens: Screens
) -> None:
    with service.serving(MORNING) as url:
        page = enter(open_page, url, "orientation")
        page.goto(f"{url}/entrants/?etat=waiting&sort=-echeance")
        person = waiting_in(page.locator("tbody tr").last)
        speak_by_telephone(page, url, person, screens)
        choose(page, url, person, screens)
        read_again_and_decide(page, person, screens)
        print_the_letters(page, url, screens)
        page.goto(f"{url}/personnes/{person.person_id}/orientation/")
        expect(page.locator("main")).to_contain_text("notifiée le 23 novembre 2026")


def speak_by_telephone(page: Page, url: str, person: Waiting, screens: Screens) -> None:
    page.goto(f"{url}/personnes/{person.person_id}/rendez-vous/appeler/")
    page.get_by_label("La personne a répondu").check()
    page.get_by_label("Ce qui a été dit").fill("Elle reprend un travail lundi et ne peut pas venir")
    screens.look_both(page, "noter-un-appel-fait")
    page.get_by_role("button", name="Noter l’appel").click()
    page.wait_for_load_state()


def choose(page: Page, url: str, person: Waiting, screens: Screens) -> None:
    page.goto(f"{url}/orientations/sans-entretien/?fondement=on_file")
    row = page.locator("tbody tr", has_text=person.surname)
    expect(row).to_contain_text("échange du 23 nov. 2026")
    row.get_by_role("checkbox").check()
    page.get_by_label("Pourquoi sans entretien").fill("Ne peut pas venir : reprise d’emploi")
    screens.look_both(page, "lot-choisir")
    page.get_by_role("button", name="Relire avant de décider").click()


def read_again_and_decide(page: Page, person: Waiting, screens: Screens) -> None:
    """Nothing is decided before the second reading."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 orientation à décider")
    line = page.get_by_role("table", name="Ce qui sera décidé").get_by_role("row", name=re.compile(person.surname))
    # She farms nothing: the body kept for farmers is not hers.
    expect(line).not_to_contain_text("agriculteurs")
    screens.look_both(page, "lot-relire")
    page.get_by_role("button", name="Décider ces orientations").click()
    page.wait_for_url(re.compile(r"/sans-entretien/\d+/"))
    reload_until(page, lambda: page.get_by_text("1 orientation décidée").count() > 0)


def print_the_letters(page: Page, url: str, screens: Screens) -> None:
    page.get_by_role("button", name="Préparer le PDF des lettres").click()
    pdf = page.get_by_role("link", name="Ouvrir le PDF des lettres")
    reload_until(page, lambda: pdf.count() > 0)
    screens.look_both(page, "lot-decide")
    assert page.request.get(f"{url}{pdf.get_attribute('href')}").body().startswith(b"%PDF")
