"""The gestionnaire and a partner's messy list: what is guessed, a column and a cell corrected, all undone."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.sheets import XLSX, Known, known_people, workbook
from tests.browser.steps import MORNING, OpenPage, enter, reload_until

TITLES = ["N°", "NOM usuel", "Prénom", "Né(e) le", "Tel portable", "Mél", "Ville", "Permanence du"]
NEW = "BELVÉRONNE"


def test_a_messy_list_is_read_corrected_recorded_and_undone(
    service: Service, open_page: OpenPage, screens: Screens
) -> None:
    people = known_people(service)
    with service.serving(MORNING) as url:
        page = enter(open_page, url, "gestion-rsa")
        deposit(page, url, messy_list(people), screens)
        correct_a_column(page, screens)
        read_the_preview(page, screens)
        correct_a_refused_line(page, screens)
        record(page, screens)
        open_the_person_created(page, screens)
        undo(page, screens)
        nobody_is_left(page, url)


def messy_list(people: list[Known]) -> bytes:
    """Two lines above the titles, four shapes of date, phones as numbers, a date no calendar knows."""
    one, two, three = people[0], people[1], people[2]
    return workbook(
        "Permanences",
        [
            TITLES,
            [1, one.last_name, one.first_name, one.in_words, 639981201, "", "Crest", "12/11/2026"],
            [2, two.last_name, two.first_name, two.birth_date, "06.39.98.12.02", "contact@example.org", "", ""],
            [3, three.last_name, three.first_name, three.birth_date.isoformat(), "", "", "", ""],
            [4, NEW, "Maëlle", "14-07-91", 639981204, "maelle@example.org", "Die", "13/11/2026"],
            [5, "OSTRAVIGNE", "Yorane", "12/25/1980", 639981205, "", "Die", ""],
        ],
        above=("Pôle insertion de la vallée", "Personnes reçues en permanence, novembre"),
    )


def deposit(page: Page, url: str, content: bytes, screens: Screens) -> None:
    page.goto(f"{url}/imports/tableurs/")
    screens.look_both(page, "tableur-depot")
    page.get_by_label("Tableur").set_input_files(
        {"name": "permanences-novembre.xlsx", "mimeType": XLSX, "buffer": content}
    )
    page.get_by_role("button", name="Déposer et voir les colonnes").click()


def correct_a_column(page: Page, screens: Screens) -> None:
    """The titles were found on the third line; the day of the permanence is not a date of claim."""
    expect(page.locator("main")).to_contain_text("titres à la ligne 3")
    expect(page.get_by_label("Colonne B")).to_have_value("last_name")
    expect(page.get_by_label("Colonne D")).to_have_value("birth_date")
    expect(page.get_by_label("Colonne E")).to_have_value("phone")
    screens.look_both(page, "tableur-colonnes")
    page.get_by_label("Colonne A").select_option(label="Numéro de l’ancien logiciel")
    page.get_by_label("Garder cette correspondance sous le nom").fill("Permanences de la vallée")
    page.get_by_role("button", name="Voir l’aperçu").click()
    reload_until(page, lambda: page.get_by_role("button", name="Enregistrer", exact=True).count() > 0)


def read_the_preview(page: Page, screens: Screens) -> None:
    """One to create, known people recognised whatever the shape of their date, one line refused, nothing written."""
    expect(page.locator("main")).to_contain_text("Rien n’est encore enregistré")
    for label, count in (("Créées", 1), ("Modifiées", 3), ("Refusées", 1)):
        expect(page.get_by_role("link", name=f"{label} : {count}")).to_be_visible()
    screens.look_both(page, "tableur-apercu")
    page.get_by_role("link", name=re.compile("^Modifiées")).click()
    expect(page.locator("main")).to_contain_text("06 39 98 12 01")
    screens.look_both(page, "tableur-apercu-modifiees")


def correct_a_refused_line(page: Page, screens: Screens) -> None:
    """12/25/1980 is no French date: the product says which one it might be, the agent types it."""
    page.get_by_role("link", name=re.compile("^Refusées")).click()
    expect(page.get_by_role("table", name="Lignes refusées")).to_contain_text("25/12/1980")
    screens.look_both(page, "tableur-refusees")
    page.get_by_role("link", name=re.compile("^Corriger la ligne")).click()
    page.locator("[name=birth_date]").fill("le jour de Noël")
    page.get_by_role("button", name="Reprendre cette ligne corrigée").click()
    expect(page.locator("[name=birth_date]")).to_have_value("le jour de Noël")
    expect(page.locator(".error-summary")).to_contain_text("Date de naissance : « le jour de Noël » n’est pas une date")
    screens.look_both(page, "tableur-ligne")
    page.locator("[name=birth_date]").fill("25/12/1980")
    page.get_by_role("button", name="Reprendre cette ligne corrigée").click()
    expect(page.get_by_role("link", name="Créées : 2")).to_be_visible()


def record(page: Page, screens: Screens) -> None:
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    reload_until(page, lambda: page.get_by_role("button", name="Annuler ce fichier").count() > 0)
    screens.look_both(page, "tableur-compte-rendu")


def open_the_person_created(page: Page, screens: Screens) -> None:
    page.get_by_role("link", name=re.compile("^Créées")).click()
    page.get_by_role("link", name=re.compile("Maëlle")).click()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Maëlle")
    screens.look_both(page, "tableur-fiche-creee")
    page.go_back()


def undo(page: Page, screens: Screens) -> None:
    page.get_by_role("button", name="Annuler ce fichier").click()
    reload_until(page, lambda: page.get_by_text("Annulé", exact=True).count() > 0)
    screens.look_both(page, "tableur-annule")


def nobody_is_left(page: Page, url: str) -> None:
    page.goto(f"{url}/recherche/?q={NEW}")
    expect(page.locator("main").get_by_role("link", name=re.compile("Maëlle"))).to_have_count(0)
