"""Received without appointment: where and how; begun by mistake: everything is as before."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments.models import Appointment, Slot
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation import actions
from emploi.pathway.orientation.models import Interview
from emploi.territory.geography.models import Place
from tests.pathway.orientation.cast import (
    MORNING,
    SYSTEM,
    World,
    appointment,
    entrant,
    interview,
    told,
)
from tests.pathway.orientation.test_journey import at, page, signed_in

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(minutes=5)


def undone(world: World, held: Interview, **values: Any) -> actions.Undone:
    said = {"reason": "Mauvaise personne", "at": LATER, **values}
    return actions.undo_interview(interview_id=held.pk, by=world.officer.as_actor(), **said)


def met_on(entry_id: int) -> Any:
    return Deadline.objects.get(entry_id=entry_id, kind="first_interview").met_on


class TestWalkIn:
    def test_the_place_and_the_way_are_asked_on_the_spot_by_default(self, world: World) -> None:
        entry = entrant()
        with acting(SYSTEM):
            other = Place.objects.create(name="Antenne du Lac", slug="lac", address="2 rue du Lac", commune_id="99001")
        client = signed_in(world.officer)
        with clock.frozen(MORNING):
            asked = client.post(reverse("orientation:start"), {"entry": entry.pk})
            assert asked["Location"] == reverse("orientation:walk_in", args=[entry.pk])
            assert not Interview.objects.exists()
            shown = page(client, asked["Location"])
            assert shown.select_one("input[name=modality][checked]")["value"] == "physical"
            begun = client.post(asked["Location"], {"place": other.pk, "modality": "physical"})
        held = Interview.objects.select_related("appointment").get()
        assert begun["Location"] == at(held, "rights")
        assert held.appointment is not None
        assert (held.appointment.place_id, held.appointment.modality, held.arrival) == (other.pk, "physical", "walk_in")

    def test_at_a_distance_a_reason_is_needed_and_nothing_typed_is_lost(self, world: World) -> None:
        entry = entrant()
        client = signed_in(world.officer)
        url = reverse("orientation:walk_in", args=[entry.pk])
        with clock.frozen(MORNING):
            refused = client.post(url, {"place": world.place.pk, "modality": "phone"}).content.decode()
            assert "Sinon, écrivez pourquoi." in refused
            assert not Interview.objects.exists()
            told_why = {"place": world.place.pk, "modality": "phone", "modality_reason": "Pas de transport"}
            assert client.post(url, told_why).status_code == 302
        assert Appointment.objects.get().modality_reason == "Pas de transport"

    def test_somebody_expected_today_is_asked_nothing(self, world: World) -> None:
        entry = entrant()
        appointment(world, entry)
        with clock.frozen(MORNING):
            begun = signed_in(world.officer).post(reverse("orientation:start"), {"entry": entry.pk})
        assert begun["Location"] == at(Interview.objects.get(), "rights")

    def test_a_stranger_to_the_person_is_refused(self, world: World) -> None:
        url = reverse("orientation:walk_in", args=[entrant().pk])
        assert signed_in(world.provider_agent).get(url).status_code in (403, 404)


class TestMistake:
    def test_an_expected_person_is_planned_again(self, world: World) -> None:
        entry = entrant()
        booked = appointment(world, entry)
        held = interview(world, entry)
        assert met_on(entry.pk) == MORNING.date()
        back = undone(world, held)
        booked.refresh_from_db()
        held.refresh_from_db()
        assert (booked.status, booked.marked_at, met_on(entry.pk)) == ("planned", None, None)
        assert back == actions.Undone(booked, slot_lost=False)
        assert (held.cancelled_reason, held.closed_at, held.appointment_id) == ("Mauvaise personne", LATER, None)
        again = interview(world, entry)
        assert again.pk != held.pk
        assert again.appointment_id == booked.pk, "the same appointment serves the true interview"

    def test_a_presence_noted_before_stays(self, world: World) -> None:
        entry = entrant()
        booked = appointment(world, entry, status="held", marked_at=MORNING, marked_by=world.colleague)
        undone(world, interview(world, entry))
        booked.refresh_from_db()
        assert booked.status == "held"

    def test_a_visit_gives_back_the_date_it_had_released(self, world: World) -> None:
        entry = entrant()
        planned = appointment(world, entry, starts_at=MORNING + timedelta(days=3))
        held = interview(world, entry)
        planned.refresh_from_db()
        assert planned.status == "cancelled_by_us"
        back = undone(world, held)
        assert back.appointment is not None
        assert (back.appointment.slot_id, back.appointment.status) == (planned.slot_id, "planned")
        assert met_on(entry.pk) is None
        assert not Appointment.objects.filter(entry=entry, status="held").exists()

    def test_a_slot_taken_meanwhile_is_said(self, world: World) -> None:
        from emploi.pathway.appointments import actions as appointments

        entry = entrant()
        planned = appointment(world, entry, starts_at=MORNING + timedelta(days=3))
        held = interview(world, entry)
        # Its agent opened that hour to everybody since.
        Slot.objects.filter(pk=planned.slot_id).update(closed_at=None, closed_reason="")
        appointments.book(
            slot_id=planned.slot_id,
            entry_id=entrant("Marc", "Roux").pk,
            via="phone",
            by=world.officer.as_actor(),
            at=MORNING,
        )
        assert undone(world, held) == actions.Undone(None, slot_lost=True)

    def test_once_something_is_recorded_it_stays(self, world: World) -> None:
        held = interview(world)
        told(world, held, ready="now")
        with pytest.raises(DomainError, match="déjà noté"):
            undone(world, held)
        held.refresh_from_db()
        assert held.cancelled_at is None

    def test_it_is_done_the_same_day_with_a_reason(self, world: World) -> None:
        held = interview(world)
        with pytest.raises(DomainError, match="raison"):
            undone(world, held, reason=" ")
        with pytest.raises(DomainError, match="pas commencé aujourd’hui"):
            undone(world, held, at=MORNING + timedelta(days=1))

    def test_on_screen_then_it_is_nowhere_but_on_the_card(self, world: World) -> None:
        held = interview(world)
        client = signed_in(world.officer)
        with clock.frozen(LATER):
            assert reverse("orientation:undo", args=[held.pk]) in str(page(client, at(held, "rights")))
            assert "Indiquez la raison" in client.post(at(held, "undo"), {}).content.decode()
            done = client.post(at(held, "undo"), {"reason": "Mauvaise personne"})
            assert done["Location"] == reverse("desk:person", args=[held.person_id])
            assert client.get(at(held, "rights")).status_code == 404
            card = page(client, reverse("orientation:card", args=[held.person_id])).text
        assert "Mauvaise personne" in card
        assert JournalEntry.objects.filter(event="orientation.InterviewCancelled").exists()
