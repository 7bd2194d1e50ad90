"""Loading communes, grids and places, again and again."""

import json
from contextlib import redirect_stdout
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.writing import acting
from emploi.territory.geography import queries
from emploi.territory.geography.actions import change_place, load_geography, move_commune
from emploi.territory.geography.models import Commune, Grid, Place, Territory, TerritoryCommune
from tests.territory.conftest import BY

pytestmark = pytest.mark.django_db


def test_the_command_loads_france_and_then_finds_nothing_to_do() -> None:
    first, again = StringIO(), StringIO()
    for out in (first, again):
        with redirect_stdout(out):
            call_command("load_geography", "--json")
    loaded, unchanged = json.loads(first.getvalue()), json.loads(again.getvalue())
    assert loaded["communes_created"] == loaded["communes_read"] > 34_900
    assert (unchanged["communes_created"], unchanged["communes_updated"], unchanged["links_added"]) == (0, 0, 0)
    assert JournalEntry.objects.filter(event="geography.GeographyLoaded").count() == 1


def test_a_corrected_file_corrects_the_commune_and_only_it(department: None) -> None:
    with acting(BY):
        Commune.objects.filter(pk="99004").update(name="Ancien nom", population=1)
    again = load_geography(by=BY, at=clock.now(), only_department=True)
    assert (again.communes_created, again.communes_updated) == (0, 1)
    assert Commune.objects.get(pk="99004").name == "L'Échantillon"


def test_a_moved_commune_stays_where_the_department_put_it(department: None) -> None:
    south = Territory.objects.get(slug="secteur-sud")
    move_commune(commune_code="99004", territory_id=south.pk, reason="Accord des pôles", by=BY, at=clock.now())
    load_geography(by=BY, at=clock.now(), only_department=True)
    assert queries.territory_of("99004") == south


def test_a_corrected_place_stays_as_the_department_wrote_it(department: None) -> None:
    place = Place.objects.get(slug="exempleville")
    change_place(place_id=place.pk, values={"address": "3 rue du Marché"}, by=BY, at=clock.now())
    again = load_geography(by=BY, at=clock.now(), only_department=True)
    place.refresh_from_db()
    assert (again.places_added, place.address) == (0, "3 rue du Marché")


def test_the_database_refuses_a_commune_in_the_territory_of_another_grid(department: None) -> None:
    north = Territory.objects.get(slug="secteur-nord")
    other = Grid.objects.get(slug="arrondissements")
    with acting(BY):
        Commune.objects.create(code="99099", name="Neuve", name_sort="NEUVE", department_code="99")
    with pytest.raises(IntegrityError), transaction.atomic(), acting(BY):
        TerritoryCommune.objects.create(territory=north, commune_id="99099", grid=other)


def test_the_database_refuses_a_commune_twice_in_a_grid(department: None) -> None:
    south = Territory.objects.get(slug="secteur-sud")
    with pytest.raises(IntegrityError), transaction.atomic(), acting(BY):
        TerritoryCommune.objects.create(territory=south, commune_id="99001", grid=south.grid)


def test_only_one_grid_is_the_main_one(department: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Grid.objects.filter(slug="arrondissements").update(is_default=True)
