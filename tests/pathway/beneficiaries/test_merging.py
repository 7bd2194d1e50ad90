"""Two records of one woman: put together without losing a row, parted again exactly as they were."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.actions import (
    add_contact,
    apply_contacts,
    apply_households,
    create_person,
    mark_contact_dead,
    merge_persons,
    undo_merge,
)
from emploi.pathway.beneficiaries.enums import ReviewKind
from emploi.pathway.beneficiaries.facts import ContactFacts, HouseholdFacts, TypedPerson
from emploi.pathway.beneficiaries.models import (
    Contact,
    Entry,
    Household,
    HouseholdRole,
    MergeRecord,
    Person,
    ReviewItem,
)
from emploi.pathway.beneficiaries.queries import exact_matches
from emploi.pathway.clocks.actions import meet, start_deadlines
from emploi.pathway.clocks.models import Deadline
from emploi.territory.rulebook.actions import load_shipped
from tests.pathway.beneficiaries.builders import file, household, member, spouse
from tests.pathway.beneficiaries.conftest import BY

WHY = "Même carte d’identité, vue au guichet"


def rows_of_everything() -> dict[str, list[str]]:
    """Every row of every table but the traces, which only grow, and the merges themselves."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [row[0] for row in cursor.fetchall()]
        for table in tables:
            if not table.startswith("audit_") and table != "beneficiaries_mergerecord":
                cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t ORDER BY 1')
                found[table] = [row[0] for row in cursor.fetchall()]
    return found


def merge(kept: Person, absorbed: Person, at: datetime, **changes: Any) -> MergeRecord:
    asked: dict[str, Any] = {"adopted": (), "reason": WHY, "by": BY, "at": at, **changes}
    return merge_persons(kept_id=kept.pk, absorbed_id=absorbed.pk, **asked)


def next_file(at: datetime, *households: HouseholdFacts) -> None:
    """The monthly file of November."""
    apply_households(households, file=file(reference_on=date(2026, 11, 30), run_id=2), by=BY, at=at)


@pytest.fixture
def typed(rules: None, at: datetime) -> Person:
    """Amina, typed at the counter three weeks before the file, her birth name unknown and no NIR."""
    person = TypedPerson(
        title="MME", last_name="Bensaid", birth_name="", first_name="Aminah", birth_date=date(1988, 4, 12),
        sex="2", phone="+33611111111", subject=True, local_number="IODAS-7",
    )  # fmt: skip
    return create_person(typed=person, by=BY, at=at - timedelta(days=20))


@pytest.fixture
def filed(typed: Person, at: datetime) -> Person:
    """The same Amina as the CAF's file shows her."""
    apply_households([household()], file=file(received_on=date(2026, 11, 10)), by=BY, at=at)
    return Person.objects.get(nir_hash=nir.fingerprint("2889926990001"))


