"""From known to decided: steps, medians, territories, what brings people, who waits."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.oversight.steering.queries import funnel
from emploi.pathway.appointments.models import Appointment, CallAttempt, Invitation
from tests.oversight.steering.world import TESTS, World, agent

SINCE, UNTIL, TODAY = date(2026, 9, 1), date(2026, 9, 30), date(2026, 11, 23)


@pytest.fixture
def cohort(world: World) -> World:
    """Four entrants: one oriented, one received late, one invited only, one never reached (in the south)."""
    day = date(2026, 9, 1)
    for name, place in (("Amina", "north"), ("Boris", "north"), ("Chloé", "north"), ("David", "south")):
        world.entrant(name, day, place)
    for name in ("Amina", "Boris", "Chloé"):
        world.invited(name, day + timedelta(days=2))
    world.appointment("Amina", day + timedelta(days=10), "held")
    world.appointment("Boris", day + timedelta(days=20), "held")
    world.decided("Amina", day + timedelta(days=12))
    # Booked three days after the entry: the moment counts, not the day of the meeting.
    with acting(TESTS):
        Appointment.objects.update(booked_at=datetime(2026, 9, 4, 9, 0, tzinfo=clock.ZONE))
    return world


def test_each_step_counts_and_its_median_starts_at_the_entry(cohort: World) -> None:
    whole = funnel.funnels(SINCE, UNTIL, TODAY)[0]
    assert [stage.count for stage in whole.stages] == [4, 3, 2, 2, 1]
    assert [stage.median for stage in whole.stages] == [None, 2, 3, 15, 12]
    assert [stage.percent for stage in whole.stages[1:]] == [75.0, 66.7, 100.0, 50.0]
    assert (whole.due, whole.in_time, whole.rate) == (4, 1, 25.0)


def test_territories_are_compared(cohort: World) -> None:
    lines = funnel.funnels(SINCE, UNTIL, TODAY)
    rates = {line.name: line.rate for line in lines[1:]}
    assert rates == {cohort.north.name: 33.3, cohort.south.name: 0.0}
    assert funnel.gap(lines) == 33.3


def test_a_delay_that_runs_is_not_held_against_anybody(cohort: World) -> None:
    whole = funnel.funnels(SINCE, UNTIL, date(2026, 9, 10))[0]
    assert (whole.due, whole.rate) == (0, None)


def test_the_stock_and_other_months_are_left_aside(cohort: World) -> None:
    cohort.entrant("Emma", date(2026, 10, 1))
    cohort.entrant("Stock", date(2026, 9, 5), is_stock=True)
    assert funnel.funnels(SINCE, UNTIL, TODAY)[0].known == 4


def test_what_brings_people_is_the_last_thing_tried(cohort: World) -> None:
    boris = cohort.entries["Boris"]
    with acting(TESTS):
        Invitation.objects.filter(entry=boris).update(sent_at=datetime(2026, 9, 2, 9, 0, tzinfo=clock.ZONE))
        CallAttempt.objects.create(
            entry=boris,
            person_id=boris.person_id,
            outcome="reached",
            called_at=datetime(2026, 9, 3, 9, 0, tzinfo=clock.ZONE),
        )
    found = {line.label: (line.made, line.booked, line.held) for line in funnel.attempts(SINCE, UNTIL)}
    assert found["Appel où la personne a répondu"] == (1, 1, 1)
    assert found["Première invitation"] == (3, 1, 1)
    assert found["Convocation"] == (0, 0, 0)


@pytest.mark.parametrize(
    ("step", "place", "who"),
    [
        ("invited", "", ["David"]),
        ("booked", "", ["Chloé"]),
        ("held", "", []),
        ("decided", "", ["Boris"]),
        ("invited", "north", []),
        ("invited", "south", ["David"]),
        ("invited", "none", []),
    ],
)
def test_each_loss_opens_its_list(cohort: World, step: str, place: str, who: list[str]) -> None:
    where = {"north": str(cohort.north.pk), "south": str(cohort.south.pk)}.get(place, place)
    rows = funnel.waiting_at(step, SINCE, UNTIL, where)
    assert [row.entry_id for row in rows] == [cohort.entries[name].pk for name in who]


def test_who_left_is_not_waited_for(cohort: World) -> None:
    cohort.closed("David", date(2026, 10, 1))
    assert funnel.waiting_at("invited", SINCE, UNTIL) == []


def test_the_head_reads_and_the_officer_does_not(cohort: World) -> None:
    client = Client()
    client.force_login(agent("head_of_service"))
    with clock.frozen(datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE)):
        period = {"since": "2026-09-01", "until": "2026-09-30"}
        page = client.get(reverse("steering:funnel"), period)
        assert "33,3 points d’écart entre territoires" in page.text
        listed = client.get(reverse("steering:funnel_list"), {**period, "etape": "invited"})
        assert "1 entrant" in listed.text and "David" in listed.text
        assert client.get(reverse("steering:funnel_list"), {"etape": "known"}).status_code == 404
    client.force_login(agent("orientation_officer", "autre@essai.fr"))
    assert client.get(reverse("steering:funnel")).status_code in (403, 404)


def test_an_empty_period_is_said(world: World) -> None:
    client = Client()
    client.force_login(agent("head_of_service"))
    assert "Personne n’est entré" in client.get(reverse("steering:funnel")).text
