"""Experiments of the Département (DIS-107): a pathway or a kind of appointment tried somewhere, between two dates.

They are data of the Département (`experiments.yaml`), as its other local values: nothing is decided by them, they are
said wherever the pathway or the kind is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.conf import settings

from emploi.foundation import department

FILE = "experiments.yaml"


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is tried, where ("" for the whole Département) and when; `last_on` is included, None while it goes on."""

    slug: str
    name: str
    modality: str
    kind: str
    territory: str
    territory_name: str
    first_on: date
    last_on: date | None
    source: str

    def runs(self, on: date) -> bool:
        """Tell whether it is under way on a day."""
        return self.first_on <= on and (self.last_on is None or on <= self.last_on)


def experiments() -> tuple[Experiment, ...]:
    """Return those of the Département in force, over or to come included, in the order of the file."""
    return _experiments(settings.DEPARTMENT)


def running(on: date, *, modality: str = "", kind: str = "") -> list[Experiment]:
    """Return those under way on a day for a pathway or a kind of appointment."""
    return [
        found
        for found in experiments()
        if found.runs(on) and ((modality and found.modality == modality) or (kind and found.kind == kind))
    ]


@lru_cache(maxsize=8)
def _experiments(name: str) -> tuple[Experiment, ...]:
    if not department.has(FILE):
        return ()
    return tuple(
        Experiment(
            slug=raw["slug"],
            name=raw["name"],
            modality=raw.get("modality", ""),
            kind=raw.get("kind", ""),
            territory=raw.get("territory", ""),
            territory_name=raw.get("territory_name", ""),
            first_on=raw["from"],
            last_on=raw.get("to"),
            source=raw["source"],
        )
        for raw in department.load_yaml(FILE)["experiments"]
    )