class TestMerge:
    def test_every_row_follows_and_the_absorbed_record_points_to_the_kept_one(self, typed, filed, at) -> None:
        record = merge(filed, typed, at, adopted=["local_number"])
        typed.refresh_from_db()
        filed.refresh_from_db()
        assert typed.merged_into == filed
        assert filed.local_number == "IODAS-7"
        assert set(Contact.objects.values_list("person", flat=True)) == {filed.pk}
        assert set(HouseholdRole.objects.values_list("person", flat=True)) == {filed.pk}
        assert set(Entry.objects.values_list("person", flat=True)) == {filed.pk}
        assert set(Deadline.objects.values_list("person", flat=True)) == {filed.pk}
        assert record.adopted == ["local_number"]

    def test_the_oldest_j0_stays_and_the_other_entry_is_closed_as_a_duplicate(self, typed, filed, at) -> None:
        merge(filed, typed, at)
        oldest, duplicate = Entry.objects.order_by("opened_on")
        assert oldest.closed_on is None
        # It never was: no later return may take it for her last entry.
        assert (duplicate.closing_reason, duplicate.closed_on) == ("duplicate", duplicate.opened_on)
        assert Deadline.objects.waiting().filter(entry=oldest).count() == 3
        assert not Deadline.objects.waiting().filter(entry=duplicate).exists()

    def test_what_was_held_under_the_duplicate_counts_for_the_entry_that_stays(self, typed, filed, at) -> None:
        duplicate = Entry.objects.get(person=filed)
        meet(entry_ids=[duplicate.pk], kind="first_interview", on=date(2026, 11, 12), by=BY, at=at)
        merge(filed, typed, at)
        kept = Deadline.objects.get(entry__closed_on=None, kind="first_interview")
        assert kept.met_on == date(2026, 11, 12)
        assert kept.due_on == date(2026, 11, 18)

    def test_a_number_dead_on_one_record_is_dead_on_both_and_one_is_used_first(self, typed, filed, at) -> None:
        add_contact(person_id=filed.pk, kind="phone", value="+33611111111", source="typed", by=BY, at=at)
        add_contact(person_id=filed.pk, kind="phone", value="+33622222222", source="typed", by=BY, at=at)
        dead = Contact.objects.get(person=typed)
        mark_contact_dead(contact_id=dead.pk, reason="Numéro non attribué", by=BY, at=at)
        add_contact(person_id=typed.pk, kind="phone", value="+33633333333", source="typed", by=BY, at=at)
        record = merge(filed, typed, at)
        mine = Contact.objects.filter(person=filed)
        assert mine.get(value="+33611111111").is_dead
        assert [c.value for c in mine.filter(is_preferred=True)] == ["+33622222222"]
        assert record.left == {"beneficiaries.Contact.person": [dead.pk]}

    def test_the_same_dossier_keeps_one_place_the_adult_one(self, filed, at) -> None:
        with acting(BY):
            twice = Person.objects.create(last_name="BENSAID", first_name="AMINA", birth_date=date(1988, 4, 12))
            home = HouseholdRole.objects.get(person=filed).household
            HouseholdRole.objects.create(person=twice, household=home, role="ENF", started_on=date(2026, 1, 1))
        merge(twice, filed, at)
        places = HouseholdRole.objects.filter(person=twice, household=home)
        assert {(place.role, place.ended_on) for place in places} == {("DEM", None), ("ENF", at.date())}

    def test_the_doubt_is_answered_and_not_the_same_person_is_remembered(self, typed, filed, at) -> None:
        with acting(BY):
            other = Person.objects.create(last_name="BENSAID", first_name="AMIN", birth_date=date(1988, 4, 12))
            key = f"name_similarity:{min(typed.pk, other.pk)}:{max(typed.pk, other.pk)}"
            ReviewItem.objects.create(
                person=typed, other=other, kind=ReviewKind.NAME_SIMILARITY, key=key, created_at=at, settled_at=at,
                settled_by="Noé", outcome="Ce n’est pas la même personne",
            )  # fmt: skip
        doubt = ReviewItem.objects.get(settled_at=None, kind=ReviewKind.NAME_SIMILARITY)
        assert {doubt.person_id, doubt.other_id} == {typed.pk, filed.pk}
        merge(filed, typed, at)
        doubt.refresh_from_db()
        assert doubt.outcome == "Même personne : les deux fiches sont réunies"
        remembered = ReviewItem.objects.get(outcome="Ce n’est pas la même personne")
        assert remembered.key == f"name_similarity:{min(filed.pk, other.pk)}:{max(filed.pk, other.pk)}"
        assert {remembered.person_id, remembered.other_id} == {filed.pk, other.pk}

    def test_the_journal_says_who_and_why(self, typed, filed, at) -> None:
        merge(filed, typed, at)
        line = JournalEntry.objects.get(event="beneficiaries.PersonsMerged")
        assert (line.person_id, line.reason, line.actor_label) == (filed.pk, WHY, BY.label)

    def test_a_death_taken_over_closes_what_runs(self, typed, filed, at) -> None:
        with acting(BY):
            Person.objects.filter(pk=typed.pk).update(died_on=date(2026, 11, 20))
        merge(filed, typed, at, adopted=["death"])
        assert not Entry.objects.open().exists()
        assert set(Entry.objects.values_list("closing_reason", flat=True)) == {"duplicate", "death"}


