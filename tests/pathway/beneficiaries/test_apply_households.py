"""Dossiers of a file applied: persons, roles, rights over time, entries; twice changes nothing."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emploi.foundation.audit.models import FieldChange, JournalEntry
from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.actions import Applied, apply_households, flag_disappeared
from emploi.pathway.beneficiaries.facts import FileFacts, HouseholdFacts
from emploi.pathway.beneficiaries.models import (
    Address,
    DutyState,
    Entry,
    Household,
    HouseholdRole,
    Person,
    ReviewItem,
    RightState,
)
from emploi.pathway.clocks.models import Deadline
from tests.pathway.beneficiaries.builders import address, child, file, household, many, member, spouse
from tests.pathway.beneficiaries.conftest import BY

pytestmark = pytest.mark.usefixtures("rules")

NEXT = {"reference_on": date(2026, 11, 30), "created_on": date(2026, 12, 4), "received_on": date(2026, 12, 5)}
TABLES = (Person, Household, HouseholdRole, RightState, DutyState, Address, Entry, ReviewItem, Deadline, JournalEntry)


@pytest.fixture
def apply(at: datetime):
    def run(*households: HouseholdFacts, file: FileFacts = file()) -> Applied:  # noqa: B008 - frozen facts
        return apply_households(households, file=file, by=BY, at=at)

    return run


def everything() -> dict[str, list]:
    """Every row of every table, to prove that nothing moved."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES}


class TestFirstSight:
    def test_a_family_becomes_persons_roles_rights_and_one_entry_an_adult(self, apply) -> None:
        family = household(members=(member(), spouse(), child()), dependants=1)
        done = apply(family)
        assert (done.created, done.persons_created, done.entries_opened) == (1, 3, 2)
        home = Household.objects.get(claim_number="00000000199")
        assert (home.state, home.payer_number, home.commune_id, home.single_parent) == ("2", "2055990", "99001", False)
        roles = {role.role: role for role in home.roles.select_related("person")}
        assert roles["DEM"].person.full_name == "Amina Bensaid"
        assert roles["ENF"].person.search_text == "", "children are never looked for"
        assert roles["DEM"].subject_to_duties is True

    def test_the_entry_keeps_the_four_dates_and_the_commune(self, apply) -> None:
        apply(household())
        entry = Entry.objects.get()
        assert entry.opened_on == date(2026, 11, 5), "J0 is the day the Département received the file"
        assert entry.claimed_on == date(2026, 9, 10)
        assert entry.right_origin_on == date(2026, 9, 1)
        assert entry.duties_since_on == date(2026, 10, 31)
        assert entry.caf_known_on == date(2026, 11, 4)
        assert (entry.kind, entry.commune_id, entry.is_stock) == ("first", "99001", False)

    def test_the_nir_is_encrypted_and_the_msa_number_too(self, apply) -> None:
        apply(household(payer="MSA", payer_number="2889926990001"))
        person, home = Person.objects.get(), Household.objects.get()
        assert nir.decrypt(person.nir_encrypted) == "2889926990001"
        assert (home.payer_number, home.payer_number_hash) == ("", nir.fingerprint("2889926990001"))

    def test_the_first_load_is_stock_and_starts_no_clock(self, apply) -> None:
        apply(household(), file=file(first_load=True))
        assert Entry.objects.get().kind == "stock"
        assert Deadline.objects.count() == 0

    def test_later_files_start_the_three_promises(self, apply) -> None:
        apply(household())
        due = dict(Deadline.objects.values_list("kind", "due_on"))
        assert due == {
            "first_interview": date(2026, 11, 20),
            "orientation_month": date(2026, 12, 5),
            "orientation_six_weeks": date(2026, 12, 17),
        }

    def test_an_unknown_commune_is_kept_as_received(self, apply) -> None:
        apply(household(addresses=(address(insee="75056", city="PARIS"),)))
        kept = Address.objects.get()
        assert (kept.insee, kept.commune_id, Household.objects.get().commune_id) == ("75056", None, None)

    def test_the_same_person_twice_in_a_dossier_counts_once(self, apply) -> None:
        assert apply(household(members=(member(), member(role="ENF")))).persons_created == 1
        assert HouseholdRole.objects.get().role == "DEM"

    def test_somebody_seen_in_two_dossiers_of_a_batch_is_one_person(self, apply) -> None:
        second = household(claim_number="00000000299", claimed_on=date(2026, 10, 1))
        done = apply(household(state="5", motive="RFD"), second)
        assert (done.persons_created, done.entries_opened) == (1, 1)
        assert Entry.objects.get().household.claim_number == "00000000299"


