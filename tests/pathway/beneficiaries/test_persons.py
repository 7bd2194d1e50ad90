"""A person by hand, met later by the payer's file; deaths; anonymous writes refused."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from emploi.foundation.audit.models import FieldChange
from emploi.foundation.errors import DomainError
from emploi.pathway.beneficiaries.actions import (
    apply_households,
    close_entries,
    correct_person,
    create_person,
    record_death,
    reopen_entry,
)
from emploi.pathway.beneficiaries.facts import TypedAddress, TypedPerson
from emploi.pathway.beneficiaries.models import Address, Entry, Household, HouseholdRole, Person, ReviewItem
from emploi.pathway.beneficiaries.queries import lookalikes
from emploi.pathway.clocks.models import Deadline
from tests.pathway.beneficiaries.builders import file, household, member
from tests.pathway.beneficiaries.conftest import BY

pytestmark = pytest.mark.usefixtures("rules")

AMINA = TypedPerson(
    title="MME",
    last_name="Bensaïd",
    birth_name="Meyer",
    first_name="Amina",
    birth_date=date(1988, 4, 12),
    sex="2",
    nir13="2889926990001",
    phone="+33612345678",
    subject=True,
    address=TypedAddress(street="3 place Haute", postal_code="99000", city="Exempleville", insee="99001"),
)


@pytest.fixture
def amina(at: datetime) -> Person:
    return create_person(typed=AMINA, by=BY, at=at)


class TestByHand:
    def test_a_person_typed_has_a_household_a_phone_and_an_entry_of_the_day(self, amina: Person, at: datetime) -> None:
        entry = Entry.objects.get()
        assert (entry.kind, entry.opened_on) == ("manual", at.date())
        assert Deadline.objects.count() == 3
        assert amina.contacts.get().value == "+33612345678"
        assert Household.objects.get().state == "Z"

    def test_without_duties_no_entry(self, at: datetime) -> None:
        create_person(typed=replace(AMINA, subject=None), by=BY, at=at)
        assert Entry.objects.count() == 0

    def test_the_same_nir_is_refused(self, amina: Person, at: datetime) -> None:
        again = replace(AMINA, last_name="Autre", birth_name="Autre")
        with pytest.raises(DomainError) as refusal:
            create_person(typed=again, by=BY, at=at)
        assert refusal.value.field == "nir"

    def test_the_same_identity_is_refused_until_an_agent_says_it_is_another(self, amina: Person, at: datetime) -> None:
        again = replace(AMINA, nir13="", last_name="BENSAID")
        with pytest.raises(DomainError, match="existe déjà"):
            create_person(typed=again, by=BY, at=at)
        other = create_person(typed=again, not_the_same_as=[amina.pk], by=BY, at=at)
        kept = ReviewItem.objects.get()
        assert (kept.person, kept.other, kept.settled_by) == (other, amina, BY.label)

    def test_a_nir_that_belies_the_birth_year_is_refused(self, at: datetime) -> None:
        with pytest.raises(DomainError) as refusal:
            create_person(typed=replace(AMINA, birth_date=date(1990, 4, 12)), by=BY, at=at)
        assert refusal.value.field == "nir"

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"nir13": "", "first_name": "Aminah"}, "Nom proche, même date de naissance"),
            ({"nir13": "", "birth_date": date(1988, 12, 4)}, "Même nom, date de naissance proche"),
            ({"last_name": "X", "birth_name": "Y", "first_name": "Z"}, "Même numéro de sécurité sociale"),
        ],
    )
    def test_lookalikes_are_shown_with_the_reason(self, amina: Person, change: dict, reason: str) -> None:
        assert [found.reason for found in lookalikes(replace(AMINA, **change))] == [reason]

    def test_a_stranger_born_the_same_day_is_not_shown(self, amina: Person) -> None:
        stranger = replace(AMINA, nir13="", last_name="Durand", birth_name="", first_name="Paul")
        assert lookalikes(stranger) == []


class TestMetByTheFile:
    def test_the_dossier_joins_by_the_claim_number_typed(self, at: datetime) -> None:
        create_person(typed=replace(AMINA, claim_number="00000000199", nir13=""), by=BY, at=at)
        apply_households([household()], file=file(), by=BY, at=at)
        assert (Person.objects.count(), Household.objects.count(), Entry.objects.count()) == (1, 1, 1)
        assert Household.objects.get().state == "2"

    def test_without_a_number_the_person_is_recognised_and_the_typed_household_gives_way(
        self, amina: Person, at: datetime
    ) -> None:
        apply_households([household(addresses=())], file=file(), by=BY, at=at)
        assert Person.objects.count() == 1
        home = Household.objects.get(claim_number="00000000199")
        assert HouseholdRole.objects.get(ended_on__isnull=True).household == home
        assert Entry.objects.get().household == home
        assert Address.objects.get(source="typed").household == home

    def test_what_the_file_certifies_is_kept(self, amina: Person, at: datetime) -> None:
        apply_households([household()], file=file(), by=BY, at=at)
        amina.refresh_from_db()
        assert amina.nir_valid is True


class TestCorrection:
    def test_a_correction_is_searched_and_remembered(self, amina: Person, at: datetime) -> None:
        correct_person(person_id=amina.pk, values={"last_name": "Roux"}, by=BY, at=at)
        amina.refresh_from_db()
        assert "roux" in amina.search_text and amina.sort_name.startswith("roux")
        assert FieldChange.objects.filter(column_name="last_name").count() == 1

    def test_a_death_closes_the_entry_and_voids_the_delays(self, amina: Person, at: datetime) -> None:
        record_death(person_id=amina.pk, on=date(2026, 11, 20), by=BY, at=at)
        assert Entry.objects.get().closing_reason == "death"
        assert set(Deadline.objects.values_list("void_reason", flat=True)) == {"death"}

    def test_a_file_does_not_bring_back_the_dead_but_says_so(self, amina: Person, at: datetime) -> None:
        record_death(person_id=amina.pk, on=date(2026, 11, 20), by=BY, at=at)
        apply_households([household()], file=file(), by=BY, at=at)
        assert Entry.objects.get().closing_reason == "death"
        assert ReviewItem.objects.get().kind == "dead_in_file"

    def test_a_death_to_come_is_refused(self, amina: Person, at: datetime) -> None:
        with pytest.raises(DomainError) as refusal:
            record_death(person_id=amina.pk, on=date(2026, 12, 24), by=BY, at=at)
        assert refusal.value.field == "died_on"

    def test_a_closed_entry_is_reopened_once(self, amina: Person, at: datetime) -> None:
        entry = Entry.objects.get()
        close_entries(entry_ids=[entry.pk], reason="duplicate", on=at.date(), by=BY, at=at)
        reopen_entry(entry_id=entry.pk, on=at.date(), by=BY, at=at)
        with pytest.raises(DomainError, match="pas close"):
            reopen_entry(entry_id=entry.pk, on=at.date(), by=BY, at=at)


class TestTriggers:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE beneficiaries_person SET last_name = 'X'",
            "DELETE FROM beneficiaries_contact",
            "UPDATE beneficiaries_entry SET opened_on = '2020-01-01'",
            "UPDATE clocks_deadline SET due_on = '2030-01-01'",
            "INSERT INTO beneficiaries_household (state) VALUES ('2')",
        ],
    )
    def test_an_anonymous_write_is_refused_by_the_database(self, amina: Person, statement: str) -> None:
        refused = pytest.raises(DatabaseError, match="without a known actor")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    def test_the_history_names_the_author(self, amina: Person, at: datetime) -> None:
        corrected = member(first_name="AMINATA")
        apply_households([household(members=(corrected,))], file=file(), by=BY, at=at)
        change = FieldChange.objects.get(column_name="first_name")
        assert (change.old, change.new, change.actor) == ("Amina", "AMINATA", str(BY))
