"""The référent unique: who is in place, who has left, who it was."""

from emploi.pathway.orientation.queries.referents.in_place import (
    ReferentPeriod,
    coming_with,
    has_lost_referent,
    referent_departure,
    referent_has_left,
    referent_periods,
    referents_to_name,
    with_departures,
)

__all__ = [
    "ReferentPeriod",
    "coming_with",
    "has_lost_referent",
    "referent_departure",
    "referent_has_left",
    "referent_periods",
    "referents_to_name",
    "with_departures",
]
