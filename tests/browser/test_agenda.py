"""Agendas: a week and a day at a glance, an opening every other week, an absence, a move with and without a mouse."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.steps import MORNING, OpenPage, Waiting, enter, waiting_in
from tests.browser.test_keyboard import tab_to

KIND, SLOT_LENGTH = "Suite du premier rendez-vous", 30
# An odd week, the even one after it, far enough for no other journey to be there.
ODD_WEEK, EVEN_WEEK, SATURDAY = "2026-12-14", "2026-12-21", "2026-12-19"


@dataclass(frozen=True)
class Colleague:
    """The officer whose agenda the secretary keeps."""

    name: str
    agent_id: str


def test_a_secretary_keeps_a_colleagues_agenda(service: Service, open_page: OpenPage, screens: Screens) -> None:
    with service.serving(MORNING) as url:
        page = enter(open_page, url, "gestion-rsa")
        officer = the_officer(page, url)
        place = open_every_other_saturday(page, url, officer, screens)
        see_both_boards(page, url, officer, place, screens)
        close_two_hours(page, url, officer, screens)
        person = book_on_the_saturday(page, url)
        drag_to_another_slot(page, url, officer, person, screens)
        move_by_keyboard(page, url, officer, person)
        the_person_is_told(page, url, person)


def the_officer(page: Page, url: str) -> Colleague:
    """Found by name in the list of her colleagues."""
    page.goto(f"{url}/rendez-vous/?vue=semaine&jour={ODD_WEEK}")
    choice = page.get_by_label("Agent").locator("option", has_text="Vauclégaix Fabrdan").first
    return Colleague(choice.inner_text(), str(choice.get_attribute("value")))


def week_of(page: Page, url: str, officer: Colleague, day: str) -> None:
    page.goto(f"{url}/rendez-vous/?vue=semaine&jour={day}&agent={officer.agent_id}")


def column(page: Page, heading: str) -> Locator:
    """One day, or one colleague, of the board."""
    return page.locator(".board-column", has=page.get_by_role("heading", name=heading))


def open_every_other_saturday(page: Page, url: str, officer: Colleague, screens: Screens) -> str:
    """By telephone, odd weeks; refused without a day, nothing typed is lost."""
    page.goto(f"{url}/rendez-vous/permanences/nouvelle/")
    page.get_by_label("Agent").select_option(officer.agent_id)
    page.get_by_label("Lieu").select_option(label="Pôle insertion de Valence")
    page.get_by_label("Type de rendez-vous").select_option(label=KIND)
    page.get_by_label("Comment").select_option(label="Par téléphone")
    page.get_by_label("De", exact=True).fill("09:00")
    page.get_by_label("À", exact=True).fill("12:00")
    page.get_by_label("Durée d’un rendez-vous").fill(str(SLOT_LENGTH))
    page.locator("main [name=first_on]").fill(ODD_WEEK)
    page.get_by_label("Semaines").select_option(label="Les semaines impaires")
    page.get_by_role("button", name="Ouvrir la permanence").click()
    expect(page.locator(".error-summary")).to_contain_text("au moins un jour")
    expect(page.get_by_label("Durée d’un rendez-vous")).to_have_value(str(SLOT_LENGTH))
    screens.look_both(page, "permanence-sans-jour")
    page.get_by_label("samedi").check()
    page.get_by_role("button", name="Ouvrir la permanence").click()
    expect(page.locator("#messages")).to_contain_text("créneaux ajoutés")
    row = page.get_by_role("row").filter(has_text="les semaines impaires")
    expect(row).to_contain_text("téléphone")
    return "Pôle insertion de Valence"


def see_both_boards(page: Page, url: str, officer: Colleague, place: str, screens: Screens) -> None:
    """The Saturday of an odd week has its six slots, the even one none; the place shows who receives there."""
    week_of(page, url, officer, EVEN_WEEK)
    expect(column(page, "Lundi 21 décembre")).to_be_visible()
    expect(column(page, "Samedi")).to_have_count(0)
    week_of(page, url, officer, ODD_WEEK)
    expect(column(page, "Samedi 19 décembre").locator("[data-slot]")).to_have_count(6)
    screens.look_both(page, "agenda-semaine")
    page.goto(f"{url}/rendez-vous/?vue=jour&jour={SATURDAY}")
    page.get_by_label("Agent").select_option(label="Tous")
    page.get_by_label("Lieu").select_option(label=place)
    page.get_by_role("button", name="Voir").click()
    expect(page.locator(".board-column").locator("[data-slot]")).to_have_count(6)
    screens.look_both(page, "agenda-lieu")


def close_two_hours(page: Page, url: str, officer: Colleague, screens: Screens) -> None:
    """From half past nine to half past eleven: four slots go, two stay, the reason is on the board."""
    page.goto(f"{url}/rendez-vous/jours-fermes/nouveau/?jour={SATURDAY}&agent={officer.agent_id}")
    page.locator("main [name=starts_at]").fill("09:30")
    page.locator("main [name=ends_at]").fill("11:30")
    page.get_by_label("Raison").fill("Formation")
    screens.look_both(page, "absence-declarer")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("main")).to_contain_text("Aucun rendez-vous à replacer")
    week_of(page, url, officer, SATURDAY)
    closed = column(page, "Samedi 19 décembre")
    expect(closed.locator("[data-slot]")).to_have_count(2)
    expect(closed).to_contain_text("9 h 30 à 11 h 30, Formation")


def book_on_the_saturday(page: Page, url: str) -> Waiting:
    """Somebody waiting is given the first hour of it, by telephone."""
    page.goto(f"{url}/entrants/?etat=waiting&sort=-echeance")
    person = waiting_in(page.locator("tbody tr").last)
    page.goto(f"{url}/personnes/{person.person_id}/rendez-vous/reserver/?depuis={SATURDAY}")
    page.get_by_label("Type de rendez-vous").select_option(label=KIND)
    page.get_by_role("button", name="Voir").click()
    page.locator(".slot", has_text="samedi 19 décembre").first.locator("input").check()
    page.get_by_role("button", name="Prendre ce rendez-vous").click()
    expect(page.locator("#messages")).to_contain_text("samedi 19 décembre à 9 h")
    return person


def drag_to_another_slot(page: Page, url: str, officer: Colleague, person: Waiting, screens: Screens) -> None:
    """Dropped on half past eleven: a page asks why, with that slot already chosen, and only then is it moved."""
    week_of(page, url, officer, SATURDAY)
    day = column(page, "Samedi 19 décembre")
    day.locator("[data-move]").drag_to(day.locator("[data-slot]"))
    expect(page.get_by_text("Le créneau choisi, Pôle insertion de Valence")).to_be_visible()
    expect(page.locator(".slot", has_text="samedi 19 décembre")).to_have_count(1)
    screens.look_both(page, "rendez-vous-glisse")
    page.get_by_role("button", name="Déplacer le rendez-vous").click()
    expect(page.locator(".error-summary")).to_contain_text("raison")
    page.get_by_label("Raison").fill("Elle travaille le matin")
    page.get_by_role("button", name="Déplacer le rendez-vous").click()
    expect(page.locator("#messages")).to_contain_text("11 h 30")
    week_of(page, url, officer, SATURDAY)
    expect(day.locator("[data-move]")).to_contain_text("11 h 30")
    expect(day.locator("[data-move]")).to_contain_text(person.surname)


def move_by_keyboard(page: Page, url: str, officer: Colleague, person: Waiting) -> None:
    """The same without a mouse: from the board to the appointment, from there to another slot."""
    week_of(page, url, officer, SATURDAY)
    tab_to(page, lambda stop: person.surname in stop["name"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("11 h 30")
    tab_to(page, lambda stop: stop["name"] == "Déplacer")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Déplacer le rendez-vous de")
    tab_to(page, lambda stop: stop["field"] == "slot")
    page.keyboard.press("Space")
    tab_to(page, lambda stop: stop["field"] == "reason")
    page.keyboard.type("Elle ne travaille plus ce jour-là")
    tab_to(page, lambda stop: stop["name"] == "Déplacer le rendez-vous")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("9 h")


def the_person_is_told(page: Page, url: str, person: Waiting) -> None:
    """By letter, since she has no telephone: only the hour that holds is left to print."""
    page.goto(f"{url}/envois/?person={person.person_id}")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="Le rendez-vous a changé")).to_have_count(2)
    to_print = rows.filter(has_text="À imprimer")
    expect(to_print).to_have_count(1)
    to_print.get_by_role("link", name="Rendez-vous déplacé").click()
    expect(page.locator("main")).to_contain_text("samedi 19 décembre")
    expect(page.locator("main")).to_contain_text("9 h")
    expect(page.locator("main")).not_to_contain_text("11 h 30")
