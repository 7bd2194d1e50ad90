"""A colleague is ill: her whole day is replaced in one screen, each appointment whole or not at all."""

from datetime import date, time, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.actions import Choice
from emploi.pathway.appointments.actions.agendas.rooms import set_room
from emploi.pathway.appointments.enums import BookedVia, Modality
from emploi.pathway.appointments.models import Appointment, Closure, Kind, Slot
from emploi.pathway.appointments.rules.replacing import Displaced, Offer, offers_for, propose
from tests.pathway.appointments.world import MONDAY, World, at

TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)


def displaced(pk: int, hour: int, place: int = 1, kind: int = 1) -> Displaced:
    return Displaced(pk, kind, place, at(TUESDAY, hour))


def offer(pk: int, hour: int, place: int = 1, kind: int = 1, left: int = 1, day: date = TUESDAY) -> Offer:
    return Offer(pk, kind, place, at(day, hour), left)


def test_the_same_hour_is_given_to_who_had_it_before_any_near_one() -> None:
    # Taken in order, nine would have gone to ten o'clock's slot and ten to nothing.
    assert propose([displaced(1, 9), displaced(2, 10)], [offer(10, 10), offer(11, 11)]) == {2: 10, 1: 11}


@pytest.mark.parametrize(
    ("unfit", "why"),
    [
        (offer(10, 8), "earlier than the person knows"),
        (offer(10, 9, kind=2), "another kind"),
        (offer(10, 9, left=0), "no seat left"),
    ],
)
def test_what_does_not_suit_is_never_proposed(unfit: Offer, why: str) -> None:
    assert propose([displaced(1, 9)], [unfit]) == {}, why


def test_the_same_place_another_day_comes_before_another_place() -> None:
    far, later = offer(10, 9, place=2), offer(11, 9, day=WEDNESDAY)
    assert offers_for(displaced(1, 9), [far, later]) == [later, far]


def test_no_seat_is_given_twice() -> None:
    three = [displaced(1, 9), displaced(2, 9), displaced(3, 9)]
    assert len(propose(three, [offer(10, 9, left=2)])) == 2


@pytest.fixture
def day(world: World) -> Closure:
    """The officer had three people on Tuesday; her colleague has nine and ten free, and Wednesday."""
    world.opening(last_on=TUESDAY)
    for hour, name in ((9, "Nadia"), (10, "Omar"), (11, "Zoé")):
        book(world, hour, name)
    world.opening(agent_id=world.colleague.pk, first_on=TUESDAY, last_on=WEDNESDAY, ends_at=time(11))
    return actions.close_days(
        agent_id=world.officer.pk, first_on=TUESDAY, last_on=TUESDAY, reason="Absence", by=world.by, at=clock.now()
    ).closure


def book(world: World, hour: int, name: str) -> Appointment:
    entry, slot = world.entry(name), world.slot(TUESDAY, hour)
    return actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())


def page_of(answer: object) -> BeautifulSoup:
    return BeautifulSoup(answer.content.decode(), "html.parser")  # type: ignore[attr-defined]


def posted(page: BeautifulSoup) -> dict[str, str]:
    """What the browser would send: selects and hidden fields as they stand."""
    sent = {field["name"]: field.get("value", "") for field in page.select("main form[method=post] input[type=hidden]")}
    for select in page.select("main form[method=post] select"):
        sent[select["name"]] = (select.select_one("option[selected]") or select.option)["value"]
    button = page.select_one("main form[method=post] button[name]")
    return sent | ({button["name"]: button["value"]} if button else {})


def test_proposal_preview_confirmation_everybody_is_told(world: World, day: Closure, client_of) -> None:
    client: Client = client_of(world.officer)
    address = reverse("appointments:replace", args=[day.pk])
    assert address in client.get(reverse("appointments:closure", args=[day.pk])).content.decode()

    proposal = page_of(client.get(address))
    assert [s.select_one("option[selected]").get_text() for s in proposal.select("select[name^=choix]")] == [
        "Mardi 24 novembre à 9 h, Hugo Petit",
        "Mardi 24 novembre à 10 h, Hugo Petit",
        "Mercredi 25 novembre à 9 h, Hugo Petit",
    ]
    preview = page_of(client.post(address, posted(proposal)))
    assert "3 rendez-vous changent de créneau" in preview.get_text()
    assert Appointment.objects.filter(agent=world.colleague).count() == 0

    before = Message.objects.filter(template="appointments/moved").count()
    done = client.post(address, posted(preview), follow=True).content.decode()
    assert "3 rendez-vous déplacés" in done
    moved = Appointment.objects.filter(agent=world.colleague, status="planned").order_by("starts_at")
    assert [a.starts_at for a in moved] == [at(TUESDAY, 9), at(TUESDAY, 10), at(WEDNESDAY, 9)]
    assert Message.objects.filter(template="appointments/moved").count() == before + 3
    assert not Appointment.objects.filter(agent=world.officer, status="planned").exists()


