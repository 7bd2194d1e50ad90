"""The main job, as people live it: the CAF's file, the invitation, the slot, the interview, the decision, the rates."""

import json
import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens, sign_in
from tests.browser.steps import MORNING, PASSWORD, OpenPage, Waiting, reload_until, waiting_in

OFFICE, OFFICER, HEAD = "gestion-rsa@demo.example", "orientation@demo.example", "chef-de-pole@demo.example"
RATES = ("first_appointment_within_15_days_rate", "orientation_within_one_month_rate")

AFTER_CHRISTMAS = "2027-01-04T09:00"


def test_from_the_file_to_the_decision(service: Service, open_page: OpenPage, screens: Screens) -> None:
    """The gestionnaire imports and invites, the person books, the officer receives and decides, the rates follow."""
    before = rates(service, AFTER_CHRISTMAS)
    with service.serving(MORNING) as url:
        office = open_page(1440)
        sign_in(office, url, OFFICE, PASSWORD)
        import_waiting_file(office, url, screens)
        person = invite_first_entrant(office, url, screens)
        link = link_sent_to(office, url, person, screens)
        at = book_on_a_phone(open_page(390), link, screens)
    with service.serving(at) as url:
        officer = open_page(1440)
        sign_in(officer, url, OFFICER, PASSWORD)
        receive(officer, url, person, screens)
        hold_the_interview(officer, url, screens)
        clocks_show_her_met_and_oriented(officer, url, person, screens)
    after = rates(service, AFTER_CHRISTMAS)
    for rate in RATES:
        assert after[rate]["numerator"] == before[rate]["numerator"] + 1, rate
    with service.serving(AFTER_CHRISTMAS) as url:
        head = open_page(1440)
        sign_in(head, url, HEAD, PASSWORD)
        head.goto(f"{url}/pilotage/delais/")
        screens.look(head, "delais")


def import_waiting_file(page: Page, url: str, screens: Screens) -> None:
    page.goto(f"{url}/imports/caf/")
    screens.look(page, "imports")
    for file in ("RSABEM-2026-10.xml", "contacts-2026-10.csv"):
        page.goto(f"{url}/imports/caf/")
        page.get_by_role("row", name=re.compile(re.escape(file))).get_by_role("button", name="Lire ce fichier").click()
        apply = page.get_by_role("button", name="Enregistrer", exact=True)
        done = page.get_by_text("Terminé", exact=True)
        reload_until(page, lambda apply=apply, done=done: apply.count() + done.count() > 0)
        if apply.count():
            screens.look(page, "import-apercu")
            apply.click()
            reload_until(page, lambda done=done: done.count() > 0)
            screens.look(page, "import-compte-rendu")


def invite_first_entrant(page: Page, url: str, screens: Screens) -> Waiting:
    """Invites one person who has a mobile phone."""
    page.goto(f"{url}/entrants/?etat=to_invite")
    screens.look(page, "entrants")
    row = page.locator("tbody tr", has_text="SMS").first
    person = waiting_in(row)
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="Inviter").click()
    screens.look(page, "inviter")
    page.get_by_role("button", name="Inviter 1 personne").click()
    expect(page.get_by_text("La personne est invitée.")).to_be_visible()
    return person


def link_sent_to(page: Page, url: str, person: Waiting, screens: Screens) -> str:
    """Reads, in the outbox, the SMS the person receives."""
    page.goto(f"{url}/envois/?person={person.person_id}")
    row = page.locator("tbody tr", has_text="SMS").first
    row.get_by_role("link", name=re.compile("Invitation")).click()
    screens.look(page, "envoi")
    return str(page.locator("main a[href*='/i/']").first.get_attribute("href"))


def book_on_a_phone(page: Page, link: str, screens: Screens) -> str:
    """Chooses place, day and hour at 390 pixels; returns the moment of the appointment, five minutes late."""
    page.goto(link)
    screens.look(page, "invitation")
    page.get_by_role("link", name="Choisir mon rendez-vous").click()
    page.get_by_label("Un interprète ?").fill("arabe")
    screens.look(page, "besoins")
    page.get_by_role("button", name="Continuer").click()
    screens.look(page, "choisir-lieu")
    page.locator("main a[href*='/jours/']").first.click()
    screens.look(page, "choisir-jour")
    day = page.locator("main a[href*='/heures/']").first
    date = re.search(r"jour=(\d{4}-\d\d-\d\d)", str(day.get_attribute("href")))
    day.click()
    screens.look(page, "choisir-heure")
    hour = page.locator("main a[href*='/confirmer/']").first
    hours, minutes = re.match(r"(\d+) h\s?(\d*)", hour.inner_text().strip()).groups()
    hour.click()
    screens.look(page, "confirmer")
    page.get_by_role("link", name="Je ne peux pas venir sur place").click()
    page.get_by_role("button", name="Je prends ce rendez-vous à distance").click()
    screens.look(page, "a-distance-refus")
    page.get_by_role("link", name="Retour").click()
    page.get_by_role("button", name="Oui, je prends ce rendez-vous").click()
    expect(page.get_by_text("C’est noté.")).to_be_visible()
    screens.look(page, "mon-rendez-vous")
    return f"{date.group(1)}T{int(hours):02}:{int(minutes or 0) + 5:02}"


