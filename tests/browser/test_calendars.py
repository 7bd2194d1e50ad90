"""Two calendars that know each other: the officer's own one, read at its address, and ours, read by it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from playwright.sync_api import expect

from tests.browser.conftest import Service
from tests.browser.screens import Screens
from tests.browser.steps import MORNING, OpenPage, enter, reload_until

SECRET = "Visite chez le notaire"
# Two hours of a Thursday, and of the Wednesday on which the demonstration has an appointment.
OUTSIDE = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Autre agenda//FR
BEGIN:VEVENT
UID:un@ailleurs
DTSTAMP:20261101T080000Z
DTSTART;TZID=Europe/Paris:20261210T100000
DTEND;TZID=Europe/Paris:20261210T120000
SUMMARY:{SECRET}
END:VEVENT
BEGIN:VEVENT
UID:deux@ailleurs
DTSTAMP:20261101T080000Z
DTSTART;TZID=Europe/Paris:20261125T160000
DTEND;TZID=Europe/Paris:20261125T180000
SUMMARY:{SECRET}
END:VEVENT
END:VCALENDAR
"""


class Outside(BaseHTTPRequestHandler):
    """The other calendar's provider."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/calendar; charset=utf-8")
        self.end_headers()
        self.wfile.write(OUTSIDE.replace("\n", "\r\n").encode())

    def log_message(self, *_: object) -> None:
        """Nothing on the screen of the tests."""


@contextmanager
def another_calendar() -> Iterator[str]:
    """Its address, on this machine."""
    server = HTTPServer(("127.0.0.1", 0), Outside)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/secret.ics"
    server.shutdown()


def test_an_officer_links_her_calendars(service: Service, open_page: OpenPage, screens: Screens) -> None:
    with service.serving(MORNING) as url, another_calendar() as address:
        page = enter(open_page, url, "orientation")
        thursday = page.locator(".board-column", has=page.get_by_role("heading", name="Jeudi 10 décembre"))
        page.goto(f"{url}/rendez-vous/?vue=semaine&jour=2026-12-10")
        before = thursday.locator("[data-slot]").count()
        page.goto(f"{url}/rendez-vous/mes-agendas/")
        page.get_by_label("Adresse ICS de votre agenda").fill("chez moi")
        page.get_by_role("button", name="Relier cet agenda").click()
        expect(page.locator(".error-summary")).to_be_visible()
        expect(page.get_by_label("Adresse ICS de votre agenda")).to_have_value("chez moi")
        screens.look_both(page, "mes-agendas-adresse-refusee")
        page.get_by_label("Adresse ICS de votre agenda").fill(address)
        page.get_by_role("button", name="Relier cet agenda").click()
        reload_until(page, lambda: page.get_by_text("2 moments pris").count() > 0)
        expect(page.locator("main")).not_to_contain_text(SECRET)
        expect(page.locator("main")).to_contain_text("Rendez-vous pris ici et moment pris ailleurs")
        page.get_by_role("button", name="Créer mon adresse").click()
        screens.look_both(page, "mes-agendas")
        feed = page.get_by_label("Votre adresse").input_value()
        page.goto(f"{url}/rendez-vous/?vue=semaine&jour=2026-12-10")
        expect(thursday.locator("[data-slot]")).to_have_count(before - 2)
        expect(thursday).not_to_contain_text(SECRET)
        ours = open_page(1440).request.get(feed).text()  # somebody who is not signed in
        page.goto(f"{url}/rendez-vous/?vue=semaine&jour=2026-11-25")
        who = page.locator("[data-move] .strong").first.inner_text()
        assert "BEGIN:VEVENT" in ours
        assert who.split()[-1] not in ours, "le flux donne un nom"
        assert f"RDV {who[0]}" in ours, "le flux ne donne pas les initiales"
        page.goto(f"{url}/rendez-vous/mes-agendas/")
        page.get_by_role("button", name="Détacher cet agenda").click()
        page.goto(f"{url}/rendez-vous/?vue=semaine&jour=2026-12-10")
        expect(thursday.locator("[data-slot]")).to_have_count(before)
