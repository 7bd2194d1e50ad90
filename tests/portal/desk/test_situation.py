"""A death, an exit, a return stated by an agent; how people will meet changed beforehand."""

from datetime import timedelta

from django.test import Client

from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.clocks.models import Deadline
from tests.pathway.appointments.world import MONDAY, World, at
from tests.portal.desk.conftest import page, text


def booked(world: World) -> Appointment:
    world.opening()
    entry = world.entry()
    slot = world.slot(MONDAY + timedelta(days=3), 9)
    return actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=at(MONDAY, 8))


def test_after_a_death_the_entry_is_closed_the_seat_is_free_and_nothing_leaves(world: World, office: Client) -> None:
    appointment = booked(world)
    assert Message.objects.filter(status="queued").exists()
    menu = text(page(office.get(f"/personnes/{appointment.person_id}/")))
    assert "Noter un décès" in menu

    refused = office.post(f"/personnes/{appointment.person_id}/deces/", {"died_on": "2026-11-30", "reason": "Famille"})
    assert "dans le futur" in text(page(refused, 422))
    assert Person.objects.get(pk=appointment.person_id).died_on is None
    missing = office.post(f"/personnes/{appointment.person_id}/deces/", {"died_on": "2026-11-20", "reason": ""})
    assert "Indiquez" in text(page(missing, 422))

    office.post(f"/personnes/{appointment.person_id}/deces/", {"died_on": "2026-11-20", "reason": "Acte reçu"})
    appointment.refresh_from_db()
    assert appointment.status == "cancelled_by_us"
    assert Entry.objects.get().closing_reason == "death"
    assert not Message.objects.filter(status="queued").exists()
    assert JournalEntry.objects.filter(event__endswith="PersonDied", reason="Acte reçu").exists()
    assert "Noter un décès" not in text(page(office.get(f"/personnes/{appointment.person_id}/")))


def test_an_entry_is_closed_then_taken_up_again_with_reasons(world: World, office: Client) -> None:
    entry = world.entry(opened_on=MONDAY - timedelta(days=5))
    address = f"/personnes/{entry.person_id}"
    early = office.post(f"{address}/sortie/", {"why": "moved_out", "closed_on": "2026-11-01", "reason": "Déménage"})
    assert "avant l’entrée" in text(page(early, 422))
    office.post(f"{address}/sortie/", {"why": "moved_out", "closed_on": "2026-11-22", "reason": "Déménage en Isère"})
    entry.refresh_from_db()
    assert entry.closing_reason == "moved_out"
    assert Deadline.objects.get(entry=entry, kind="first_interview").voided_on is not None
    assert office.get(f"{address}/sortie/").status_code == 404

    assert "Reprendre l’entrée" in text(page(office.get(f"{address}/")))
    office.post(f"{address}/reprise/", {"reopened_on": "2026-11-22", "reason": "Fausse information"})
    entry.refresh_from_db()
    assert entry.closed_on is None
    assert Deadline.objects.get(entry=entry, kind="first_interview").voided_on is None
    assert office.get(f"{address}/reprise/").status_code == 404


def test_a_counsellor_may_not_take_anybody_out(world: World, as_agent: object) -> None:
    entry = world.entry()
    officer = as_agent(world.officer)  # type: ignore[operator]
    for act in ("deces", "sortie", "reprise"):
        assert officer.get(f"/personnes/{entry.person_id}/{act}/").status_code == 403


def test_a_coming_appointment_becomes_a_call_with_a_reason_and_the_person_is_told(world: World, office: Client) -> None:
    appointment = booked(world)
    before = Message.objects.count()
    page_of = f"/rendez-vous/{appointment.pk}/modalite/"
    silent = office.post(page_of, {"modality": "phone", "reason": ""})
    assert silent.status_code == 422
    office.post(page_of, {"modality": "phone", "reason": "Sans voiture, pas de bus ce jour-là"})
    appointment.refresh_from_db()
    assert (appointment.modality, appointment.modality_reason) == ("phone", "Sans voiture, pas de bus ce jour-là")
    assert Message.objects.count() > before
    # The confirmation had not left: it leaves as things now are.
    told = Message.objects.filter(template="appointments/confirmation", status="queued").get()
    assert "Par téléphone" in told.body
    again = office.post(page_of, {"modality": "phone", "reason": "Encore"})
    assert "déjà lieu de cette façon" in text(page(again, 422))
