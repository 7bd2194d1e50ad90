"""Everything that writes calls and replies."""

from emploi.pathway.reception.actions.answers import (
    attribute,
    receive_answers,
    refuse_sms,
    resume_sms,
    settle,
    take_back,
)
from emploi.pathway.reception.actions.calls import call_back, close_dead, give_back, give_up, hand_over, note_call
from emploi.pathway.reception.actions.upkeep import Forgotten, forget_unknown, tell_services

__all__ = [
    "Forgotten",
    "attribute",
    "call_back",
    "close_dead",
    "forget_unknown",
    "give_back",
    "give_up",
    "hand_over",
    "note_call",
    "receive_answers",
    "refuse_sms",
    "resume_sms",
    "settle",
    "take_back",
    "tell_services",
]
