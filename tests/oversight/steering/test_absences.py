"""Absences: absent ÷ (present + absent), the gross figure beside it, and a list behind each number."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.models import Consultation
from emploi.foundation.audit.writing import acting
from emploi.oversight.steering.queries.attendance import LINES, RowList, Scope, on, table
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.beneficiaries.models import Person
from tests.oversight.steering.test_command import figures
from tests.oversight.steering.test_pages import number, sign_in, soup
from tests.oversight.steering.world import TESTS, World

NOW = clock.at_noon(date(2026, 11, 23))
DAY = date(2026, 10, 12)
OCTOBER = (date(2026, 10, 1), date(2026, 11, 1))


def october(moment: datetime = NOW, **question: object) -> Scope:
    return Scope(moment, *OCTOBER, **question)  # type: ignore[arg-type]


def names(line: str, scope: Scope | None = None) -> set[str]:
    people = dict(Person.objects.values_list("pk", "first_name"))
    rows = RowList(scope or october(), line)
    assert len(rows) == len(rows[:]), "the number is the length of the list"
    return {people[row.person_id] for row in rows[:]}


@pytest.fixture
def golden(world: World) -> World:
    """Eight first appointments of 12 October, one of each fate, and one of September."""
    for name in ("held", "held too", "absent", "excused", "cancelled", "by us", "unmarked", "moved", "september"):
        world.entrant(name, date(2026, 9, 20))
    world.appointment("held", DAY, "held")
    world.appointment("held too", DAY, "held")
    world.appointment("absent", DAY, "absent")
    world.appointment("excused", DAY, "excused")
    world.appointment("cancelled", DAY, "cancelled_by_person")
    world.appointment("by us", DAY, "cancelled_by_us")
    world.appointment("unmarked", DAY, "planned")
    first = world.appointment("moved", DAY - timedelta(days=3), "cancelled_by_person")
    world.appointment("moved", DAY, "held", previous=first)
    world.appointment("september", date(2026, 9, 25), "absent")
    return world


def test_only_presences_and_absences_make_the_rate_and_the_gross_figure_counts_what_was_lost(golden: World) -> None:
    found = table(october()).total
    assert (found["absent"], found["counted"], found.rate) == (1, 4, 25)
    assert (found["lost"], found["fixed"], found.gross) == (3, 6, 50)
    assert names("counted") == {"held", "held too", "moved", "absent"}
    assert names("lost") == {"absent", "excused", "cancelled"}


def test_each_fate_has_its_own_list(golden: World) -> None:
    assert names("cancelled_by_us") == {"by us"}
    assert names("unmarked") == {"unmarked"}
    assert names("held") == {"held", "held too", "moved"}
    assert names("all") == {"held", "held too", "moved", "absent", "excused", "cancelled", "by us", "unmarked"}


def test_a_moved_appointment_counts_once_where_it_went(golden: World) -> None:
    before_it_moved = clock.at_noon(DAY - timedelta(days=2))
    assert names("cancelled_by_person", october(before_it_moved)) == {"moved"}
    assert "moved" not in names("cancelled_by_person")


def test_what_is_not_over_nor_known_yet_is_not_counted(golden: World) -> None:
    the_day_before = clock.at_noon(DAY - timedelta(days=4))
    assert table(october(the_day_before)).total["all"] == 0
    during = Appointment.objects.get(person__first_name="unmarked")
    assert "unmarked" not in names("unmarked", october(during.starts_at))
    assert "unmarked" in names("unmarked", october(during.ends_at))
    with acting(TESTS):
        Appointment.objects.filter(person__first_name="absent").update(marked_at=NOW)
    assert "absent" in names("unmarked", october(NOW - timedelta(days=1)))


def test_months_and_territories_add_up(golden: World) -> None:
    whole = Scope(NOW, date(2026, 9, 1), date(2026, 11, 1))
    sums = table(whole)
    assert {month: found.rate for month, found in sums.months.items()} == {
        date(2026, 9, 1): 100, date(2026, 10, 1): 25,
    }  # fmt: skip
    assert set(sums.places) == {golden.north.pk}
    for line in LINES:
        assert sum(found[line] for found in sums.months.values()) == sums.total[line]
    assert table(whole.narrowed(territory=str(golden.south.pk))).total["all"] == 0
    assert table(whole.narrowed(territory="none")).total["all"] == 0


def test_other_appointments_are_counted_when_asked_only(golden: World) -> None:
    with acting(TESTS):
        Appointment.objects.filter(person__first_name="absent").update(is_first_interview=False)
    assert table(october()).total["absent"] == 0
    assert table(october(every_kind=True)).total["absent"] == 1


def test_the_command_gives_both_figures(golden: World) -> None:
    found = figures("--since", "2026-10", "--until", "2026-10")
    net, gross = found["first_appointment_no_show_rate"], found["first_appointment_no_show_gross_rate"]
    assert (net["value"], net["numerator"], net["denominator"], net["kind"]) == (25, 1, 4, "computed")
    assert (gross["value"], gross["numerator"], gross["denominator"]) == (50, 3, 6)
    assert on(NOW)["absent"] == 2


@pytest.mark.usefixtures("golden")
def test_every_number_of_the_page_opens_a_list_of_that_length() -> None:
    client = sign_in("head_of_service")
    page = soup(client, f"{reverse('steering:absences')}?since=2026-10&until=2026-10")
    assert "25 % d’absences non excusées, 50 % en chiffre brut" in page.select_one(".answer").text.replace(
        "\u202f", " "
    )
    doors = {(a["href"], number(a.text)) for a in page.select("td.number a")}
    assert len(doors) > 10
    for href, shown in doors:
        assert len(soup(client, href).select("tbody tr")) == shown, href


def test_a_list_names_people_to_those_who_may_know_them_and_its_export_leaves_a_trace(golden: World) -> None:
    url = f"{reverse('steering:absences_list')}?line=absent&since=2026-10"
    office, elected = sign_in("rsa_office"), sign_in("elected")
    assert "absent essai" in soup(office, url).text.lower()
    assert "essai" not in soup(elected, url).select_one("main").text.lower()
    assert elected.get(reverse("steering:absences_export")).status_code == 403
    b"".join(office.get(f"{reverse('steering:absences_export')}?line=absent&since=2026-10").streaming_content)
    trace = Consultation.objects.get()
    assert (trace.person_id, trace.page) == (golden.entries["absent"].person_id, "Export : Absents")


def test_nothing_noted_says_what_to_do(world: World) -> None:
    client = sign_in("head_of_service")
    assert "Aucune présence notée" in soup(client, reverse("steering:absences")).text
    assert "Aucun rendez-vous dans cette liste" in soup(client, reverse("steering:absences_list")).text
    assert client.get(f"{reverse('steering:absences')}?since=x&kinds=y&line=z&territory=999").status_code == 200
