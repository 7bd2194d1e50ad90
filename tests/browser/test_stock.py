"""Moving in: the former tool's list compared with the payer, its names recognised, the contracts to sign."""

import re
from datetime import date

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.sheets import XLSX, Known, known_people, workbook
from tests.browser.steps import MORNING, OpenPage, enter, reload_until

TITLES = ["Nom", "Prénom", "DDN", "N° alloc", "ID IODAS", "Voie", "Date orientation", "Structure référente", "Référent",
          "Type contrat", "Date signature", "Date fin contrat"]  # fmt: skip
BODY = "Pôle insertion Vallée de la Drôme"


def test_a_former_tool_is_taken_over_and_contracts_to_sign_are_listed(
    service: Service, open_page: OpenPage, screens: Screens
) -> None:
    people = sorted(known_people(service), key=lambda known: known.claimed_on)
    with service.serving(MORNING) as url:
        page = enter(open_page, url, "gestion-rsa")
        deposit(page, url, former_list(people), screens)
        recognise_a_name(page, screens)
        see_the_differences(page, screens)
        record(page, screens)
        who_must_sign(page, url, people[0], screens)


def former_list(people: list[Known]) -> bytes:
    """Three people of the payer, one under a body nobody knows by that name; a fourth the payer never sent."""

    def line(known: Known, number: int, body: str, end: date) -> list[object]:
        who = [known.last_name, known.first_name, known.birth_date, known.payer_number, f"IOD-{number}"]
        return [*who, "Social", "12/03/2023", body, "", "CER", "03/04/2023", end]

    return workbook(
        "Extraction",
        [
            TITLES,
            line(people[0], 4512, BODY, date(2027, 4, 2)),
            line(people[1], 4513, "PI Vallée Drôme", date(2026, 12, 31)),
            line(people[2], 4514, BODY, date(2027, 6, 30)),
            ["MARVELOUX", "Ottilie", "04/05/1979", "", "IOD-4600", "Social", "12/03/2023", BODY, "", "", "", ""],
        ],
    )


def deposit(page: Page, url: str, content: bytes, screens: Screens) -> None:
    page.goto(f"{url}/imports/tableurs/reprise/")
    screens.look_both(page, "reprise-depot")
    page.get_by_label("Tableur").set_input_files(
        {"name": "iodas-orientations.xlsx", "mimeType": XLSX, "buffer": content}
    )
    page.get_by_role("button", name="Déposer et voir les colonnes").click()
    expect(page.get_by_label("Colonne H")).to_have_value("body")
    expect(page.get_by_label("Colonne L")).to_have_value("ends_on")
    page.get_by_role("button", name="Voir l’aperçu").click()
    reload_until(page, lambda: page.get_by_role("button", name="Enregistrer", exact=True).count() > 0)


def recognise_a_name(page: Page, screens: Screens) -> None:
    """Said once, for every line and every file to come."""
    unknown = page.get_by_label("PI Vallée Drôme")
    expect(unknown).to_be_visible()
    screens.look_both(page, "reprise-noms")
    unknown.select_option(label=BODY)
    page.get_by_label("Voie d’orientation « Social »").select_option(label="Accompagnement social")
    page.get_by_role("button", name="Reconnaître ces noms et refaire l’aperçu").click()
    reload_until(
        page, lambda: unknown.count() == 0 and page.get_by_role("link", name=re.compile("Refusées")).count() > 0
    )


def see_the_differences(page: Page, screens: Screens) -> None:
    """Both ways: a line the payer does not know, people of the payer without a line."""
    screens.look_both(page, "reprise-apercu")
    page.get_by_role("link", name=re.compile("^Refusées")).click()
    expect(page.get_by_role("table", name="Lignes refusées")).to_contain_text("MARVELOUX")
    screens.look_both(page, "reprise-inconnus-de-la-caisse")
    page.get_by_role("link", name=re.compile(r"^\d+ personnes?$")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("sans ligne acceptée")
    screens.look_both(page, "reprise-absents")
    page.go_back()


def record(page: Page, screens: Screens) -> None:
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    reload_until(page, lambda: page.get_by_role("button", name="Annuler ce fichier").count() > 0)
    screens.look_both(page, "reprise-compte-rendu")


def who_must_sign(page: Page, url: str, known: Known, screens: Screens) -> None:
    """By referent, with the contract each still has."""
    page.goto(f"{url}/orientations/contrats-a-signer/?size=100")
    expect(page.locator("main")).to_contain_text("31 décembre 2026")
    row = page.get_by_role("row", name=re.compile(known.last_name, re.IGNORECASE))
    expect(row).to_contain_text("CER")
    screens.look_both(page, "contrats-a-signer")
