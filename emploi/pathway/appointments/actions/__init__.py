"""Everything that writes appointments: openings, invitations, bookings, attendance."""

from emploi.pathway.appointments.actions.agendas import (
    Choice,
    Replaced,
    give_calendar,
    hand_over,
    make_feed,
    note_busy,
    note_unread,
    read_calendar,
    remove_calendar,
    replace_appointments,
    revoke_feed,
)
from emploi.pathway.appointments.actions.attendance import mark_absent, mark_excused, mark_present, undo_attendance
from emploi.pathway.appointments.actions.booking import book, cancel, move_appointment
from emploi.pathway.appointments.actions.closures import Closed, close_days, lift_closure
from emploi.pathway.appointments.actions.convocations import convene, record_call
from emploi.pathway.appointments.actions.invitations import (
    ask_batch,
    invite_entries,
    invite_next,
    leave_to_worker,
    run_batch,
)
from emploi.pathway.appointments.actions.letters import note_posted, print_letters
from emploi.pathway.appointments.actions.links import (
    Tried,
    forget_unknown_codes,
    record_opening,
    resume_invitations,
    revoke_invitation,
    stop_invitations,
    tell_openings,
    try_code,
)
from emploi.pathway.appointments.actions.lost_contacts import note_lost, restore_contact, settle_found, settle_lost
from emploi.pathway.appointments.actions.modality import set_modality
from emploi.pathway.appointments.actions.openings import (
    Generated,
    OpeningPlan,
    change_opening,
    create_opening,
    end_opening,
    extend_openings,
    generate_slots,
)
from emploi.pathway.appointments.actions.requests import request_slot, settle_request
from emploi.pathway.appointments.actions.walk_ins import record_walk_in, undo_walk_in

__all__ = [
    "Choice",
    "Closed",
    "Generated",
    "OpeningPlan",
    "Replaced",
    "Tried",
    "ask_batch",
    "book",
    "cancel",
    "change_opening",
    "close_days",
    "convene",
    "create_opening",
    "end_opening",
    "extend_openings",
    "forget_unknown_codes",
    "generate_slots",
    "give_calendar",
    "hand_over",
    "invite_entries",
    "invite_next",
    "leave_to_worker",
    "lift_closure",
    "make_feed",
    "mark_absent",
    "mark_excused",
    "mark_present",
    "move_appointment",
    "note_busy",
    "note_lost",
    "note_posted",
    "note_unread",
    "print_letters",
    "read_calendar",
    "record_call",
    "record_opening",
    "record_walk_in",
    "remove_calendar",
    "replace_appointments",
    "request_slot",
    "restore_contact",
    "resume_invitations",
    "revoke_feed",
    "revoke_invitation",
    "run_batch",
    "set_modality",
    "settle_found",
    "settle_lost",
    "settle_request",
    "stop_invitations",
    "tell_openings",
    "try_code",
    "undo_attendance",
    "undo_walk_in",
]
