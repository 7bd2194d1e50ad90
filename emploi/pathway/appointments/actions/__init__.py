"""Everything that writes appointments: openings, invitations, bookings, attendance."""

from emploi.pathway.appointments.actions.agendas import (
    Choice,
    Marked,
    Replaced,
    give_calendar,
    hand_over,
    make_feed,
    mark_session,
    note_busy,
    note_unread,
    read_calendar,
    remove_calendar,
    remove_exception,
    replace_appointments,
    revoke_feed,
    set_exception,
)
from emploi.pathway.appointments.actions.attendance import mark_absent, mark_excused, mark_present, undo_attendance
from emploi.pathway.appointments.actions.booking import book, cancel, move_appointment
from emploi.pathway.appointments.actions.closures import Closed, close_days, lift_closure
from emploi.pathway.appointments.actions.convocations import convene, make_proof, record_call
from emploi.pathway.appointments.actions.following.relaunches import ask_relaunches
from emploi.pathway.appointments.actions.following.suspensions import (
    prolong_stop,
    resume_invitations,
    stop_invitations,
)
from emploi.pathway.appointments.actions.invitations import (
    ask_batch,
    invite_entries,
    invite_next,
    leave_to_worker,
    run_batch,
)
from emploi.pathway.appointments.actions.kinds import (
    change_kind,
    create_kind,
    fingerprint,
    move_kind,
    resume_kind,
    stop_kind,
)
from emploi.pathway.appointments.actions.letters import bind_letters, print_letters
from emploi.pathway.appointments.actions.links import (
    Tried,
    forget_unknown_codes,
    record_opening,
    revoke_invitation,
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
    "Marked",
    "OpeningPlan",
    "Replaced",
    "Tried",
    "ask_batch",
    "ask_relaunches",
    "bind_letters",
    "book",
    "cancel",
    "change_kind",
    "change_opening",
    "close_days",
    "convene",
    "create_kind",
    "create_opening",
    "end_opening",
    "extend_openings",
    "fingerprint",
    "forget_unknown_codes",
    "generate_slots",
    "give_calendar",
    "hand_over",
    "invite_entries",
    "invite_next",
    "leave_to_worker",
    "lift_closure",
    "make_feed",
    "make_proof",
    "mark_absent",
    "mark_excused",
    "mark_present",
    "mark_session",
    "move_appointment",
    "move_kind",
    "note_busy",
    "note_lost",
    "note_unread",
    "print_letters",
    "prolong_stop",
    "read_calendar",
    "record_call",
    "record_opening",
    "record_walk_in",
    "remove_calendar",
    "remove_exception",
    "replace_appointments",
    "request_slot",
    "restore_contact",
    "resume_invitations",
    "resume_kind",
    "revoke_feed",
    "revoke_invitation",
    "run_batch",
    "set_exception",
    "set_modality",
    "settle_found",
    "settle_lost",
    "settle_request",
    "stop_invitations",
    "stop_kind",
    "tell_openings",
    "try_code",
    "undo_attendance",
    "undo_walk_in",
]
