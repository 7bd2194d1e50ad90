"""An agent's other calendar: where it says taken, nothing is offered; appointments are never cancelled by it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions, queries, tasks
from emploi.pathway.appointments.actions.agendas import calendars
from emploi.pathway.appointments.calendars import fetching
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, BusyTime, ExternalCalendar, Slot
from tests.pathway.appointments.agendas.ics import CUT, HANG, Calendars, calendar, event, from_to, serving
from tests.pathway.appointments.world import MONDAY, TESTS, World, at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]
TUESDAY = MONDAY + timedelta(days=1)
MEETING = calendar(event("1", *from_to("20261124T093000", "20261124T103000")))
NOTHING = calendar(event("1", *from_to("20261102T093000", "20261102T103000")))


@pytest.fixture
def server(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Calendars]:
    settings.CALENDARS_ON_PRIVATE_NETWORK = True
    monkeypatch.setattr(fetching, "TIMEOUT", 0.5)
    with serving(MEETING) as running:
        yield running


def give(world: World, server: Calendars) -> ExternalCalendar:
    address = f"http://127.0.0.1:{server.server_port}/secret.ics?cle=1"
    return actions.give_calendar(agent_id=world.officer.pk, address=address, by=world.by, at=clock.now())


def read(given: ExternalCalendar, *, hours: int = 0) -> bool:
    return actions.read_calendar(calendar_id=given.pk, by=TESTS, at=clock.now() + timedelta(hours=hours))


def free_hours() -> list[int]:
    day = Slot.objects.free().filter(starts_at__gte=at(TUESDAY, 0), starts_at__lt=at(TUESDAY, 23)).order_by("starts_at")
    return [start.astimezone(clock.ZONE).hour for start in day.values_list("starts_at", flat=True)]


def book(world: World, hour: int) -> Appointment:
    slot, entry = world.slot(TUESDAY, hour), world.entry()
    return actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())


def test_taken_there_is_not_offered_here_and_comes_back_when_free(world: World, server: Calendars) -> None:
    world.opening()
    assert read(given := give(world, server))
    assert server.asked == ["/secret.ics?cle=1"]
    assert free_hours() == [11]
    world.opening(agent_id=world.colleague.pk)
    assert free_hours() == [9, 10, 11, 11]  # somebody else's slots are hers
    server.script = [NOTHING]
    assert read(given)
    assert free_hours() == [9, 9, 10, 10, 11, 11]


def test_an_opening_made_later_leaves_taken_moments_out(world: World, server: Calendars) -> None:
    read(give(world, server))
    world.opening()
    assert free_hours() == [11]


def test_an_appointment_at_a_taken_moment_is_listed_never_cancelled(world: World, server: Calendars, client_of) -> None:
    world.opening()
    appointment = book(world, 9)
    messages = Message.objects.count()
    given = give(world, server)
    read(given)
    appointment.refresh_from_db()
    assert appointment.status == "planned"
    assert Message.objects.count() == messages
    assert [a.pk for a in queries.conflicts_of(world.officer.pk, clock.now())] == [appointment.pk]
    assert [a.pk for a in queries.to_move(clock.now())] == [appointment.pk]
    page = client_of(world.officer).get(reverse("appointments:calendars")).content.decode()
    assert reverse("appointments:move", args=[appointment.pk]) in page
    today = client_of(world.officer).get(reverse("appointments:block_today")).content.decode()
    assert "1 rendez-vous tombe à un moment pris" in today
    server.script = [NOTHING]
    read(given)
    assert not queries.to_move(clock.now()).exists()


def test_neither_an_absence_nor_the_calendar_reopens_what_the_other_holds(world: World, server: Calendars) -> None:
    world.opening()
    appointment = book(world, 9)
    given = give(world, server)
    read(given)
    closed = actions.close_days(
        agent_id=world.officer.pk, first_on=TUESDAY, last_on=TUESDAY, reason="Congé", by=world.by, at=clock.now()
    )
    server.script = [NOTHING]
    read(given)
    assert free_hours() == []
    assert [a.pk for a in queries.to_move(clock.now())] == [appointment.pk]
    server.script = [MEETING]
    read(given)
    actions.lift_closure(closure_id=closed.closure.pk, by=world.by, at=clock.now())
    assert free_hours() == [11]
    assert [a.pk for a in queries.to_move(clock.now())] == [appointment.pk]


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (500, "refuse de donner"),
        (404, "refuse de donner"),
        (HANG, "ne répond pas"),
        (CUT, "ne répond pas|coupé"),
        (b"<html>Connexion</html>", "pas un calendrier"),
        (("vers", "/encore"), "sans cesse"),
        (("vers", "file:///etc/passwd"), "complète"),
        (("vers", "ftp://exemple.fr/a.ics"), "https"),
        (("vers", "https://[exemple/a.ics"), "ne répond pas"),
    ],
)
def test_a_fault_keeps_the_last_known_busy_times(world: World, server: Calendars, fault: object, why: str) -> None:
    world.opening()
    given = give(world, server)
    read(given)
    server.script = [fault]
    assert not read(given, hours=1)
    given.refresh_from_db()
    assert given.failing_since == clock.now() + timedelta(hours=1)
    assert re.search(why, given.error), given.error
    assert BusyTime.objects.filter(calendar=given).count() == 1
    assert free_hours() == [11]
    server.script = [MEETING]
    assert read(given, hours=2)
    given.refresh_from_db()
    assert given.failing_since is None


def test_a_calendar_too_big_is_refused(world: World, server: Calendars, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MAX_BYTES", 100)
    given = give(world, server)
    assert not read(given)
    given.refresh_from_db()
    assert "trop gros" in given.error


def test_the_agent_is_told_when_it_lasts_not_at_the_first_failure(world: World, server: Calendars, client_of) -> None:
    given = give(world, server)
    read(given)
    server.script = [500]
    read(given, hours=1)
    said = []
    for hours in (2, 8):
        with clock.frozen(clock.now() + timedelta(hours=hours)):
            today = client_of(world.officer).get(reverse("appointments:block_today")).content.decode()
        said.append("ne se lit plus depuis" in today)
    assert said == [False, True]
    page = client_of(world.officer).get(reverse("appointments:calendars")).content.decode()
    assert "réponse 500" in page


def test_those_whose_turn_has_come_are_read_and_the_failing_less_often(world: World, server: Calendars) -> None:
    give(world, server)
    assert tasks.read_calendars() == 1
    assert tasks.read_calendars() == 0
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        server.script = [500]
        assert tasks.read_calendars() == 0
    asked = len(server.asked)
    with clock.frozen(clock.now() + timedelta(minutes=40)):
        tasks.read_calendars()
    assert len(server.asked) == asked
    with clock.frozen(clock.now() + timedelta(minutes=80)):
        tasks.read_calendars()
    assert len(server.asked) == asked + 1


@pytest.mark.parametrize("fault", ["sealed with another key", "unforeseen"])
def test_the_fault_of_one_calendar_stops_the_reading_of_no_other(
    world: World, server: Calendars, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = give(world, server)
    if fault == "unforeseen":
        read_in_turn = iter([TypeError("une valeur du fichier"), []])
        monkeypatch.setattr(calendars, "busy_moments", lambda *_, **__: raised(next(read_in_turn)))
    else:
        ExternalCalendar.objects.filter(pk=broken.pk).update(address=b"EMPL1")
    address = f"http://127.0.0.1:{server.server_port}/colleague.ics"
    sound = actions.give_calendar(agent_id=world.colleague.pk, address=address, by=world.by, at=clock.now())
    assert tasks.read_calendars() == 1
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.read_at, broken.failing_since) == (None, clock.now())
    assert "lu" in broken.error or "lit plus" in broken.error
    assert "une valeur du fichier" not in broken.error
    assert (sound.read_at, sound.failing_since) == (clock.now(), None)


def raised(said: Any) -> Any:
    if isinstance(said, Exception):
        raise said
    return said


def test_another_address_gives_back_at_once_what_the_former_one_held(world: World, server: Calendars) -> None:
    world.opening()
    read(give(world, server))
    assert free_hours() == [11]
    give(world, server)
    assert free_hours() == [9, 10, 11]


def test_inside_machines_are_not_read_unless_the_house_says_so(world: World, server: Calendars, settings) -> None:
    given = give(world, server)
    settings.CALENDARS_ON_PRIVATE_NETWORK = False
    assert not read(given)
    assert server.asked == []


def test_the_address_is_sealed_never_shown_and_forgotten_with_the_calendar(
    world: World, server: Calendars, client_of
) -> None:
    world.opening()
    given = give(world, server)
    assert b"secret.ics" not in bytes(given.address)
    read(given)
    client = client_of(world.officer)
    assert "secret.ics" not in client.get(reverse("appointments:calendars")).content.decode()
    client.post(reverse("appointments:calendar_remove"))
    given.refresh_from_db()
    assert bytes(given.address) == b""
    assert not BusyTime.objects.exists()
    assert free_hours() == [9, 10, 11]


def test_a_wrong_address_is_said_and_kept_in_the_field(world: World, client_of) -> None:
    answer = client_of(world.officer).post(reverse("appointments:calendars"), {"address": "http://exemple.fr/a.ics"})
    assert answer.status_code == 422
    assert "doit commencer par https://" in answer.content.decode()
    assert 'value="http://exemple.fr/a.ics"' in answer.content.decode()
    assert not ExternalCalendar.objects.exists()
