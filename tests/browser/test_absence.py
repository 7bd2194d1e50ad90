"""Somebody does not come: the absence is noted, the relaunch comes due, then the convocation (J+3, J+7)."""

from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.steps import (
    AFTERNOON,
    OpenPage,
    Waiting,
    enter,
    free_slots,
    slot_moment,
    slot_words,
    somebody_without_appointment,
)

OFFICE, OFFICER = "gestion-rsa", "orientation"


def test_an_absence_is_followed_up(service: Service, open_page: OpenPage, screens: Screens) -> None:
    with service.serving(AFTERNOON) as url:
        office = enter(open_page, url, OFFICE)
        person = somebody_without_appointment(office, url)
        words = book(office, url, person)
    with service.serving(slot_moment(words, minutes_later=20)) as url:
        mark_absent(enter(open_page, url, OFFICER), url, person, screens)
    with service.serving(days_after(words, 3)) as url:
        relaunch(enter(open_page, url, OFFICE), url, person, screens)
    with service.serving(days_after(words, 7)) as url:
        convene(enter(open_page, url, OFFICE), url, person, screens)


def days_after(words: str, days: int) -> str:
    moment = datetime.fromisoformat(slot_moment(words))
    return (moment + timedelta(days=days)).replace(hour=9, minute=0).isoformat(timespec="minutes")


def book(page: Page, url: str, person: Waiting) -> str:
    """The nearest slot, taken for her."""
    page.goto(f"{url}/telephone/{person.person_id}/")
    slot = free_slots(page).first
    words = slot_words(slot)
    slot.locator("input").check()
    page.get_by_role("button", name="Confirmer le rendez-vous").click()
    expect(page.locator("#messages")).to_contain_text("Rendez-vous pris pour")
    return words


def mark_absent(page: Page, url: str, person: Waiting, screens: Screens) -> None:
    """From her page: one touch; the page says it is no rupture and what comes next."""
    page.goto(f"{url}/personnes/{person.person_id}/rendez-vous/")
    page.get_by_role("button", name="est absent").click()
    expect(page.locator("main")).to_contain_text("Absent")
    screens.look(page, "absence-notee")
    page.goto(f"{url}/rendez-vous/a-faire/relances/")
    expect(page.locator("main")).not_to_contain_text(person.surname)


def relaunch(page: Page, url: str, person: Waiting, screens: Screens) -> None:
    """Three days later she is in the list of "Ma journée"; one batch writes to her again."""
    page.goto(f"{url}/ma-journee/")
    page.get_by_role("link", name="Personnes à relancer").click()
    row = page.locator("tbody tr", has_text=person.surname)
    expect(row).to_have_count(1)
    screens.look(page, "relances")
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="Relancer").click()
    expect(page.get_by_text("1 personne relancée.")).to_be_visible()
    screens.look(page, "relance-envoyee")


def convene(page: Page, url: str, person: Waiting, screens: Screens) -> None:
    """Seven days later, without an answer, a date is imposed, far enough for the notice of a convocation."""
    page.goto(f"{url}/rendez-vous/a-faire/convocations/")
    screens.look(page, "convocations")
    page.locator("tbody tr", has_text=person.surname).get_by_role("link", name="Convoquer").click()
    slot = free_slots(page).last
    words = slot_words(slot)
    slot.locator("input").check()
    screens.look(page, "convoquer")
    page.get_by_role("button", name="Envoyer la convocation").click()
    page.goto(f"{url}/personnes/{person.person_id}/")
    expect(page.locator(".person-head")).to_contain_text(words)
    page.goto(f"{url}/rendez-vous/a-faire/convocations/")
    expect(page.locator("main")).not_to_contain_text(person.surname)
