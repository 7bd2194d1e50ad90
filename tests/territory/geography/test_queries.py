"""Which territory, which places, which communes."""

import pytest

from emploi.foundation import clock
from emploi.territory.geography import queries
from emploi.territory.geography.actions import close_place
from emploi.territory.geography.models import Grid, Place
from tests.territory.conftest import BY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("department")]


def test_the_territory_of_a_commune_in_each_grid() -> None:
    districts = Grid.objects.get(slug="arrondissements")
    assert queries.territory_of("99003").name == "Secteur Nord"
    assert queries.territory_of("99003", districts).name == "Arrondissement d'Exempleville"
    assert queries.territory_of("99999") is None
    assert queries.territory_of(None) is None


def test_many_territories_are_read_in_one_query(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        found = queries.territories_of([f"990{n:02d}" for n in range(1, 13)])
    assert len(found) == 12


def test_the_nearest_place_comes_first_and_a_closed_one_never() -> None:
    near = queries.nearest_places("99002")
    assert [n.place.slug for n in near][:2] == ["bourg-temoin", "exempleville"]
    assert near[0].km == 0
    assert [n.km for n in near] == sorted(n.km for n in near)
    close_place(place_id=near[0].place.pk, reason="Travaux", by=BY, at=clock.now())
    assert queries.nearest_places("99002")[0].place.slug == "exempleville"


def test_an_unknown_commune_still_gets_the_places_by_name() -> None:
    near = queries.nearest_places("75056")
    assert [n.place.name for n in near] == sorted(n.place.name for n in near)
    assert {n.km for n in near} == {None}
    assert len(queries.nearest_places(None, limit=2)) == 2


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("st modele", ["99003"]),
        ("echantillon", ["99004"]),
        ("99020", ["99002", "99004"]),
        ("99007", ["99007"]),
        ("sainte-é", ["99008"]),
        ("", []),
        ("?!", []),
        ("introuvable", []),
    ],
)
def test_communes_are_found_as_people_write_them(typed: str, expected: list[str]) -> None:
    assert [c.pk for c in queries.search_communes(typed)] == expected


def test_each_place_has_the_territory_of_its_commune() -> None:
    by_place = queries.place_territories()
    assert by_place[Place.objects.get(slug="gabarit").pk].slug == "secteur-sud"
    assert len(by_place) == Place.objects.count()
