"""Every answer carries the strict headers, error pages included; the database away is said calmly."""

import pytest
from django.db import OperationalError
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/compte/login/", "/page-qui-nexiste-pas/", "/healthz"])
def test_no_inline_script_or_style_is_allowed(client: Client, path: str) -> None:
    policy = client.get(path)["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_an_unknown_page_says_so_in_french(client: Client) -> None:
    answer = client.get("/page-qui-nexiste-pas/")
    assert answer.status_code == 404
    assert "page" in answer.content.decode().lower()


def test_the_service_says_it_is_alive(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "database": "ok"}


def test_metrics_do_not_exist_without_their_token(client: Client, settings: pytest.FixtureRequest) -> None:
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "jeton-de-mesure"
    assert client.get("/metrics", headers={"Authorization": "Bearer autre"}).status_code == 404
    found = client.get("/metrics", headers={"Authorization": "Bearer jeton-de-mesure"})
    assert b"django_http" in found.content


def test_a_database_away_is_a_calm_page_and_not_for_ever(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("emploi.config.health.connection.cursor", away)
        broken.setattr("emploi.foundation.access.middleware.SecondFactor._must_set_up", away)
        answer = client.get("/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert "Traceback" not in answer.content.decode()
    assert client.get("/").status_code != 503


def away(*arguments: object, **named: object) -> None:
    raise OperationalError("connection refused")
