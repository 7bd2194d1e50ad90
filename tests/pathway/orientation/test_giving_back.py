"""Taking a former file back: what its appointments had settled waits again."""

from datetime import timedelta

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.pathway.appointments import actions as appointments
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Invitation, SlotRequest
from emploi.pathway.beneficiaries.actions.rows import UndoRecord
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.clocks.enums import FOLLOW_UP
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation.actions import give_back
from tests.pathway.appointments.world import MONDAY, World, build

FRIDAY = MONDAY + timedelta(days=4)


def taken_over(world: World, entry: Entry, hour: int) -> UndoRecord:
    """The next day, the file of the former tool books an hour of ours; its line as it is remembered."""
    slot = world.slot(FRIDAY, hour)
    made = appointments.book(
        slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.AGENT, notify=False, by=world.by,
        at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    last = JournalEntry.objects.latest("pk").pk
    return UndoRecord(number=hour, person_id=entry.person_id, undo={"booking": made.pk}, mark=last)


def followed_up(entry: Entry) -> set[str]:
    return set(Deadline.objects.waiting().filter(entry=entry, kind__in=FOLLOW_UP).values_list("kind", flat=True))


def test_who_was_being_looked_for_is_looked_for_again_and_nobody_else(db: None) -> None:
    world = build()
    world.opening()
    invited, never = world.entry("Nadia"), world.entry("Omar")
    appointments.invite_entries(entry_ids=[invited.pk], by=world.by, at=clock.now())
    assert followed_up(invited)
    appointments.request_slot(
        invitation=Invitation.objects.get(entry=invited), wishes=["morning"], by=world.by, at=clock.now()
    )
    records = [taken_over(world, invited, 9), taken_over(world, never, 10)]
    records = [UndoRecord(one.number, one.person_id, one.undo, records[-1].mark) for one in records]
    assert not followed_up(invited)
    assert SlotRequest.objects.get().settled_at is not None

    assert give_back(records, by=world.by, at=clock.now() + timedelta(days=2)) == {9: "", 10: ""}

    assert not Appointment.objects.exists()
    assert followed_up(invited) == {kind.value for kind in FOLLOW_UP}
    assert not Deadline.objects.filter(entry=never, kind__in=FOLLOW_UP).exists()
    request = SlotRequest.objects.get()
    assert (request.settled_at, request.settled_by, request.outcome) == (None, None, "")