def test_the_one_whose_slot_was_taken_meanwhile_stays_and_is_told_the_others_move(
    world: World, day: Closure, client_of
) -> None:
    client: Client = client_of(world.officer)
    address = reverse("appointments:replace", args=[day.pk])
    preview = page_of(client.post(address, posted(page_of(client.get(address)))))
    faster = world.entry("Rapide")
    slot = world.slot(TUESDAY, 10, agent=world.colleague)
    actions.book(slot_id=slot.pk, entry_id=faster.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())

    answer = client.post(address, posted(preview))

    assert answer.status_code == 422
    page = page_of(answer)
    assert [a.get_text() for a in page.select("main li a.strong")] == ["Omar Essai2"]
    assert "vient d’être pris" in page.select_one(".field-error").get_text()
    omar = Appointment.objects.get(person__first_name="Omar", status="planned")
    assert (omar.agent_id, omar.starts_at) == (world.officer.pk, at(TUESDAY, 10))
    assert Appointment.objects.filter(agent=world.colleague, status="planned").count() == 3


def test_confirming_twice_moves_nobody_twice(world: World, day: Closure, client_of) -> None:
    client: Client = client_of(world.officer)
    address = reverse("appointments:replace", args=[day.pk])
    preview = posted(page_of(client.post(address, posted(page_of(client.get(address))))))
    client.post(address, preview)
    rows = Appointment.objects.count()
    client.post(address, preview)
    assert Appointment.objects.count() == rows


def test_a_chosen_colleague_may_take_the_hour_without_an_opening(world: World, day: Closure, client_of) -> None:
    address = reverse("appointments:replace", args=[day.pk])
    page = page_of(client_of(world.officer).get(address, {"agent": world.colleague.pk}))
    offered = ["hors permanence" in select.get_text() for select in page.select("select[name^=choix]")]
    assert offered == [False, False, True]  # nine and ten are slots of hers; eleven is free
    eleven = Appointment.objects.get(starts_at=at(TUESDAY, 11), status="planned")
    choice = Choice(appointment_id=eleven.pk, agent_id=world.colleague.pk)
    done = actions.replace_appointments(choices=[choice], reason="Absence", by=world.by, at=clock.now())
    assert [(a.agent_id, a.starts_at) for a in done.moved] == [(world.colleague.pk, at(TUESDAY, 11))]
    assert Slot.objects.get(agent=world.colleague, starts_at=at(TUESDAY, 11)).booked == 1


def test_a_colleague_taken_or_away_is_refused_and_nothing_is_left_behind(world: World, day: Closure) -> None:
    ten, eleven = (Appointment.objects.get(starts_at=at(TUESDAY, hour), status="planned") for hour in (10, 11))
    actions.close_days(
        agent_id=world.colleague.pk, first_on=TUESDAY, last_on=TUESDAY, starts_at=time(11), ends_at=time(12),
        reason="Réunion", by=world.by, at=clock.now(),
    )  # fmt: skip
    slots = Slot.objects.count()
    for appointment in (ten, eleven):
        with pytest.raises(DomainError, match="n’est plus libre"):
            actions.hand_over(
                appointment_id=appointment.pk,
                agent_id=world.colleague.pk,
                reason="Absence",
                by=world.by,
                at=clock.now(),
            )
    assert Slot.objects.count() == slots


def test_some_are_cancelled_with_a_message_and_some_left(world: World, day: Closure) -> None:
    nine, ten, eleven = Appointment.objects.filter(status="planned").order_by("starts_at")
    choices = [Choice(appointment_id=nine.pk, cancels=True), Choice(appointment_id=ten.pk)]
    done = actions.replace_appointments(choices=choices, reason="Absence", by=world.by, at=clock.now())
    assert [a.pk for a in done.cancelled] == [nine.pk]
    assert Message.objects.filter(template="appointments/cancelled", person_id=nine.person_id).exists()
    assert {a.pk for a in queries.booked_on(day)} == {ten.pk, eleven.pk}