def receive(page: Page, url: str, person: Waiting, screens: Screens) -> None:
    page.goto(f"{url}/ma-journee/")
    screens.look(page, "ma-journee")
    page.goto(f"{url}/recherche/?q={person.name}")
    screens.look(page, "recherche")
    page.locator(f"main a[href='/personnes/{person.person_id}/']").first.click()
    page.wait_for_load_state("networkidle")
    screens.look(page, "fiche")
    page.get_by_role("button", name="Présent").first.click()
    page.get_by_role("button", name=re.compile("^Entretien avec")).first.click()


def hold_the_interview(page: Page, url: str, screens: Screens) -> None:
    """The five steps of RG-07, in their order."""
    screens.look(page, "entretien-1-droits")
    page.locator("main form input[type=radio], main form input[type=checkbox]").first.check()
    page.get_by_label("La personne dit avoir compris").check()
    page.get_by_role("button", name="C’est fait, étape suivante").click()

    screens.look(page, "entretien-2-situation")
    page.get_by_label("Chez de la famille ou des amis").check()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.get_by_label("Non").first.check()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    note_a_brake(page, screens)
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.get_by_role("button", name="Le diagnostic est fait, étape suivante").click()

    screens.look(page, "entretien-3-orientation")
    page.get_by_role("link", name=re.compile("Choisir cette voie")).first.click()
    page.get_by_label("D’accord", exact=True).check()
    page.get_by_role("button", name="Décider cette orientation").click()
    expect(page.get_by_text("Orientation décidée")).to_be_visible()
    screens.look(page, "entretien-3-decision")
    page.get_by_role("link", name="Étape suivante").click()

    page.locator("input[name=ligne-0-text]").fill("Préparer son permis de conduire")
    page.locator("select[name=ligne-0-who]").select_option(index=1)
    screens.look(page, "entretien-4-engagement")
    page.get_by_role("button", name="Relire ensemble").click()
    screens.look(page, "entretien-4-relecture")
    page.get_by_role("button", name="Je suis d’accord").click()
    page.get_by_role("button", name="Le Département est d’accord").click()
    contract = page.get_by_role("link", name="Imprimer le contrat (PDF)").get_attribute("href")
    assert page.request.get(f"{url}{contract}").body().startswith(b"%PDF")
    page.get_by_role("link", name="Étape suivante").click()

    screens.look(page, "entretien-5-suite")
    note_the_appointment_given_by_phone(page)
    expect(page.locator("main")).to_contain_text("Mercredi 2 décembre 2026")
    screens.look(page, "entretien-5-fait")
    page.get_by_role("link", name=re.compile("Relire et imprimer")).click()
    screens.look(page, "entretien-resume")


def note_a_brake(page: Page, screens: Screens) -> None:
    screens.look(page, "entretien-2-freins")
    digital = page.locator("details", has_text="Numérique").first
    digital.locator("summary").click()
    digital.locator("select").first.select_option(index=1)
    digital.locator("input[type=radio]").nth(1).check()
    digital.get_by_role("button").first.click()
    expect(page.locator("main")).to_contain_text("Numérique")


def note_the_appointment_given_by_phone(page: Page) -> None:
    """The body's agenda is not ours: the officer calls it with the person and notes the answer."""
    page.locator("main [name=on]").fill("2026-12-02")
    page.locator("main [name=hour]").fill("10:30")
    page.locator("main [name=where]").fill("Au siège du prestataire, 3e étage")
    page.get_by_role("button", name="Noter ce rendez-vous").click()


def clocks_show_her_met_and_oriented(page: Page, url: str, person: Waiting, screens: Screens) -> None:
    page.goto(f"{url}/recherche/?q={person.name}")
    page.locator(f"main a[href='/personnes/{person.person_id}/']").first.click()
    page.wait_for_load_state("networkidle")
    screens.look(page, "fiche-orientee")
    page.goto(page.url.rstrip("/") + "/delais/")
    for label in ("Premier entretien", "Orientation dans le mois"):
        expect(page.get_by_role("row", name=re.compile(label))).to_contain_text("tenu")


def rates(service: Service, now: str) -> dict[str, dict[str, float]]:
    """The two promises, as the command line gives them."""
    printed = service.command("indicators", "--json", "--as-of", now[:10], now=now)
    return {row["id"]: row for row in json.loads(printed)["indicators"] if row["id"] in RATES}