class TestIdempotence:
    def test_the_same_file_twice_changes_nothing_at_all(self, apply) -> None:
        batch = [household(members=(member(), spouse(), child())), *many(20)]
        apply(*batch)
        before = everything()
        again = apply(*batch)
        assert (again.unchanged, again.created, again.updated) == (21, 0, 0)
        assert everything() == before

    def test_nor_when_it_is_deposited_again_another_day(self, apply) -> None:
        apply(household())
        before = everything()
        apply(household(), file=file(received_on=date(2026, 11, 20), run_id=2))
        assert everything() == before

    def test_a_dossier_listed_twice_keeps_its_last_occurrence_however_often_read(self, apply) -> None:
        first, last = household(amount=Decimal("100")), household(amount=Decimal("200"))
        apply(first, last)
        before = everything()
        apply(first, last)
        apply(first)
        apply(last)
        assert everything() == before
        assert RightState.objects.get().amount == Decimal("200")

    def test_the_two_occurrences_may_fall_in_two_batches(self, apply) -> None:
        first, last = household(amount=Decimal("100")), household(amount=Decimal("200"))
        apply(first)
        apply(last)
        before = everything()
        apply(first)
        apply(last)
        assert everything() == before

    def test_an_unchanged_dossier_of_a_newer_file_only_moves_its_date(self, apply) -> None:
        apply(household())
        done = apply(household(), file=file(**NEXT))
        assert done.unchanged == 1
        assert Household.objects.get().last_reference_on == NEXT["reference_on"]
        assert RightState.objects.count() == 1
        assert FieldChange.objects.count() == 0


class TestOrder:
    def test_an_older_file_completes_the_history_and_overwrites_nothing(self, apply) -> None:
        daily = file(source="daily", reference_on=date(2026, 11, 3), created_on=date(2026, 11, 3))
        apply(household(state="4", motive="05"), file=daily)
        late_monthly = file(reference_on=date(2026, 10, 31), created_on=date(2026, 11, 5))
        done = apply(household(state="2"), file=late_monthly)
        assert done.older == 1
        assert Household.objects.get().state == "4"
        known = list(RightState.objects.order_by("reference_on").values_list("reference_on", "state"))
        assert known == [(date(2026, 10, 31), "2"), (date(2026, 11, 3), "4")]

    def test_the_older_file_read_twice_adds_one_line(self, apply) -> None:
        apply(household(state="4", motive="05"), file=file(**NEXT))
        apply(household(state="2"))
        before = everything()
        apply(household(state="2"))
        assert everything() == before

    def test_an_older_file_opens_and_closes_no_entry(self, apply) -> None:
        apply(household(), file=file(**NEXT))
        apply(household(state="5", motive="RFD"))
        apply(household(members=(member(subject=False),)))
        assert Entry.objects.get().closed_on is None

    def test_states_a_to_b_to_a_are_three_lines(self, apply) -> None:
        apply(household(), file=file(reference_on=date(2026, 8, 31)))
        apply(household(state="4", motive="06"), file=file(reference_on=date(2026, 9, 30)))
        apply(household(), file=file(reference_on=date(2026, 10, 31)))
        assert list(RightState.objects.order_by("reference_on").values_list("state", flat=True)) == ["2", "4", "2"]
        changes = FieldChange.objects.filter(column_name="state").values_list("old", "new")
        assert list(changes) == [("2", "4"), ("4", "2")]


