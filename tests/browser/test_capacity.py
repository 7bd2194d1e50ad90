"""The head of service: entrants on one side, slots on the other; what lacks is opened, each figure opens its list."""

import csv
import io
import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.steps import MORNING, OpenPage, enter

TERRITORY = "Vallée de la Drôme"
NEXT_WEEK = 1


def test_slots_are_opened_where_they_lack(service: Service, open_page: OpenPage, screens: Screens) -> None:
    with service.serving(MORNING) as url:
        head = enter(open_page, url, "chef-de-pole")
        before = free_next_week(head, url)
        screens.look(head, "capacite")
        open_an_afternoon(head, url, screens)
        assert free_next_week(head, url) == before + 3
        a_figure_opens_its_list(head, url, screens)


def free_next_week(page: Page, url: str) -> int:
    """The free seats of the territory next week, as the page says them."""
    page.goto(f"{url}/pilotage/capacite/")
    row = page.get_by_role("row", name=re.compile(TERRITORY))
    free = re.search(r"(\d+) libres", row.get_by_role("cell").nth(NEXT_WEEK).inner_text())
    assert free, "la page ne dit pas les places libres"
    return int(free.group(1))


def open_an_afternoon(page: Page, url: str, screens: Screens) -> None:
    """Three appointments on the Saturday of next week, where nobody receives yet."""
    page.goto(f"{url}/rendez-vous/permanences/")
    screens.look(page, "permanences")
    page.get_by_role("link", name="Ouvrir une permanence").click()
    page.get_by_role("button", name="Ouvrir la permanence").click()
    expect(page.locator(".error-summary")).to_be_visible()
    screens.look(page, "permanence-erreurs")
    page.get_by_label("Agent").select_option(index=1)
    page.get_by_label("Lieu").select_option(label=place_in_the_territory(page))
    page.get_by_label("Type de rendez-vous").select_option(label="Premier rendez-vous d’orientation")
    page.get_by_label("samedi").check()
    page.locator("[name=starts_at]").fill("14:00")
    page.locator("[name=ends_at]").fill("17:00")
    page.locator("[name=slot_minutes]").fill("60")
    page.locator("[name=first_on]").fill("2026-12-05")
    page.locator("[name=last_on]").fill("2026-12-05")
    page.get_by_role("button", name="Ouvrir la permanence").click()
    expect(page.get_by_role("heading", name="Permanences", exact=True)).to_be_visible()


def place_in_the_territory(page: Page) -> str:
    """A place of the territory, among those offered."""
    return str(page.get_by_label("Lieu").locator("option", has_text="Crest").first.inner_text()).strip()


def a_figure_opens_its_list(page: Page, url: str, screens: Screens) -> None:
    """From the page of the delays to the people, then to a file that holds the same number of lines."""
    page.goto(f"{url}/pilotage/delais/")
    figure = first_figure(page)
    told = int(re.sub(r"\D", "", figure.inner_text()))
    figure.click()
    expect(page.locator(".lead-line")).to_contain_text(f"{told} entrant")
    screens.look(page, "delais-liste")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(lines) == told


def first_figure(page: Page) -> Locator:
    """The number of entrants met in time, all months together."""
    table = page.get_by_role("table", name="Par mois d’entrée")
    return table.locator("tr.table-total").get_by_role("link").nth(1)
