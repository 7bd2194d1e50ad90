"""Preparing rules of orientation, comparing them, switching them on from a day to come."""

from emploi.pathway.orientation.actions.rulesets.simulating import (
    ask_simulation,
    leave_simulation_to_worker,
    run_simulation,
    simulate_next,
)
from emploi.pathway.orientation.actions.rulesets.switching import cancel_switch, switch_on
from emploi.pathway.orientation.actions.rulesets.versions import (
    change_rule,
    copy_rules,
    delete_draft,
    keep_rules,
    move_rule,
    remove_rule,
)

__all__ = [
    "ask_simulation",
    "cancel_switch",
    "change_rule",
    "copy_rules",
    "delete_draft",
    "keep_rules",
    "leave_simulation_to_worker",
    "move_rule",
    "remove_rule",
    "run_simulation",
    "simulate_next",
    "switch_on",
]
