"""The shipped rulebook: national files of this app, overlaid by those of the Département in force."""

from collections import defaultdict
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from emploi.foundation import department
from emploi.territory.rulebook.enums import Nature, Status, Unit
from emploi.territory.rulebook.facts import Definition, Shipped, ShippedRegime, Source, Timer
from emploi.territory.rulebook.rules import overlaps, overlay

DATA = Path(__file__).resolve().parent / "data"
DEPARTMENT_FILE = "rulebook.yaml"


class CatalogueError(ValueError):
    """A data file of the rulebook contradicts itself."""


@lru_cache(maxsize=1)
def definitions() -> dict[str, Definition]:
    """Every parameter by slug, in the order of the files."""
    found: dict[str, Definition] = {}
    for content in _files():
        group = content["group"]
        for raw in content["parameters"]:
            if raw["slug"] in found:
                raise CatalogueError(f"{raw['slug']} is written twice")
            found[raw["slug"]] = Definition(
                slug=raw["slug"],
                title=raw["title"],
                help=raw.get("help", ""),
                unit=Unit(raw["unit"]).value,
                nature=Nature(raw["nature"]).value,
                group_slug=group["slug"],
                group_title=group["title"],
            )
    return found


def definition(slug: str) -> Definition:
    """What a parameter is; LookupError when no file describes it."""
    try:
        return definitions()[slug]
    except KeyError:
        raise LookupError(f"Paramètre inconnu : « {slug} ».") from None


def shipped_values() -> list[Shipped]:
    """The values to have in the database, the Département's own hiding the national ones."""
    return list(_shipped_values(settings.DEPARTMENT))


@lru_cache(maxsize=1)
def shipped_regimes() -> tuple[ShippedRegime, ...]:
    """The legal regimes, the oldest first."""
    return tuple(
        ShippedRegime(
            code=raw["code"],
            title=raw["title"],
            valid_from=raw["from"],
            valid_to=raw.get("to"),
            source=_source(raw, _sources()),
            status=Status(raw["status"]).value,
            note=raw.get("note", ""),
        )
        for raw in _read(DATA / "regimes.yaml")["regimes"]
    )


@lru_cache(maxsize=1)
def timers() -> tuple[Timer, ...]:
    """The table of legal delays of the entry and the orientation (legal.md §6 A)."""
    return tuple(
        Timer(
            id=raw["id"],
            start=raw["start"],
            due=raw["due"],
            parameter=raw["parameter"],
            duration=raw.get("duration", ""),
            regimes=tuple(raw["regimes"]),
            consequence=raw["consequence"],
            status=Status(raw["status"]).value,
        )
        for raw in _read(DATA / "timers.yaml")["timers"]
    )


@lru_cache(maxsize=1)
def national_values() -> tuple[Shipped, ...]:
    """The values of this app's own files, parameter by parameter."""
    return tuple(
        _value(raw["slug"], line, _sources())
        for content in _files()
        for raw in content["parameters"]
        for line in raw["values"]
    )


@lru_cache(maxsize=8)
def _shipped_values(name: str) -> tuple[Shipped, ...]:
    national: dict[str, list[Shipped]] = defaultdict(list)
    for value in national_values():
        national[value.slug].append(value)
    local = _department_values()
    unknown = set(local) - set(national)
    if unknown:
        raise CatalogueError(f"{name} gives values to unknown parameters: {', '.join(sorted(unknown))}")
    timelines = {slug: overlay(values, local.get(slug, [])) for slug, values in national.items()}
    for slug, values in timelines.items():
        if overlaps(values):
            raise CatalogueError(f"{slug} has two values on the same day")
    return tuple(value for values in timelines.values() for value in values)


def _department_values() -> dict[str, list[Shipped]]:
    if not department.has(DEPARTMENT_FILE):
        return {}
    content = department.load_yaml(DEPARTMENT_FILE)
    sources = _sources() | _as_sources(content.get("sources", {}))
    return {
        slug: [_value(slug, line, sources, is_local=True) for line in lines]
        for slug, lines in content["values"].items()
    }


def _value(slug: str, raw: dict[str, Any], sources: dict[str, Source], *, is_local: bool = False) -> Shipped:
    value = raw["value"]
    return Shipped(
        slug=slug,
        valid_from=raw["from"],
        valid_to=raw.get("to"),
        value=value.isoformat() if isinstance(value, date) else value,
        unit=definition(slug).unit,
        source=_source(raw, sources),
        status=Status(raw["status"]).value,
        note=raw.get("note", ""),
        is_local=is_local,
    )


def _source(raw: dict[str, Any], sources: dict[str, Source]) -> Source:
    source = sources[raw["source"]]
    article = raw.get("article", "")
    return Source(f"{source.title}, {article}" if article else source.title, source.href)


def _as_sources(raw: dict[str, Any]) -> dict[str, Source]:
    return {name: Source(text["title"], text.get("href", "")) for name, text in raw.items()}


@lru_cache(maxsize=1)
def _sources() -> dict[str, Source]:
    return _as_sources(_read(DATA / "sources.yaml"))


@lru_cache(maxsize=1)
def _files() -> tuple[dict[str, Any], ...]:
    return tuple(_read(path) for path in sorted(DATA.glob("[0-9][0-9]-*.yaml")))


def _read(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))
