"""The Département in force as the simulator needs it: communes with their weights, payers, code."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import emploi.territory.geography as geography
from emploi.foundation import department
from emploi.simulator.life.draws import Draws, Wheel


@dataclass(frozen=True, slots=True)
class Town:
    """A commune where simulated households live."""

    insee: str
    name: str
    postal_codes: tuple[str, ...]
    self_employed: float | None


@dataclass(frozen=True, slots=True)
class Scenery:
    """Where and under which payers the simulated households live."""

    code: str
    organisms: dict[str, str]
    towns: Wheel[Wheel[Town]]

    @property
    def partner(self) -> str:
        """IDEPARTE: the Département's code on three characters."""
        return self.code.zfill(3)

    def town(self, draws: Draws) -> Town:
        """A commune, by the weight of its territory then by its population."""
        return self.towns.draw(draws).draw(draws)


def scenery() -> Scenery:
    """The scenery of the Département in force."""
    return _scenery(department.folder())


@lru_cache(maxsize=4)
def _scenery(folder: Path) -> Scenery:
    identity = department.identity()
    settings: dict[str, Any] = department.load_yaml("simulation.yaml") if department.has("simulation.yaml") else {}
    territories = _territory_of(folder)
    groups: dict[str, list[tuple[Town, float]]] = defaultdict(list)
    for row in _communes(folder, identity.code):
        name = territories.get(row["code_insee"], "")
        weight = float(row["population"] or 0) + 1.0
        groups[name].append((_town(row, settings.get("self_employed", {}).get(name)), weight))
    shares: dict[str, float] = settings.get("territory_weights", {})
    # With declared weights, only the territories that carry one; in a stable order.
    known = [(name, groups[name]) for name in sorted(groups) if not shares or name in shares]
    wheel = Wheel([(Wheel(towns), shares.get(name) or sum(w for _, w in towns)) for name, towns in known])
    return Scenery(code=identity.code, organisms=dict(identity.caf_organisms), towns=wheel)


def _town(row: dict[str, str], self_employed: float | None) -> Town:
    return Town(row["code_insee"], row["nom"], tuple(row["codes_postaux"].split()), self_employed)


def _communes(folder: Path, code: str) -> list[dict[str, str]]:
    """The inhabited communes of the Département; those that its own file splits are left to that file."""
    national = Path(geography.__file__).parent / "data" / "communes.csv"
    rows = [row for path in (national, folder / "communes.csv") for row in _rows(path) if row["departement"] == code]
    return [row for row in rows if row["codes_postaux"].strip()]


def _territory_of(folder: Path) -> dict[str, str]:
    return {row["code_insee"]: row["territoire"] for row in _rows(folder / "territoires.csv")}


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
