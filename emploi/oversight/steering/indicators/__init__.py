"""One module an indicator computed; the others are listed as typed or planned until their work exists."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from emploi.oversight.steering.catalogue import Listed, listed
from emploi.oversight.steering.indicators import (
    first_appointment_within_15_days_rate,
    first_appointments_within_15_days,
    no_show_gross_rate,
    no_show_rate,
    orientation_within_one_month_rate,
    orientations_within_one_month,
)
from emploi.oversight.steering.indicators.base import Indicator

_MODULES = (
    first_appointments_within_15_days,
    first_appointment_within_15_days_rate,
    orientations_within_one_month,
    orientation_within_one_month_rate,
    no_show_rate,
    no_show_gross_rate,
)
_COMPUTED = MappingProxyType({module.INDICATOR.id: module.INDICATOR for module in _MODULES})


def registry() -> Mapping[str, Listed]:
    """Return every indicator of the plans, computed or not, by id."""
    return listed()


def computed() -> Mapping[str, Indicator]:
    """Return the indicators the product computes, by id."""
    return _COMPUTED


def computed_for(indicator_id: str) -> Indicator | None:
    """Return what computes an indicator, following the aliases of the plan (IND-50 is IND-02 said again)."""
    row = listed().get(indicator_id)
    return _COMPUTED.get(row.alias_of or row.id) if row else None


__all__ = ["Indicator", "computed", "computed_for", "registry"]
