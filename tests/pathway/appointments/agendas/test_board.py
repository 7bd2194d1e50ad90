"""The agenda at a glance, and moving an appointment from it with or without a mouse."""

from datetime import time, timedelta

from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Kind
from emploi.territory.agents.roles import Role
from emploi.territory.organizations.models import Organization
from tests.pathway.appointments.world import MONDAY, World, agent, at

TUESDAY = MONDAY + timedelta(days=1)
AGENDA = reverse("appointments:agenda")


def book(world: World, hour: int = 9, name: str = "Nadia", **wanted: object) -> Appointment:
    slot = world.slot(TUESDAY, hour, **wanted)  # type: ignore[arg-type]
    entry = world.entry(name)
    return actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())


def soup(page: object) -> BeautifulSoup:
    return BeautifulSoup(page.content.decode(), "html.parser")  # type: ignore[attr-defined]


def test_a_week_puts_each_appointment_in_its_day_and_hour(world: World, client_of) -> None:
    world.opening()
    appointment = book(world, 10)
    page = soup(client_of(world.officer).get(AGENDA, {"vue": "semaine", "jour": "2026-11-24"}))
    columns = page.select(".board-column")
    assert [c.h2.get_text(strip=True)[:5] for c in columns] == ["Lundi", "Mardi", "Mercr", "Jeudi", "Vendr"]
    cells = columns[1].select(".board-cell")
    assert "Nadia" in cells[1].get_text()  # nine, then ten
    assert [len(cell.select(".board-free")) for cell in cells[:4]] == [1, 0, 1, 0]
    assert cells[1].a["data-move"] == reverse("appointments:move", args=[appointment.pk])
    assert "1 pris, 2 libres" in columns[1].get_text()


def test_the_day_of_a_place_has_a_column_an_agent(world: World, client_of) -> None:
    world.opening()
    world.opening(agent_id=world.colleague.pk, starts_at=time(14), ends_at=time(16))
    actions.close_days(
        agent_id=world.officer.pk, first_on=TUESDAY, last_on=TUESDAY, starts_at=time(9), ends_at=time(10),
        reason="Réunion", by=world.by, at=clock.now(),
    )  # fmt: skip
    page = soup(client_of(world.officer).get(AGENDA, {"lieu": world.town.pk, "jour": "2026-11-24"}))
    columns = page.select(".board-column")
    assert [c.h2.get_text(strip=True) for c in columns] == ["Claire Martin", "Hugo Petit"]
    assert [len(c.select(".board-free")) for c in columns] == [2, 2]


def test_a_place_alone_chosen_in_the_form_shows_every_agent_of_it(world: World, client_of) -> None:
    world.opening()
    world.opening(agent_id=world.colleague.pk, starts_at=time(14), ends_at=time(16))
    browser = client_of(world.secretary)
    form = soup(browser.get(AGENDA)).select_one("form.filters")
    sent = {one["name"]: one["value"] for one in form.select("input")}
    sent["agent"] = form.select_one("#agent option[selected]")["value"] if form.select("#agent [selected]") else ""
    chosen = {**sent, "lieu": world.town.pk, "jour": "2026-11-24"}
    shown = soup(browser.get(AGENDA, chosen))
    assert [c.h2.get_text(strip=True) for c in shown.select(".board-column")] == ["Claire Martin", "Hugo Petit"]
    assert not shown.select("[name=par-defaut]")
    alone = soup(browser.get(AGENDA, {"agent": world.officer.pk, "lieu": world.town.pk, "jour": "2026-11-24"}))
    assert not alone.select(".board-column")
    assert alone.select_one("#agent option[selected]")["value"] == str(world.officer.pk)


def test_who_may_not_move_gets_no_handle_nor_script(world: World, client_of) -> None:
    counsellor = agent("Paul", "Conseil", Role.COUNSELLOR, Organization.objects.get(slug="pole"))
    world.opening()
    book(world)
    asked = {"vue": "semaine", "jour": "2026-11-24", "agent": world.officer.pk}
    page = client_of(counsellor).get(AGENDA, asked)
    assert "Nadia" in page.content.decode()
    assert "data-move" not in page.content.decode()
    assert "agenda.js" not in page.content.decode()


def test_the_slot_dropped_on_is_already_chosen_and_one_reason_moves(world: World, client_of) -> None:
    world.opening()
    appointment = book(world)
    slot = world.slot(TUESDAY + timedelta(days=1), 11)
    client, move = client_of(world.officer), reverse("appointments:move", args=[appointment.pk])
    page = soup(client.get(move, {"creneau": slot.pk}))
    assert page.select_one("input#slot-choisi")["value"] == str(slot.pk)
    client.post(f"{move}?creneau={slot.pk}", {"slot": slot.pk, "reason": "Réunion d’équipe"})
    moved = Appointment.objects.get(previous=appointment)
    assert moved.starts_at == at(TUESDAY + timedelta(days=1), 11)


def test_a_slot_taken_meanwhile_is_said_and_others_are_offered(world: World, client_of) -> None:
    world.opening()
    appointment, other = book(world), book(world, 11, "Omar")
    page = (
        client_of(world.officer)
        .get(reverse("appointments:move", args=[appointment.pk]), {"creneau": other.slot_id})
        .content.decode()
    )
    assert "Ce créneau n’est plus libre" in page
    assert "slot-choisi" not in page
    assert 'name="slot"' in page


def test_a_first_interview_never_becomes_another_kind_by_moving(world: World) -> None:
    other, _ = Kind.objects.get_or_create(slug="suite", defaults={"name": "Suite", "duration_minutes": 45})
    world.opening()
    world.opening(kind_id=other.pk, starts_at=time(14), ends_at=time(16))
    appointment, slot = book(world), world.slot(TUESDAY, 14)
    try:
        actions.move_appointment(
            appointment_id=appointment.pk, slot_id=slot.pk, reason="Essai", by=world.by, at=clock.now()
        )
    except DomainError as refused:
        assert "autre type" in refused.message
    else:
        raise AssertionError("moved to another kind")
    appointment.refresh_from_db()
    assert appointment.status == "planned"


def test_the_number_of_queries_does_not_move_with_the_appointments(world: World, client_of) -> None:
    world.opening()
    client, asked = client_of(world.officer), {"vue": "semaine", "jour": "2026-11-24"}
    book(world, 9)
    client.get(AGENDA, asked)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(AGENDA, asked)
    book(world, 10, "Omar")
    book(world, 11, "Zoé")
    with CaptureQueriesContext(connection) as many:
        client.get(AGENDA, asked)
    assert len(few) == len(many)


def test_a_board_starts_with_the_earliest_hour(world: World) -> None:
    world.opening(starts_at=time(7), ends_at=time(8))
    board = queries.week_board(queries.days(TUESDAY, TUESDAY, agent_id=world.officer.pk))
    assert board.hours[0] == 7
    assert board.columns[0].free == 1
