"""The administrator: a code of the payer put in our words and read by an agent; a mapping kept in two versions."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.sheets import XLSX, known_people, workbook
from tests.browser.steps import MORNING, OpenPage, enter

TAG, CODE, OURS = "FONORG", "CAF", "CAF de la Drôme"
LIST = "Suivi du pôle"


def test_a_code_is_named_and_a_mapping_has_versions(service: Service, open_page: OpenPage, screens: Screens) -> None:
    # Two whose right is recent enough to be in the last files archived.
    people = sorted(
        (one for one in known_people(service) if one.claimed_on < "2026-07"), key=lambda one: one.claimed_on
    )
    people = people[-2:]
    rows = [[known.last_name, known.first_name, known.birth_date, known.payer_number] for known in people]
    with service.serving(MORNING) as url:
        administrator = enter(open_page, url, "administration")
        name_a_code(administrator, url, screens)
        office = enter(open_page, url, "gestion-rsa")
        read_it_on_a_dossier(office, url, people[0].last_name, screens)
        for version, title in enumerate(("Nom", "Nom de la personne"), start=1):
            keep_a_mapping(office, url, workbook("Suivi", [[title, "Prénom", "Né le", "Repère"], *rows]), version)
        office.goto(f"{url}/imports/tableurs/")
        office.get_by_role("heading", name="Correspondances de colonnes gardées").scroll_into_view_if_needed()
        screens.look_both(office, "tableur-correspondances")


def name_a_code(page: Page, url: str, screens: Screens) -> None:
    """Our own words, beside the original ones."""
    page.goto(f"{url}/reglages/codes-caf/")
    screens.look_both(page, "codes-caf")
    page.goto(f"{url}/reglages/codes-caf/libelle/?balise={TAG}&code={CODE}")
    page.get_by_label("Libellé").fill(OURS)
    page.get_by_role("button", name="Enregistrer").click()
    page.goto(f"{url}/reglages/codes-caf/libelle/?balise={TAG}&code={CODE}")
    expect(page.locator("main")).to_contain_text(f"« {OURS} »")
    screens.look_both(page, "code-caf-nomme")


def read_it_on_a_dossier(page: Page, url: str, surname: str, screens: Screens) -> None:
    """Other screens take the new words in a few seconds."""
    page.goto(f"{url}/recherche/?q={surname}")
    person = page.locator("main a[href^='/personnes/']").first.get_attribute("href")
    page.goto(f"{url}{person}donnees-caf/")
    for _ in range(25):
        if page.get_by_text(OURS).count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.get_by_text(OURS).first).to_be_visible()


def keep_a_mapping(page: Page, url: str, content: bytes, version: int) -> None:
    """The second file of the same name changes a title: another version, the first one stays."""
    page.goto(f"{url}/imports/tableurs/")
    page.get_by_label("Tableur").set_input_files({"name": "suivi.xlsx", "mimeType": XLSX, "buffer": content})
    page.get_by_role("button", name="Déposer et voir les colonnes").click()
    page.get_by_label("Colonne D").select_option(label="Numéro de l’ancien logiciel")
    page.get_by_label("Garder cette correspondance sous le nom").fill(LIST)
    page.get_by_role("button", name="Voir l’aperçu").click()
    expect(page.locator("#messages")).to_contain_text(f"« {LIST} » gardée, version {version}")
    page.goto(f"{url}/imports/tableurs/")
    expect(page.locator("main")).to_contain_text(re.compile(rf"{LIST}\s*Version {version}"))
