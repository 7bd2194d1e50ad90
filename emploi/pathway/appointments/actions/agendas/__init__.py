"""What changes an agenda as a whole: a day replaced, calendars read and given, sessions, special dates."""

from emploi.pathway.appointments.actions.agendas.calendars import (
    give_calendar,
    note_busy,
    note_unread,
    read_calendar,
    remove_calendar,
)
from emploi.pathway.appointments.actions.agendas.exceptions import remove_exception, set_exception
from emploi.pathway.appointments.actions.agendas.feeds import make_feed, revoke_feed
from emploi.pathway.appointments.actions.agendas.gatherings import Moved, cancel_session, enrol, move_session
from emploi.pathway.appointments.actions.agendas.replacing import Choice, Replaced, hand_over, replace_appointments
from emploi.pathway.appointments.actions.agendas.sessions import Marked, mark_session

__all__ = [
    "Choice",
    "Marked",
    "Moved",
    "Replaced",
    "cancel_session",
    "enrol",
    "give_calendar",
    "hand_over",
    "make_feed",
    "mark_session",
    "move_session",
    "note_busy",
    "note_unread",
    "read_calendar",
    "remove_calendar",
    "remove_exception",
    "replace_appointments",
    "revoke_feed",
    "set_exception",
]
