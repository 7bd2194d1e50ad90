"""Finding a person and seeing only those one may see."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from emploi.pathway.beneficiaries import permissions
from emploi.pathway.beneficiaries.actions import add_contact, apply_households, create_person
from emploi.pathway.beneficiaries.facts import TypedPerson
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.beneficiaries.queries import household_of, person_header, search_persons
from emploi.pathway.beneficiaries.queries.search import describe
from emploi.territory.agents.models import Agent
from tests.pathway.beneficiaries.builders import child, file, household, many, member, spouse
from tests.pathway.beneficiaries.conftest import BY

pytestmark = pytest.mark.usefixtures("rules")


@pytest.fixture
def people(at: datetime) -> dict[str, Person]:
    family = household(
        members=(member(last_name="BENSAÏD-ROUX", first_name="ANNE LISE"), spouse(nir13="", nir_valid=False), child())
    )
    apply_households([family, *many(8)], file=file(), by=BY, at=at)
    found = {
        person.first_name: person for person in Person.objects.filter(roles__household__claim_number="00000000199")
    }
    add_contact(person_id=found["KARIM"].pk, kind="phone", value="+33612345678", source="person", by=BY, at=at)
    return found


@pytest.fixture
def officer(agent_of: Callable[..., Agent]) -> Agent:
    return agent_of("orientation_officer")


@pytest.mark.parametrize(
    "text",
    [
        "bensaid anne",
        "Anne BENSAÏD",
        "roux lise",
        "annelise",
        "meyer",
        "bensaïd-roux",
        "bensaidroux 1988",
        "bensayd anne",
        "anelise bensaid",
        "meier anne lise",
        "12/04/1988",
        "meyer 12/04/1988",
        "2 88 99 26 990 001",
        "28899269",
    ],
)
def test_she_is_found_whatever_is_said(people: dict[str, Person], officer: Agent, text: str) -> None:
    assert people["ANNE LISE"].pk in [found.person_id for found in search_persons(text, officer)]


@pytest.mark.parametrize("text", ["06 12 34 56 78", "0612", "+33 6 12 34", "00000000199", "2055990", "205599"])
def test_he_is_found_by_his_numbers(people: dict[str, Person], officer: Agent, text: str) -> None:
    assert people["KARIM"].pk in [found.person_id for found in search_persons(text, officer)]


@pytest.mark.parametrize("text", ["", "  ", "zzzz", "31/02/1988", "999", "durand", "%", "' OR 1=1"])
def test_what_matches_nobody_finds_nobody(people: dict[str, Person], officer: Agent, text: str) -> None:
    assert search_persons(text, officer) == []


def test_among_namesakes_the_exact_name_comes_first_then_the_alphabet(at: datetime, officer: Agent) -> None:
    """Thousands may hold a common name: the page is read in order, never sorted whole."""
    names = [("MARTINEAU", "", "ADA"), ("MARTIN", "", "ZOE"), ("BRUN", "MARTIN", "EVE"), ("MARTIN", "", "ALI"),
             ("ABADIE", "", "MARTIN"), ("SAINT MARTIN", "", "LEA")]  # fmt: skip
    for last, birth, first in names:
        typed = TypedPerson(title="", last_name=last, birth_name=birth, first_name=first, birth_date=date(1990, 1, 1))
        create_person(typed=typed, by=BY, at=at)
    found = [person.full_name for person in search_persons("martin", officer)]
    assert found == ["Ali Martin", "Zoe Martin", "Ada Martineau", "Martin Abadie", "Eve Brun", "Lea Saint Martin"]
    assert [person.full_name for person in search_persons("martin", officer, limit=2)] == found[:2]
    assert [person.full_name for person in search_persons("zoe martin", officer)] == ["Zoe Martin"]
    assert [person.full_name for person in search_persons("ma", officer)] == found[:3]


def test_children_are_never_found(people: dict[str, Person], officer: Agent) -> None:
    assert search_persons("lina", officer) == []


def test_a_nir_finds_nobody_without_its_permission(people: dict[str, Person], agent_of: Callable[..., Agent]) -> None:
    counsellor = agent_of("counsellor")
    assert search_persons("2889926990001", counsellor) == []
    assert search_persons("28899269", counsellor) == []
    assert len(search_persons("meyer", counsellor)) == 1


def test_a_result_tells_namesakes_apart(people: dict[str, Person], officer: Agent) -> None:
    found = search_persons("karim", officer)[0]
    assert (found.claim_number, found.commune, found.right) == ("00000000199", "Exempleville", "RSA ouvert et versé")
    assert found.reach.mobile == "+33612345678"


def test_results_cost_the_same_whatever_their_number(people: dict[str, Person], officer: Agent) -> None:
    everybody = list(Person.objects.values_list("pk", flat=True))

    def count(ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as seen:
            describe(ids)
        return len(seen)

    assert count(everybody) == count(everybody[:1])


def test_the_header_says_right_duties_and_alerts(people: dict[str, Person], at: datetime) -> None:
    header = person_header(people["ANNE LISE"], at.date())
    assert (header.right, header.duties) == ("RSA ouvert et versé", "Soumis aux droits et devoirs")
    assert (header.age, header.commune, header.claim_number) == (38, "Exempleville", "00000000199")
    assert header.reach.has_address


def test_the_household_told_to_a_shared_screen_has_no_spouse_in_it(people: dict[str, Person], at: datetime) -> None:
    hers = people["ANNE LISE"].pk
    shared = household_of(hers, at.date(), shared=True)
    assert shared is not None and shared.has_spouse and shared.children == 1
    assert [(member.name, member.person_id) for member in shared.members] == [("", None), ("Lina Bensaid", None)]
    alone = household_of(hers, at.date(), shared=False)
    assert alone is not None and alone.members[0].name == "Karim Bensaid"


class TestWhoSeesWhom:
    @pytest.mark.parametrize("role", ["orientation_officer", "rsa_office", "counsellor", "head_of_service", "dpo"])
    def test_the_departments_staff_see_everybody(self, people, agent_of: Callable[..., Agent], role: str) -> None:
        agent = agent_of(role)
        assert permissions.visible_to(agent).count() == Person.objects.count()

    @pytest.mark.parametrize("role", ["elected", "steering", "administrator"])
    def test_who_has_no_business_with_persons_sees_nobody(self, people, agent_of, role: str) -> None:
        assert not permissions.visible_to(agent_of(role)).exists()

    @pytest.mark.parametrize(("role", "kind"), [("provider", "provider"), ("counsellor", "france_travail")])
    def test_partners_see_only_those_entrusted_to_them(self, people, agent_of, role: str, kind: str) -> None:
        partner = agent_of(role, kind)
        assert not permissions.visible_to(partner).exists()
        scope = permissions.register_scope(
            lambda agent: Q(pk=people["KARIM"].pk) if agent.pk == partner.pk else Q(pk__in=())
        )
        try:
            assert [person.first_name for person in permissions.visible_to(partner)] == ["KARIM"]
            assert search_persons("meyer", partner) == []
            assert not permissions.can_see_person(partner, people["ANNE LISE"].pk)
        finally:
            permissions._scopes.remove(scope)

    def test_a_deactivated_agent_sees_nobody(self, people, officer: Agent) -> None:
        officer.is_active = False
        assert not permissions.visible_to(officer).exists()