class TestRefusals:
    def test_without_a_reason(self, typed, filed, at) -> None:
        with pytest.raises(DomainError, match="Indiquez pourquoi"):
            merge(filed, typed, at, reason=" ")

    def test_with_itself_or_twice(self, typed, filed, at) -> None:
        with pytest.raises(DomainError, match="deux fois la même fiche"):
            merge(filed, filed, at)
        merge(filed, typed, at)
        with pytest.raises(DomainError, match="déjà rejoint"):
            merge(filed, typed, at)

    def test_a_couple_needs_a_confirmation(self, rules, at) -> None:
        apply_households([household(members=(member(), spouse()))], file=file(), by=BY, at=at)
        her, him = Person.objects.order_by("pk")
        before = rows_of_everything()
        with pytest.raises(DomainError, match="deux personnes"):
            merge(her, him, at)
        assert rows_of_everything() == before
        merge(her, him, at, is_confirmed=True)
        assert Person.objects.alive_records().count() == 1


class TestLaterFiles:
    """caf-flows.md §3: whoever matches the absorbed identity is the kept person."""

    def test_the_absorbed_nir_finds_the_kept_person(self, typed, filed, at) -> None:
        merge(typed, filed, at)
        other_home = household(claim_number="00000000299", payer_number="2055991")
        apply_households([other_home], file=file(reference_on=date(2026, 11, 30), run_id=2), by=BY, at=at)
        assert Person.objects.alive_records().count() == 1
        assert set(HouseholdRole.objects.values_list("person", flat=True)) == {typed.pk}

    def test_the_absorbed_names_find_the_kept_person(self, typed, filed, at) -> None:
        with acting(BY):
            Person.objects.filter(pk=typed.pk).update(birth_date=date(1980, 1, 1))
        typed.refresh_from_db()
        merge(typed, filed, at, is_confirmed=True)
        again = household(claim_number="00000000299", members=(member(nir13="", nir_valid=False),))
        apply_households([again], file=file(reference_on=date(2026, 11, 30), run_id=2), by=BY, at=at)
        assert Person.objects.alive_records().count() == 1

    def test_the_contact_file_finds_the_kept_person(self, typed, filed, at) -> None:
        merge(typed, filed, at)
        line = ContactFacts("", "DEM", "2889926990001", "", ("+33644444444",), "")
        apply_contacts([line], received_on=at.date(), run_id=3, by=BY, at=at)
        assert Contact.objects.get(value="+33644444444").person == typed

    def test_nobody_is_created_again_with_the_absorbed_number(self, typed, filed, at) -> None:
        merge(typed, filed, at)
        same = TypedPerson(
            title="", last_name="X", birth_name="", first_name="Y", birth_date=None, nir13="2889926990001"
        )
        assert [match.person_id for match in exact_matches(same)] == [typed.pk]


class TestChosenValues:
    """What the agent chose is protected from the next file, like what is typed."""

    def test_a_value_taken_over_is_not_overwritten_and_the_difference_is_shown(self, typed, filed, at) -> None:
        merge(filed, typed, at, adopted=["first_name"])
        next_file(at, household(amount=None))
        filed.refresh_from_db()
        assert (filed.first_name, filed.corrected_fields) == ("Aminah", ["first_name"])
        shown = ReviewItem.objects.get(kind=ReviewKind.IDENTITY_DIFFERS)
        assert shown.detail == '{"first_name": "AMINA"}'

    def test_what_was_typed_and_kept_before_the_payers_value_is_protected_too(self, typed, filed, at) -> None:
        merge(typed, filed, at, adopted=["birth_name"])
        next_file(at, household(amount=None))
        typed.refresh_from_db()
        assert (typed.first_name, typed.birth_name) == ("Aminah", "MEYER")

    def test_what_the_payer_said_and_stays_may_still_change(self, typed, filed, at) -> None:
        merge(filed, typed, at)
        next_file(at, household(members=(member(first_name="AMINA LOUISE"),)))
        filed.refresh_from_db()
        assert filed.first_name == "AMINA LOUISE"


