"""Reading the geography: which territory, which places, which communes."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Count, F, IntegerField, Prefetch, Q, QuerySet, Value, When

from emploi.foundation import department
from emploi.territory.geography import shipped
from emploi.territory.geography.models import Commune, Grid, Place, Territory, TerritoryCommune
from emploi.territory.geography.rules import great_circle_km, search_name

POSTAL_CODE_LENGTH = 5


@dataclass(frozen=True, slots=True)
class NearPlace:
    """An open place and its distance from a commune, in kilometres as the crow flies, None when unknown."""

    place: Place
    km: float | None
    in_sector: bool = False


def default_grid() -> Grid | None:
    """The Département's main grid, None before anything is loaded."""
    return Grid.objects.filter(is_default=True).first()


@dataclass(frozen=True, slots=True)
class GridShown:
    """A grid, its territories with their number of communes, and the communes it forgets."""

    grid: Grid
    territories: list[Territory]
    forgotten: list[Commune]


def grids_with_territories() -> list[GridShown]:
    """Every grid, the main one first, in a constant number of queries."""
    counted = Territory.objects.annotate(communes=Count("commune_links")).order_by("position", "name")
    found = list(Grid.objects.order_by("-is_default", "name").prefetch_related(Prefetch("territories", counted)))
    placed = set(TerritoryCommune.objects.values_list("grid_id", "commune_id"))
    ours = list(department_communes())
    return [
        GridShown(grid, list(grid.territories.all()), [c for c in ours if (grid.pk, c.pk) not in placed])
        for grid in found
    ]


def territories(grid: Grid | None = None) -> QuerySet[Territory]:
    """The territories of a grid (the main one by default) in the Département's order."""
    found = Territory.objects.select_related("grid").order_by("position", "name")
    return found.filter(grid=grid) if grid else found.filter(grid__is_default=True)


def territory_choices(grid: Grid | None = None) -> list[tuple[str, str]]:
    """The territories of a grid (the main one by default) as choices of a form: (id, name)."""
    return [(str(pk), name) for pk, name in territories(grid).values_list("pk", "name")]


def commune_choices() -> list[tuple[str, str]]:
    """The Département's communes as choices of a form: (INSEE code, name and postal code)."""
    rows = department_communes().values_list("pk", "name", "postal_codes")
    return [(pk, f"{name} ({codes[0]})" if codes else name) for pk, name, codes in rows]


def territory_of(commune_code: str | None, grid: Grid | None = None) -> Territory | None:
    """The territory of a commune in a grid (the main one by default), None when it has none."""
    if not commune_code:
        return None
    return territories_of([commune_code], grid).get(commune_code)


def territories_of(commune_codes: Iterable[str], grid: Grid | None = None) -> dict[str, Territory]:
    """The territory of each commune, in one query; communes without one are absent."""
    links = _links(grid).filter(commune_id__in=set(commune_codes)).select_related("territory")
    return {link.commune_id: link.territory for link in links}


def communes_of(territory: Territory) -> QuerySet[Commune]:
    """The communes of a territory, by name."""
    return Commune.objects.filter(territory_links__territory=territory).order_by("name_sort", "code")


def department_communes() -> QuerySet[Commune]:
    """The communes of the Département in force, by name."""
    return Commune.objects.filter(department_code=department.identity().code).order_by("name_sort", "code")


def places_with_territory() -> QuerySet[Place]:
    """Every place with its commune and, in `main_territory`, its territory in the main grid."""
    main = Prefetch(
        "commune__territory_links",
        queryset=TerritoryCommune.objects.filter(grid__is_default=True).select_related("territory"),
        to_attr="main_links",
    )
    return Place.objects.select_related("commune").prefetch_related(main)


def unchecked_fields(places: Iterable[Place]) -> dict[int, dict[str, str]]:
    """What nobody has checked of each place, and why: a shipped value flagged so, still as it was shipped."""
    why = shipped.unchecked()
    original = {raw["slug"]: raw for raw in shipped.places()} if why else {}
    found = {}
    for place in places:
        raw = original.get(place.slug, {})
        fields = {name: reason for name, reason in why.items() if raw.get(name) == getattr(place, name)}
        if fields:
            found[place.pk] = fields
    return found


def place_territories(grid: Grid | None = None) -> dict[int, Territory]:
    """The territory of each place, by place id."""
    places = dict(Place.objects.values_list("pk", "commune_id"))
    by_commune = territories_of(places.values(), grid)
    return {pk: by_commune[code] for pk, code in places.items() if code in by_commune}


def nearest_places(commune_code: str | None, limit: int | None = None) -> list[NearPlace]:
    """The open places: those whose sector holds the commune, then the nearest; by name when nothing is known of it."""
    return nearest_places_of([commune_code])[commune_code][:limit]


def nearest_places_of(commune_codes: Iterable[str | None]) -> dict[str | None, list[NearPlace]]:
    """The same for several communes at once: two queries whatever their number."""
    asked = set(commune_codes)
    origins = Commune.objects.in_bulk([code for code in asked if code])
    places = list(Place.objects.active().select_related("commune").order_by("name"))
    found = {}
    for code in asked:
        origin = origins.get(code or "")
        near = [NearPlace(place, _distance(origin, place.commune), place.is_for(code)) for place in places]
        found[code] = sorted(near, key=lambda one: (not one.in_sector, one.km is None, one.km or 0.0))
    return found


def search_communes(text: str, limit: int = 20) -> list[Commune]:
    """Communes by name (accents, hyphens and « St » forgiven), postal code or INSEE code; ours first."""
    wanted = search_name(text)
    if not wanted:
        return []
    if len(wanted) == POSTAL_CODE_LENGTH and wanted[1:].isdecimal():
        matching = Q(code=wanted) | Q(postal_codes__contains=[wanted])
    else:
        matching = Q(name_sort__startswith=wanted) | Q(name_sort__contains=f" {wanted}")
    return list(
        Commune.objects.filter(matching)
        .annotate(rank=_rank(wanted))
        .order_by("rank", F("population").desc(), "name_sort", "code")[:limit]
    )


def _rank(wanted: str) -> Case:
    """Ours before others; within each, the name that starts with what was typed before the others."""
    ours = Q(department_code=department.identity().code)
    starts = Q(name_sort__startswith=wanted)
    steps = [When(ours & starts, then=Value(0)), When(ours, then=Value(1)), When(starts, then=Value(2))]
    return Case(*steps, default=Value(3), output_field=IntegerField())


def _links(grid: Grid | None) -> QuerySet[TerritoryCommune]:
    return (
        TerritoryCommune.objects.filter(grid=grid) if grid else TerritoryCommune.objects.filter(grid__is_default=True)
    )


def _distance(origin: Commune | None, target: Commune) -> float | None:
    if origin is None:
        return None
    if origin.pk == target.pk:
        return 0.0
    if origin.latitude is None or origin.longitude is None or target.latitude is None or target.longitude is None:
        return None
    return great_circle_km(origin.latitude, origin.longitude, target.latitude, target.longitude)
