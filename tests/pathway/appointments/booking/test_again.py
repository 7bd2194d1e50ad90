"""What happens the second time: a kind that repeats, a date nobody marked, two requests, a slot handed over."""

from datetime import timedelta

import pytest

from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Invitation, Kind, Slot, SlotRequest
from emploi.pathway.appointments.queries import LinkState
from tests.pathway.appointments.world import MONDAY, TESTS, World, at

NOW = at(MONDAY, 8)
TUESDAY = MONDAY + timedelta(days=1)
LATER = MONDAY + timedelta(days=7)


@pytest.fixture
def renewal(world: World) -> Kind:
    kind = Kind.objects.create(slug="renouveler", name="Renouvellement", duration_minutes=60, physical_required=False)
    world.opening(kind_id=kind.pk)
    return kind


def test_invited_again_to_a_kind_already_held_she_may_choose(world: World, renewal: Kind) -> None:
    entry = world.entry()
    first = actions.book(slot_id=world.slot(MONDAY, 10).pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=NOW)
    actions.mark_present(appointment_id=first.pk, by=world.by, at=at(MONDAY, 11))
    actions.invite_entries(entry_ids=[entry.pk], kind=renewal, by=world.by, at=at(TUESDAY, 9))
    invitation = Invitation.objects.get()
    link = queries.link_by_token(invitation.token, today=TUESDAY)
    assert link is not None
    assert (link.state, link.may_choose) == (LinkState.OPEN, True)
    slot = world.slot(LATER, 9)
    again = actions.book(
        slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PERSON, invitation_id=invitation.pk, by=world.by, at=NOW
    )
    actions.mark_present(appointment_id=again.pk, by=world.by, at=at(LATER, 11))
    link = queries.link_by_token(invitation.token, today=LATER)
    assert link is not None
    assert link.state is LinkState.MET  # this one is what the link was for


def test_a_date_nobody_marked_does_not_hide_the_coming_one(world: World, renewal: Kind) -> None:
    entry = world.entry()
    taken = [
        actions.book(slot_id=world.slot(day, 10).pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=NOW)
        for day in (MONDAY, LATER)
    ]
    token = Invitation.links.get().token
    link = queries.link_by_token(token, today=TUESDAY)
    assert link is not None
    assert link.appointment == taken[1]


def test_a_first_interview_nobody_marked_is_said_and_may_be_marked(world: World) -> None:
    world.opening()
    entry = world.entry()
    taken = actions.book(slot_id=world.slot(MONDAY, 10).pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=NOW)
    again = {"slot_id": world.slot(LATER, 9).pk, "entry_id": entry.pk, "via": BookedVia.PHONE, "by": world.by}
    with pytest.raises(DomainError, match="Dites d’abord si la personne est venue"):
        actions.book(**again, at=at(TUESDAY, 9))
    target = queries.targets_of([entry.pk])[0]
    assert queries.unmarked_of(target, at=at(TUESDAY, 9)) == taken
    actions.mark_absent(appointment_id=taken.pk, by=world.by, at=at(TUESDAY, 9))
    assert actions.book(**again, at=at(TUESDAY, 9)).starts_at == at(LATER, 9)


def test_two_requests_about_two_kinds_wait_apart(world: World, renewal: Kind) -> None:
    world.opening(agent_id=world.colleague.pk)
    entry = world.entry()
    target = queries.targets_of([entry.pk])[0]
    for kind in (world.kind, renewal):
        actions.note_request(target=target, kind=kind, note=f"pour {kind.name}", by=world.by, at=NOW)
    slot = Slot.objects.get(kind=world.kind, starts_at=at(TUESDAY, 9))
    actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=NOW)
    waiting = SlotRequest.objects.get(settled_at=None)
    assert (waiting.kind, waiting.note) == (renewal, "pour Renouvellement")


def test_an_hour_never_offered_does_not_go_on_line_when_its_person_walks_in(world: World) -> None:
    world.opening()
    entry = world.entry()
    slot = world.slot(TUESDAY, 9)
    with acting(TESTS):
        Slot.objects.filter(pk=slot.pk).update(opening=None)  # handed over, outside any opening
    actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=NOW)
    visit = actions.record_walk_in(entry_id=entry.pk, by=world.colleague.as_actor(), at=NOW)
    assert not Slot.objects.free().filter(pk=slot.pk).exists()
    again = actions.undo_walk_in(appointment_id=visit.pk, by=world.colleague.as_actor(), at=at(MONDAY, 9))
    assert again is not None
    assert Appointment.objects.get(status="planned").slot_id == slot.pk
