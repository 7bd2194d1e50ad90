"""Everything that writes: interviews, diagnosis, proposals, decisions, engagement, transmission, pathways."""

from emploi.pathway.orientation.actions.batches import (
    ask_orientation_batch,
    decide_next,
    leave_batch_to_worker,
    print_batch,
    run_orientation_batch,
)
from emploi.pathway.orientation.actions.capacity import LotDraft, write_lot
from emploi.pathway.orientation.actions.conditions import situation_of
from emploi.pathway.orientation.actions.decisions import (
    Draft,
    confirm_after_reopening,
    decide_orientation,
    name_referent,
)
from emploi.pathway.orientation.actions.diagnosis import Conflict, Saved, add_brake, end_brake, prefill, save_answers
from emploi.pathway.orientation.actions.engagement import agree_engagement, fingerprint, version_of, write_objectives
from emploi.pathway.orientation.actions.giving_back import give_back
from emploi.pathway.orientation.actions.interviews import complete_step, keep_known, leave_step_open, start_interview
from emploi.pathway.orientation.actions.mistakes import Undone, undo_interview
from emploi.pathway.orientation.actions.modalities import load_modalities, set_modality
from emploi.pathway.orientation.actions.next_steps import book_next_appointment, record_outside_appointment
from emploi.pathway.orientation.actions.notification import (
    ask_notification,
    letters_printed,
    letters_returned,
    note_notified,
)
from emploi.pathway.orientation.actions.proposals import compute_proposal
from emploi.pathway.orientation.actions.publics import load_publics, set_public_bodies
from emploi.pathway.orientation.actions.reorientation import (
    ReorientationDraft,
    ask_reorientation,
    drop_twice_asked,
    examine_reorientation,
    refuse_reorientation,
    withdraw_reorientation,
)
from emploi.pathway.orientation.actions.rulesets import (
    ask_simulation,
    cancel_switch,
    change_rule,
    copy_rules,
    delete_draft,
    keep_rules,
    leave_simulation_to_worker,
    move_rule,
    remove_rule,
    run_simulation,
    simulate_next,
    switch_on,
)
from emploi.pathway.orientation.actions.taking_over import take_over
from emploi.pathway.orientation.actions.transmission import mark_transmitted

__all__ = [
    "Conflict",
    "Draft",
    "LotDraft",
    "ReorientationDraft",
    "Saved",
    "Undone",
    "add_brake",
    "agree_engagement",
    "ask_notification",
    "ask_orientation_batch",
    "ask_reorientation",
    "ask_simulation",
    "book_next_appointment",
    "cancel_switch",
    "change_rule",
    "complete_step",
    "compute_proposal",
    "confirm_after_reopening",
    "copy_rules",
    "decide_next",
    "decide_orientation",
    "delete_draft",
    "drop_twice_asked",
    "end_brake",
    "examine_reorientation",
    "fingerprint",
    "give_back",
    "keep_known",
    "keep_rules",
    "leave_batch_to_worker",
    "leave_simulation_to_worker",
    "leave_step_open",
    "letters_printed",
    "letters_returned",
    "load_modalities",
    "load_publics",
    "mark_transmitted",
    "move_rule",
    "name_referent",
    "note_notified",
    "prefill",
    "print_batch",
    "record_outside_appointment",
    "refuse_reorientation",
    "remove_rule",
    "run_orientation_batch",
    "run_simulation",
    "save_answers",
    "set_modality",
    "set_public_bodies",
    "simulate_next",
    "situation_of",
    "start_interview",
    "switch_on",
    "take_over",
    "undo_interview",
    "version_of",
    "withdraw_reorientation",
    "write_lot",
    "write_objectives",
]
