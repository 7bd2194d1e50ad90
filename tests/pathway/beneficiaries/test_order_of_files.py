"""Files may be imported in any order: what they say of people, rights, entries and delays ends up the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emploi.foundation import clock
from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.actions import correct_person, create_person, merge_persons
from emploi.pathway.beneficiaries.facts import TypedPerson
from emploi.pathway.beneficiaries.models import MergeRecord, Person
from tests.pathway.beneficiaries.any_files import Received, after, worlds
from tests.pathway.beneficiaries.conftest import BY

pytestmark = pytest.mark.usefixtures("rules")

# A world is undone after each telling; a busy machine is not a fault of the world.
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
WIFE = "2889926990001"


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW, derandomize=True)
@given(files=worlds(), data=st.data())
def test_whatever_the_order_of_imports_people_rights_and_entries_are_the_same(
    files: list[Received], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(files))
    assert after(shuffled) == after(files)


@settings(max_examples=10, deadline=None, suppress_health_check=SLOW, derandomize=True)
@given(files=worlds())
def test_reading_a_file_again_changes_nothing(files: list[Received]) -> None:
    assert after([*files, *reversed(files)]) == after(files)


def one_by_one(files: Sequence[Received]) -> list[Received]:
    """The same files, each read one dossier a batch."""
    return [Received(received.file, (shown,)) for received in files for shown in received.households]


@settings(max_examples=12, deadline=None, suppress_health_check=SLOW, derandomize=True)
@given(files=worlds())
def test_how_a_file_is_cut_into_batches_changes_nothing(files: list[Received]) -> None:
    assert after(one_by_one(files)) == after(files)


def wife() -> Person | None:
    return Person.objects.alive_records().filter(nir_hash=nir.fingerprint(WIFE)).first()


@settings(max_examples=12, deadline=None, suppress_health_check=SLOW, derandomize=True)
@given(files=worlds(), data=st.data())
def test_what_an_agent_corrects_in_the_middle_loses_and_invents_nothing(
    files: list[Received], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(files))
    before = data.draw(st.integers(1, len(files)))
    seen: list[str] = []

    def correct() -> None:
        person = wife()
        if person is not None:
            correct_person(person_id=person.pk, values={"first_name": "Ysé"}, by=BY, at=clock.now())
            seen.append("corrected")

    def look() -> None:
        person = wife()
        assert person is not None
        assert person.first_name == ("Ysé" if seen else "PRENOMX")

    known = after(shuffled, acts=correct, before=before, look=look if _names_the_wife(files) else None)
    assert known == after(files)


@settings(max_examples=12, deadline=None, suppress_health_check=SLOW, derandomize=True)
@given(files=worlds(), data=st.data(), keeps_typed=st.booleans())
def test_a_double_put_together_in_the_middle_loses_and_invents_nothing(
    files: list[Received], data: st.DataObject, keeps_typed: bool
) -> None:
    shuffled = data.draw(st.permutations(files))
    before = data.draw(st.integers(1, len(files)))

    def put_together() -> None:
        filed = wife()
        if filed is None:
            return
        double = create_person(typed=DOUBLE, by=BY, at=clock.now())
        kept, absorbed = (double, filed) if keeps_typed else (filed, double)
        merge_persons(
            kept_id=kept.pk, absorbed_id=absorbed.pk, adopted=["nir", "birth"] if keeps_typed else [],
            reason="Vue au guichet", by=BY, at=clock.now(), is_confirmed=True,
        )  # fmt: skip
        assert MergeRecord.objects.get().left == {}

    assert after(shuffled, acts=put_together, before=before) == after(files)


DOUBLE = TypedPerson(
    title="MME", last_name="Noma", birth_name="", first_name="Prenomxe", birth_date=date(1988, 4, 12), sex="2"
)


def _names_the_wife(files: Sequence[Received]) -> bool:
    return any(m.nir13 == WIFE for received in files for shown in received.households for m in shown.members)
