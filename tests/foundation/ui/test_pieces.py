"""Colours, countdowns, navigation, safe redirects: small pieces every page rests on."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from emploi.foundation.department import DEPARTMENTS
from emploi.foundation.ui import navigation
from emploi.foundation.ui.colours import READABLE, WHITE, accent_palette, contrast, parse
from emploi.foundation.ui.countdown import Countdown
from emploi.foundation.ui.htmx import safe_next, wants_fragment
from emploi.foundation.ui.navigation import NavItem

PRODUCT = DEPARTMENTS.parent
TODAY = date(2026, 11, 23)


@given(st.integers(0, 0xFFFFFF))
def test_whatever_colour_a_departement_chooses_its_text_is_readable(colour: int) -> None:
    palette = accent_palette(f"#{colour:06x}")
    assert contrast(parse(palette["accent"]), WHITE) >= READABLE
    assert contrast(parse(palette["accent-strong"]), parse(palette["accent-soft"])) >= 4.5


def test_a_colour_that_is_none_falls_back_on_ours() -> None:
    assert accent_palette("red; } body { display: none")["accent"] == "#1d4f91"


@pytest.mark.parametrize(
    ("state", "due", "words"),
    [
        ("running", TODAY + timedelta(days=8), "il reste 8 jours"),
        ("due_soon", TODAY, "dernier jour aujourd’hui"),
        ("due_soon", TODAY + timedelta(days=1), "dernier jour demain"),
        ("overdue", TODAY - timedelta(days=1), "dépassé de 1 jour"),
        ("overdue", TODAY - timedelta(days=3), "dépassé de 3 jours"),
        ("void", TODAY, "sans objet"),
    ],
)
def test_a_countdown_says_its_state_in_words(state: str, due: date, words: str) -> None:
    assert Countdown("Délai", TODAY - timedelta(days=7), due, state, TODAY).words == words


def test_a_countdown_stops_the_day_it_is_met() -> None:
    met = Countdown("Délai", TODAY - timedelta(days=20), TODAY - timedelta(days=5), "met", TODAY, TODAY - timedelta(14))
    assert met.counter == "J\u00a06/15"


class Someone:
    is_authenticated = True

    def __init__(self, *permissions: str) -> None:
        self.permissions = permissions

    def can(self, permission: str) -> bool:
        return permission in self.permissions


def test_only_doors_one_may_open_are_shown_and_the_deepest_is_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_items", {})
    navigation.register(NavItem("Galerie", "list", "ui:gallery", order=2))
    navigation.register(NavItem("Accueil", "home", "desk:index", "see", order=1))
    navigation.register(NavItem("Interdit", "lock", "ui:logo", "never", order=3))
    navigation.register(NavItem("Ailleurs", "lock", "nowhere:page", order=4))
    request = RequestFactory().get("/ui/")
    request.user = Someone("see")
    (group,) = navigation.groups_for(request)
    assert [(link.label, link.current) for link in group.links] == [("Accueil", False), ("Galerie", True)]


@pytest.mark.parametrize(
    ("asked", "given_back"),
    [
        ("/entrants/?etat=late", "/entrants/?etat=late"),
        ("https://ailleurs.example/", "/defaut/"),
        ("//ailleurs.example", "/defaut/"),
        ("javascript:alert(1)", "/defaut/"),
        ("", "/defaut/"),
    ],
)
def test_one_never_comes_back_to_another_site(asked: str, given_back: str) -> None:
    assert safe_next(RequestFactory().get("/x/", {"next": asked}), "/defaut/") == given_back


def test_a_page_restored_from_the_history_is_a_whole_page() -> None:
    fragment = RequestFactory().get("/x/", headers={"HX-Request": "true"})
    restored = RequestFactory().get("/x/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert wants_fragment(fragment)
    assert not wants_fragment(restored)


def test_every_icon_named_in_a_template_is_drawn() -> None:
    sprite = (Path(navigation.__file__).parent / "static/ui/icons.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'symbol id="([a-z-]+)"', sprite))
    named = re.compile(r'(?:{% icon "|\bicon=")([a-z-]+)"')
    missing = {
        f"{path.relative_to(PRODUCT)}: {name}"
        for path in PRODUCT.rglob("*.html")
        for name in named.findall(path.read_text(encoding="utf-8"))
        if name not in drawn
    }
    assert missing == set()
