"""What changes an agenda as a whole: a colleague's day replaced, calendars kept elsewhere, ours given."""

from emploi.pathway.appointments.actions.agendas.calendars import (
    give_calendar,
    note_busy,
    note_unread,
    read_calendar,
    remove_calendar,
)
from emploi.pathway.appointments.actions.agendas.feeds import make_feed, revoke_feed
from emploi.pathway.appointments.actions.agendas.replacing import Choice, Replaced, hand_over, replace_appointments

__all__ = [
    "Choice",
    "Replaced",
    "give_calendar",
    "hand_over",
    "make_feed",
    "note_busy",
    "note_unread",
    "read_calendar",
    "remove_calendar",
    "replace_appointments",
    "revoke_feed",
]
