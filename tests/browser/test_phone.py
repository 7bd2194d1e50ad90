"""A person on a phone: the link of her SMS, her needs, a place and an hour, a change, a cancellation, a request."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.steps import MORNING, OpenPage, Waiting, enter, link_in_the_last_sms, waiting_in


def test_a_person_books_changes_cancels_and_asks_on_a_phone(
    service: Service, open_page: OpenPage, screens: Screens
) -> None:
    with service.serving(MORNING) as url:
        office = enter(open_page, url, "gestion-rsa")
        person = invite(office, url)
        phone = open_page(390)
        phone.goto(link_in_the_last_sms(office, url, person))
        read_the_invitation(phone, screens)
        say_what_she_needs(phone, screens)
        first = book(phone, screens)
        the_service_knows(office, url, person, first, screens)
        second = change(phone, screens)
        assert second != first
        cancel(phone, screens)
        ask_to_be_called(phone, screens)
        the_request_is_settled(office, url, person, screens)


def invite(page: Page, url: str) -> Waiting:
    """Somebody who has a mobile."""
    page.goto(f"{url}/entrants/?etat=to_invite&sort=-echeance")
    row = page.locator("tbody tr", has_text="SMS").first
    person = waiting_in(row)
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="Inviter").click()
    page.get_by_role("button", name="Inviter 1 personne").click()
    expect(page.get_by_text("La personne est invitée.")).to_be_visible()
    return person


def read_the_invitation(page: Page, screens: Screens) -> None:
    """Until when, and what an absence entails, said before anything is chosen."""
    expect(page.locator("main")).to_contain_text("Vous pouvez choisir jusqu’au")
    expect(page.locator("main")).to_contain_text(re.compile("ne venez pas|pas venir|absen", re.IGNORECASE))
    screens.look(page, "personne-invitation")
    page.get_by_role("link", name="Choisir mon rendez-vous").click()


def say_what_she_needs(page: Page, screens: Screens) -> None:
    """Once, in three gestures."""
    page.get_by_label("Un lieu accessible en fauteuil roulant").check()
    page.get_by_label("Une solution pour garder mes enfants").check()
    page.get_by_label("Un interprète ?").fill("arabe")
    screens.look(page, "personne-besoins")
    page.get_by_role("button", name="Continuer").click()


def choose(page: Page, *, hour: int) -> None:
    """The nearest place, its first day, an hour."""
    page.locator("main a[href*='/jours/']").first.click()
    page.locator("main a[href*='/heures/']").first.click()
    page.locator("main a[href*='/confirmer/']").nth(hour).click()


def book(page: Page, screens: Screens) -> str:
    """Only accessible places, the nearest first; she is not asked again."""
    expect(page.get_by_text("Nous montrons seulement les lieux accessibles")).to_be_visible()
    distances = [int(km) for km in re.findall(r"à environ (\d+) km", page.locator("main").inner_text())]
    assert distances == sorted(distances)
    screens.look(page, "personne-lieux")
    choose(page, hour=0)
    expect(page.locator("main")).to_contain_text("fauteuil roulant")
    screens.look(page, "personne-confirmer")
    page.get_by_role("button", name="Oui, je prends ce rendez-vous").click()
    expect(page.get_by_text("C’est noté.")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Vous nous avez dit")
    screens.look(page, "personne-rendez-vous")
    return moment_of(page)


def moment_of(page: Page) -> str:
    return page.get_by_role("heading", level=2).first.inner_text()


def the_service_knows(page: Page, url: str, person: Waiting, moment: str, screens: Screens) -> None:
    """The officer who receives her sees what she needs, beside the hour."""
    page.goto(f"{url}/personnes/{person.person_id}/")
    expect(page.locator(".person-head")).to_contain_text(moment, ignore_case=True)
    expect(page.locator("main")).to_contain_text("fauteuil roulant")
    expect(page.locator("main")).to_contain_text(re.compile("interprète", re.IGNORECASE))
    screens.look_both(page, "fiche-besoins")


def change(page: Page, screens: Screens) -> str:
    page.get_by_role("link", name="Changer de rendez-vous").click()
    choose(page, hour=1)
    expect(page.locator("main")).to_contain_text("Ce rendez-vous remplacera celui du")
    page.get_by_role("button", name="Oui, je prends ce rendez-vous").click()
    expect(page.get_by_text("C’est noté.")).to_be_visible()
    return moment_of(page)


def cancel(page: Page, screens: Screens) -> None:
    page.get_by_role("link", name="Annuler le rendez-vous").click()
    screens.look(page, "personne-annuler")
    reason = page.locator("main [name=reason]")
    if reason.first.get_attribute("type") == "radio":
        reason.first.check()
    page.get_by_role("button", name="Annuler mon rendez-vous").click()
    expect(page.get_by_role("link", name="Choisir mon rendez-vous")).to_be_visible()


def ask_to_be_called(page: Page, screens: Screens) -> None:
    """No place suits her: she says when she can come."""
    page.get_by_role("link", name="Choisir mon rendez-vous").click()
    page.get_by_role("link", name="Aucun de ces lieux ne me convient").click()
    page.locator("main [name=wishes]").first.check()
    page.locator("main [name=note]").fill("Je suis libre après 16 h")
    screens.look(page, "personne-demande")
    page.get_by_role("button", name="Envoyer ma demande").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Votre demande est bien arrivée")
    screens.look(page, "personne-demande-recue")


def the_request_is_settled(page: Page, url: str, person: Waiting, screens: Screens) -> None:
    """The service reads her own words, and says what it did."""
    page.goto(f"{url}/rendez-vous/demandes/")
    card = page.locator("section", has=page.get_by_role("heading", name=re.compile(person.surname)))
    expect(card).to_contain_text("Je suis libre après 16 h")
    screens.look_both(page, "demandes")
    card.get_by_text("Régler sans rendez-vous").click()
    card.get_by_label("Suite donnée").fill("Rappelée : elle choisira ce soir")
    card.get_by_role("button", name="Demande réglée").click()
    expect(page.locator("main")).not_to_contain_text(person.surname)