def test_changing_the_choices_loses_none_of_them(world: World, day: Closure, client_of) -> None:
    client, address = client_of(world.officer), reverse("appointments:replace", args=[day.pk])
    address += f"?agent={world.colleague.pk}"
    nine, ten, eleven = Appointment.objects.filter(status="planned").order_by("starts_at")
    chosen = {
        f"choix-{nine.pk}": "annuler", f"choix-{ten.pk}": "", f"choix-{eleven.pk}": f"agent-{world.colleague.pk}"
    }  # fmt: skip
    preview = page_of(client.post(address, {"etape": "apercu", **chosen}))
    assert not [link for link in preview.select("main a") if "Changer" in link.get_text()]
    buttons = [b for b in preview.select("button[name=etape]") if "Changer" in b.get_text()]
    assert {(b["value"], b.get("form", "choix")) for b in buttons} == {("changer", "choix")}
    again = posted(page_of(client.post(address, posted(preview) | {"etape": "changer"})))
    assert {name: value for name, value in again.items() if name in chosen} == chosen
    assert Appointment.objects.filter(status="planned", agent=world.officer).count() == 3


@pytest.mark.parametrize("then", ["cancelled", "moved"])
def test_an_hour_handed_over_then_freed_is_offered_to_nobody(world: World, day: Closure, then: str) -> None:
    eleven = Appointment.objects.get(starts_at=at(TUESDAY, 11), status="planned")
    mine = {"reason": "Absence", "by": world.by, "at": clock.now()}
    handed = actions.hand_over(appointment_id=eleven.pk, agent_id=world.colleague.pk, **mine)
    if then == "moved":
        slot = world.slot(WEDNESDAY, 9, agent=world.colleague)
        actions.move_appointment(appointment_id=handed.pk, slot_id=slot.pk, **mine)
    else:
        actions.cancel(appointment_id=handed.pk, **mine)
    hour = Slot.objects.free().filter(agent=world.colleague, starts_at=at(TUESDAY, 11))
    assert not hour.exists()
    # The hour is her own again: she may open it.
    world.opening(agent_id=world.colleague.pk, first_on=TUESDAY, last_on=TUESDAY, starts_at=time(11))
    assert hour.count() == 1


def test_a_session_handed_over_stays_one_session(world: World) -> None:
    kind = Kind.objects.create(
        slug="reunion", name="Réunion", duration_minutes=60, physical_required=False, is_collective=True
    )
    world.opening(kind_id=kind.pk, seats=3, modality=Modality.VIDEO)
    set_room(agent_id=world.colleague.pk, address="https://visio.exemple.fr/hugo", by=world.by, at=clock.now())
    three = [book(world, 9, name) for name in ("Nadia", "Omar", "Zoé")]
    for one in three:
        actions.hand_over(
            appointment_id=one.pk, agent_id=world.colleague.pk, reason="Absence", by=world.by, at=clock.now()
        )
    slot = Slot.objects.get(agent=world.colleague)
    assert (slot.seats, slot.booked, slot.modality, slot.is_session) == (3, 3, Modality.VIDEO, True)
    moved = Appointment.objects.filter(status="planned").values_list("slot", "modality")
    assert list(moved) == [(slot.pk, Modality.VIDEO)] * 3
    (line,) = queries.days(TUESDAY, TUESDAY, agent_id=world.colleague.pk)[0].lines
    assert line.session == slot


def test_the_number_of_queries_does_not_move_with_the_appointments(world: World, day: Closure, client_of) -> None:
    client, asked = client_of(world.officer), {"agent": [world.colleague.pk]}
    address = reverse("appointments:replace", args=[day.pk])
    client.get(address, asked)
    with CaptureQueriesContext(connection) as many:
        client.get(address, asked)
    for one in Appointment.objects.filter(status="planned")[:2]:
        actions.cancel(appointment_id=one.pk, reason="Absence", by=world.by, at=clock.now())
    with CaptureQueriesContext(connection) as few:
        client.get(address, asked)
    assert len(many) == len(few)
