"""What a computed indicator says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from emploi.oversight.steering.catalogue import Listed, listed
from emploi.oversight.steering.enums import Cohort, Measure
from emploi.territory.rulebook import queries as rulebook


@dataclass(frozen=True, slots=True)
class Indicator:
    """One computed indicator.

    `definition` is the French text shown by "?". `scope` says who is counted, `clock` where the delay starts. `cohort`
    is the promise whose entrants it counts, None for an indicator of presences. `rows` is the one SQL query behind the
    number. `target_slug` names the rulebook value of the target.
    """

    id: str
    cohort: Cohort | None
    definition: str
    scope: str
    clock: str
    rows: str
    target_slug: str = ""

    @property
    def listed(self) -> Listed:
        """Return the indicator's identity in the plan."""
        return listed()[self.id]

    @property
    def source(self) -> str:
        """Return where the indicator comes from, in words."""
        if self.listed.plan == "service":
            return "Définitions du produit, « No-show »"
        return f"Plan du Département, indicateur {self.listed.code}"

    @property
    def is_rate(self) -> bool:
        """Tell whether the number is a share."""
        return self.listed.measure is Measure.RATIO

    def target(self, on: date) -> float | None:
        """Return the target in force on a day: the Département's own value, else the plan's."""
        if self.target_slug:
            try:
                found: Any = rulebook.value(self.target_slug, on)
            except rulebook.UnknownValue:
                return self.listed.target
            return float(found)
        return self.listed.target
