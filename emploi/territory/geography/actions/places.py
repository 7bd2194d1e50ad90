"""Opening, correcting and closing the places where people are received."""

from datetime import datetime
from typing import Any

from django.utils.text import slugify

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.territory.geography.events import PlaceChanged, PlaceClosed, PlaceOpened
from emploi.territory.geography.models import Place

EDITABLE = (
    "name", "address", "commune_id", "phone", "accessible", "directions", "kind", "capacity", "room_seats",
    "opening_hours", "sector", "is_reserved",
)  # fmt: skip


@action
def open_place(*, values: dict[str, Any], by: Actor, at: datetime) -> Place:
    """Adds a place; `values` holds the fields of EDITABLE."""
    _check_name(values["name"])
    place = Place.objects.create(slug=_free_slug(values["name"]), **_editable(values))
    publish(PlaceOpened(place_id=place.pk, name=place.name), by=by, at=at)
    return place


@action
def change_place(*, place_id: int, values: dict[str, Any], by: Actor, at: datetime) -> Place:
    """Corrects a place; nothing is written when nothing changes."""
    place = Place.objects.select_for_update(of=("self",)).get(pk=place_id)
    changed = {name: value for name, value in _editable(values).items() if getattr(place, name) != value}
    if not changed:
        return place
    if "name" in changed:
        _check_name(changed["name"], except_id=place.pk)
    for name, value in changed.items():
        setattr(place, name, value)
    place.save(update_fields=list(changed))
    fields = tuple(name.removesuffix("_id") for name in changed)
    publish(PlaceChanged(place_id=place.pk, name=place.name, fields=fields), by=by, at=at)
    return place


@action
def close_place(*, place_id: int, reason: str, by: Actor, at: datetime) -> Place:
    """Stops giving appointments at a place; the reason is shown beside it."""
    reason = reason.strip()
    if not reason:
        raise DomainError("Indiquez pourquoi ce lieu ferme.", field="reason")
    place = Place.objects.select_for_update(of=("self",)).get(pk=place_id)
    if not place.is_active:
        raise DomainError("Ce lieu est déjà fermé.")
    place.is_active, place.closing_reason = False, reason
    place.save(update_fields=["is_active", "closing_reason"])
    publish(PlaceClosed(place_id=place.pk, name=place.name), by=by, at=at, reason=reason)
    return place


@action
def reopen_place(*, place_id: int, by: Actor, at: datetime) -> Place:
    """Opens a closed place again."""
    place = Place.objects.select_for_update(of=("self",)).get(pk=place_id)
    if place.is_active:
        raise DomainError("Ce lieu est déjà ouvert.")
    place.is_active, place.closing_reason = True, ""
    place.save(update_fields=["is_active", "closing_reason"])
    publish(PlaceOpened(place_id=place.pk, name=place.name), by=by, at=at)
    return place


def _editable(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in EDITABLE if name in values}


def _check_name(name: str, except_id: int = 0) -> None:
    if Place.objects.active().filter(name__iexact=name).exclude(pk=except_id).exists():
        raise DomainError("Un lieu ouvert porte déjà ce nom.", field="name")


def _free_slug(name: str) -> str:
    base = slugify(name)[:70] or "lieu"
    taken = set(Place.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)
