"""A fault never loses the reader: an agent keeps the menu, the public its own frame, and a defect asks nothing."""

from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emploi.config import errors
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.organizations.models import Organization

pytestmark = pytest.mark.django_db
MENU = 'aria-label="Navigation principale"'
CALL = "appelez-nous"


@pytest.fixture
def office() -> Client:
    """A signed-in agent of the RSA office."""
    with acting(Actor.system("essai")):
        body = Organization.objects.create(slug="departement", name="Département", kind="departement")
        agent = Agent.objects.create_user("noe@exemple.test", first_name="Noé", last_name="Essai")
        Membership.objects.create(agent=agent, organization=body, role="rsa_office", started_on=clock.today())
    client = Client(raise_request_exception=False)
    client.force_login(agent)
    return client


def broken(*_: object, **__: object) -> Any:
    raise RuntimeError("un défaut")


@pytest.mark.parametrize(
    ("address", "status"), [("/page-qui-nexiste-pas/", 404), ("/personnes/999999/", 404), ("/reglages/comptes/", 403)]
)
def test_an_agent_keeps_the_menu(office: Client, address: str, status: int) -> None:
    answer = office.get(address)
    page = answer.content.decode()
    assert answer.status_code == status
    assert MENU in page
    assert "Se déconnecter" in page
    assert CALL not in page


def test_an_agent_keeps_it_on_a_refused_form_and_a_bad_request(monkeypatch: pytest.MonkeyPatch, office: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = office.cookies
    refused = strict.post("/acces-aux-droits/noter/", {})
    assert (refused.status_code, MENU in refused.content.decode()) == (403, True)

    def odd(*_: object) -> None:
        raise SuspiciousOperation

    monkeypatch.setattr("emploi.pathway.outreach.queries.register", odd)
    bad = office.get("/acces-aux-droits/")
    assert (bad.status_code, MENU in bad.content.decode()) == (400, True)


def test_a_defect_keeps_it_without_a_query(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    office.get("/acces-aux-droits/")
    monkeypatch.setattr("emploi.pathway.outreach.queries.register", broken)
    drawn: list[int] = []
    before = errors._page

    def counted(*given: Any, **named: Any) -> Any:
        with CaptureQueriesContext(connection) as queries:
            page = before(*given, **named)
        drawn.append(len(queries))
        return page

    monkeypatch.setattr(errors, "_page", counted)
    answer = office.get("/acces-aux-droits/")
    assert answer.status_code == 500
    assert MENU in answer.content.decode()
    assert drawn == [0]


def test_a_defect_before_the_agent_is_known_shows_the_frame_of_the_public(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emploi.foundation.access.middleware.SecondFactor.__call__", broken)
    answer = office.get("/acces-aux-droits/")
    assert answer.status_code == 500
    assert MENU not in answer.content.decode()
    assert CALL in answer.content.decode()


def test_the_public_has_its_own_frame_and_our_telephone(client: Client) -> None:
    for address, status in (("/page-qui-nexiste-pas/", 404), ("/informations/absente/", 404)):
        answer = client.get(address)
        page = answer.content.decode()
        assert answer.status_code == status
        assert MENU not in page
        assert CALL in page
        assert 'id="pied"' in page
