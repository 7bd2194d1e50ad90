"""What a kind says of who receives, where, when and how: the same in the search and at the booking."""

from datetime import timedelta

import pytest

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments import actions, hooks, queries
from emploi.pathway.appointments.enums import BookedVia, Modality
from emploi.pathway.appointments.models import Appointment, Kind, Slot
from emploi.pathway.appointments.queries.rooms import ways_to_meet
from emploi.pathway.appointments.queries.targets import who_may_receive
from emploi.pathway.appointments.rules.booking import Asked, Refusal, modalities_offered, refusal
from emploi.pathway.beneficiaries.models import Entry
from tests.pathway.appointments.world import MONDAY, TESTS, World, at

TUESDAY = MONDAY + timedelta(days=1)
NOW = at(MONDAY, 8)


def asked(**changes: object) -> Asked:
    usual: dict[str, object] = {
        "starts_at": at(TUESDAY, 9), "by_person": True, "bookable_by_person": True, "physical_required": False,
        "is_physical": True, "has_reason": False,
    }  # fmt: skip
    return Asked(**{**usual, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, None),
        ({"starts_at": at(MONDAY, 9)}, Refusal.TOO_SOON),
        ({"starts_at": at(MONDAY, 9), "by_person": False}, None),
        ({"starts_at": at(MONDAY + timedelta(days=8), 9)}, Refusal.TOO_FAR),
        ({"starts_at": at(MONDAY + timedelta(days=8), 9), "by_person": False}, None),
        ({"is_place_of_kind": False}, Refusal.OTHER_PLACE),
        ({"is_place_of_kind": False, "by_person": False}, None),
        ({"referent_needed": True}, Refusal.NO_REFERENT),
        ({"referent_needed": True, "has_referent": True}, Refusal.NOT_THE_REFERENT),
        ({"referent_needed": True, "has_referent": True, "by_person": False}, Refusal.NOT_THE_REFERENT),
        ({"referent_needed": True, "has_referent": True, "is_referent": True}, None),
        ({"is_modality_offered": False}, Refusal.OTHER_MODALITY),
        ({"physical_required": True, "is_physical": False}, Refusal.REMOTE_WITHOUT_REASON),
        ({"physical_required": True, "is_physical": False, "has_reason": True}, None),
    ],
)
def test_each_condition_of_a_kind(facts: dict[str, object], expected: Refusal | None) -> None:
    until = at(MONDAY + timedelta(days=8), 0)
    assert refusal(asked(**facts), at=NOW, notice_minutes=120, until=until) == expected


@pytest.mark.parametrize(
    ("of_kind", "of_slot", "has_room", "expected"),
    [
        (["physical", "phone", "video"], "physical", True, ["physical", "phone", "video"]),
        (["physical", "phone", "video"], "physical", False, ["physical", "phone"]),
        (["physical"], "physical", True, ["physical"]),
        (["physical", "phone", "video"], "phone", True, ["phone", "video"]),
        (["physical", "phone"], "video", False, ["video", "phone"]),
    ],
)
def test_ways_to_meet_in_a_slot(of_kind: list[str], of_slot: str, has_room: bool, expected: list[str]) -> None:
    assert modalities_offered(of_kind, of_slot, remote=("phone", "video"), has_room=has_room) == expected


@pytest.fixture
def contract(world: World) -> Kind:
    """A kind given by the referent only."""
    with acting(TESTS):
        return Kind.objects.create(
            slug="avec-referent", name="Avec son référent", duration_minutes=60, with_referent_only=True,
            physical_required=False,
        )  # fmt: skip


@pytest.fixture
def named(world: World, monkeypatch: pytest.MonkeyPatch) -> dict[int, int]:
    """The referents by entry, as a later app tells them."""
    referents: dict[int, int] = {}
    monkeypatch.setattr(hooks, "_referents", [lambda ids: {one: referents[one] for one in ids if one in referents}])
    return referents


def take(slot: Slot, entry: Entry, by: Actor, **more: object) -> Appointment:
    via = BookedVia.PERSON if by.kind == "person" else BookedVia.PHONE
    return actions.book(slot_id=slot.pk, entry_id=entry.pk, via=via, any_agent=True, by=by, at=clock.now(), **more)  # type: ignore[arg-type]


def test_only_the_slots_of_her_referent_are_found_and_taken(
    world: World, contract: Kind, named: dict[int, int]
) -> None:
    world.opening(kind_id=contract.pk)
    world.opening(kind_id=contract.pk, agent_id=world.colleague.pk)
    entry = world.entry()
    me = Actor.person(entry.person_id, "Nadia")
    assert who_may_receive(world.kind, entry.pk) is None
    assert who_may_receive(contract, entry.pk) == ()
    since, until = queries.bookable_window(contract, at=clock.now())
    window = {"kind_id": contract.pk, "since": since, "until": until}
    assert queries.places_with_slots(None, **window, agent_ids=()) == []
    theirs = world.slot(TUESDAY, 9, agent=world.colleague)
    with pytest.raises(DomainError, match="pas encore nommé"):
        take(theirs, entry, me)

    named[entry.pk] = world.officer.pk
    mine = who_may_receive(contract, entry.pk)
    found = queries.hours_of_day(world.town.pk, TUESDAY, **window, agent_ids=mine)
    assert {slot.agent_id for slot in found} == {world.officer.pk}
    for by in (me, world.secretary.as_actor()):
        with pytest.raises(DomainError, match="seulement"):
            take(theirs, entry, by)
    taken = take(world.slot(TUESDAY, 9), entry, me)
    assert taken.agent_id == world.officer.pk


