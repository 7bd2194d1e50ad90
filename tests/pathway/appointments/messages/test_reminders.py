"""A reminder comes before the hour, while one can still answer it, whatever Sundays and holidays fall between."""

from datetime import date, time, timedelta

import pytest

from emploi.foundation.messaging.delivery import deliver
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Kind
from tests.pathway.appointments.world import MONDAY, World, at


def booked(world: World, day: date, *, on: date, hour: int = 9, kind: Kind | None = None) -> Appointment:
    kind = kind or world.kind
    world.opening(
        first_on=day, last_on=day, weekdays=(day.isoweekday(),), kind_id=kind.pk, starts_at=time(8), ends_at=time(11)
    )
    entry = world.entry(opened_on=on)
    slot = world.slot(day, 8)
    return actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=at(on, hour))


def reminder() -> Message:
    return Message.objects.get(template="appointments/reminder")


@pytest.mark.parametrize(
    ("day", "leaves_on"),
    [
        (date(2027, 3, 30), date(2027, 3, 27)),  # the Tuesday after Easter
        (date(2027, 5, 3), date(2027, 4, 30)),  # Monday after a 1st of May on Saturday
        (date(2027, 5, 10), date(2027, 5, 7)),  # Monday after an 8th of May on Saturday
    ],
)
def test_it_is_brought_forward_over_rest_days(world: World, day: date, leaves_on: date) -> None:
    appointment = booked(world, day, on=day - timedelta(days=10))
    assert reminder().send_after == at(leaves_on, 19)
    assert reminder().expires_at == appointment.starts_at


def test_booked_when_no_earlier_moment_is_left_it_is_not_sent_at_the_hour(world: World) -> None:
    booked(world, date(2027, 3, 30), on=date(2027, 3, 27), hour=21)
    assert reminder().status == "cancelled"
    assert "Trop tard" in reminder().error


def test_a_reminder_leaves_while_one_may_still_cancel(world: World) -> None:
    kind = Kind.objects.create(
        slug="court", name="Court", duration_minutes=60, reminders=[{"hours": 1, "channels": ["sms"]}]
    )
    booked(world, MONDAY + timedelta(days=3), on=MONDAY, kind=kind)
    # Four hours before eight is the night: the evening before.
    assert reminder().send_after == at(MONDAY + timedelta(days=2), 19)


def test_a_breakdown_until_the_hour_withdraws_the_reminder(world: World) -> None:
    appointment = booked(world, MONDAY + timedelta(days=3), on=MONDAY)
    deliver(now=lambda: appointment.starts_at + timedelta(minutes=1))
    assert reminder().status == "cancelled"
    assert not Message.objects.filter(status="sent", template="appointments/reminder").exists()


def test_an_invitation_does_not_leave_once_its_link_is_over(world: World) -> None:
    entry = world.entry(mobile="")
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=at(MONDAY))
    letter = Message.objects.get()
    assert letter.expires_at == at(MONDAY + timedelta(days=11), 0)
