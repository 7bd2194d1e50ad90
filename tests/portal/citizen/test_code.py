"""Typing the code of a letter: helpful to its owner, silent to the others."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from emploi.pathway.appointments.models import Invitation
from emploi.portal.citizen.web import throttle
from tests.pathway.appointments.world import World


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


def type_code(code: str, year: str) -> tuple[int, str]:
    response = Client().post("/code/", {"code": code, "birth_year": year})
    return response.status_code, response.content.decode()


def test_the_right_pair_opens_the_link(invitation: Invitation) -> None:
    response = Client().post("/code/", {"code": invitation.code.lower(), "birth_year": " 1988 "})
    assert response["Location"] == f"/i/{invitation.token}/"


def test_a_wrong_year_and_an_unknown_code_read_the_same(invitation: Invitation) -> None:
    wrong_year, unknown = type_code(invitation.code, "1970"), type_code("ACDEFGHJ", "1970")
    assert "ne vont pas ensemble" in wrong_year[1]
    assert wrong_year[0] == unknown[0]
    assert neutral(wrong_year[1], invitation.code) == neutral(unknown[1], "ACDEFGHJ")


def neutral(page: str, typed: str) -> str:
    """The page without what the reader typed nor the tokens drawn for each page."""
    return re.sub(r"[A-Za-z0-9]{64}", "", page.replace(typed, ""))


def test_five_failures_lock_and_give_the_telephone(invitation: Invitation) -> None:
    for _ in range(4):
        assert type_code(invitation.code, "1970")[0] == 200
    status, page = type_code(invitation.code, "1970")
    assert status == 429
    assert "bloqué jusqu’à 9 h\u00a030" in page
    assert "04 65 71 99 00" in page
    assert type_code(invitation.code, "1988")[0] == 429  # even the right one, until then


def test_what_was_typed_is_kept(invitation: Invitation) -> None:
    _, page = type_code(invitation.code, "88")
    assert f'value="{invitation.code}"' in page
    assert "4 chiffres" in page


def test_one_connection_cannot_try_for_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "FAILURES", 3)
    letters = "ACDEFGHJ"
    for n in range(3):
        assert type_code(letters[n:] + letters[:n], "1970")[0] == 200
    status, page = type_code("KMNPQRTU", "1970")
    assert status == 429
    assert "cette connexion" in page


def test_behind_our_proxy_one_clumsy_connection_does_not_block_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(throttle, "FAILURES", 1)
    settings.TRUSTED_PROXY_HOPS = 1
    typed = {"code": "KMNPQRTU", "birth_year": "1970"}
    answers = [
        Client().post("/code/", typed, headers={"X-Forwarded-For": address}).status_code
        for address in ("203.0.113.1", "203.0.113.1", "203.0.113.2")
    ]
    assert answers == [200, 429, 200]
