"""The administrator creates a kind; a person takes it on her phone, another by telephone, asks when none is left."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.steps import MORNING, OpenPage, Waiting, enter, link_in_the_last_sms, waiting_in

NAME, PLACE, DAY = "Atelier de préparation du CV", "Pôle insertion de Crest", "2026-12-05"
WITH_COUNSELLOR, NOBODY_GIVES_IT = "Rendez-vous avec votre conseiller", "Rendez-vous de remobilisation"
ABSENCE = "Si vous ne venez pas, nous vous appelons. Rien d’autre."


def test_a_kind_is_created_and_used_on_a_phone(service: Service, open_page: OpenPage, screens: Screens) -> None:
    with service.serving(MORNING) as url:
        create(enter(open_page, url, "administration"), url, screens)
        office = enter(open_page, url, "gestion-rsa")
        open_a_session(office, url)
        person = invite_somebody_with_a_mobile(office, url, screens)
        phone = open_page(390)
        first = link_in_the_last_sms(office, url, person)
        phone.goto(first)
        expect(phone.locator("main")).to_contain_text(NAME)
        expect(phone.locator("main")).to_contain_text(ABSENCE)
        screens.look(phone, "atelier-invitation")
        take_the_seat(phone, screens)
        office.goto(f"{url}/rendez-vous/?vue=semaine&jour={DAY}")
        expect(office.locator(".board")).to_contain_text(NAME)
        expect(office.locator(".board")).to_contain_text("1 sur 6")
        invite(office, url, person, WITH_COUNSELLOR)
        second = another_link(office, url, person, {first})
        phone.goto(second)
        choose_the_telephone(phone, screens)
        office.goto(f"{url}/personnes/{person.person_id}/rendez-vous/")
        expect(office.locator("main")).to_contain_text("Par téléphone")
        invite(office, url, person, NOBODY_GIVES_IT)
        phone.goto(another_link(office, url, person, {first, second}))
        ask_when_nothing_is_left(phone, screens)
        office.goto(f"{url}/rendez-vous/demandes/")
        card = office.locator("section", has=office.get_by_role("heading", name=re.compile(person.surname)))
        expect(card).to_contain_text(NOBODY_GIVES_IT)


def create(page: Page, url: str, screens: Screens) -> None:
    """Refused while something is missing, seen as the person will read it, then kept."""
    page.goto(f"{url}/reglages/types-de-rendez-vous/")
    screens.look_both(page, "types-de-rendez-vous")
    page.get_by_role("link", name="Créer un type").click()
    page.get_by_label("Nom", exact=True).fill(NAME)
    page.get_by_label("Durée (minutes)").fill("120")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.get_by_label("Durée (minutes)")).to_have_value("120")
    screens.look_both(page, "type-incomplet")
    page.get_by_label("À quoi il sert").fill("Nous écrivons votre CV ensemble.")
    page.locator("main [name=modalities][value=physical]").check()
    page.locator("main [name=default_modality][value=physical]").check()
    page.get_by_label("Collectif : plusieurs personnes reçues ensemble").check()
    page.get_by_label("La personne choisit elle-même son créneau").check()
    page.get_by_label("Réservable jusqu’à").fill("60")
    page.get_by_label("On peut y inviter").check()
    page.get_by_label("Ce qu’entraîne une absence, après une invitation").fill(ABSENCE)
    page.locator("main [name=reminders]").first.check()
    page.get_by_role("button", name="Voir sans enregistrer").click()
    expect(page.locator("#apercu")).to_contain_text(ABSENCE)
    screens.look_both(page, "type-apercu")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("table", name="Types de rendez-vous")).to_contain_text(NAME)


def open_a_session(page: Page, url: str) -> None:
    """Six seats, one Saturday."""
    page.goto(f"{url}/rendez-vous/permanences/nouvelle/")
    page.get_by_label("Lieu").select_option(label=PLACE)
    page.get_by_label("Type de rendez-vous", exact=True).select_option(label=NAME)
    page.get_by_label("Personnes reçues ensemble").fill("6")
    page.get_by_label("samedi").check()
    for name, value in (("starts_at", "10:00"), ("ends_at", "12:00"), ("slot_minutes", "120")):
        page.locator(f"main [name={name}]").fill(value)
    for name in ("first_on", "last_on"):
        page.locator(f"main [name={name}]").fill(DAY)
    page.get_by_role("button", name="Ouvrir la permanence").click()
    expect(page.locator("#messages")).to_contain_text("1 créneau ajouté")


def invite_somebody_with_a_mobile(page: Page, url: str, screens: Screens) -> Waiting:
    """Already accompanied: this is not her first appointment."""
    page.goto(f"{url}/personnes/?orientation=oui")
    person = waiting_in(page.locator("tbody tr").first)
    ask_to_invite(page, url, person, NAME)
    screens.look_both(page, "inviter-a-un-type")
    send(page)
    return person


def invite(page: Page, url: str, person: Waiting, kind: str) -> None:
    ask_to_invite(page, url, person, kind)
    send(page)


def ask_to_invite(page: Page, url: str, person: Waiting, kind: str) -> None:
    page.goto(f"{url}/entrants/inviter/{person.person_id}/")
    page.get_by_label("Inviter à", exact=True).select_option(label=kind)
    page.get_by_role("button", name="Voir pour ce type").click()
    expect(page.locator("main")).to_contain_text("choisir elle-même")


def another_link(page: Page, url: str, person: Waiting, known: set[str]) -> str:
    """The address of her last invitation: those of the same minute are told apart by what they lead to."""
    page.goto(f"{url}/envois/?person={person.person_id}")
    rows = page.locator("tbody tr").get_by_role("link", name=re.compile("Invitation"))
    for message in [str(row.get_attribute("href")) for row in rows.all()]:
        page.goto(f"{url}{message}" if message.startswith("/") else message)
        link = page.locator("main a[href*='/i/']").first
        address = str(link.get_attribute("href")) if link.count() else ""
        if address and address not in known:
            return address
    raise AssertionError("aucune autre invitation dans les envois")


def send(page: Page) -> None:
    page.get_by_role("button", name="Inviter 1 personne").click()
    expect(page.locator("#messages")).to_be_visible()


def choose_the_telephone(page: Page, screens: Screens) -> None:
    """This kind is also given from afar: no reason is asked, only the number to call."""
    page.get_by_role("link", name="Choisir mon rendez-vous").click()
    reach(page)
    page.get_by_role("link", name="Je ne peux pas venir sur place").click()
    expect(page.locator("main [name=why]")).to_have_count(0)
    page.locator("main [name=modality][value=phone]").check()
    page.get_by_label(re.compile("numéro", re.IGNORECASE)).fill("06 12 34 56 78")
    screens.look(page, "par-telephone")
    page.get_by_role("button", name="Je prends ce rendez-vous à distance").click()
    expect(page.get_by_text("C’est noté.")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Nous vous appelons au numéro qui finit par 78")


def ask_when_nothing_is_left(page: Page, screens: Screens) -> None:
    """Nobody gives any hour for it: the person is not left before an empty page."""
    page.get_by_role("link", name="Choisir mon rendez-vous").click()
    expect(page.get_by_text("Il n’y a plus de rendez-vous libre pour l’instant")).to_be_visible()
    screens.look(page, "aucun-creneau")
    page.get_by_role("link", name="Demander à être rappelé").click()
    page.locator("main [name=wishes]").first.check()
    page.get_by_role("button", name="Envoyer ma demande").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Votre demande est bien arrivée")


def reach(page: Page) -> None:
    """From the place to the page read before confirming; what has a single answer is not asked."""
    if "/besoins/" in page.url:
        page.get_by_role("button", name="Continuer").click()
    for step in ("jours", "heures", "confirmer"):
        if f"/{step}/" not in page.url:
            page.locator(f"main a[href*='/{step}/']").first.click()


def take_the_seat(page: Page, screens: Screens) -> None:
    page.get_by_role("link", name="Choisir mon rendez-vous").click()
    reach(page)
    expect(page.locator("main")).to_contain_text(re.compile(r"Il reste \d places?"))
    screens.look(page, "atelier-confirmer")
    page.get_by_role("button", name="Oui, je prends ce rendez-vous").click()
    expect(page.get_by_text("C’est noté.")).to_be_visible()
