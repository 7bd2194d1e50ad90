"""The next step follows a person from her entry to her absence and her first interview."""

from datetime import datetime, timedelta

import pytest

from emploi.foundation import clock
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.beneficiaries.models import Entry
from emploi.portal.desk.queries.steps import next_steps
from emploi.portal.desk.rules.next_step import Code
from tests.pathway.appointments.world import MONDAY, World, at


def code_of(entry: Entry, moment: datetime) -> Code:
    return next_steps([entry.person_id], at=moment)[entry.person_id][0].code


def test_from_the_entry_to_the_first_interview(world: World) -> None:
    nadia = world.entry("Nadia")
    world.opening()
    assert code_of(nadia, at(MONDAY, 8)) == Code.INVITE

    actions.invite_entries(entry_ids=[nadia.pk], by=world.by, at=at(MONDAY, 9))
    assert code_of(nadia, at(MONDAY, 10)) == Code.CHOOSE_SLOT

    slot = world.slot(MONDAY + timedelta(days=2), 10)
    taken = actions.book(slot_id=slot.pk, entry_id=nadia.pk, via=BookedVia.PHONE, by=world.by, at=at(MONDAY, 11))
    assert code_of(nadia, at(MONDAY, 12)) == Code.COME

    after = at(MONDAY + timedelta(days=2), 12)
    assert code_of(nadia, after) == Code.MARK_ATTENDANCE

    actions.mark_present(appointment_id=taken.pk, by=world.by, at=after)
    assert code_of(nadia, after) == Code.DECIDE


def test_an_absence_is_no_rupture_another_appointment_is_offered(world: World) -> None:
    nadia = world.entry("Nadia")
    world.opening()
    actions.invite_entries(entry_ids=[nadia.pk], by=world.by, at=at(MONDAY, 9))
    slot = world.slot(MONDAY + timedelta(days=1), 10)
    taken = actions.book(slot_id=slot.pk, entry_id=nadia.pk, via=BookedVia.PHONE, by=world.by, at=at(MONDAY, 11))
    after = at(MONDAY + timedelta(days=1), 15)
    actions.mark_absent(appointment_id=taken.pk, by=world.by, at=after)
    assert code_of(nadia, after) == Code.OFFER_AGAIN


def test_silence_leads_to_a_call_then_a_convocation(world: World) -> None:
    nadia = world.entry("Nadia")
    actions.invite_entries(entry_ids=[nadia.pk], by=world.by, at=at(MONDAY, 9))
    seen = [code_of(nadia, at(MONDAY + timedelta(days=n), 12)) for n in range(9)]
    order = [Code.CHOOSE_SLOT, Code.RELAUNCH, Code.CALL, Code.CONVENE]
    assert [order.index(code) for code in seen] == sorted(order.index(code) for code in seen)
    assert set(seen) == set(order)


@pytest.mark.parametrize("count", [1, 30])
def test_as_many_queries_for_thirty_as_for_one(world: World, count: int, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    entries = [world.entry(f"Prénom{n}") for n in range(count)]
    with django_assert_max_num_queries(10):
        assert len(next_steps([entry.person_id for entry in entries], at=clock.now())) == count
