"""Looking at a page as a person does: axe, screenshots, and nothing that overflows."""

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.architecture.house import ROOT

NOW = "2026-11-23T09:00"
SMS_SECRET = "un-secret-partage-avec-l-operateur-des-essais"
KEPT = ROOT / "docs" / "screenshots"
WIDTHS = (1440, 390)
# Sessions of the site that is being served, by its address and the role: forgotten when it starts at another moment.
SIGNED_IN: dict[tuple[str, str], Any] = {}


class Screens:
    """Checks each page visited, and keeps its picture when EMPLOI_SCREENSHOTS=1."""

    def __init__(self) -> None:
        self.axe = Axe()
        self.keeps = os.environ.get("EMPLOI_SCREENSHOTS") == "1"

    def look(self, page: Page, name: str, *, with_axe: bool = True) -> None:
        """Asserts that axe finds nothing and that the page fits its width."""
        if with_axe:
            found = self.axe.run(page)
            assert found.violations_count == 0, f"{name}\n{found.generate_report()}"
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{name} déborde de {overflow} pixels"
        if self.keeps:
            self._keep(page, name)

    def look_both(self, page: Page, name: str) -> None:
        """The same page on a desk and on a phone, left as wide as it was.

        Axe is slow: it looks at both when pictures are kept, otherwise at the narrow one, where tables and menus fold.
        """
        before = page.viewport_size
        for width, height in zip(WIDTHS, (900, 844), strict=True):
            page.set_viewport_size({"width": width, "height": height})
            self.look(page, name, with_axe=self.keeps or width == WIDTHS[1])
        if before:
            page.set_viewport_size(before)

    def _keep(self, page: Page, name: str) -> None:
        width = page.viewport_size["width"] if page.viewport_size else 0
        KEPT.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(KEPT) / f"{name}-{width}.png"), full_page=width < 600)


def sign_in(page: Page, url: str, email: str, password: str) -> None:
    """Signs an agent in through the page everybody uses."""
    page.goto(f"{url}/compte/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state()
