"""How people are met (RG-08, AMB-55), collective welcomes (DIS-079), flexible hours (DIS-115): numbers and lists."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.oversight.steering.queries import meetings, welcomes
from emploi.pathway.appointments.models import Kind, Slot
from emploi.territory.rulebook import actions as rulebook
from emploi.territory.rulebook import experiments
from emploi.territory.rulebook.experiments import Experiment
from tests.oversight.steering.world import TESTS, World, agent

SINCE, UNTIL = date(2026, 9, 1), date(2026, 12, 1)
DAY = date(2026, 9, 10)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE)


def other(slug: str, **columns: Any) -> Kind:
    with acting(TESTS):
        found, _ = Kind.objects.get_or_create(
            slug=slug, defaults={"name": slug.title(), "duration_minutes": 30, **columns}
        )
    return found


@pytest.fixture
def met(world: World) -> World:
    """Three first interviews, one by phone; a counsellor's call in October; an absence."""
    for name in ("Amina", "Boris", "Chloé", "David"):
        world.entrant(name, DAY - timedelta(days=5))
    world.appointment("Amina", DAY, "held")
    world.appointment("Boris", DAY, "held")
    world.appointment("Chloé", DAY, "held", modality="phone", modality_reason="Pas de train ce jour-là.")
    world.appointment("David", DAY, "absent")
    call = {"kind": other("suivi"), "is_first_interview": False, "modality": "phone"}
    world.appointment("Amina", date(2026, 10, 8), "held", **call)
    return world


def test_the_share_on_the_spot_by_month_kind_and_place(met: World) -> None:
    found = meetings.table(meetings.Scope(SINCE, UNTIL))
    assert {line: found.total[line] for line in (*meetings.LINES, "flexible")} == {
        "all": 4, "physical": 2, "phone": 2, "video": 0, "first_remote": 1, "flexible": 4,
    }  # fmt: skip
    assert found.total.physical_share == 50
    assert {month: row["all"] for month, row in found.months.items()} == {date(2026, 9, 1): 3, date(2026, 10, 1): 1}
    assert {kind: row["phone"] for kind, row in found.kinds.items()} == {met.kind.pk: 1, other("suivi").pk: 1}
    assert list(found.places) == [met.north.pk]


def test_each_number_is_the_count_of_its_list(met: World) -> None:
    scope = meetings.Scope(SINCE, UNTIL)
    found = meetings.table(scope)
    for line in (*meetings.LINES, meetings.FLEXIBLE):
        assert meetings.appointments(scope, line).count() == found.total[line], line
        for month, row in found.months.items():
            assert meetings.appointments(scope.narrowed(month=month), line).count() == row[line]
    assert meetings.appointments(meetings.Scope(SINCE, UNTIL, "none"), "all").count() == 0
    assert meetings.appointments(meetings.Scope(SINCE, UNTIL, kind=str(met.kind.pk)), "phone").count() == 1


def test_ordinary_hours_are_left_out(met: World) -> None:
    start = datetime(2026, 9, 15, 10, 0, tzinfo=clock.ZONE)
    world, entry = met, met.entries["Boris"]
    made = world.appointment("Boris", date(2026, 9, 15), "held", kind=other("suivi"), is_first_interview=False)
    with acting(TESTS):
        type(made).objects.filter(pk=made.pk).update(starts_at=start, ends_at=start + timedelta(minutes=30))
    found = meetings.appointments(meetings.Scope(SINCE, UNTIL), meetings.FLEXIBLE)
    assert made.pk not in set(found.values_list("pk", flat=True))
    assert found.filter(entry=entry).count() == 1  # the one at eight


def test_each_appointment_is_judged_by_the_hours_of_its_day(met: World) -> None:
    """Longer hours since October make nobody's September ordinary."""
    local = ["07:00-20:00"] * 5 + ["fermé", "fermé"]
    rulebook.set_local_value(
        slug="standard_hours",
        value=local,
        valid_from=date(2026, 10, 1),
        reason="Essai",
        by=TESTS,
        at=clock.at_noon(SINCE),
    )
    scope = meetings.Scope(SINCE, UNTIL)
    assert meetings.table(scope).total["flexible"] == 3
    assert meetings.appointments(scope, meetings.FLEXIBLE).count() == 3


