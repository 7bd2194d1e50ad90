"""A colleague is ill: her day is moved in one screen, read again before it is confirmed, and everybody is told."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.steps import MORNING, OpenPage, Waiting, enter, free_slots, people_oriented, slots_for

KIND, PLACE, DAY = "Rendez-vous avec votre conseiller", "Pôle insertion de Crest", "2026-12-08"


def test_the_day_of_a_sick_colleague_is_moved(service: Service, open_page: OpenPage, screens: Screens) -> None:
    with service.serving(MORNING) as url:
        page = enter(open_page, url, "gestion-rsa")
        people = people_oriented(page, url, 3)
        colleague = book_the_same_colleague(page, url, people)
        declare_her_absent(page, url, colleague, screens)
        choose_for_each(page, people, screens)
        confirm_after_reading(page, people, screens)
        only_one_is_left(page, people, screens)
        everybody_is_told(page, url, people)


def book_the_same_colleague(page: Page, url: str, people: list[Waiting]) -> str:
    """Three appointments of one day with whoever comes first; returns her name."""
    colleague = ""
    for person in people:
        slots_for(page, url, person, kind=KIND, place=PLACE, day=DAY)
        colleague = colleague or free_slots(page).first.locator("label span").nth(2).inner_text()
        free_slots(page).filter(has_text=colleague).filter(has_text="8 décembre").first.locator("input").check()
        page.get_by_role("button", name="Prendre ce rendez-vous").click()
        expect(page.locator("#messages")).to_contain_text("mardi 8 décembre")
    return colleague


def declare_her_absent(page: Page, url: str, colleague: str, screens: Screens) -> None:
    page.goto(f"{url}/rendez-vous/jours-fermes/nouveau/?jour={DAY}")
    page.get_by_label("Agent", exact=True).select_option(label=colleague)
    page.get_by_label("Raison").fill("Absence imprévue")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#messages")).to_contain_text("3 rendez-vous à replacer")
    screens.look_both(page, "absence-a-replacer")
    page.get_by_role("link", name="Replacer tous ces rendez-vous").click()


def choice_of(page: Page, person: Waiting) -> Locator:
    return page.get_by_label(re.compile(f"Où replacer le rendez-vous de .*{person.surname}"))


def choose_for_each(page: Page, people: list[Waiting], screens: Screens) -> None:
    """Proposed at the same hour with another colleague; one is cancelled, one is left for later."""
    for person in people:
        expect(choice_of(page, person).locator("option:checked")).to_contain_text("Mardi 8 décembre")
    choice_of(page, people[1]).select_option("annuler")
    choice_of(page, people[2]).select_option("")
    screens.look_both(page, "replacer-la-journee")
    page.get_by_role("button", name="Vérifier avant de confirmer").click()


def confirm_after_reading(page: Page, people: list[Waiting], screens: Screens) -> None:
    """The preview says each of them, lets go back with what was chosen, and changes nothing by itself."""
    expect(page.locator(".lead-line")).to_contain_text("1 rendez-vous change de créneau. 1 rendez-vous annulé. 1 reste")
    expect(page.get_by_role("row", name=re.compile(people[2].surname))).to_contain_text("Rien ne change")
    screens.look_both(page, "replacer-verifier")
    page.locator(".form-actions").get_by_role("button", name="Changer ces choix").click()
    expect(choice_of(page, people[1])).to_have_value("annuler")
    page.get_by_role("button", name="Vérifier avant de confirmer").click()
    page.get_by_role("button", name="Confirmer et prévenir les personnes").click()


def only_one_is_left(page: Page, people: list[Waiting], screens: Screens) -> None:
    expect(page.locator("#messages")).to_contain_text("1 rendez-vous déplacé, 1 annulé. Les personnes sont prévenues.")
    expect(page.locator("main .rows li")).to_have_count(1)
    expect(page.locator("main .rows li")).to_contain_text(people[2].surname)
    screens.look_both(page, "absence-reste-un")


def everybody_is_told(page: Page, url: str, people: list[Waiting]) -> None:
    """The one who moves, the one who is cancelled; nothing new is said to the third."""
    told = []
    for person in people:
        page.goto(f"{url}/envois/?person={person.person_id}")
        told.append(page.locator("tbody tr").all_inner_texts())
    for said, messages in zip(("Rendez-vous déplacé", "Rendez-vous annulé", "Confirmation"), told, strict=True):
        assert any(said in message for message in messages), (said, messages)
    assert not any("déplacé" in message or "annulé" in message for message in told[2]), told[2]
