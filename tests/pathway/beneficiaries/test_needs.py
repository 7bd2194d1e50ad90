"""What a person needs to come: asked once, kept with who said it, one copy of each thing."""

from datetime import datetime, timedelta

import pytest
from django.db import InternalError, ProgrammingError

from emploi.foundation.actor import Actor
from emploi.foundation.audit.models import FieldChange, JournalEntry
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.errors import DomainError
from emploi.pathway.beneficiaries.actions import merge_persons, tell_needs
from emploi.pathway.beneficiaries.models import Person, VisitNeeds
from tests.pathway.beneficiaries.conftest import BY

NADIA = Actor.person(1, "Nadia")
AGENT = Actor("agent", 3, "Sonia Roux")


@pytest.fixture
def person(db: None) -> Person:
    return someone("Nadia")


def someone(first_name: str) -> Person:
    from emploi.foundation.audit.writing import acting

    with acting(BY):
        return Person.objects.create(first_name=first_name, last_name="ESSAI")


def test_nobody_was_asked_is_not_no_need(person: Person, at: datetime) -> None:
    assert person.last_needs is None
    tell_needs(person_id=person.pk, needs=[], by=NADIA, at=at)
    told = Person.objects.get().last_needs
    assert told is not None
    assert (told.needs, told.source, told.told_by, told.told_at) == ([], "person", "Nadia", at)
    assert Person.objects.get().needs_to_come == []


def test_the_last_one_who_spoke_is_believed_and_the_former_stays_known(person: Person, at: datetime) -> None:
    tell_needs(person_id=person.pk, needs=["childcare", "wheelchair"], language="arabe", by=NADIA, at=at)
    tell_needs(person_id=person.pk, needs=["wheelchair"], language="arabe", other="Arrive en taxi", by=AGENT,
               at=at + timedelta(days=1))  # fmt: skip
    found = Person.objects.prefetch_related("visit_needs").get()
    assert found.needs_to_come == ["interprète : arabe", "fauteuil roulant", "Arrive en taxi"]
    assert found.last_needs.source == "typed"
    assert list(VisitNeeds.objects.order_by("pk").values_list("needs", flat=True)) == [
        ["wheelchair", "childcare"],
        ["wheelchair"],
    ]


def test_the_interpreter_has_one_place_and_its_history(person: Person, at: datetime) -> None:
    tell_needs(person_id=person.pk, needs=[], language="langue des signes", by=NADIA, at=at)
    assert Person.objects.get().interpreter_language == "langue des signes"
    change = FieldChange.objects.get(table_name="beneficiaries_person", column_name="interpreter_language")
    assert (change.old, change.new) == ("", "langue des signes")


def test_the_same_again_writes_nothing(person: Person, at: datetime) -> None:
    for day in range(3):
        tell_needs(person_id=person.pk, needs=["childcare"], by=NADIA, at=at + timedelta(days=day))
    assert VisitNeeds.objects.count() == 1
    assert JournalEntry.objects.filter(event="beneficiaries.NeedsTold").count() == 1


def test_the_journal_says_the_needs_and_never_the_free_text(person: Person, at: datetime) -> None:
    tell_needs(person_id=person.pk, needs=["wheelchair"], other="Code de la porte 1234", by=AGENT, at=at)
    entry = JournalEntry.objects.get(event="beneficiaries.NeedsTold")
    assert "1234" not in str(entry.payload)
    assert sentence_of(entry) == "Besoins pour venir (saisi par un agent) : fauteuil roulant."


@pytest.mark.parametrize(
    ("needs", "other", "field"),
    [(["rien"], "", "needs"), ([], "mon numéro 2 88 04 99 001 001 42", "other")],
)
def test_what_is_not_a_need_is_refused(person: Person, at: datetime, needs: list[str], other: str, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        tell_needs(person_id=person.pk, needs=needs, other=other, by=NADIA, at=at)
    assert refused.value.field == field
    assert not VisitNeeds.objects.exists()


@pytest.mark.usefixtures("rules")
def test_two_records_of_one_person_keep_what_was_said_last(person: Person, at: datetime) -> None:
    double = someone("Nadya")
    tell_needs(person_id=person.pk, needs=["childcare"], by=NADIA, at=at)
    tell_needs(person_id=double.pk, needs=["wheelchair"], by=NADIA, at=at + timedelta(hours=1))
    merge_persons(
        kept_id=person.pk, absorbed_id=double.pk, adopted=[], reason="Même personne", by=BY, at=at + timedelta(days=1)
    )
    assert Person.objects.get(pk=person.pk).needs_to_come == ["fauteuil roulant"]


def test_nobody_writes_it_without_a_name(person: Person, at: datetime) -> None:
    with pytest.raises((InternalError, ProgrammingError)):
        VisitNeeds.objects.create(person=person, source="typed", told_at=at, told_by="?")
