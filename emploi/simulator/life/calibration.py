"""The figures of the simulated Département, read from `data/calibration.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from emploi.simulator.life.draws import Wheel
from emploi.simulator.life.months import parse_month

DATA: Final = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True, slots=True)
class Suspension:
    """One way a right is suspended: state 3 or 4, its motive, its length in months."""

    state: str
    motive: str
    shortest: int
    longest: int


@dataclass(frozen=True, slots=True)
class Stay:
    """How long rights last."""

    short_share: float
    short_months: float
    long_months: float
    stock_months: float
    claimed_years: float


class Curve:
    """A share that moves along the months, on straight lines between dated points."""

    def __init__(self, points: list[tuple[str, float]]) -> None:
        self.points = [(parse_month(month), float(share)) for month, share in points]

    def at(self, month: float) -> float:
        """The share in a month; flat before the first point and after the last."""
        before, after = self.points[0], self.points[-1]
        for point in self.points:
            if point[0] <= month:
                before = point
            else:
                after = point
                break
        if after[0] <= before[0]:
            return before[1]
        run = min(max((month - before[0]) / (after[0] - before[0]), 0.0), 1.0)
        return before[1] + run * (after[1] - before[1])


@dataclass(frozen=True, slots=True)
class Promises:
    """How the service keeps its delays, and what the people met are like."""

    met: Curve
    oriented: Curve
    pathway: dict[str, float]
    stock_paths: Wheel[str]
    profiles: Wheel[str]
    brakes: dict[str, float]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Everything drawn lives on these; see the file for the catalogue's ids."""

    origin: int
    flow: dict[str, float]
    stay: Stay
    season: tuple[float, ...]
    closing: Wheel[str]
    rates: dict[str, float]
    suspension_rate: float
    suspensions: Wheel[Suspension]
    household: dict[str, float]
    children: Wheel[int]
    ages: Wheel[tuple[int, int]]
    identity: dict[str, float]
    duties: dict[str, float]
    contacts: dict[str, float]
    amounts: tuple[tuple[int, float], ...]
    promises: Promises


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """The calibration in force."""
    raw = _read("calibration.yaml")
    household = dict(raw["household"])
    children = household.pop("children")
    rates = ("regularised_share", "quick_return_share", "late_return_share", "pending_share", "transfer_in_share")
    return Calibration(
        origin=parse_month(raw["origin"]),
        flow=raw["flow"],
        stay=Stay(**raw["stay"]),
        season=tuple(raw["entry_season"]),
        closing=Wheel(list(raw["closing"].items())),
        rates={name: raw[name] for name in rates},
        suspension_rate=raw["suspension"]["monthly_rate"],
        suspensions=Wheel([(Suspension(s, m, low, high), w) for s, m, w, low, high in raw["suspension"]["motives"]]),
        household=household,
        children=Wheel([(count + 1, weight) for count, weight in enumerate(children)]),
        ages=Wheel([((low, high), weight) for low, high, weight in raw["age_bands"]]),
        identity=raw["identity"],
        duties=raw["duties"],
        contacts=raw["contacts"],
        amounts=tuple((parse_month(since), float(amount)) for since, amount in raw["rsa_amounts"]),
        promises=_promises(raw["promises"], dict(raw["pathway"])),
    )


def _promises(curves: dict[str, Any], pathway: dict[str, Any]) -> Promises:
    wheels = {name: Wheel(list(pathway.pop(name).items())) for name in ("stock_paths", "profiles")}
    return Promises(
        met=Curve(curves["met_within_delay"]),
        oriented=Curve(curves["oriented_within_delay"]),
        brakes=pathway.pop("brakes"),
        pathway=pathway,
        **wheels,
    )


def word_lists() -> dict[str, list[str]]:
    """The invented syllables, streets and places of birth."""
    words: dict[str, list[str]] = _read("names.yaml")
    return words


def _read(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