class TestUndo:
    def test_everything_comes_back_exactly(self, typed, filed, at) -> None:
        before = rows_of_everything()
        record = merge(filed, typed, at, adopted=["local_number", "first_name"])
        assert rows_of_everything() != before
        undo_merge(record_id=record.pk, reason="Deux sœurs", by=BY, at=at)
        assert rows_of_everything() == before

    def test_needs_a_reason_and_happens_once(self, typed, filed, at) -> None:
        record = merge(filed, typed, at)
        with pytest.raises(DomainError, match="Indiquez pourquoi"):
            undo_merge(record_id=record.pk, reason="", by=BY, at=at)
        undo_merge(record_id=record.pk, reason="Erreur", by=BY, at=at)
        with pytest.raises(DomainError, match="déjà été défaite"):
            undo_merge(record_id=record.pk, reason="Erreur", by=BY, at=at)
        again = merge(filed, typed, at)
        assert again.pk != record.pk

    def test_is_refused_when_a_value_taken_over_was_corrected_since(self, typed, filed, at) -> None:
        record = merge(filed, typed, at, adopted=["local_number"])
        with acting(BY):
            Person.objects.filter(pk=filed.pk).update(local_number="IODAS-8")
        with pytest.raises(DomainError, match="personne a changé : numéro du logiciel précédent"):
            undo_merge(record_id=record.pk, reason="Erreur", by=BY, at=at)
        assert Person.objects.get(pk=typed.pk).merged_into == filed

    def test_is_refused_when_something_was_added_to_what_would_be_given_back(self, typed, filed, at) -> None:
        record = merge(filed, typed, at)
        back = Entry.objects.get(closed_on=None)
        with acting(BY):
            Deadline.objects.create(
                entry=back, person=filed, kind="relaunch", started_on=at.date(), due_on=at.date(),
                rule_slug="relaunch_days", rule_valid_from=date(2025, 1, 1),
            )  # fmt: skip
        with pytest.raises(DomainError, match=r"on a ajouté : délai \(1\)"):
            undo_merge(record_id=record.pk, reason="Erreur", by=BY, at=at)

    @pytest.mark.parametrize("kept_is_filed", [False, True])
    def test_a_file_that_told_their_dossier_since_is_an_obstacle_only_when_it_may_be_the_others(
        self, typed, filed, at, kept_is_filed: bool
    ) -> None:
        record = merge(filed, typed, at) if kept_is_filed else merge(typed, filed, at)
        next_file(at, household(amount=None))
        if kept_is_filed:
            undo_merge(record_id=record.pk, reason="Erreur", by=BY, at=at)
            return
        with pytest.raises(DomainError, match="un fichier de la caisse a décrit le dossier 00000000199"):
            undo_merge(record_id=record.pk, reason="Erreur", by=BY, at=at)

    def test_a_dossier_a_file_gave_them_since_is_nobodys(self, typed, filed, at) -> None:
        record = merge(filed, typed, at)
        next_file(at, household(), household(claim_number="00000000299", payer_number="2055991"))
        with pytest.raises(DomainError, match="a décrit le dossier 00000000299"):
            undo_merge(record_id=record.pk, reason="Erreur", by=BY, at=at)
        assert Person.objects.get(pk=typed.pk).merged_into == filed

    def test_what_came_since_and_is_not_theirs_stays_with_the_kept_record(self, typed, filed, at) -> None:
        record = merge(filed, typed, at)
        add_contact(person_id=filed.pk, kind="email", value="amina@exemple.fr", source="person", by=BY, at=at)
        undo_merge(record_id=record.pk, reason="Erreur", by=BY, at=at)
        assert Contact.objects.get(kind="email").person == filed

    def test_merges_are_undone_from_the_last_to_the_first(self, typed, filed, at) -> None:
        with acting(BY):
            third = Person.objects.create(last_name="BENSAID", first_name="AMINA", birth_date=date(1988, 4, 12))
        before = rows_of_everything()
        first = merge(filed, typed, at)
        second = merge(third, filed, at)
        assert Person.objects.get(pk=typed.pk).merged_into == third
        with pytest.raises(DomainError, match="défaites d’abord cette autre fusion"):
            undo_merge(record_id=first.pk, reason="Erreur", by=BY, at=at)
        undo_merge(record_id=second.pk, reason="Erreur", by=BY, at=at)
        undo_merge(record_id=first.pk, reason="Erreur", by=BY, at=at)
        assert rows_of_everything() == before


