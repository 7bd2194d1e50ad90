"""Gestures several journeys share: who waits, whom to call, which slot."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page

from emploi.foundation.ui.french import MONTHS
from tests.browser.screens import SIGNED_IN, sign_in

PASSWORD = "Demonstration-2026"
MORNING, AFTERNOON = "2026-11-23T09:00", "2026-11-23T15:45"

OpenPage = Callable[[int], Page]


@dataclass(frozen=True)
class Waiting:
    """A new entrant without an appointment: her name as the list writes it, her number."""

    name: str
    person_id: int

    @property
    def surname(self) -> str:
        """The part of her name that says most: a particle finds everybody."""
        return max(self.name.split(), key=len)


def enter(open_page: OpenPage, url: str, role: str, width: int = 1440) -> Page:
    """A fresh page, signed in with the demonstration's account of a role; its session serves the next journeys."""
    page = open_page(width)
    if (url, role) in SIGNED_IN:
        page.context.add_cookies(SIGNED_IN[url, role])
    else:
        sign_in(page, url, f"{role}@demo.example", PASSWORD)
        SIGNED_IN[url, role] = page.context.cookies()
    return page


def somebody_without_appointment(page: Page, url: str) -> Waiting:
    """The new entrant whose delay ends last: the time to do everything without a deadline passing."""
    page.goto(f"{url}/entrants/?etat=waiting&sort=-echeance")
    return waiting_in(page.locator("tbody tr").first)


def waiting_in(row: Locator) -> Waiting:
    """The person of a row of "Nouveaux entrants"."""
    link = row.locator("th[scope=row] > a").first
    person_id = re.search(r"/personnes/(\d+)/", str(link.get_attribute("href")))
    assert person_id, "la ligne ne mène à personne"
    return Waiting(link.inner_text().strip(), int(person_id.group(1)))


def people_oriented(page: Page, url: str, count: int) -> list[Waiting]:
    """People already accompanied, the first of the list: nobody waits for them in another journey."""
    page.goto(f"{url}/personnes/?orientation=oui")
    rows = page.locator("tbody tr")
    return [waiting_in(rows.nth(place)) for place in range(count)]


def slots_for(page: Page, url: str, person: Waiting, *, kind: str, place: str, day: str) -> None:
    """The page where an agent chooses a slot of a kind, somewhere, from a day on."""
    page.goto(f"{url}/personnes/{person.person_id}/rendez-vous/reserver/?depuis={day}")
    page.get_by_label("Type de rendez-vous").select_option(label=kind)
    page.get_by_role("button", name="Voir").click()
    wanted = page.get_by_label("Lieu", exact=True).locator("option", has_text=place).first.get_attribute("value")
    page.get_by_label("Lieu", exact=True).select_option(wanted)
    page.get_by_role("button", name="Voir").click()


def free_slots(page: Page) -> Locator:
    """The slots offered to an agent, the nearest first."""
    return page.locator(".slot")


def slot_words(slot: Locator) -> str:
    """Day and hour of a slot as the screen says them."""
    day, hour = (slot.locator("label span").nth(place).inner_text().strip() for place in (0, 1))
    return f"{day} à {hour}"


def slot_moment(words: str, minutes_later: int = 0) -> str:
    """The moment written "lundi 23 novembre à 13 h 30", in the year of the demonstration, for EMPLOI_NOW."""
    found = re.search(r"(\d+)(?:er)? (\S+) à (\d+) h\s?(\d*)", words)
    assert found, words
    day, month, hour, minute = found.groups()
    moment = datetime(2026, MONTHS.index(month) + 1, int(day), int(hour), int(minute or 0))
    return (moment + timedelta(minutes=minutes_later)).isoformat(timespec="minutes")


def link_in_the_last_sms(page: Page, url: str, person: Waiting) -> str:
    """The address the person receives, read in the outbox."""
    page.goto(f"{url}/envois/?person={person.person_id}")
    page.locator("tbody tr", has_text="SMS").get_by_role("link", name=re.compile("Invitation")).first.click()
    return str(page.locator("main a[href*='/i/']").first.get_attribute("href"))


def reload_until(page: Page, ready: Callable[[], bool], attempts: int = 40) -> None:
    """Looks again every second: the work goes on in the background."""
    for _ in range(attempts):
        if ready():
            return
        page.wait_for_timeout(1000)
        page.reload()
    pytest.fail(f"{page.url} n'a pas abouti")
