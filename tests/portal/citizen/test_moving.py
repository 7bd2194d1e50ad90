"""Moving by link an appointment from afar: the page says how it will be, and what is typed is kept."""

from datetime import timedelta

from emploi.foundation import clock
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.actions.agendas.rooms import set_room
from emploi.pathway.appointments.models import Appointment, Invitation, Kind
from emploi.pathway.beneficiaries.models import Contact
from emploi.territory.agents.models import Agent
from tests.pathway.appointments.world import MONDAY, World
from tests.portal.citizen.test_journey import Phone

TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)
ROOM = "https://visio.exemple.fr/claire-martin"


def confirming(world: World, invitation: Invitation, *, agent: Agent | None = None) -> Phone:
    slot = world.slot(WEDNESDAY, 9, agent=agent)
    return Phone(f"/i/{invitation.token}/confirmer/?creneau={slot.pk}")


def by_telephone(world: World, invitation: Invitation, number: str = "") -> None:
    phone = Phone(f"/i/{invitation.token}/confirmer/?creneau={world.slot(TUESDAY, 9).pk}")
    phone.follow("Je ne peux pas venir sur place")
    phone.send(modality="phone", phone=number, why="transport")


def test_an_appointment_by_telephone_moved_to_a_slot_on_the_spot_stays_by_telephone_and_the_page_says_so(
    world: World, invitation: Invitation
) -> None:
    by_telephone(world, invitation)
    phone = confirming(world, invitation)
    assert "Par téléphone. Nous vous appelons au numéro qui finit par 01" in phone.text
    assert "Sur place : Maison du Département" not in phone.text
    phone.send(phone="06 39 98 77 42")
    moved = Appointment.objects.get(status="planned")
    assert (moved.modality, moved.phone) == ("phone", "06 39 98 77 42")
    assert "finit par 42" in phone.text


def test_the_number_given_for_this_appointment_follows_it_and_is_the_one_said(
    world: World, invitation: Invitation
) -> None:
    by_telephone(world, invitation, "06 39 98 77 42")
    phone = confirming(world, invitation)
    assert "Nous vous appelons au numéro qui finit par 42" in phone.text
    phone.send(phone="")
    assert Appointment.objects.get(status="planned").phone == "06 39 98 77 42"


def test_moving_to_a_slot_by_telephone_asks_the_number_of_somebody_who_has_none_and_keeps_it(world: World) -> None:
    kind = Kind.objects.create(slug="suivi", name="Suivi", duration_minutes=60, physical_required=False)
    world.opening(kind_id=kind.pk)
    world.opening(kind_id=kind.pk, agent_id=world.colleague.pk, modality="phone")
    entry = world.entry(mobile="", email="nadia@exemple.invalid")
    actions.invite_entries(entry_ids=[entry.pk], kind=kind, by=world.by, at=clock.now())
    invitation = Invitation.objects.get()
    Phone(f"/i/{invitation.token}/confirmer/?creneau={world.slot(TUESDAY, 9).pk}").send()
    phone = confirming(world, invitation, agent=world.colleague)
    phone.send(phone="")
    assert "Écrivez le numéro où vous appeler" in phone.text
    phone.send(phone="06 39 98 55 66")
    moved = Appointment.objects.get(status="planned")
    assert (moved.modality, moved.phone) == ("phone", "06 39 98 55 66")
    assert Contact.objects.get(kind="mobile").value == "+33639985566"


def test_a_video_is_not_moved_to_somebody_without_a_room(world: World, invitation: Invitation) -> None:
    set_room(agent_id=world.officer.pk, address=ROOM, by=world.by, at=clock.now())
    phone = Phone(f"/i/{invitation.token}/confirmer/?creneau={world.slot(TUESDAY, 9).pk}")
    phone.follow("Je ne peux pas venir sur place")
    phone.send(modality="video", phone="", why="travel")
    taken = Appointment.objects.get()
    phone = confirming(world, invitation, agent=world.colleague)
    assert "En visioconférence" in phone.text
    phone.send()
    assert "pas de salle de visioconférence" in phone.text
    taken.refresh_from_db()
    assert taken.status == "planned"
    phone = confirming(world, invitation)
    phone.send()
    assert Appointment.objects.get(status="planned").modality == "video"
