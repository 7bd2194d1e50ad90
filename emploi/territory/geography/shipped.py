"""The data files the product and the Département ship: communes, grids, places."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from emploi.foundation import department
from emploi.territory.geography.rules import sort_name

NATIONAL_FILE = Path(__file__).resolve().parent / "data" / "communes.csv"
DEPARTMENT_FILE = "communes.csv"


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """One line of a communes file; the order of the fields is that of the columns copied."""

    code: str
    name: str
    name_sort: str
    department_code: str
    arrondissement_code: str
    epci_code: str
    epci_name: str
    postal_codes: list[str]
    population: int
    latitude: float | None
    longitude: float | None


def communes(*, only_department: bool = False) -> Iterator[CommuneRow]:
    """The communes of France, then those the Département adds (invented ones, municipal arrondissements)."""
    if only_department:
        yield from _national_of(department.identity().code)
    else:
        yield from map(_commune, _read(NATIONAL_FILE))
    if department.has(DEPARTMENT_FILE):
        for raw in _read(department.folder() / DEPARTMENT_FILE):
            yield _commune(raw)


def grids() -> list[dict[str, Any]]:
    """The grids of the Département in force, as written in its `territories.yaml`."""
    return list(department.load_yaml("territories.yaml")["grids"]) if department.has("territories.yaml") else []


def territory_names(file_name: str) -> dict[str, str]:
    """The territory of each commune of a grid given as a file: INSEE code → name."""
    return {raw["code_insee"]: raw["territoire"] for raw in _read(department.folder() / file_name)}


def places() -> list[dict[str, Any]]:
    """The places the Département in force ships."""
    return list(department.load_yaml("places.yaml")["places"]) if department.has("places.yaml") else []


def unchecked() -> dict[str, str]:
    """The fields of the shipped places that nobody has checked, and why: `address`, `phone`."""
    return dict(department.load_yaml("places.yaml").get("to_confirm", {})) if department.has("places.yaml") else {}


@lru_cache(maxsize=4)
def _national_of(code: str) -> tuple[CommuneRow, ...]:
    return tuple(_commune(raw) for raw in _read(NATIONAL_FILE) if raw["departement"] == code)


def _read(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _commune(raw: dict[str, str]) -> CommuneRow:
    return CommuneRow(
        code=raw["code_insee"],
        name=raw["nom"],
        name_sort=sort_name(raw["nom"]),
        department_code=raw["departement"],
        arrondissement_code=raw["arrondissement"],
        epci_code=raw["epci"],
        epci_name=raw["epci_nom"],
        postal_codes=raw["codes_postaux"].split(),
        population=int(raw["population"] or 0),
        latitude=float(raw["latitude"]) if raw["latitude"] else None,
        longitude=float(raw["longitude"]) if raw["longitude"] else None,
    )
