"""The secretary, a telephone in the hand: finds the caller, books, changes and cancels while she speaks."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.steps import MORNING, OpenPage, Waiting, enter, free_slots, slot_words, somebody_without_appointment

OFFICE = "gestion-rsa"


def test_a_caller_books_changes_and_cancels(service: Service, open_page: OpenPage, screens: Screens) -> None:
    with service.serving(MORNING) as url:
        office = enter(open_page, url, OFFICE)
        caller = somebody_without_appointment(office, url)
        find_by_part_of_the_name(office, url, caller, screens)
        screens.look(office, "telephone-creneaux")
        booked = take(office, caller, slot=0, button="Confirmer le rendez-vous")
        find_by_part_of_the_name(office, url, caller, screens)
        expect(office.locator("main")).to_contain_text(booked)
        office.get_by_label("Pourquoi changer le rendez-vous").fill("Elle garde ses enfants ce jour-là")
        screens.look(office, "telephone-changer")
        moved = take(office, caller, slot=2, button="Déplacer le rendez-vous")
        assert moved != booked
        cancel(office, url, caller, moved, screens)


def find_by_part_of_the_name(page: Page, url: str, caller: Waiting, screens: Screens) -> None:
    """From "Ma journée", with the five first letters of her name, in small letters."""
    page.goto(f"{url}/ma-journee/")
    page.get_by_role("link", name="Une personne appelle").click()
    page.get_by_label("Nom, prénom, numéro ou téléphone").fill(caller.surname[:5].lower())
    page.get_by_role("button", name="Chercher", exact=True).click()
    page.wait_for_url(re.compile(r"/telephone/(\?q=|\d+/)"))
    if f"/telephone/{caller.person_id}/" not in page.url:  # a single person found opens at once
        screens.look(page, "telephone-trouvees")
        page.locator(f"main a[href='/telephone/{caller.person_id}/']").click()


def take(page: Page, caller: Waiting, *, slot: int, button: str) -> str:
    """Chooses one of the slots offered first; the page of the person says so."""
    chosen = free_slots(page).nth(slot)
    words = slot_words(chosen)
    chosen.locator("input").check()
    page.get_by_role("button", name=button).click()
    expect(page).to_have_url(re.compile(f"/personnes/{caller.person_id}/$"))
    expect(page.locator("#messages")).to_contain_text(words)
    return words


def cancel(page: Page, url: str, caller: Waiting, moved: str, screens: Screens) -> None:
    """She calls again: she cannot come at all."""
    find_by_part_of_the_name(page, url, caller, screens)
    page.get_by_role("link", name="Annuler ce rendez-vous").click()
    expect(page.locator("main")).to_contain_text(moved, ignore_case=True)
    page.get_by_role("button", name="Annuler ce rendez-vous").click()
    expect(page.locator(".error-summary")).to_be_visible()
    screens.look(page, "annuler-sans-raison")
    page.get_by_label("La personne l’a demandé").check()
    page.get_by_label("Raison").fill("Elle garde son petit-fils")
    page.get_by_role("button", name="Annuler ce rendez-vous").click()
    page.goto(f"{url}/personnes/{caller.person_id}/")
    expect(page.locator(".person-head")).to_contain_text("aucun")
    expect(page.locator(".person-head")).not_to_contain_text(moved)
