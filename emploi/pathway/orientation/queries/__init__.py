"""Everything that reads: reference data, diagnosis, interviews, decisions, rules in words."""

from emploi.pathway.orientation.queries.decisions import (
    current_decision,
    decisions,
    default_delegation,
    engagement_of,
    entries_with_current_decision,
    history_of,
    referents_of,
    responsible_bodies,
    six_weeks_overdue_on,
    unsent_decisions,
)
from emploi.pathway.orientation.queries.diagnosis import (
    Shown,
    active_brakes,
    facts_of,
    fingerprint_of,
    known_answers,
    latest_proposal,
)
from emploi.pathway.orientation.queries.interviews import (
    appointment_words,
    interviews_to_finish,
    open_interview,
    step_states,
    steps_of,
)
from emploi.pathway.orientation.queries.reference import (
    active_modalities,
    nomenclature,
    questionnaire,
    rules_in_words,
    ruleset,
)

__all__ = [
    "Shown",
    "active_brakes",
    "active_modalities",
    "appointment_words",
    "current_decision",
    "decisions",
    "default_delegation",
    "engagement_of",
    "entries_with_current_decision",
    "facts_of",
    "fingerprint_of",
    "history_of",
    "interviews_to_finish",
    "known_answers",
    "latest_proposal",
    "nomenclature",
    "open_interview",
    "questionnaire",
    "referents_of",
    "responsible_bodies",
    "rules_in_words",
    "ruleset",
    "six_weeks_overdue_on",
    "step_states",
    "steps_of",
    "unsent_decisions",
]