class TestCorrections:
    def test_the_payer_corrects_a_name_and_the_former_is_kept(self, apply) -> None:
        apply(household())
        apply(household(members=(member(last_name="BENSAÏD ROUX"),)), file=file(**NEXT))
        person = Person.objects.get()
        assert person.last_name == "BENSAÏD ROUX"
        assert "roux" in person.search_text
        assert FieldChange.objects.get(column_name="last_name").old == "BENSAID"

    def test_a_nir_that_arrives_later_is_added_even_provisional_then_certified(self, apply) -> None:
        apply(household(members=(member(nir13="", nir_valid=False),)), file=file(reference_on=date(2026, 9, 30)))
        apply(household(members=(member(nir13="7889926990001", nir_valid=False),)))
        assert nir.decrypt(Person.objects.get().nir_encrypted) == "7889926990001"
        apply(household(), file=file(**NEXT))
        assert nir.decrypt(Person.objects.get().nir_encrypted) == "2889926990001"

    def test_a_blank_never_erases(self, apply) -> None:
        apply(household())
        blank = member(nir13="", nir_valid=False, title="", birth_rank=None, pole_emploi_number="")
        apply(household(members=(blank,)), file=file(**NEXT))
        person = Person.objects.get()
        assert (person.nir_valid, person.title, person.birth_rank) == (True, "MME", 1)

    def test_a_swap_of_claimant_and_spouse_keeps_both_people_and_entries(self, apply) -> None:
        apply(household(members=(member(), spouse())))
        apply(household(members=(member(role="CJT"), spouse(role="DEM"))), file=file(**NEXT))
        assert Person.objects.count() == 2
        assert Entry.objects.filter(closed_on__isnull=True).count() == 2
        active = HouseholdRole.objects.filter(ended_on__isnull=True).values_list("person__first_name", "role")
        assert sorted(active) == [("AMINA", "CJT"), ("KARIM", "DEM")]

    def test_a_move_inside_changes_the_address_not_the_entry(self, apply) -> None:
        apply(household())
        moved = household(addresses=(address(street="DES ROSES"), address(rank=2)))
        apply(moved, file=file(**NEXT))
        current = Address.objects.filter(is_current=True).order_by("rank").values_list("rank", "lines__street")
        assert list(current) == [(1, "DES ROSES"), (2, "DES LILAS")]
        assert Address.objects.count() == 3
        assert Entry.objects.get().opened_on == date(2026, 11, 5)

    def test_a_new_claim_number_meets_the_same_person_without_a_nir(self, apply) -> None:
        anonymous = member(nir13="", nir_valid=False)
        apply(household(members=(anonymous,)))
        married = replace(anonymous, last_name="ROUX", birth_name="ROUX")
        new = household(claim_number="00000000399", previous_claim_number="00000000199", members=(married,))
        apply(household(state="5", motive="RFD", members=(anonymous,)), new, file=file(**NEXT))
        assert Person.objects.count() == 1
        assert Entry.objects.get().closed_on is None

    def test_lookalikes_are_shown_to_a_human_and_never_merged(self, apply) -> None:
        apply(household(members=(member(nir13="", nir_valid=False),)))
        twin = member(first_name="AMINAH", last_name="DE LA TOUR-ROUX", nir13="", nir_valid=False)
        done = apply(household(claim_number="00000000399", members=(twin,)), file=file(**NEXT))
        assert Person.objects.count() == 2
        assert done.to_review == 1
        assert ReviewItem.objects.get().kind == "name_similarity"


class TestSets:
    def count(self, apply, batch: list[HouseholdFacts], when: FileFacts) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            apply(*batch, file=when)
        return len(seen)

    def test_statements_do_not_move_with_the_number_of_dossiers(self, apply) -> None:
        few, lots = self.count(apply, many(10), file()), self.count(apply, many(200, start=1000), file())
        assert lots == few

    def test_nor_when_they_change(self, apply) -> None:
        apply(*many(10), *many(200, start=1000))

        def changed(facts: HouseholdFacts, n: int) -> HouseholdFacts:
            state = {0: "5", 1: "4"}.get(n % 3, "2")
            return replace(facts, state=state, amount=Decimal(n), content_hash=f"changed-{n}")

        few = [changed(facts, n) for n, facts in enumerate(many(10))]
        lots = [changed(facts, n) for n, facts in enumerate(many(200, start=1000))]
        assert self.count(apply, lots, file(**NEXT)) == self.count(apply, few, file(**NEXT))


class TestDisappeared:
    def test_absence_flags_and_never_closes(self, apply, at: datetime) -> None:
        apply(household())
        gone = {"payer": "CAF", "reference_on": NEXT["reference_on"], "run_id": 2, "by": BY, "at": at}
        assert flag_disappeared(**gone) == 1
        assert flag_disappeared(**gone) == 0
        assert Entry.objects.get().closed_on is None
        assert ReviewItem.objects.get().kind == "disappeared"

    def test_a_dossier_seen_again_is_no_longer_flagged(self, apply, at: datetime) -> None:
        apply(household())
        flag_disappeared(payer="CAF", reference_on=NEXT["reference_on"], run_id=2, by=BY, at=at)
        apply(household(), file=file(**NEXT))
        assert Household.objects.get().disappeared_on is None

    def test_the_file_of_one_caf_accuses_nobody_of_the_other(self, apply, at: datetime) -> None:
        apply(household(payer_organism="991"), *many(1))
        gone = {"payer": "CAF", "reference_on": NEXT["reference_on"], "run_id": 2, "by": BY, "at": at}
        assert flag_disappeared(organism="992", **gone) == 0
        assert flag_disappeared(organism="991", **gone) == 2

    def test_another_payer_and_closed_dossiers_are_not_expected(self, apply, at: datetime) -> None:
        apply(household(state="5", motive="RFD"), household(claim_number="00000000499", payer="MSA", payer_number=""))
        assert flag_disappeared(payer="CAF", reference_on=NEXT["reference_on"], run_id=2, by=BY, at=at) == 0
