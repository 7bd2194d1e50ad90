"""Several people received together, by list; appointments by telephone; a first interview stays individual."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from emploi.foundation import clock
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import BookedVia, Modality
from emploi.pathway.appointments.models import Appointment, Kind, Slot
from emploi.pathway.beneficiaries.actions import tell_needs
from tests.pathway.appointments.world import MONDAY, World, at

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def meeting(world: World) -> Slot:
    """A meeting of three seats, every day at nine."""
    kind, _ = Kind.objects.get_or_create(
        slug="reunion-collective",
        defaults={"name": "Réunion d’information collective", "duration_minutes": 90, "physical_required": False},
    )
    world.opening(kind_id=kind.pk, seats=3, slot_minutes=90)
    return world.slot(TUESDAY, 9)


def book(world: World, slot: Slot, name: str) -> Appointment:
    entry = world.entry(name)
    return actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())


def test_seats_are_taken_one_by_one_then_it_is_full(world: World, meeting: Slot) -> None:
    assert [book(world, meeting, name).seat for name in ("Nadia", "Omar", "Zoé")] == [1, 2, 3]
    with pytest.raises(DomainError, match="vient d’être pris"):
        book(world, meeting, "Trop")


def test_the_agenda_says_one_session_and_its_seats_not_its_people(world: World, meeting: Slot, client_of) -> None:
    book(world, meeting, "Nadia")
    book(world, meeting, "Omar")
    day = queries.days(TUESDAY, TUESDAY, agent_id=world.officer.pk)[0]
    assert [(line.taken, line.left) for line in day.lines] == [(2, 1), (0, 3)]
    assert (day.booked, day.free) == (2, 4)
    for asked in ({"jour": "2026-11-24"}, {"jour": "2026-11-24", "vue": "semaine"}):
        page = client_of(world.officer).get(reverse("appointments:agenda"), asked).content.decode()
        assert reverse("appointments:session", args=[meeting.pk]) in page
        assert "2 sur 3" in page
        assert "Nadia" not in page


def test_who_came_is_noted_by_list_and_what_is_refused_keeps_what_was_typed(
    world: World, meeting: Slot, client_of
) -> None:
    nadia, omar, zoe = (book(world, meeting, name) for name in ("Nadia", "Omar", "Zoé"))
    client, address = client_of(world.officer), reverse("appointments:session", args=[meeting.pk])
    assert "se notent le jour même" in client.get(address).content.decode()
    sent = {f"presence-{nadia.pk}": "present", f"presence-{omar.pk}": "absent", f"presence-{zoe.pk}": "excused"}
    with clock.frozen("2026-11-24T10:40"):
        answer = client.post(address, sent)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "Indiquez la raison" in page
        assert "2 présences notées" in page
        assert f'value="excused" id="p-{zoe.pk}-3" checked' in page
        illness = client.post(address, {f"presence-{zoe.pk}": "excused", f"raison-{zoe.pk}": "Malade"})
        assert "parle de santé" in illness.content.decode()
        done = client.post(address, {f"presence-{zoe.pk}": "excused", f"raison-{zoe.pk}": "Examen"}, follow=True)
        assert "1 présence notée" in done.content.decode()
    states = dict(Appointment.objects.values_list("pk", "status"))
    assert states == {nadia.pk: "held", omar.pk: "absent", zoe.pk: "excused"}


def test_the_sheet_passed_round_says_neither_needs_nor_reasons(world: World, meeting: Slot, client_of) -> None:
    nadia, omar = book(world, meeting, "Nadia"), book(world, meeting, "Omar")
    tell_needs(person_id=nadia.person_id, needs=["wheelchair"], by=world.by, at=clock.now())
    with clock.frozen("2026-11-24T10:40"):
        marked = {"marks": {omar.pk: "excused"}, "reasons": {omar.pk: "Convoqué ailleurs"}}
        actions.mark_session(slot_id=meeting.pk, by=world.by, at=clock.now(), **marked)
        answer = client_of(world.officer).get(reverse("appointments:session", args=[meeting.pk]))
    page = BeautifulSoup(answer.content, "html.parser")
    assert "Convoqué ailleurs" in page.text
    assert "fauteuil" in page.text
    for hidden in page.select(".no-print"):
        hidden.decompose()
    assert "Omar" in page.text
    assert "Convoqué" not in page.text
    assert "fauteuil" not in page.text
    assert len(page.select("thead th")) == len(page.select_one("tbody tr").find_all(["th", "td"]))


def test_a_list_marks_only_its_own_people(world: World, meeting: Slot) -> None:
    nadia = book(world, meeting, "Nadia")
    elsewhere = book(world, world.slot(TUESDAY + timedelta(days=1), 9), "Omar")
    with clock.frozen("2026-11-26T10:00"):
        done = actions.mark_session(
            slot_id=meeting.pk, marks={nadia.pk: "present", elsewhere.pk: "present"}, reasons={}, by=world.by,
            at=clock.now(),
        )  # fmt: skip
    elsewhere.refresh_from_db()
    assert (done.done, elsewhere.status) == (1, "planned")


def test_the_number_of_queries_does_not_move_with_the_people(world: World, meeting: Slot, client_of) -> None:
    client, address = client_of(world.officer), reverse("appointments:session", args=[meeting.pk])
    book(world, meeting, "Nadia")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    book(world, meeting, "Omar")
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(few) == len(many)


@pytest.mark.parametrize(
    ("changes", "field"), [({"seats": 4}, "seats"), ({"modality": Modality.PHONE}, "modality"), ({"seats": 0}, "seats")]
)
def test_a_first_interview_is_individual_and_on_the_spot(world: World, changes: dict[str, object], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        world.opening(**changes)
    assert refused.value.field == field


def test_a_slot_given_by_telephone_makes_an_appointment_by_telephone(world: World) -> None:
    kind = Kind.objects.create(slug="suivi", name="Suivi", duration_minutes=30, physical_required=False)
    world.opening(kind_id=kind.pk, modality=Modality.PHONE, slot_minutes=30)
    appointment = book(world, world.slot(TUESDAY, 9), "Nadia")
    assert appointment.modality == Modality.PHONE
    moved = actions.move_appointment(
        appointment_id=appointment.pk, slot_id=world.slot(TUESDAY, 10).pk, reason="Essai", by=world.by, at=clock.now()
    )
    assert (moved.modality, moved.starts_at) == (Modality.PHONE, at(TUESDAY, 10))


def test_moved_to_a_slot_on_the_spot_it_is_on_the_spot_unless_decided_for_the_person(world: World) -> None:
    kind = Kind.objects.create(slug="suivi", name="Suivi", duration_minutes=30, physical_required=False)
    world.opening(kind_id=kind.pk, modality=Modality.VIDEO)
    world.opening(kind_id=kind.pk, agent_id=world.colleague.pk)
    nadia, omar = (book(world, world.slot(TUESDAY, hour), name) for hour, name in ((9, "Nadia"), (10, "Omar")))
    mine = {"by": world.by, "at": clock.now()}
    actions.set_modality(appointment_id=omar.pk, modality=Modality.PHONE, reason="Pas de caméra", **mine)
    moved = []
    for one, hour in ((nadia, 9), (omar, 10)):
        slot = world.slot(TUESDAY, hour, agent=world.colleague)
        moved.append(actions.move_appointment(appointment_id=one.pk, slot_id=slot.pk, reason="Essai", **mine))
    assert [one.modality for one in moved] == [Modality.PHYSICAL, Modality.PHONE]


def test_somebody_come_without_appointment_makes_no_session(world: World, client_of) -> None:
    kind = Kind.objects.create(slug="suivi", name="Suivi", duration_minutes=60, physical_required=False)
    world.opening(kind_id=kind.pk)
    followed = book(world, world.slot(TUESDAY, 9), "Nadia")
    visit = actions.record_walk_in(entry_id=world.entry("Omar").pk, by=world.by, at=at(TUESDAY, 9, 10))
    assert visit.slot == followed.slot
    lines = queries.days(TUESDAY, TUESDAY, agent_id=world.officer.pk)[0].lines
    assert {line.appointment for line in lines if line.appointment} == {followed, visit}
    assert not [line for line in lines if line.session]
    address = reverse("appointments:session", args=[followed.slot_id])
    assert client_of(world.officer).get(address).status_code == 404
    actions.make_feed(agent_id=world.officer.pk, by=world.by, at=clock.now())
    feed = client_of(world.officer).get(urlsplit(queries.feed_address_of(world.officer.pk)).path)
    events = Calendar.from_ical(feed.content).walk("VEVENT")
    assert sorted(str(event["SUMMARY"]) for event in events) == ["RDV N. E.", "RDV O. E."]
    assert len({str(event["UID"]) for event in events}) == 2
