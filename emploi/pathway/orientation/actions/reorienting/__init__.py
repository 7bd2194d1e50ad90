"""Another orientation: the request, its receipt, its answer on a certain date, and the clock it starts again."""

from emploi.pathway.orientation.actions.reorienting.clock import note_contract_signed
from emploi.pathway.orientation.actions.reorienting.meetings import tie_meetings
from emploi.pathway.orientation.actions.reorienting.refusals import (
    ask_refusal_letter,
    note_refusal_told,
    refusals_posted,
    refusals_printed,
    refusals_returned,
    registered_refusal_received,
)
from emploi.pathway.orientation.actions.reorienting.requests import (
    ReorientationDraft,
    ask_reorientation,
    drop_twice_asked,
    examine_reorientation,
    refuse_reorientation,
    withdraw_reorientation,
)

__all__ = [
    "ReorientationDraft",
    "ask_refusal_letter",
    "ask_reorientation",
    "drop_twice_asked",
    "examine_reorientation",
    "note_contract_signed",
    "note_refusal_told",
    "refusals_posted",
    "refusals_printed",
    "refusals_returned",
    "refuse_reorientation",
    "registered_refusal_received",
    "tie_meetings",
    "withdraw_reorientation",
]
