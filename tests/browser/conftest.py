"""A real browser in front of the real product: `emploi demo`, `emploi serve`, Chromium, axe."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.architecture.house import ROOT
from tests.browser.screens import NOW, SIGNED_IN, SMS_SECRET, Screens

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# Two Départements side by side, one a processor; each journey stays with its own, in order. Those that let weeks pass
# come last in the second one. One process runs them all, one after the other, in one Département.
SECOND = [
    "test_administration.py", "test_caf_files.py", "test_doubles.py", "test_payer_codes.py", "test_spreadsheet.py",
    "test_stock.py", "test_session.py", "test_absence.py", "test_main_journey.py",
]  # fmt: skip


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Marks the journeys before anything chooses tests by their marks, and orders them once the others are mixed."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("second" if item.path.name in SECOND else "first"))
    yield
    ours = [item for item in items if item.get_closest_marker("browser")]
    ours.sort(key=lambda item: (SECOND.index(item.path.name) if item.path.name in SECOND else -1, item.path.name))
    items[:] = [item for item in items if item not in ours] + ours


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield running
        running.close()


class Service:
    """One Département of demonstration, served at a moment of our choice."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.now = ""
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self, now: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")}
        return {
            **kept,
            "EMPLOI_DATA_DIR": str(self.data),
            "DEPARTMENT": "drome",
            "EMPLOI_NOW": now,
            "EMPLOI_PUBLIC_URL": self.url,
            "EMPLOI_SMS_CALLBACK_SECRET": SMS_SECRET,
            "EMPLOI_PRIVATE_CALENDARS": "1",  # the outside calendar of a journey is on this machine
        }

    def command(self, *arguments: str, now: str = NOW) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "emploi", *arguments],
            cwd=ROOT,
            env=self.environment(now),
            capture_output=True,
            text=True,
            timeout=570,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    @contextmanager
    def serving(self, now: str = NOW) -> Iterator[str]:
        """The site and its worker at a moment; the next journey of the same moment finds them started."""
        if self.process is None or self.process.poll() is not None or self.now != now:
            self.stop()
            self._start(now)
        yield self.url

    def _start(self, now: str) -> None:
        with (self.data / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "emploi", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment(now),
                stdout=log,
                stderr=log,
            )
        self.now = now
        SIGNED_IN.clear()
        wait_until_alive(f"{self.url}/healthz", self.process)

    def stop(self) -> None:
        """Ends what this session started, if anything."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=40)
            self.process = None


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A small Département, loaded once for the whole session."""
    kept = os.environ.get("EMPLOI_BROWSER_DATA")  # a folder reused while writing a journey
    made = Service(Path(kept) if kept else tmp_path_factory.mktemp("demo"))
    made.data.mkdir(exist_ok=True)
    made.command("demo", "--size", "150", "--no-serve")
    yield made
    made.stop()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[[int], Page]]:
    """Opens a fresh visitor's page, 1440 or 390 pixels wide, whose errors fail the test."""
    contexts: list[BrowserContext] = []

    def new(width: int) -> Page:
        phone = width < 600
        context = browser.new_context(
            viewport={"width": width, "height": 844 if phone else 900},
            locale="fr-FR",
            timezone_id="Europe/Paris",
            has_touch=phone,
            is_mobile=phone,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield new
    for context in contexts:
        context.close()


@pytest.fixture
def screens() -> Screens:
    return Screens()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_alive(url: str, process: "subprocess.Popen[bytes]", seconds: int = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, "le site s'est arrêté en démarrant"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
    raise AssertionError("le site ne répond pas")
