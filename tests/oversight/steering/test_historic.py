"""The two months of 2019-2022 (DIS-086, RG-04): beside the months of that time, never a target of today."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from emploi.oversight.steering.enums import Cohort
from emploi.oversight.steering.queries.historic import LINES, entrants, historic
from emploi.oversight.steering.queries.rows import Scope
from tests.oversight.steering.world import World, agent

THEN = date(2022, 3, 10)
TODAY = date(2026, 11, 23)


@pytest.fixture
def former(world: World) -> World:
    """Four entrants of 2022: in six weeks, in three months, never, and dead before; one of today."""
    for name in ("Amina", "Boris", "Chloé", "David"):
        world.entrant(name, THEN)
    world.decided("Amina", date(2022, 4, 25))
    world.decided("Boris", date(2022, 6, 10))
    world.closed("David", date(2022, 3, 20), "death")
    world.entrant("Emma", date(2026, 9, 1))
    world.decided("Emma", date(2026, 10, 20))
    return world


def scope(since: date, until: date, **changes: object) -> Scope:
    return Scope(**{"cohort": Cohort.ORIENTATION_MONTH, "as_of": TODAY, "since": since, "until": until, **changes})


def test_those_of_that_time_only(former: World) -> None:
    found = historic(scope(date(2022, 1, 1), date(2027, 1, 1)))
    assert found is not None
    assert (found.months, found.due, found.in_time) == (2, 3, 1)
    for line in LINES:
        rows = entrants(scope(date(2022, 1, 1), date(2027, 1, 1)), found, line)
        assert len(rows) == getattr(found, line)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (scope(date(2026, 1, 1), date(2027, 1, 1)), "the months of today have another promise"),
        (scope(date(2022, 1, 1), date(2023, 1, 1), cohort=Cohort.FIRST_INTERVIEW), "another promise"),
    ],
)
def test_nothing_elsewhere(former: World, asked: Scope, why: str) -> None:
    assert historic(asked) is None, why


def test_two_months_not_over_are_not_held_against_anybody(former: World) -> None:
    asked = scope(date(2022, 3, 1), date(2022, 4, 1), as_of=date(2022, 5, 1))
    found = historic(asked)
    assert found is not None
    assert (found.due, found.share) == (0, None)


def test_the_page_shows_it_beside_and_keeps_the_target(former: World) -> None:
    client = Client()
    client.force_login(agent("head_of_service"))
    asked = {"promise": "orientation_month", "since": "2022-01", "until": "2022-12"}
    page = client.get(reverse("steering:delays"), asked).text
    assert "Repère d’un autre temps : 2 mois, de 2019 à 2022" in page
    assert "dans le mois, objectif" in page
    doors = re.findall(r'href="(/pilotage/delais/repere/[^"]+)">(\d+)', page)
    assert [said for _, said in doors] == ["3", "1"]
    for href, said in doors:
        assert client.get(href.replace("&amp;", "&")).context["listing"].count == int(said)
    later = client.get(reverse("steering:delays"), {**asked, "since": "2026-01", "until": "2026-11"}).text
    assert "autre temps" not in later
    assert client.get(reverse("steering:historic"), {**asked, "since": "2026-01"}).status_code == 404
