"""Without a mouse: skip links, a visible focus all along "Ma journée", a whole booking by keyboard."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.steps import MORNING, PASSWORD, OpenPage, enter, somebody_without_appointment

FOCUSED = """() => {
  const element = document.activeElement;
  // A slot's radio button is drawn by its label.
  const drawn = getComputedStyle(element).opacity === "0" ? element.nextElementSibling : element;
  const style = getComputedStyle(drawn);
  const box = drawn.getBoundingClientRect();
  return {
    name: (element.getAttribute("aria-label") || element.innerText || element.name || "").trim(),
    href: element.getAttribute("href") || "",
    field: element.name || "",
    type: element.type || "",
    body: element === document.body,
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.height > 0 && box.left >= 0 && box.right <= innerWidth + 1,
  };
}"""
MOST_TABS = 120


def test_a_day_without_a_mouse(service: Service, open_page: OpenPage, screens: Screens) -> None:
    with service.serving(MORNING) as url:
        person = somebody_without_appointment(enter(open_page, url, "gestion-rsa"), url)
        page = open_page(1440)
        sign_in_by_keyboard(page, url)
        skip_to_the_content(page)
        every_stop_of_the_day_is_seen(page, url)
        book_by_keyboard(page, url, person.surname, person.person_id, screens)
        cancel_by_keyboard(page, url, person.person_id)


def sign_in_by_keyboard(page: Page, url: str) -> None:
    page.goto(f"{url}/compte/login/")
    tab_to(page, lambda stop: stop["field"] == "login")
    page.keyboard.type("gestion-rsa@demo.example")
    tab_to(page, lambda stop: stop["field"] == "password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ma journée", exact=True)).to_be_visible()


def skip_to_the_content(page: Page) -> None:
    """The first stop of the page jumps over the menu: the next one is inside the content."""
    page.keyboard.press("Tab")
    stop = page.evaluate(FOCUSED)
    assert stop["name"] == "Aller au contenu"
    assert stop["seen"], "le lien d'accès rapide ne se montre pas quand il a le focus"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('contenu').contains(document.activeElement)")


def every_stop_of_the_day_is_seen(page: Page, url: str) -> None:
    """Each stop of "Ma journée" shows where one is; the tour ends, nothing holds the focus."""
    page.goto(f"{url}/ma-journee/")
    page.wait_for_load_state("networkidle")
    visited: list[str] = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["body"]:
            break
        assert stop["outlined"] and stop["seen"], f"le focus ne se voit pas : {stop}"
        visited.append(stop["name"])
    assert stop["body"], f"le focus tourne sans fin : {visited[-5:]}"
    assert "Une personne appelle" in visited
    assert "Personnes à relancer" in visited


def book_by_keyboard(page: Page, url: str, surname: str, person_id: int, screens: Screens) -> None:
    """From "Ma journée" to a booked appointment: Tab, letters, arrows, Enter."""
    page.goto(f"{url}/ma-journee/")
    tab_to(page, lambda stop: stop["name"] == "Une personne appelle")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Rendez-vous par téléphone")).to_be_visible()
    tab_to(page, lambda stop: stop["field"] == "q" and stop["type"] == "text")
    page.keyboard.type(surname)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/telephone/(\?q=|\d+/)"))
    page.wait_for_load_state()
    if f"/telephone/{person_id}/" not in page.url:
        tab_to(page, lambda stop: stop["href"] == f"/telephone/{person_id}/")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/telephone/{person_id}/")
        page.wait_for_load_state()
    tab_to(page, lambda stop: stop["field"] == "slot")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    screens.look(page, "telephone-clavier")
    tab_to(page, lambda stop: stop["name"] == "Confirmer le rendez-vous")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Rendez-vous pris pour")


def cancel_by_keyboard(page: Page, url: str, person_id: int) -> None:
    """She calls back: the slot is given back the same way, with its reason."""
    page.goto(f"{url}/telephone/{person_id}/")
    tab_to(page, lambda stop: stop["name"] == "Annuler ce rendez-vous")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Annuler le rendez-vous")).to_be_visible()
    tab_to(page, lambda stop: stop["field"] == "by_us")
    page.keyboard.press("Space")
    tab_to(page, lambda stop: stop["field"] == "reason")
    page.keyboard.type("Elle travaille ce jour-là")
    tab_to(page, lambda stop: stop["name"] == "Annuler ce rendez-vous")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("annulé")


def tab_to(page: Page, wanted: Callable[[dict[str, Any]], bool]) -> None:
    """Presses Tab until the wanted stop, which must show that it has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if wanted(stop):
            assert stop["outlined"], f"le focus ne se voit pas : {stop}"
            return
    raise AssertionError(f"jamais atteint au clavier, sur {page.url}")
