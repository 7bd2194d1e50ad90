"""Where a kind of appointment is given: named places, kinds of place, or everywhere."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from emploi.pathway.appointments.models import Kind
from emploi.territory.geography.enums import PlaceKind
from emploi.territory.geography.models import Place

_NAMED = Kind.places.through.objects.filter(kind=OuterRef("kind"))
# For slots of several kinds or places; `given_at` is cheaper for one of each.
GIVEN_THERE = (
    (Q(kind__place_kinds=[]) & ~Exists(_NAMED))
    | Exists(_NAMED.filter(place=OuterRef("place")))
    | Q(kind__place_kinds__contains=[F("place__kind")])
)


def given_at(kind_id: int, place_id: int) -> Exists:
    """The condition that a kind is given at a place; about neither slot nor opening, the database reads it once."""
    sort = Place.objects.filter(pk=place_id).values_list("kind")
    there = Q(places=place_id) | Q(place_kinds__overlap=sort)
    return Exists(Kind.objects.filter(Q(places=None, place_kinds=[]) | there, pk=kind_id))


def places_of(kind: Kind) -> QuerySet[Place]:
    """The places where a kind is given, closed ones too."""
    named = kind.places.all()
    if not kind.place_kinds and not named.exists():
        return Place.objects.all()
    return Place.objects.filter(Q(pk__in=named.values("pk")) | Q(kind__in=kind.place_kinds))


def is_given_at(kind: Kind, place: Place) -> bool:
    """Tell whether a kind is given at a place."""
    if place.kind in kind.place_kinds:
        return True
    named = set(kind.places.values_list("pk", flat=True))
    return place.pk in named or not (named or kind.place_kinds)


def where(kind: Kind) -> list[str]:
    """Where a kind is given, in words: its kinds of place, then its places by name; nothing when everywhere."""
    kinds = [PlaceKind(one).label for one in kind.place_kinds]
    return [*kinds, *sorted(place.name for place in kind.places.all())]
