"""Loading what is shipped: communes are kept equal to the file, grids and places are only completed."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import connection
from django.utils.text import slugify
from psycopg import sql

from emploi.foundation import department
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.events import publish
from emploi.territory.geography import shipped, weeks
from emploi.territory.geography.enums import GridKind, PlaceKind
from emploi.territory.geography.events import GeographyLoaded
from emploi.territory.geography.models import Commune, Grid, Place, Territory, TerritoryCommune

COLUMNS = [f.name for f in fields(shipped.CommuneRow)]
_AS_WRITTEN = attrgetter(*COLUMNS)
UPSERT = sql.SQL(
    """
    INSERT INTO geography_commune ({columns}) SELECT {columns} FROM incoming_commune
    ON CONFLICT (code) DO UPDATE SET ({columns}) = ROW({excluded})
    WHERE ({current}) IS DISTINCT FROM ({excluded})
    RETURNING xmax = 0
    """
).format(
    columns=sql.SQL(", ").join(map(sql.Identifier, COLUMNS)),
    current=sql.SQL(", ").join(sql.Identifier("geography_commune", name) for name in COLUMNS),
    excluded=sql.SQL(", ").join(sql.Identifier("excluded", name) for name in COLUMNS),
)
COPY = sql.SQL("COPY incoming_commune ({}) FROM STDIN").format(sql.SQL(", ").join(map(sql.Identifier, COLUMNS)))


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loading did."""

    communes_read: int
    communes_created: int
    communes_updated: int
    territories: int
    links_added: int
    places_added: int

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return bool(self.communes_created or self.communes_updated or self.links_added or self.places_added)


@action
def load_geography(*, by: Actor, at: datetime, only_department: bool = False) -> Loaded:
    """Loads communes, grids and places; what the Département moved or typed is never undone."""
    read, created, updated = _load_communes(shipped.communes(only_department=only_department))
    links_added = sum(_load_grid(spec) for spec in shipped.grids())
    places_added = _load_places()
    loaded = Loaded(read, created, updated, Territory.objects.count(), links_added, places_added)
    if loaded.changed:
        publish(
            GeographyLoaded(communes_written=created + updated, links_added=links_added, places_added=places_added),
            by=by,
            at=at,
        )
    return loaded


def _load_communes(rows: Iterable[shipped.CommuneRow]) -> tuple[int, int, int]:
    """COPY into a temporary table, then one statement; returns lines read, created, updated."""
    read = 0
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS incoming_commune (LIKE geography_commune) ON COMMIT DROP")
        cursor.execute("TRUNCATE incoming_commune")
        with cursor.copy(COPY) as copy:
            for row in rows:
                copy.write_row(_AS_WRITTEN(row))
                read += 1
        cursor.execute(UPSERT)
        inserted = [new for (new,) in cursor.fetchall()]
    return read, sum(inserted), len(inserted) - sum(inserted)


def _load_grid(spec: dict[str, Any]) -> int:
    """Creates a grid and its territories when missing and gives a territory to the communes without one."""
    is_default = (
        bool(spec.get("default")) and not Grid.objects.filter(is_default=True).exclude(slug=spec["slug"]).exists()
    )
    grid, _ = Grid.objects.get_or_create(
        slug=spec["slug"],
        defaults={"name": spec["name"], "kind": GridKind(spec["kind"]), "is_default": is_default},
    )
    wanted = _members_from_file(spec) if "file" in spec else _members_from_field(spec)
    territories = _territories(grid, spec, wanted)
    known = set(Commune.objects.filter(code__in=wanted).values_list("code", flat=True))
    placed = set(TerritoryCommune.objects.filter(grid=grid).values_list("commune_id", flat=True))
    links = [
        TerritoryCommune(grid=grid, territory=territories[slug], commune_id=code)
        for code, (slug, _) in wanted.items()
        if code in known and code not in placed
    ]
    TerritoryCommune.objects.bulk_create(links)
    return len(links)


def _members_from_file(spec: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """INSEE code → (slug, name) of the territory, read in the Département's file."""
    return {code: (slugify(name), name) for code, name in shipped.territory_names(spec["file"]).items()}


def _members_from_field(spec: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """INSEE code → (slug, name) of the territory, read in the communes themselves (arrondissement, EPCI)."""
    field = spec["by"]
    names = {str(code): name for code, name in spec.get("names", {}).items()}
    label = "epci_name" if field == "epci_code" else field
    rows = Commune.objects.filter(department_code=department.identity().code).values_list("code", field, label)
    return {code: (value, names.get(value, text)) for code, value, text in rows if value}


def _territories(grid: Grid, spec: dict[str, Any], wanted: dict[str, tuple[str, str]]) -> dict[str, Territory]:
    """The grid's territories by slug, those missing created, in the order written then by name."""
    existing = {t.slug: t for t in grid.territories.all()}
    order = {slugify(name): position for position, name in enumerate(spec.get("territories", []))}
    ranked = sorted(set(wanted.values()), key=lambda pair: (order.get(pair[0], len(order)), pair[1]))
    missing = [
        Territory(grid=grid, slug=slug, name=name, position=position)
        for position, (slug, name) in enumerate(ranked)
        if slug not in existing
    ]
    Territory.objects.bulk_create(missing)
    return existing | {t.slug: t for t in missing}


def _load_places() -> int:
    """Adds the shipped places whose identifier is not known yet; those of the screen are left alone."""
    known = set(Place.objects.values_list("slug", flat=True))
    new = [
        Place(
            slug=raw["slug"],
            name=raw["name"],
            address=raw["address"],
            commune_id=raw["commune"],
            phone=raw.get("phone", ""),
            accessible=raw.get("accessible", False),
            directions=raw.get("directions", ""),
            kind=PlaceKind(raw.get("kind", PlaceKind.OTHER)),
            capacity=raw.get("capacity"),
            room_seats=raw.get("room_seats"),
            opening_hours=_week(raw.get("hours", {})),
        )
        for raw in shipped.places()
        if raw["slug"] not in known
    ]
    Place.objects.bulk_create(new)
    return len(new)


def _week(hours: dict[int, str]) -> weeks.Stored:
    """The hours of a shipped place: ISO weekday → « 8h30-12h, 13h30-17h »."""
    return weeks.stored({day: weeks.read_hours(text) for day, text in hours.items()})
