"""The gestionnaire and the doubles: side by side, put together, taken apart again; two people who must stay two."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.steps import MORNING, OpenPage, enter

REASON = "Même adresse, même téléphone : le jour de naissance est mal recopié"


def test_a_double_is_merged_taken_apart_and_two_people_stay_two(
    service: Service, open_page: OpenPage, screens: Screens
) -> None:
    with service.serving(MORNING) as url:
        page = enter(open_page, url, "gestion-rsa")
        page.goto(f"{url}/personnes/a-verifier/")
        screens.look_both(page, "a-verifier")
        kept = merge(page, screens)
        the_journal_tells_it(page, url, kept, screens)
        take_apart(page, url, kept, screens)
        two_people_stay_two(page, url, screens)


def same_name_twice(page: Page) -> Locator:
    """The point of the queue whose two records bear the very same name: a day of birth mistyped."""
    for card in page.locator("main section, main article, main .card").all():
        names = [link.inner_text() for link in card.locator("tbody th a").all()]
        if len(names) == 2 and names[0] == names[1]:
            return card
    raise AssertionError("aucun doublon de même nom dans la file")


def merge(page: Page, screens: Screens) -> int:
    """Side by side, what differs is marked; no merge without saying why."""
    same_name_twice(page).get_by_role("link", name="Comparer les deux fiches").click()
    expect(page.get_by_text("différent").first).to_be_visible()
    screens.look_both(page, "comparer-deux-fiches")
    page.get_by_role("button", name="Réunir les deux fiches").click()
    expect(page.locator(".error-summary")).to_be_visible()
    screens.look_both(page, "comparer-sans-raison")
    page.get_by_label("Pourquoi c’est la même personne").fill(REASON)
    page.get_by_role("button", name="Réunir les deux fiches").click()
    expect(page.locator("#messages")).to_contain_text("n’en font plus qu’une")
    found = re.search(r"/personnes/(\d+)/", page.url)
    assert found, page.url
    return int(found.group(1))


def the_journal_tells_it(page: Page, url: str, kept: int, screens: Screens) -> None:
    page.goto(f"{url}/personnes/{kept}/historique/")
    expect(page.locator("main")).to_contain_text(REASON)
    screens.look_both(page, "historique-fiches-reunies")


def take_apart(page: Page, url: str, kept: int, screens: Screens) -> None:
    """Somebody was wrong: each record takes back what it had."""
    page.goto(f"{url}/personnes/{kept}/fusions/")
    screens.look_both(page, "fiches-reunies")
    page.get_by_role("link", name="Séparer ces deux fiches").click()
    page.get_by_label("Pourquoi vous séparez ces fiches").fill("C’est son cousin, du même nom")
    screens.look_both(page, "separer-deux-fiches")
    page.get_by_role("button", name="Séparer les deux fiches").click()
    expect(page.locator("#messages")).to_contain_text("de nouveau séparées")
    page.goto(f"{url}/personnes/{kept}/fusions/")
    expect(page.locator("main")).to_contain_text("C’est son cousin, du même nom")


def two_people_stay_two(page: Page, url: str, screens: Screens) -> None:
    """One number, two identities: said once, never asked again."""
    page.goto(f"{url}/personnes/a-verifier/?kind=nir_conflict")
    asked = page.get_by_text("Deux personnes différentes portent le même numéro de sécurité sociale.")
    expect(asked).to_have_count(1)
    page.get_by_role("button", name="Ce ne sont pas les mêmes personnes").click()
    expect(page.locator("#messages")).to_contain_text("C’est réglé")
    page.goto(f"{url}/personnes/a-verifier/?kind=nir_conflict")
    expect(asked).to_have_count(0)
    screens.look_both(page, "a-verifier-reste")