ROLES = st.sampled_from(["DEM", "CJT", "ENF"])
PHONES = st.sampled_from(["+33611111111", "+33622222222", "+33475000000"])
SIDES = st.fixed_dictionaries(
    {
        "phones": st.lists(st.tuples(PHONES, st.sampled_from(["typed", "person", "caf"]), st.booleans()), max_size=4),
        "homes": st.lists(st.tuples(st.integers(0, 2), ROLES), max_size=3, unique_by=lambda home: home[0]),
        "entry": st.none() | st.integers(0, 40),
        "past": st.lists(st.integers(100, 400), max_size=2),
        "met": st.booleans(),
    }
)


class TestAnyWorld(HypothesisCase):
    """Whatever two records hold, merging then undoing gives back exactly the same rows."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(one=SIDES, other=SIDES, taken=st.sets(st.sampled_from(["first_name", "nir", "birth", "death", "title"])))
    def test_there_and_back(self, one: dict[str, Any], other: dict[str, Any], taken: set[str]) -> None:
        with clock.frozen("2026-11-23T09:00"):
            at = clock.now()
            load_shipped(by=BY, at=at)
            with acting(BY):
                homes = _homes()
                people = [_person(number, side, homes, at) for number, side in enumerate((one, other))]
            before = rows_of_everything()
            record = merge(people[0], people[1], at, adopted=taken, is_confirmed=True)
            kept = people[0].pk
            assert Entry.objects.open().filter(person=kept).count() <= 1
            assert not Entry.objects.filter(person=people[1].pk).exists()
            undo_merge(record_id=record.pk, reason="Erreur", by=BY, at=at)
            assert rows_of_everything() == before


def _homes() -> list[Any]:
    return [Household.objects.create(claim_number=f"0000000000{number}", state="2") for number in range(3)]


def _person(number: int, side: dict[str, Any], homes: list[Any], at: datetime) -> Person:
    thirteen = f"288992699000{number}"
    person = Person.objects.create(
        last_name="BENSAID", first_name=f"AMINA{number}", birth_date=date(1988, 4, 12 + number), sex="2",
        nir_hash=nir.fingerprint(thirteen), nir_encrypted=nir.encrypt(thirteen), nir_valid=bool(number),
        died_on=at.date() if number else None, search_text="amina", sort_name="bensaid amina",
    )  # fmt: skip
    for value, source, is_dead in side["phones"]:
        contact = add_contact(person_id=person.pk, kind="phone", value=value, source=source, by=BY, at=at)
        if is_dead:
            mark_contact_dead(contact_id=contact.pk, reason="Faux numéro", by=BY, at=at)
    for index, role in side["homes"]:
        HouseholdRole.objects.create(person=person, household=homes[index], role=role, started_on=date(2026, 1, 1))
    for days in side["past"]:
        opened = at.date() - timedelta(days=days + 30)
        Entry.objects.create(
            person=person, household=homes[0], opened_on=opened, kind="first", closed_on=opened + timedelta(days=20),
            closing_reason="right_ended",
        )  # fmt: skip
    if side["entry"] is not None:
        opened = at.date() - timedelta(days=side["entry"])
        entry = Entry.objects.create(person=person, household=homes[0], opened_on=opened, kind="first")
        start_deadlines(entry_ids=[entry.pk], by=BY, at=at)
        if side["met"]:
            meet(entry_ids=[entry.pk], kind="first_interview", on=at.date(), by=BY, at=at)
    return person
