"""The payer's files: a bad one refused, a household set aside, a month missing, the report to send back."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.steps import MORNING, OpenPage, enter, reload_until

CUT_SHORT = "transfert-interrompu"


def test_what_goes_wrong_with_a_file_is_said_and_repaired(
    service: Service, open_page: OpenPage, screens: Screens
) -> None:
    with service.serving(MORNING) as url:
        page = enter(open_page, url, "gestion-rsa")
        a_file_cut_short_is_refused(page, url, screens)
        a_household_set_aside_is_replayed(page, url, screens)
        a_month_is_missing(page, url, screens)
        quality_is_sent_back(page, url, screens)
        what_the_payer_said_of_somebody(page, url, screens)


def a_file_cut_short_is_refused(page: Page, url: str, screens: Screens) -> None:
    """One sentence says why; nothing was recorded."""
    page.goto(f"{url}/imports/caf/")
    page.get_by_role("row", name=re.compile(CUT_SHORT)).get_by_role("button", name="Lire ce fichier").click()
    refused = page.get_by_text("Ce fichier n’a pas été enregistré")
    reload_until(page, lambda: refused.count() > 0)
    expect(page.locator("main")).to_contain_text("coupé")
    screens.look_both(page, "fichier-refuse")


def a_household_set_aside_is_replayed(page: Page, url: str, screens: Screens) -> None:
    """The rest of the file passed; replayed as it is, the household is refused again and the try is kept."""
    page.goto(f"{url}/imports/?etat=partial")
    screens.look_both(page, "imports-a-reparer")
    page.get_by_role("link", name=re.compile("complement")).click()
    screens.look_both(page, "foyer-mis-de-cote")
    page.locator("table").get_by_role("link", name=re.compile(r"^\d+$")).first.click()
    page.get_by_role("button", name="Rejouer").click()
    expect(page.locator("main")).to_contain_text("Essais")
    expect(page.locator("main")).to_contain_text("Il manque le droit au RSA")
    screens.look_both(page, "foyer-rejoue")


def a_month_is_missing(page: Page, url: str, screens: Screens) -> None:
    page.goto(f"{url}/imports/caf/suite/")
    expect(page.locator("main")).to_contain_text("Il manque le fichier d’octobre 2026.")
    screens.look_both(page, "suite-des-fichiers")


def quality_is_sent_back(page: Page, url: str, screens: Screens) -> None:
    """Each figure opens its dossiers; the report names nobody."""
    page.goto(f"{url}/imports/caf/qualite/")
    screens.look_both(page, "qualite")
    page.get_by_role("link", name="septembre 2026").click()
    screens.look_both(page, "qualite-du-fichier")
    with page.expect_download() as download:
        page.get_by_role("button", name="Rapport pour la caisse (PDF)").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")


def what_the_payer_said_of_somebody(page: Page, url: str, screens: Screens) -> None:
    """From a dossier of the report to everything the payer sent about it, with file and date."""
    page.locator("table").get_by_role("link", name=re.compile("^Fiche")).first.click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="Tout ce que la caisse a transmis").click()
    expect(page.locator("main")).to_contain_text("RSABEM-2026-")
    screens.look_both(page, "donnees-caf")
