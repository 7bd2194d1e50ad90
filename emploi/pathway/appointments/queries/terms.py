"""What a kind of appointment says of its delays and reminders; where it says nothing, the rulebook does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from emploi.foundation import clock
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.ui.french import pluriel
from emploi.pathway.appointments.models import Kind
from emploi.territory.rulebook import queries as rulebook

# A letter would arrive after the appointment.
REMINDED_BY = (Channel.SMS, Channel.EMAIL)


@dataclass(frozen=True, slots=True)
class Reminder:
    """How long before the hour a person is reminded, and by which channels."""

    hours: int
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relaunch:
    """How many days after the invitation a person is written to again, and by which channels when it leaves alone."""

    days: int
    channels: tuple[str, ...]


def expires_on(kind: Kind, sent_on: date) -> date:
    """The last day an invitation sent on a day works, announced and real."""
    return clock.add_days(sent_on, validity_days(kind, sent_on))


def validity_days(kind: Kind, on: date) -> int:
    """How many days the link of an invitation works."""
    return _own(kind.invitation_validity_days, "invitation_validity_days", on)


def convocation_days(kind: Kind, on: date) -> int:
    """How many days before its hour a convocation leaves at the latest."""
    return _own(kind.convocation_notice_days, "convocation_notice_days", on)


def reminders(kind: Kind, on: date) -> tuple[Reminder, ...]:
    """The reminders of an appointment of this kind, the earliest first."""
    if kind.reminders is None:
        return (Reminder(int(rulebook.value("reminder_hours", on)), REMINDED_BY),)
    wanted = [Reminder(int(one["hours"]), tuple(one["channels"])) for one in kind.reminders]
    return tuple(sorted(wanted, key=lambda reminder: -reminder.hours))


def relaunches(kind: Kind, on: date) -> tuple[Relaunch, ...]:
    """The relaunches of an invitation to this kind, the earliest first."""
    if kind.relaunches is None:
        return (Relaunch(int(rulebook.value("relaunch_days", on)), REMINDED_BY),)
    wanted = [Relaunch(int(one["days"]), tuple(one["channels"])) for one in kind.relaunches]
    return tuple(sorted(wanted, key=lambda relaunch: relaunch.days))


def ruled(on: date) -> dict[str, str]:
    """What the rulebook says where a kind says nothing, in words, by column."""
    minutes = int(rulebook.value("booking_notice_minutes", on))
    hours = int(rulebook.value("reminder_hours", on))
    days = int(rulebook.value("relaunch_days", on))
    return {
        "booking_notice_hours": pluriel(minutes, "minute avant", "minutes avant"),
        "invitation_validity_days": pluriel(validity_days(Kind(), on), "jour", "jours"),
        "convocation_notice_days": pluriel(convocation_days(Kind(), on), "jour avant", "jours avant"),
        "reminders": f"un rappel, {pluriel(hours, 'heure', 'heures')} avant",
        "relaunches": f"une relance, {pluriel(days, 'jour', 'jours')} après",
    }


def _own(value: int | None, slug: str, on: date) -> int:
    return value if value is not None else int(rulebook.value(slug, on))
