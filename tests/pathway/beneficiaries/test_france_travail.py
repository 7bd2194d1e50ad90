"""What is known of France Travail: unknown until somebody says it, with the day and who said it."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client

from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.errors import DomainError
from emploi.pathway.beneficiaries.actions import FranceTravailFacts, apply_households, tell_france_travail
from emploi.pathway.beneficiaries.models import Entry, Person
from tests.pathway.beneficiaries.builders import file, household, member
from tests.pathway.beneficiaries.conftest import BY

pytestmark = pytest.mark.usefixtures("rules")


@pytest.fixture
def person(at: datetime) -> Person:
    """Somebody whose file carries an old registration number."""
    apply_households([household(members=(member(pole_emploi_number="1234567X"),))], file=file(), by=BY, at=at)
    return Person.objects.get()


def test_an_old_number_does_not_say_that_anybody_is_followed(person: Person) -> None:
    entry = Entry.objects.get()
    assert (person.france_travail_number, entry.france_travail_followed) == ("1234567X", None)
    assert entry.france_travail_words == "inconnu"


def test_an_agent_says_it_with_the_day_the_recommendation_and_the_author(person: Person, at: datetime) -> None:
    told = FranceTravailFacts("1234567X", True, date(2026, 9, 1), "social", date(2026, 9, 10))
    tell_france_travail(person_id=person.pk, told=told, by=BY, at=at)
    entry = Entry.objects.get()
    assert entry.france_travail_words == "oui depuis le 01/09/2026"
    assert (entry.france_travail_path, entry.france_travail_path_on) == ("social", date(2026, 9, 10))
    assert (entry.france_travail_told_by, entry.france_travail_told_at) == (BY.label, at)
    assert JournalEntry.objects.filter(event="beneficiaries.FranceTravailTold", person_id=person.pk).count() == 1


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (FranceTravailFacts(followed=False, since=date(2026, 9, 1)), "followed"),
        (FranceTravailFacts(followed=True, since=date(2999, 9, 1)), "since"),
        (FranceTravailFacts(path="social"), "path_on"),
        (FranceTravailFacts(path_on=date(2026, 9, 1)), "path"),
        (FranceTravailFacts(path="social", path_on=date(2999, 9, 1)), "path_on"),
    ],
)
def test_what_cannot_be_is_refused_on_its_field(
    person: Person, at: datetime, told: FranceTravailFacts, field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        tell_france_travail(person_id=person.pk, told=told, by=BY, at=at)
    assert refused.value.field == field
    assert Entry.objects.get().france_travail_told_at is None


def test_the_form_of_the_page_keeps_what_was_typed_and_the_card_says_it(
    person: Person, as_role: Callable[..., Client]
) -> None:
    client = as_role("orientation_officer")
    address = f"/personnes/{person.pk}/france-travail/"
    assert "Inconnu" in client.get(address).content.decode()
    wrong = client.post(address, {"number": "77", "followed": "no", "since": "2026-09-01"})
    assert wrong.status_code == 422
    assert 'value="77"' in wrong.content.decode()
    client.post(address, {"number": "77", "followed": "yes", "since": "2026-09-01", "path": "", "path_on": ""})
    card = client.get(f"/personnes/{person.pk}/identite/").content.decode()
    assert "oui depuis le 01/09/2026" in card
    assert Person.objects.get().france_travail_number == "77"
