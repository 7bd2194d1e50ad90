"""A relaunch leaves by itself: due and not done, never twice, never to who must be left alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.actions import invitations
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Invitation, InvitationBatch, Kind
from emploi.pathway.appointments.queries.following.relaunches import due_alone, unanswered
from emploi.pathway.appointments.rules.relaunches import due
from emploi.pathway.beneficiaries.models import Entry
from tests.pathway.appointments.world import MONDAY, TESTS, World, at

THURSDAY = MONDAY + timedelta(days=3)
TUESDAY = MONDAY + timedelta(days=1)


def invite(world: World, *entries: Entry, kind: Kind | None = None, day: date = MONDAY) -> None:
    actions.invite_entries(entry_ids=[entry.pk for entry in entries], kind=kind, by=world.by, at=at(day))


def the_worker(day: date, hour: int = 10) -> int:
    """What the task does at an hour; returns how many people were relaunched."""
    asked = actions.ask_relaunches(by=TESTS, at=at(day, hour))
    return sum(actions.run_batch(pk, now=lambda: at(day, hour)) for pk in asked)


def relaunched() -> list[str]:
    found = Invitation.objects.filter(batch__is_automatic=True).order_by("person__first_name", "pk")
    return list(found.values_list("person__first_name", flat=True))


def other_kind(**changes: object) -> Kind:
    kind = Kind.objects.get(slug="remobilisation")
    Kind.objects.filter(pk=kind.pk).update(**changes)
    return Kind.objects.get(pk=kind.pk)


def test_the_rule_counts_from_the_first_words_and_forgets_no_day() -> None:
    ask = {"since": MONDAY, "today": MONDAY + timedelta(days=4)}
    assert due([3, 6], done=0, **ask) == 0
    assert due([3, 6], done=1, **ask) is None
    assert due([3, 6], done=1, since=MONDAY, today=MONDAY + timedelta(days=20)) == 1
    assert due([3, 6], done=2, since=MONDAY, today=MONDAY + timedelta(days=20)) is None
    assert due([3], done=0, not_before=MONDAY + timedelta(days=4), **ask) is None


def test_who_did_not_answer_is_relaunched_once_on_the_third_day(world: World) -> None:
    world.opening()
    silent, booked, met_by_phone = world.entry("Nadia"), world.entry("Paul"), world.entry("Rose")
    invite(world, silent, booked, met_by_phone)
    slot = world.slot(TUESDAY, 9)
    actions.book(slot_id=slot.pk, entry_id=booked.pk, via=BookedVia.PHONE, by=world.by, at=at(MONDAY, 11))
    actions.stop_invitations(person=met_by_phone.person, reason="Hôpital", by=world.by, at=at(MONDAY, 12))
    assert the_worker(MONDAY + timedelta(days=2)) == 0
    assert the_worker(THURSDAY) == 1
    assert relaunched() == ["Nadia"]
    again = Invitation.objects.get(batch__is_automatic=True)
    assert again.is_relaunch and again.batch is not None and again.batch.created_by is None
    assert Message.objects.filter(template="appointments/relaunch", person_id=silent.person_id).count() == 1
    # The same day and every day after: nobody twice.
    assert [the_worker(THURSDAY, 15), the_worker(THURSDAY + timedelta(days=1)), the_worker(MONDAY)] == [0, 0, 0]
    assert not queries.to_relaunch(THURSDAY).filter(entry=silent).exists()


def test_whom_no_sms_nor_email_reaches_stays_with_the_agents(world: World) -> None:
    paper = world.entry("Lise", mobile="")
    invite(world, paper)
    assert the_worker(THURSDAY) == 0
    assert [line.entry_id for line in queries.to_relaunch(THURSDAY)] == [paper.pk]
    assert not InvitationBatch.objects.filter(is_automatic=True).exists()


@pytest.mark.parametrize(("day", "hour"), [(THURSDAY, 6), (THURSDAY, 22), (MONDAY + timedelta(days=6), 10)])
def test_nothing_leaves_at_night_nor_on_a_closed_day_and_nothing_is_lost(world: World, day: date, hour: int) -> None:
    invite(world, world.entry())
    assert the_worker(day, hour) == 0
    assert the_worker(MONDAY + timedelta(days=7)) == 1


def test_several_relaunches_each_by_its_own_means(world: World) -> None:
    steps = [{"days": 3, "channels": ["sms"]}, {"days": 6, "channels": ["email"]}]
    Kind.objects.filter(pk=world.kind.pk).update(relaunches=steps)
    entry = world.entry(email="nadia@exemple.invalid")
    invite(world, entry)
    assert [the_worker(MONDAY + timedelta(days=day)) for day in (3, 4, 7, 8)] == [1, 0, 1, 0]
    sent = Invitation.objects.filter(batch__is_automatic=True).order_by("sent_at")
    assert [one.channels for one in sent] == [["sms"], ["email"]]


def test_an_absence_begins_the_count_again(world: World) -> None:
    world.opening()
    entry = world.entry()
    invite(world, entry)
    slot = world.slot(TUESDAY, 9)
    meeting = actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=at(MONDAY, 11))
    actions.mark_absent(appointment_id=meeting.pk, by=world.by, at=at(TUESDAY, 11))
    assert [the_worker(THURSDAY), the_worker(TUESDAY + timedelta(days=3))] == [0, 1]


def test_switched_on_today_it_does_not_write_to_the_past(world: World) -> None:
    Kind.objects.filter(pk=world.kind.pk).update(relaunches_alone=True, relaunches_alone_since=THURSDAY)
    before, today = world.entry("Avant"), world.entry("Aujourd’hui")
    invite(world, before, day=MONDAY - timedelta(days=3))
    invite(world, today)
    assert the_worker(THURSDAY) == 1
    assert relaunched() == ["Aujourd’hui"]
    assert [line.entry_id for line in queries.to_relaunch(THURSDAY)] == [before.pk]


def test_switched_off_nothing_leaves(world: World) -> None:
    Kind.objects.filter(pk=world.kind.pk).update(relaunches_alone=False)
    invite(world, world.entry())
    assert the_worker(THURSDAY) == 0


def test_an_invitation_of_another_kind_is_followed_too(world: World) -> None:
    """Remobilisation: it appears in the list after three days, and leaves alone where the kind says so."""
    kind = other_kind()
    first, second = world.entry("Ali"), world.entry("Bob")
    invite(world, first, second, kind=kind)
    assert not unanswered(MONDAY + timedelta(days=2)).exists()
    assert {row.entry_id for row in unanswered(THURSDAY)} == {first.pk, second.pk}
    assert the_worker(THURSDAY) == 0
    kind = other_kind(relaunches_alone=True)
    assert the_worker(THURSDAY) == 2
    assert [the_worker(THURSDAY + timedelta(days=1)), unanswered(THURSDAY).count()] == [0, 0]
    # Invited afresh by an agent, the count begins again.
    invite(world, first, kind=kind, day=MONDAY + timedelta(days=14))
    assert [row.entry_id for row in unanswered(MONDAY + timedelta(days=17))] == [first.pk]


def test_killed_between_two_chunks_it_loses_none_and_doubles_none(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies after the first chunk; the next round leaves the batch to whoever resumes it, which ends it."""
    entries = [world.entry(f"P{number:02d}") for number in range(12)]
    invite(world, *entries)
    (batch_id,) = actions.ask_relaunches(by=TESTS, at=at(THURSDAY))
    assert actions.invite_next(batch_id=batch_id, size=5, by=TESTS, at=at(THURSDAY))
    assert len(relaunched()) == 5
    # Half an hour later the task runs again: the seven others belong to a batch that waits, none is asked twice.
    assert actions.ask_relaunches(by=TESTS, at=at(THURSDAY, 9, 30)) == []
    assert queries.stopped_batches(at(THURSDAY, 9, 30)) == [batch_id]
    # Meanwhile somebody was written to by hand, another suspended: the resumed batch looks again.
    by_hand, stopped = (
        Entry.objects.filter(pk__in=[e.pk for e in entries]).exclude(invitations__batch=batch_id).order_by("pk")[:2]
    )
    actions.invite_entries(entry_ids=[by_hand.pk], is_relaunch=True, by=world.by, at=at(THURSDAY, 9, 40))
    actions.stop_invitations(person=stopped.person, reason="Deuil", by=world.by, at=at(THURSDAY, 9, 41))
    assert actions.run_batch(batch_id, now=lambda: at(THURSDAY + timedelta(days=4))) == 10
    assert len(relaunched()) == len(set(relaunched())) == 10
    assert Invitation.objects.filter(entry=by_hand).count() == 2
    assert the_worker(THURSDAY + timedelta(days=4)) == 0