def test_an_experiment_elsewhere_in_time_or_nowhere_counts_nothing(met: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = met.kind.slug
    over = Experiment("finie", "Finie", "", first, "", "", date(2025, 1, 1), date(2025, 3, 31), "Plan")
    lost = Experiment("perdue", "Perdue", "", first, "nulle-part", "?", date(2026, 1, 1), None, "Plan")
    monkeypatch.setattr(experiments, "experiments", lambda: (over, lost))
    client = Client()
    client.force_login(agent("head_of_service"))
    for slug in ("finie", "perdue"):
        asked = {"since": "2026-09", "until": "2026-11", "experiment": slug}
        page = client.get(reverse("steering:meetings"), asked)
        assert "Cette expérimentation n’a pas eu lieu" in page.text, slug
        assert page.context["filters"]["since"].value() == "2026-09", slug
        assert client.get(reverse("steering:meetings_list"), asked).context["listing"].count == 0, slug
        assert (
            client.get(reverse("steering:welcomes_list"), {**asked, "qui": "entrants"}).context["listing"].count == 0
        ), slug


def session(world: World, name: str, on: date, status: str) -> None:
    kind = other("reunion", is_collective=True)
    world.appointment(name, on, status, kind=kind, is_first_interview=False)


def test_a_collective_welcome_is_counted_apart_and_meets_no_delay(met: World) -> None:
    session(met, "Amina", DAY + timedelta(days=3), "held")
    session(met, "Boris", DAY + timedelta(days=3), "held")
    session(met, "Boris", date(2026, 12, 3), "planned")
    session(met, "Chloé", date(2026, 12, 3), "planned")
    session(met, "David", DAY + timedelta(days=3), "absent")
    session(met, "David", date(2026, 11, 20), "planned")  # nobody marked it: it is not to come
    found = welcomes.welcome(SINCE, UNTIL, at=NOW)
    assert (found.entrants, found.welcomed, found.expected, found.missing, found.share) == (4, 2, 1, 1, 50)
    for line in welcomes.LINES:
        assert welcomes.entrants(SINCE, UNTIL, line, at=NOW).count() == getattr(found, line)
    assert welcomes.welcome(SINCE, UNTIL, str(met.south.pk), at=NOW).entrants == 0
    assert met.entries["David"].deadlines.get(kind="first_interview").met_on is None


def test_slots_to_come_outside_the_ordinary_hours(met: World) -> None:
    with acting(TESTS):
        for start in (datetime(2026, 11, 28, 10, tzinfo=clock.ZONE), datetime(2026, 11, 24, 10, tzinfo=clock.ZONE)):
            period = DateTimeTZRange(start, start + timedelta(hours=1))
            Slot.objects.create(agent=met.officer, place=met.place, kind=met.kind, period=period, seats=2)
    found = meetings.supply(NOW, date(2026, 12, 21))
    assert [(row.territory_id, row.slots, row.free) for row in found] == [(met.north.pk, 1, 2)]
    assert meetings.flexible_slots(NOW, date(2026, 12, 21), str(met.north.pk)).count() == 1
    assert meetings.flexible_slots(NOW, date(2026, 12, 21), str(met.south.pk)).count() == 0


def test_the_page_and_the_lists_behind_it(met: World) -> None:
    client = Client()
    client.force_login(agent("head_of_service"))
    page = client.get(reverse("steering:meetings"), {"since": "2026-09", "until": "2026-11"}).text
    assert "50 % des rendez-vous ont été tenus sur place" in re.sub(r"\s", " ", page)
    doors = re.findall(r'href="(/pilotage/rencontres/[^"]+)">(\d+)', page)
    assert len(doors) > 12
    for href, said in doors:
        assert client.get(href.replace("&amp;", "&")).context["listing"].count == int(said), href
    remote = client.get(
        reverse("steering:meetings_list"), {"since": "2026-09", "until": "2026-09", "line": "first_remote"}
    )
    assert "Pas de train ce jour-là." in remote.text
    assert "Chloé" in remote.text


def test_the_elected_read_numbers_without_names_nor_reasons(met: World) -> None:
    client = Client()
    client.force_login(agent("elected"))
    asked = {"since": "2026-09", "until": "2026-09", "line": "first_remote"}
    listed = client.get(reverse("steering:meetings_list"), asked).text
    assert "1 rendez-vous" in listed
    assert "Chloé" not in listed
    assert "train" not in listed
    assert client.get(reverse("steering:welcomes_list"), {"qui": "tous"}).status_code == 404


def test_as_many_questions_whatever_the_size(met: World) -> None:
    client = Client()
    client.force_login(agent("head_of_service"))

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("steering:meetings"))
        return len(asked)

    client.get(reverse("steering:meetings"))
    few = questions()
    for number in range(4):
        met.entrant(f"Autre{number}", date(2026, 10, 5), "south")
        met.appointment(f"Autre{number}", date(2026, 10, 6 + number), "held")
    assert questions() == few


def test_an_experiment_narrows_to_its_kind_and_its_months(met: World) -> None:
    session(met, "Amina", date(2026, 8, 20), "held")
    session(met, "Boris", date(2026, 9, 20), "held")
    tried = Experiment("essai", "Essai", "", "reunion", "", "", date(2026, 9, 1), None, "Plan")
    asked = meetings.of_experiment(meetings.Scope(date(2026, 1, 1), UNTIL), tried)
    assert meetings.table(asked).total["all"] == 1
    somewhere = Experiment("essai", "Essai", "", "reunion", met.south.slug, "Sud", date(2026, 9, 1), None, "Plan")
    assert meetings.table(meetings.of_experiment(meetings.Scope(SINCE, UNTIL), somewhere)).total["all"] == 0
    over = Experiment("essai", "Essai", "", "reunion", "", "", date(2025, 1, 1), date(2026, 8, 31), "Plan")
    assert meetings.table(meetings.of_experiment(meetings.Scope(date(2026, 1, 1), UNTIL), over)).total["all"] == 1
