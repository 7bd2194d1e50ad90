"""The rulebook in force, one commune of the fictional Département, agents by role."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.pathway.beneficiaries.actions import Applied, apply_households
from emploi.pathway.beneficiaries.facts import HouseholdFacts
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.geography.models import Commune
from emploi.territory.organizations.models import Organization
from emploi.territory.rulebook.actions import load_shipped
from tests.pathway.beneficiaries.builders import file

BY = Actor.system("import de test")


@pytest.fixture
def at() -> datetime:
    return clock.now()


@pytest.fixture
def rules(db: None) -> None:
    """The shipped rulebook and the commune where the people of the tests live."""
    load_shipped(by=BY, at=clock.now())
    with acting(BY):
        Commune.objects.create(
            code="99001", name="Exempleville", name_sort="exempleville", department_code="99", postal_codes=["99000"]
        )


@pytest.fixture
def month(at: datetime) -> Callable[..., Applied]:
    """Receive, on the 5th of the next month, the file of a month of 2026 (or 2027 from 13 on)."""

    def run(number: int, *households: HouseholdFacts, first_load: bool = False) -> Applied:
        end = _last_day(number)
        created = date.fromordinal(end.toordinal() + 4)
        received = date.fromordinal(end.toordinal() + 5)
        dated = file(reference_on=end, created_on=created, received_on=received, first_load=first_load, run_id=number)
        return apply_households(households, file=dated, by=BY, at=at)

    return run


def _last_day(number: int) -> date:
    year, month_number = divmod(number, 12)
    return date.fromordinal(date(2026 + year, month_number + 1, 1).toordinal() - 1)


@pytest.fixture
def agent_of(db: None) -> Callable[..., Agent]:
    """Make an agent of a role, in the Département's own service unless told otherwise."""

    def make(role: str, kind: str = "departement") -> Agent:
        with acting(BY):
            body, _ = Organization.objects.get_or_create(slug=kind, defaults={"name": kind, "kind": kind})
            agent = Agent.objects.create_user(f"{role}-{kind}@exemple.test", first_name="Noé", last_name=role)
            Membership.objects.create(agent=agent, organization=body, role=role, started_on=clock.today())
        return agent

    return make


@pytest.fixture
def as_role(agent_of: Callable[..., Agent]) -> Callable[..., Client]:
    """A signed-in browser of an agent of a role."""

    def sign_in(role: str, kind: str = "departement") -> Client:
        client = Client()
        client.force_login(agent_of(role, kind))
        return client

    return sign_in