def test_a_chunk_that_fails_writes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    invite(world, world.entry("Ali"), world.entry("Bob"))
    (batch_id,) = actions.ask_relaunches(by=TESTS, at=at(THURSDAY))

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("coupure")

    with monkeypatch.context() as patch:
        patch.setattr(invitations, "_publish", broken)
        with pytest.raises(RuntimeError):
            actions.run_batch(batch_id, now=lambda: at(THURSDAY))
    assert relaunched() == []
    assert actions.run_batch(batch_id, now=lambda: at(THURSDAY, 11)) == 2


def test_who_comes_back_from_a_suspension_is_relaunched_then(world: World) -> None:
    entry = world.entry()
    invite(world, entry)
    last = MONDAY + timedelta(days=9)
    actions.stop_invitations(person=entry.person, reason="Hôpital", last_day=last, by=world.by, at=at(MONDAY, 12))
    assert [the_worker(THURSDAY), the_worker(last)] == [0, 0]
    assert queries.running_stop(entry.person_id, last) is not None
    assert queries.running_stop(entry.person_id, last + timedelta(days=1)) is None
    assert the_worker(last + timedelta(days=1)) == 1


def test_the_number_of_queries_does_not_grow_with_people(world: World) -> None:
    kind, counts = Kind.objects.get(pk=world.kind.pk), []
    for many in (3, 9):
        entries = [world.entry(f"N{many}{number}") for number in range(many)]
        invite(world, *entries)
        with CaptureQueriesContext(connection) as seen:
            assert len(due_alone(kind, at(THURSDAY))) == many
        counts.append(len(seen))
        the_worker(THURSDAY)
    assert counts[0] == counts[1]