def test_a_colleague_at_the_same_hour_is_no_substitute_for_the_referent(
    world: World, contract: Kind, named: dict[int, int]
) -> None:
    world.opening(kind_id=contract.pk)
    world.opening(kind_id=contract.pk, agent_id=world.colleague.pk)
    first, second = world.entry("Nadia"), world.entry("Ilyes")
    named.update({first.pk: world.officer.pk, second.pk: world.officer.pk})
    take(world.slot(TUESDAY, 9), first, world.secretary.as_actor())
    with pytest.raises(DomainError, match="vient d’être pris"):
        take(world.slot(TUESDAY, 9), second, world.secretary.as_actor())


def test_an_absent_referent_may_be_replaced_by_the_service(world: World, contract: Kind, named: dict[int, int]) -> None:
    world.opening(kind_id=contract.pk)
    entry = world.entry()
    named[entry.pk] = world.officer.pk
    taken = take(world.slot(TUESDAY, 9), entry, world.secretary.as_actor())
    moved = actions.hand_over(
        appointment_id=taken.pk, agent_id=world.colleague.pk, reason="Absence", by=world.by, at=clock.now()
    )
    assert moved.agent_id == world.colleague.pk


def test_the_places_of_a_kind_are_the_only_ones_offered(world: World) -> None:
    world.opening()
    world.opening(agent_id=world.colleague.pk, place_id=world.village.pk)
    world.kind.places.add(world.village)
    since, until = queries.bookable_window(world.kind, at=clock.now())
    window = {"kind_id": world.kind.pk, "since": since, "until": until}
    assert [choice.place for choice in queries.places_with_slots(None, **window)] == [world.village]
    assert queries.days_with_slots(world.town.pk, **window) == []
    assert queries.hours_of_day(world.town.pk, TUESDAY, **window) == []
    assert len(queries.hours_of_day(world.village.pk, TUESDAY, **window)) == 3
    entry = world.entry()
    with pytest.raises(DomainError, match="dans ce lieu"):
        take(world.slot(TUESDAY, 9), entry, Actor.person(entry.person_id, "Nadia"))
    assert take(world.slot(TUESDAY, 9), entry, world.secretary.as_actor()).place_id == world.town.pk


def test_notice_and_horizon_of_the_kind_hold_in_the_search_and_at_the_booking(world: World) -> None:
    world.kind.booking_notice_hours, world.kind.booking_horizon_days = 48, 3
    world.kind.save()
    world.opening()
    since, until = queries.bookable_window(world.kind, at=clock.now())
    days = queries.days_with_slots(world.town.pk, kind_id=world.kind.pk, since=since, until=until)
    assert [choice.day for choice in days] == [MONDAY + timedelta(days=2), MONDAY + timedelta(days=3)]
    entry = world.entry()
    me = Actor.person(entry.person_id, "Nadia")
    with pytest.raises(DomainError, match="trop peu de temps"):
        take(world.slot(TUESDAY, 9), entry, me)
    with pytest.raises(DomainError, match="trop loin"):
        take(world.slot(MONDAY + timedelta(days=4), 9), entry, me)
    assert take(world.slot(MONDAY + timedelta(days=3), 9), entry, me)


def test_who_needs_no_stairs_is_offered_no_stairs(world: World) -> None:
    world.opening()
    world.opening(agent_id=world.colleague.pk, place_id=world.village.pk)
    window = {"kind_id": world.kind.pk, "since": at(TUESDAY, 0), "until": at(MONDAY + timedelta(days=5), 0)}
    assert len(queries.places_with_slots(None, **window)) == 2
    assert [one.place for one in queries.places_with_slots(None, **window, accessible=True)] == [world.town]
    assert queries.days_with_slots(world.village.pk, **window, accessible=True) == []
    Slot.objects.filter(place=world.village).update(modality=Modality.PHONE)
    assert len(queries.places_with_slots(None, **window, accessible=True)) == 2


def test_a_way_to_meet_the_kind_does_not_offer_is_refused(world: World) -> None:
    world.kind.modalities = ["physical", "video"]
    world.kind.save()
    world.opening()
    slot = Slot.objects.select_related("kind").get(pk=world.slot(TUESDAY, 9).pk)
    assert ways_to_meet(slot) == ["physical"]  # nobody gave a room
    with pytest.raises(DomainError) as refused:
        take(slot, world.entry(), world.by, modality="phone", modality_reason="loin")
    assert refused.value.field == "modality"
