"""The first administrator is invited from the command line."""

import json

import pytest
from django.core.management import call_command

from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission

pytestmark = pytest.mark.django_db


def test_the_first_administrator_gets_a_link(department: None, capsys, client) -> None:
    call_command("invite_agent", "ada@val-exemple.fr", "Ada", "Min", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert client.get(answer["link"].split("localhost:8000")[1]).status_code == 200
    assert Agent.objects.get(email="ada@val-exemple.fr").can(Permission.MANAGE_AGENTS)


def test_the_same_address_twice_is_refused(department: None) -> None:
    call_command("invite_agent", "ada@val-exemple.fr", "Ada", "Min")
    with pytest.raises(RuntimeError, match="existe déjà"):
        call_command("invite_agent", "Ada@val-exemple.fr", "Ada", "Min")


@pytest.mark.django_db
def test_without_organisations_it_says_what_to_do_first() -> None:
    with pytest.raises(RuntimeError, match="load_organizations"):
        call_command("invite_agent", "ada@val-exemple.fr", "Ada", "Min")
