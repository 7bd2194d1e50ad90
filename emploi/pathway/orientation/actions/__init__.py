"""Everything that writes: interviews, diagnosis, proposals, decisions, engagement, transmission, pathways."""

from emploi.pathway.orientation.actions.decisions import (
    Draft,
    confirm_after_reopening,
    decide_orientation,
    name_referent,
)
from emploi.pathway.orientation.actions.diagnosis import Conflict, Saved, add_brake, end_brake, prefill, save_answers
from emploi.pathway.orientation.actions.engagement import agree_engagement, fingerprint, write_objectives
from emploi.pathway.orientation.actions.interviews import complete_step, keep_known, leave_step_open, start_interview
from emploi.pathway.orientation.actions.modalities import load_modalities, set_modality
from emploi.pathway.orientation.actions.next_steps import book_next_appointment, record_outside_appointment
from emploi.pathway.orientation.actions.notification import notify_decision
from emploi.pathway.orientation.actions.proposals import compute_proposal
from emploi.pathway.orientation.actions.transmission import mark_transmitted

__all__ = [
    "Conflict",
    "Draft",
    "Saved",
    "add_brake",
    "agree_engagement",
    "book_next_appointment",
    "complete_step",
    "compute_proposal",
    "confirm_after_reopening",
    "decide_orientation",
    "end_brake",
    "fingerprint",
    "keep_known",
    "leave_step_open",
    "load_modalities",
    "mark_transmitted",
    "name_referent",
    "notify_decision",
    "prefill",
    "record_outside_appointment",
    "save_answers",
    "set_modality",
    "start_interview",
    "write_objectives",
]
