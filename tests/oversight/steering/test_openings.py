"""What to open: how many seats, by when, where, by whom; each number of the page opens its list."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.oversight.steering.queries import openings
from emploi.oversight.steering.queries.capacity import forecast
from emploi.oversight.steering.rules import seats_to_open, shared_out
from emploi.pathway.appointments.models import Slot
from emploi.territory.agents.models import Agent
from tests.oversight.steering.world import TESTS, World, agent

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE)


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        ([(2, 5), (3, 0)], [0, 0]),  # seats of the first week serve those of the second
        ([(5, 2), (0, 9)], [3, 0]),  # seats of the second week come too late for the first
        ([(1.5, 1), (1.5, 1)], [1, 0]),  # nobody is received by half: the half left over serves the week after
        ([(0, 0), (4, 1), (4, 0)], [0, 3, 4]),
    ],
)
def test_seats_are_opened_by_the_week_they_lack(weeks: list[tuple[float, int]], expected: list[int]) -> None:
    assert seats_to_open(weeks) == expected


def test_nothing_is_lost_in_sharing() -> None:
    assert shared_out(7, 3) == [3, 2, 2]
    assert shared_out(7, 0) == []


def receives(world: World, who: Agent, day: date, hours: int, hour: int = 9) -> None:
    """An officer's morning: one slot an hour."""
    with acting(TESTS):
        for number in range(hours):
            start = datetime(day.year, day.month, day.day, hour + number, tzinfo=clock.ZONE)
            Slot.objects.create(
                agent=who, place=world.place, kind=world.kind, period=DateTimeTZRange(start, start + timedelta(hours=1))
            )


@pytest.fixture
def short(world: World) -> World:
    """Five people of the north due next week, one free seat this week; two officers used to receive there."""
    for number in range(5):
        world.entrant(f"Nord{number}", MONDAY - timedelta(days=7))
    colleague = agent("counsellor")
    receives(world, world.officer, MONDAY - timedelta(days=7), 4)
    receives(world, colleague, MONDAY - timedelta(days=7), 2)
    receives(world, world.officer, MONDAY + timedelta(days=1), 1)
    return world


def test_where_by_whom_and_by_when(short: World) -> None:
    lines = forecast(NOW)
    known = openings.desks(NOW, 4)
    assert [(desk.agent_id, desk.weekly_hours, desk.seats) for desk in known if desk.seats] == [
        (short.officer.pk, 1.0, 1)
    ]
    need = openings.needs(lines, known)[0]
    assert (need.name, need.waiting) == (short.north.name, 5)
    assert need.by == date(2026, 12, 4)  # the Friday of the week their delay ends
    assert need.seats >= 4
    assert sum(part.seats for part in need.parts) == need.seats
    assert {part.desk.agent_id for part in need.parts} == {short.officer.pk, known[0].agent_id, known[1].agent_id}
    assert need.hours == need.seats * short.kind.duration_minutes / 60


def test_the_page_says_it_and_every_number_opens_its_list(short: World) -> None:
    client = Client()
    client.force_login(agent("head_of_service"))
    page = client.get(reverse("steering:capacity")).text
    assert "Ce qu’il faut ouvrir" in page
    assert "vendredi 4 décembre" in page
    assert f"?agent={short.officer.pk}&amp;lieu={short.place.pk}" in page
    doors = re.findall(r'href="(/pilotage/capacite/liste/\?[^"]+)">([\d ,]+)', page)
    assert len(doors) > 5
    for href, said in doors:
        listed = client.get(href.replace("&amp;", "&"))
        assert listed.status_code == 200
        if "a-placer" in href:
            assert f"{said.strip()} entrant" in listed.text
        if "quoi=libres" in href:
            assert f"{said.strip()} place" in listed.text


def test_seats_to_spare_elsewhere_or_later_do_not_hide_what_lacks(short: World) -> None:
    """Twelve free seats in three weeks serve nobody whose delay ends before: the heading says what the list says."""
    receives(short, short.officer, MONDAY + timedelta(days=23), 10)
    receives(short, short.officer, MONDAY + timedelta(days=24), 10)
    client = Client()
    client.force_login(agent("head_of_service"))
    with clock.frozen(NOW):
        answer = client.get(reverse("steering:capacity"))
    seats = sum(need.seats for need in answer.context["needs"])
    assert seats
    assert f"Il faut ouvrir {seats} créneaux" in answer.context["title"]
    assert "suffisent" not in answer.context["title"]


def test_the_opening_page_is_ready(short: World) -> None:
    client = Client()
    client.force_login(agent("head_of_service"))
    asked = {"agent": short.officer.pk, "lieu": short.place.pk, "du": "2026-11-23", "au": "2026-12-04"}
    page = client.get(reverse("appointments:opening_new"), asked).text
    assert re.search(rf'<option value="{short.place.pk}" selected', page)
    assert 'value="2026-12-04"' in page


def test_a_list_nobody_knows_is_none(short: World) -> None:
    client = Client()
    client.force_login(agent("head_of_service"))
    address = reverse("steering:capacity_list")
    assert client.get(address, {"quoi": "secret"}).status_code == 404
    assert client.get(address, {"quoi": "libres", "territoire": "999999"}).status_code == 404
    client.force_login(agent("orientation_officer", "autre@essai.fr"))
    assert client.get(address, {"quoi": "libres"}).status_code in (403, 404)


def test_as_many_questions_whatever_the_size(short: World) -> None:
    client = Client()
    client.force_login(agent("head_of_service"))

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("steering:capacity"))
        return len(asked)

    client.get(reverse("steering:capacity"))
    few = questions()
    for number in range(5):
        short.entrant(f"Sud{number}", MONDAY, "south")
        receives(short, short.officer, MONDAY + timedelta(days=number + 2), 2)
    assert questions() == few
