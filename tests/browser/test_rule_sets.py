"""New orientation rules: copied, changed, compared on the last entrants, opened cell by cell, then given a date."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.steps import MORNING, OpenPage, enter, reload_until


def test_rules_are_simulated_then_given_a_date(service: Service, open_page: OpenPage, screens: Screens) -> None:
    with service.serving(MORNING) as url:
        head = enter(open_page, url, "chef-de-pole")
        copy_and_change(head, url, screens)
        ruleset = head.url
        moved = simulate(head, screens)
        open_a_cell(head, moved, screens)
        administrator = enter(open_page, url, "administration")
        give_a_date(administrator, ruleset, screens)
        administrator.get_by_role("button", name="Retirer la date").click()
        expect(administrator.locator(".lead-line")).to_contain_text("brouillon")


def copy_and_change(page: Page, url: str, screens: Screens) -> None:
    """The copy loses its first rule, so that people move."""
    page.goto(f"{url}/orientations/regles/")
    page.locator("main [name=version]").fill("essai-2")
    page.get_by_role("button", name="Copier").click()
    expect(page.locator(".lead-line")).to_contain_text("brouillon")
    before = page.locator(".rule-list > li").count()
    screens.look_both(page, "regles-brouillon")
    page.locator(".rule-list a.strong").first.click()
    screens.look_both(page, "regle-brouillon")
    page.get_by_role("button", name="Retirer du brouillon").click()
    expect(page.locator(".rule-list > li")).to_have_count(before - 1)


def simulate(page: Page, screens: Screens) -> int:
    """On last quarter's entrants; every entrant is in the cross-table or said to be unknown."""
    page.get_by_role("button", name="Simuler").click()
    reload_until(page, lambda: page.get_by_role("heading", name=re.compile("de voie sur")).count() > 0)
    screens.look_both(page, "simulation")
    heading = page.get_by_role("heading", level=1).inner_text()
    moved, total = (int(re.sub(r"\D", "", part)) for part in heading.split(" sur "))
    assert 0 < moved <= total, heading
    return moved


def open_a_cell(page: Page, moved: int, screens: Screens) -> None:
    """A number that changes opens as many people, with the rules that speak for each."""
    links = page.locator(".cross-table tbody a:not(.quiet)[href*='apres=']")
    numbers = [int(text) for text in links.all_inner_texts()]
    assert sum(numbers) == moved, (numbers, moved)
    links.first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(str(numbers[0]))
    expect(page.get_by_role("table", name=re.compile("Entrants de cette case")).locator("tbody tr")).to_have_count(
        numbers[0]
    )
    screens.look_both(page, "simulation-case")


def give_a_date(page: Page, ruleset: str, screens: Screens) -> None:
    """By the administrator only, with a reason."""
    page.goto(ruleset)
    page.get_by_role("button", name="Donner cette date").click()
    expect(page.locator(".error-summary")).to_contain_text("pourquoi ces règles")
    page.get_by_label("Pourquoi").fill("Décidé en comité du 20 novembre")
    page.locator("main [name=on]").fill("2027-01-01")
    page.get_by_role("button", name="Donner cette date").click()
    expect(page.locator(".lead-line")).to_contain_text("à partir du 1er janvier 2027")
    screens.look_both(page, "regles-a-venir")
