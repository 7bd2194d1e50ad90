"""The indicators of the plans as data: identity, unit, target, and where each figure comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from emploi.oversight.steering.enums import Measure, Nature

MILESTONE = "jalon (0/1)"
FILE = Path(__file__).parent / "data" / "indicators.yaml"


@dataclass(frozen=True, slots=True)
class Listed:
    """One indicator of a plan, as written in data/indicators.yaml."""

    id: str
    code: str
    plan: str
    objective: str
    label: str
    unit: str
    measure: Measure
    nature: Nature
    numerator: str = ""
    denominator: str = ""
    target_annual: float | None = None
    target_mandate: float | None = None
    target_type: str = ""
    target_operator: str = ""
    breakdown_by: tuple[str, ...] = ()
    alias_of: str = ""

    @property
    def is_milestone(self) -> bool:
        """Tell whether the indicator is something done or not."""
        return self.unit == MILESTONE

    @property
    def is_share(self) -> bool:
        """Tell whether the indicator is a percentage."""
        return self.unit.startswith("%")

    @property
    def target(self) -> float | None:
        """Return the target of a year, else that of the whole mandate."""
        return self.target_annual if self.target_annual is not None else self.target_mandate


@lru_cache(maxsize=1)
def listed() -> Mapping[str, Listed]:
    """Return every indicator of the plans by id, in their order."""
    rows = _content()["indicators"]
    return MappingProxyType({row["id"]: _listed(row) for row in rows})


@lru_cache(maxsize=1)
def objectives() -> Mapping[str, str]:
    """Return the objectives of the plans: id to title, in their order."""
    return MappingProxyType({row["id"]: row["label"] for row in _content()["objectives"]})


@lru_cache(maxsize=1)
def waits_for() -> Mapping[str, str]:
    """Return what the planned indicators of each objective wait for, in words."""
    return MappingProxyType({row["id"]: row.get("waits_for", "") for row in _content()["objectives"]})


def _listed(row: dict[str, Any]) -> Listed:
    values = dict(row)
    nature, measure = Nature(values.pop("kind")), Measure(values.pop("measure"))
    return Listed(nature=nature, measure=measure, breakdown_by=tuple(values.pop("breakdown_by", ())), **values)


def _content() -> dict[str, list[dict[str, Any]]]:
    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8")))
