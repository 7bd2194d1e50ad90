"""The reception: a call noted while the person speaks, then called back; an SMS that answers ours, settled."""

import hashlib
import hmac
import json
import re
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import SMS_SECRET, Screens
from tests.browser.steps import MORNING, OpenPage, Waiting, enter, people_oriented

QUESTION = "Elle n’a pas reçu sa lettre"
# It speaks of health: the office that deals with files knows that somebody wrote, not what.
WORDS = "Bonjour je ne peux pas venir mardi, ma fille est malade"


def test_a_call_is_noted_and_the_person_called_back(service: Service, open_page: OpenPage, screens: Screens) -> None:
    with service.serving(MORNING) as url:
        page = enter(open_page, url, "gestion-rsa")
        person = people_oriented(page, url, 6)[5]
        note_a_call(page, url, person, screens)
        officer = enter(open_page, url, "orientation")
        call_back(officer, url, person, screens)
        page.goto(f"{url}/personnes/{person.person_id}/appels/")
        expect(page.locator("main")).to_contain_text("Rappelée")
        page.goto(f"{url}/appels/?state=open")
        expect(page.locator("main")).not_to_contain_text(QUESTION)


def note_a_call(page: Page, url: str, person: Waiting, screens: Screens) -> None:
    """Found by name; refused without a subject, what was typed stays."""
    page.goto(f"{url}/appels/noter/")
    page.get_by_label("Nom, numéro ou téléphone").fill(person.surname.lower())
    page.locator("main button[name=search]").click()
    page.locator("main button[name=choose]").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("appelle")
    page.get_by_label("Sa demande").fill(QUESTION)
    page.get_by_label("Quelqu’un doit la rappeler").check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".error-summary")).to_contain_text("sujet")
    expect(page.get_by_label("Sa demande")).to_have_value(QUESTION)
    screens.look_both(page, "appel-sans-sujet")
    page.get_by_label("Un courrier ou un message reçu").check()
    page.get_by_label("Numéro où la rappeler").fill("06 12 34 56 78")
    page.get_by_role("button", name="Enregistrer").click()


def call_back(page: Page, url: str, person: Waiting, screens: Screens) -> None:
    """A colleague sees what is owed, and does it."""
    page.goto(f"{url}/appels/?state=open")
    row = page.get_by_role("row", name=re.compile(person.surname)).filter(has_text=QUESTION)
    expect(row).to_contain_text("À rappeler")
    screens.look_both(page, "appels")
    row.get_by_role("link", name=re.compile(person.surname)).click()
    page.get_by_label("La personne a répondu").check()
    page.get_by_label("Ce que vous lui avez répondu").fill("La lettre repart aujourd’hui")
    screens.look_both(page, "appel-a-rappeler")
    page.get_by_role("button", name="Enregistrer").first.click()
    expect(page.locator("main")).to_contain_text("Rappelée")


def test_an_sms_answers_ours_and_is_settled(service: Service, open_page: OpenPage, screens: Screens) -> None:
    with service.serving(MORNING) as url:
        page = enter(open_page, url, "gestion-rsa")
        page.goto(f"{url}/envois/?channel=sms&etat=delivered")
        number = page.locator("tbody tr").first.locator("td").nth(2).inner_text().split("\n")[0]
        operator = open_page(1440)
        assert tell(operator, url, number, signed_with="un autre secret") == 403
        assert tell(operator, url, number, signed_with=SMS_SECRET) == 200
        assert tell(operator, url, number, signed_with=SMS_SECRET) == 200  # told twice, kept once
        page.goto(f"{url}/appels/?state=open")
        expect(page.locator("main")).to_contain_text("texte réservé aux professionnels qui peuvent voir la santé")
        expect(page.locator("main")).not_to_contain_text("ma fille est malade")
        settle(enter(open_page, url, "orientation"), url, screens)
        page.goto(f"{url}/appels/?state=open")
        expect(page.locator("main")).not_to_contain_text("texte réservé")


def settle(page: Page, url: str, screens: Screens) -> None:
    """Kept once though told twice; what was done is written, and nothing is left to do."""
    page.goto(f"{url}/appels/?state=open")
    row = page.get_by_role("row").filter(has_text="ma fille est malade")
    expect(row).to_have_count(1)
    screens.look_both(page, "reponses-recues")
    row.get_by_role("link").first.click()
    expect(page.locator("blockquote")).to_contain_text(WORDS)
    reply = page.url
    page.get_by_role("button", name="Noter la suite").click()
    expect(page.locator(".error-summary")).to_be_visible()
    screens.look_both(page, "reponse-sans-suite")
    page.get_by_label("Suite donnée").fill("Rappelée : nouvelle date jeudi")
    page.get_by_role("button", name="Noter la suite").click()
    expect(page.get_by_role("row").filter(has_text="ma fille est malade")).to_contain_text("Traitée")
    page.goto(reply)
    expect(page.locator("main")).to_contain_text("Rappelée : nouvelle date jeudi")


def tell(page: Page, url: str, number: str, *, signed_with: str) -> int:
    """What the operator of the SMS sends when somebody answers."""
    told = {"id": "operateur-1", "from": number, "text": WORDS}
    body = json.dumps({"replies": [told]}).encode()
    timestamp = str(int(datetime.fromisoformat(MORNING).replace(tzinfo=ZoneInfo("Europe/Paris")).timestamp()))
    signature = hmac.new(signed_with.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Emploi-Timestamp": timestamp,
        "X-Emploi-Signature": signature,
    }
    return page.request.post(f"{url}/envois/reponses/sms/", data=body, headers=headers).status
