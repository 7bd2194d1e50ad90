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
from emploi.pathway.orientation.actions.heard import (
    NotedPapers,
    PaperNote,
    add_trade,
    change_trade,
    keep_copy,
    load_shipped_trades,
    load_trades,
    move_trade,
    note_papers,
    remove_trade,
    take_from_spouse,
)
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
from emploi.pathway.orientation.actions.reorienting import (
    ReorientationDraft,
    ask_refusal_letter,
    ask_reorientation,
    drop_twice_asked,
    examine_reorientation,
    note_contract_signed,
    note_refusal_told,
    refusals_printed,
    refusals_returned,
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
    "NotedPapers",
    "PaperNote",
    "ReorientationDraft",
    "Saved",
    "Undone",
    "add_brake",
    "add_trade",
    "agree_engagement",
    "ask_notification",
    "ask_orientation_batch",
    "ask_refusal_letter",
    "ask_reorientation",
    "ask_simulation",
    "book_next_appointment",
    "cancel_switch",
    "change_rule",
    "change_trade",
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
    "keep_copy",
    "keep_known",
    "keep_rules",
    "leave_batch_to_worker",
    "leave_simulation_to_worker",
    "leave_step_open",
    "letters_printed",
    "letters_returned",
    "load_modalities",
    "load_publics",
    "load_shipped_trades",
    "load_trades",
    "mark_transmitted",
    "move_rule",
    "move_trade",
    "name_referent",
    "note_contract_signed",
    "note_notified",
    "note_papers",
    "note_refusal_told",
    "prefill",
    "print_batch",
    "record_outside_appointment",
    "refusals_printed",
    "refusals_returned",
    "refuse_reorientation",
    "remove_rule",
    "remove_trade",
    "run_orientation_batch",
    "run_simulation",
    "save_answers",
    "set_modality",
    "set_public_bodies",
    "simulate_next",
    "situation_of",
    "start_interview",
    "switch_on",
    "take_from_spouse",
    "take_over",
    "undo_interview",
    "version_of",
    "withdraw_reorientation",
    "write_lot",
    "write_objectives",
]
