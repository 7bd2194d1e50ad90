"""From known to decided: steps, medians, territories, what brings people, who waits."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.models import Consultation
from emploi.foundation.audit.writing import acting
from emploi.oversight.steering.queries import funnel
from emploi.pathway.appointments.models import Appointment, Invitation, Kind
from emploi.pathway.orientation.models import Interview, Step
from tests.oversight.steering.world import TESTS, World, agent

SINCE, UNTIL, TODAY = date(2026, 9, 1), date(2026, 9, 30), date(2026, 11, 23)
TRIED = {"genre": "invitation", "rang": "1", "moyen": ""}


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
    assert [stage.count for stage in whole.stages] == [4, 3, 2, 2, 1, 0]
    assert [stage.median for stage in whole.stages] == [None, 2, 3, 15, 12, None]
    assert [stage.percent for stage in whole.stages[1:]] == [75.0, 66.7, 100.0, 50.0, 0.0]
    assert (whole.due, whole.in_time, whole.rate) == (4, 1, 25.0)


def test_each_step_says_the_days_it_takes(cohort: World) -> None:
    """Invited after two days, booked the next one, met seven and seventeen days later, decided two days after."""
    whole = funnel.funnels(SINCE, UNTIL, TODAY)[0]
    assert [stage.between for stage in whole.stages] == [None, 2, 1, 12, 2, None]


def test_who_books_without_an_invitation_no_longer_waits_for_one(cohort: World) -> None:
    def waiting() -> int:
        return funnel.funnels(SINCE, UNTIL, TODAY)[0].stages[1].waiting

    assert waiting() == 1
    cohort.appointment("David", date(2026, 9, 9), "planned")
    assert waiting() == 0
    assert funnel.waiting_at("invited", SINCE, UNTIL, TODAY) == []
    assert [stage.count for stage in funnel.funnels(SINCE, UNTIL, TODAY)[0].stages][:3] == [4, 3, 3]


def test_an_invitation_to_another_kind_is_not_the_step(cohort: World) -> None:
    """Only the first interview is counted among appointments: so it is among invitations."""
    with acting(TESTS):
        other = Kind.objects.create(slug="atelier", name="Atelier", duration_minutes=30)
        Invitation.objects.filter(entry=cohort.entries["Chloé"]).update(kind=other)
    stage = funnel.funnels(SINCE, UNTIL, TODAY)[0].stages[1]
    assert (stage.count, stage.waiting) == (2, 2)


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
    rows = funnel.waiting_at(step, SINCE, UNTIL, TODAY, where)
    assert [row.entry_id for row in rows] == [cohort.entries[name].pk for name in who]


def test_who_left_is_not_waited_for(cohort: World) -> None:
    cohort.closed("David", date(2026, 10, 1))
    assert funnel.waiting_at("invited", SINCE, UNTIL, TODAY) == []


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
        taken = b"".join(
            client.get(reverse("steering:funnel_export"), {**period, "etape": "invited"}).streaming_content
        )
        assert "David" in taken.decode("utf-8-sig") and "Amina" not in taken.decode("utf-8-sig")
        assert Consultation.objects.filter(person_id=cohort.entries["David"].person_id).exists()
    client.force_login(agent("orientation_officer", "autre@essai.fr"))
    assert client.get(reverse("steering:funnel")).status_code in (403, 404)


def test_an_empty_period_is_said(world: World) -> None:
    client = Client()
    client.force_login(agent("head_of_service"))
    assert "Personne n’est entré" in client.get(reverse("steering:funnel")).text


def followed(world: World, name: str, on: date, **changes: Any) -> Appointment:
    """An appointment with the counsellor, held that day."""
    other, _ = Kind.objects.get_or_create(slug="conseil", defaults={"name": "Conseil", "duration_minutes": 30})
    return world.appointment(name, on, "held", kind=changes.pop("kind", other), is_first_interview=False, **changes)


def test_dead_time_runs_from_the_decision_to_the_first_appointment_that_follows(cohort: World) -> None:
    assert [row.entry_id for row in funnel.waiting_at("followed", SINCE, UNTIL, TODAY)] == [cohort.entries["Amina"].pk]
    with acting(TESTS):
        meeting = Kind.objects.create(slug="reunion", name="Réunion", duration_minutes=90, is_collective=True)
    followed(cohort, "Amina", date(2026, 9, 14), kind=meeting)  # a collective session starts nothing
    assert funnel.funnels(SINCE, UNTIL, TODAY)[0].dead_time is None
    followed(cohort, "Amina", date(2026, 9, 20))
    whole = funnel.funnels(SINCE, UNTIL, TODAY)[0]
    assert (whole.dead_time, whole.stages[-1].count, whole.stages[-1].median) == (7, 1, 19)
    assert funnel.waiting_at("followed", SINCE, UNTIL, TODAY) == []
    assert funnel.funnels(SINCE, UNTIL, date(2026, 9, 19))[0].dead_time is None  # not yet held that day


NOT_SUPPORT = (
    "suite-orientation", "reorientation", "main-tendue", "equipe-pluridisciplinaire", "plateforme-telephonique",
)  # fmt: skip


@pytest.mark.parametrize("slug", [*NOT_SUPPORT, "cree-par-le-departement"])
def test_what_changes_or_repairs_does_not_begin_the_support(cohort: World, slug: str) -> None:
    with acting(TESTS):
        values = {"name": "Nom local", "duration_minutes": 30, "starts_support": False}
        kind, _ = Kind.objects.get_or_create(slug=slug, defaults=values)
    followed(cohort, "Amina", date(2026, 9, 20), kind=kind)
    assert funnel.funnels(SINCE, UNTIL, TODAY)[0].dead_time is None
    client = Client()
    client.force_login(agent("head_of_service"))
    page = client.get(reverse("steering:funnel"), {"since": "2026-09-01", "until": "2026-09-30"}).text
    assert kind.name in page  # the definition names what it leaves out


def test_two_years_at_most_and_the_page_says_so(cohort: World) -> None:
    client = Client()
    client.force_login(agent("head_of_service"))
    with clock.frozen(datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE)):
        for where, more in (("funnel", {}), ("funnel_list", {"etape": "invited"}), ("tries", TRIED)):
            asked = {"since": "2010-01-01", "until": "2026-09-30", **more}
            answer = client.get(reverse(f"steering:{where}"), asked)
            assert answer.context["since"] == date(2024, 9, 30), where
        page = client.get(reverse("steering:funnel"), {"since": "2010-01-01", "until": "2026-09-30"}).text
        assert "24 mois au plus" in page
        assert 'value="2024-09-30"' in page
        assert "au plus" not in client.get(reverse("steering:funnel"), {"since": "2026-09-01"}).text


def test_the_day_given_by_another_body_counts_once_come(cohort: World) -> None:
    with acting(TESTS):
        interview = Interview.objects.get(entry=cohort.entries["Amina"])
        Step.objects.create(interview=interview, step="next_appointment", details={"on": "2026-09-18"})
    assert funnel.funnels(SINCE, UNTIL, date(2026, 9, 17))[0].dead_time is None
    assert funnel.funnels(SINCE, UNTIL, date(2026, 9, 18))[0].dead_time == 5


def test_every_number_of_the_page_is_the_count_of_its_list(cohort: World) -> None:
    client = Client()
    client.force_login(agent("head_of_service"))
    with clock.frozen(datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE)):
        page = client.get(reverse("steering:funnel"), {"since": "2026-09-01", "until": "2026-09-30"}).text
        doors = re.findall(r'href="(/pilotage/parcours/(?:liste|envois)/\?[^"]+)">(\d+)', page)
        assert len(doors) > 12
        for href, said in doors:
            listed = client.get(href.replace("&amp;", "&"))
            assert listed.context["listing"].count == int(said), href
