"""The administrator: a delay changed here with its reason, a colleague invited who chooses a password."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens, sign_in
from tests.browser.steps import MORNING, OpenPage, enter

COLLEAGUE, CHOSEN = "camille.vauclegaix@demo.example", "Un-matin-de-novembre-2026"


def test_a_rule_is_changed_and_a_colleague_invited(service: Service, open_page: OpenPage, screens: Screens) -> None:
    with service.serving(MORNING) as url:
        administrator = enter(open_page, url, "administration")
        change_a_delay(administrator, url, screens)
        link = invite_a_colleague(administrator, url, screens)
        choose_a_password(open_page(1440), url, link, screens)
        expect_the_trace(administrator, url, screens)


def change_a_delay(page: Page, url: str, screens: Screens) -> None:
    """Relaunch after four days instead of three; refused without a reason, then kept with it."""
    page.goto(f"{url}/reglages/regles-et-delais/")
    screens.look(page, "regles")
    page.goto(f"{url}/reglages/regles-et-delais/relaunch_days/")
    page.get_by_role("link", name="Changer la valeur").click()
    page.get_by_label("Nouvelle valeur").fill("4")
    page.get_by_label("À partir du").fill("2026-12-01")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".error-summary")).to_contain_text("raison")
    expect(page.get_by_label("Nouvelle valeur")).to_have_value("4")
    screens.look(page, "regle-sans-raison")
    page.get_by_label("Raison").fill("Le courrier met un jour de plus depuis novembre")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("main")).to_contain_text("Le courrier met un jour de plus depuis novembre")
    expect(page.get_by_role("table", name="Valeurs dans le temps")).to_contain_text("valeur du Département")
    screens.look(page, "regle-changee")


def invite_a_colleague(page: Page, url: str, screens: Screens) -> str:
    """Her account and first role; the link is shown once."""
    page.goto(f"{url}/reglages/comptes/")
    screens.look(page, "comptes")
    page.get_by_role("link", name="Inviter un agent").click()
    page.get_by_label("Prénom").fill("Camille")
    page.get_by_label("Nom", exact=True).fill("Vauclégaix")
    page.get_by_label("Adresse e-mail professionnelle").fill(COLLEAGUE)
    page.get_by_label("Rôle", exact=True).select_option(label="Chargé d'orientation")
    page.get_by_label("Organisme").select_option(index=1)
    screens.look(page, "inviter-un-agent")
    page.get_by_role("button", name="Inviter").click()
    link = page.locator("code").inner_text()
    screens.look(page, "compte-invite")
    return link


def choose_a_password(page: Page, url: str, link: str, screens: Screens) -> None:
    """A weak password is refused in French; the good one opens her day."""
    page.goto(link)
    page.get_by_label("Mot de passe", exact=True).fill("1234")
    page.get_by_label("Le même, une seconde fois").fill("1234")
    page.get_by_role("button", name="Enregistrer mon mot de passe").click()
    expect(page.locator(".error-summary")).to_be_visible()
    screens.look(page, "mot-de-passe-refuse")
    page.get_by_label("Mot de passe", exact=True).fill(CHOSEN)
    page.get_by_label("Le même, une seconde fois").fill(CHOSEN)
    page.get_by_role("button", name="Enregistrer mon mot de passe").click()
    sign_in(page, url, COLLEAGUE, CHOSEN)
    page.goto(f"{url}/ma-journee/")
    expect(page.get_by_role("heading", name="Ma journée", exact=True)).to_be_visible()


def expect_the_trace(page: Page, url: str, screens: Screens) -> None:
    """The journal tells both facts, the reason beside the first."""
    page.goto(f"{url}/reglages/traces/")
    expect(page.locator("main table")).to_contain_text("Le courrier met un jour de plus depuis novembre")
    screens.look(page, "traces")
