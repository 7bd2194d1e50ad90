"""What a person chooses beside the hour: how one meets, what she needs to come; all of it said back to her."""

from datetime import timedelta

import pytest
from django.test import Client

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.actions.agendas.rooms import set_room
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Invitation, Kind
from emploi.pathway.beneficiaries.actions import tell_needs
from emploi.pathway.beneficiaries.models import Contact, Person, VisitNeeds
from tests.pathway.appointments.world import MONDAY, World, at
from tests.portal.citizen.test_journey import Phone

TUESDAY = MONDAY + timedelta(days=1)
ROOM = "https://visio.exemple.fr/claire-martin"


def confirming(world: World, invitation: Invitation, hour: int = 9) -> Phone:
    slot = world.slot(TUESDAY, hour)
    return Phone(f"/i/{invitation.token}/confirmer/?creneau={slot.pk}")


def test_needs_are_asked_once_and_said_back(invitation: Invitation) -> None:
    phone = Phone(f"/i/{invitation.token}/")
    phone.follow("Choisir mon rendez-vous")
    assert "De quoi avez-vous besoin pour venir" in phone.text
    phone.send(needs=["childcare"], language="arabe", other="")
    assert "Vous nous avez dit" in phone.text
    assert "arabe" in phone.text
    told = VisitNeeds.objects.get()
    assert (told.needs, told.source) == (["childcare"], "person")
    assert Person.objects.get().interpreter_language == "arabe"
    phone.go(f"/i/{invitation.token}/")
    phone.follow("Choisir mon rendez-vous")
    assert "Où voulez-vous venir" in phone.text  # not asked again
    phone.follow("Changer ce que vous nous avez dit")
    assert phone.page.select_one("input[name=needs][value=childcare]").has_attr("checked")
    assert phone.page.select_one("input[name=language]")["value"] == "arabe"


def test_a_link_never_shows_what_an_agent_wrote_of_her_needs_nor_takes_it_away(
    world: World, invitation: Invitation
) -> None:
    heard = {"needs": ["wheelchair"], "language": "tchétchène", "other": "Ne supporte pas d’attendre debout"}
    tell_needs(person_id=invitation.person_id, by=world.by, at=clock.now(), **heard)
    phone = Phone(f"/i/{invitation.token}/besoins/")
    assert not phone.page.select("input[name=needs][checked]")
    assert "tchétchène" not in phone.response.content.decode()
    assert "debout" not in phone.response.content.decode()
    phone.send(needs=["childcare"], language="", other="")
    person = Person.objects.get(pk=invitation.person_id)
    told = person.last_needs
    assert (set(told.needs), told.other) == ({"wheelchair", "childcare"}, heard["other"])
    assert person.interpreter_language == "tchétchène"
    phone = confirming(world, invitation)
    phone.send()
    for page in ("", "imprimer/", "besoins/", "lieux/"):
        shown = Phone(f"/i/{invitation.token}/{page}").response.content.decode()
        assert "tchétchène" not in shown
        assert "debout" not in shown
    mine = Phone(f"/i/{invitation.token}/").text
    assert "enfants" in mine
    assert "fauteuil" not in mine.partition("Vous nous avez dit")[2].partition(".")[0]


def test_what_she_wrote_freely_stays_with_the_agents(world: World, invitation: Invitation) -> None:
    phone = Phone(f"/i/{invitation.token}/besoins/")
    phone.send(needs=["accompanied"], language="arabe", other="Ma sœur conduit, elle repart à midi")
    phone = confirming(world, invitation)
    phone.send()
    assert "arabe" in phone.text
    assert "midi" not in phone.response.content.decode()
    assert "midi" not in Phone(f"/i/{invitation.token}/besoins/").response.content.decode()
    phone.go(f"/i/{invitation.token}/besoins/")
    phone.send(needs=[], language="", other="")
    person = Person.objects.get(pk=invitation.person_id)
    assert (person.last_needs.needs, person.interpreter_language) == ([], "")  # what she sees, she may take back


def test_a_number_of_social_security_is_refused_and_nothing_typed_is_lost(invitation: Invitation) -> None:
    phone = Phone(f"/i/{invitation.token}/besoins/")
    phone.send(needs=["accompanied"], language="ukrainien", other="je suis 2 88 04 99 001 001 42")
    assert "N’écrivez pas de numéro de sécurité sociale" in phone.text
    assert phone.page.select_one("input[name=needs][value=accompanied]").has_attr("checked")
    assert phone.page.select_one("input[name=language]")["value"] == "ukrainien"
    assert not VisitNeeds.objects.exists()


def test_by_wheelchair_only_places_without_stairs_are_shown_first(invitation: Invitation) -> None:
    phone = Phone(f"/i/{invitation.token}/besoins/")
    phone.send(needs=["wheelchair"], language="", other="")
    places = [h.get_text(strip=True) for h in phone.page.select(".panel-title")]
    assert places == ["Maison du Département"]
    assert "seulement les lieux accessibles" in phone.text
    phone.follow("Voir tous les lieux")
    phone.follow("Choisir ce lieu : Permanence de Bourg-Témoin")
    phone.follow("Mardi 24")
    phone.follow("9 h")
    phone.send()
    assert Appointment.objects.get().place.name == "Permanence de Bourg-Témoin"
    assert "un lieu accessible en fauteuil roulant" in phone.text  # known for this appointment too


def test_no_place_without_stairs_is_said_and_one_may_be_called(world: World) -> None:
    world.opening(place_id=world.village.pk)
    entry = world.entry()
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=clock.now())
    me = Actor.person(entry.person_id, "Nadia")
    tell_needs(person_id=entry.person_id, needs=["wheelchair"], by=me, at=clock.now())
    phone = Phone(f"/i/{Invitation.objects.get().token}/lieux/")
    assert "Aucun lieu accessible en fauteuil roulant" in phone.text
    assert "Demander à être rappelé" in phone.text
    phone.follow("Voir tous les lieux")
    assert "Quel jour" in phone.text or "Permanence de Bourg-Témoin" in phone.text


def test_the_page_before_booking_says_how_where_and_what_an_absence_leads_to(
    world: World, invitation: Invitation
) -> None:
    phone = confirming(world, invitation)
    assert "Sur place : Maison du Département" in phone.text
    assert "Si vous ne venez pas" in phone.text
    assert "Je ne peux pas venir sur place" in phone.text


def test_the_first_interview_from_afar_asks_why_in_plain_words(world: World, invitation: Invitation) -> None:
    phone = confirming(world, invitation)
    phone.follow("Je ne peux pas venir sur place")
    assert "numéro qui finit par 01" in phone.text
    assert "visioconférence" not in phone.text  # nobody gave a room
    phone.send(modality="phone", phone="")
    assert "Dites-nous pourquoi" in phone.text
    phone.send(modality="phone", phone="", why="other", other="")
    assert "en quelques mots" in phone.text
    assert not Appointment.objects.exists()
    phone.send(modality="phone", phone="", why="transport")
    taken = Appointment.objects.get()
    assert (taken.modality, taken.modality_reason) == ("phone", "Je n’ai pas de moyen de transport")
    assert taken.phone == ""
    assert "Nous vous appelons au numéro qui finit par 01" in phone.text
    assert "06 39 98 00 01" in Message.objects.get(template="appointments/confirmation").body


def test_another_number_is_kept_for_this_appointment_and_never_shown_whole(
    world: World, invitation: Invitation
) -> None:
    phone = confirming(world, invitation)
    phone.follow("Je ne peux pas venir sur place")
    phone.send(modality="phone", phone="06 39", why="care")
    assert "pas complet" in phone.text
    assert phone.page.select_one("input[name=phone]")["value"] == "06 39"
    phone.send(modality="phone", phone="06 39 98 77 42", why="care")
    assert Appointment.objects.get().phone == "06 39 98 77 42"
    assert not Contact.objects.filter(value="+33639987742").exists()  # a link never replaces a known number
    assert "finit par 42" in phone.text
    assert "98 77" not in phone.response.content.decode()


def test_without_any_number_one_is_asked_for(world: World) -> None:
    world.opening()
    entry = world.entry(mobile="", email="nadia@exemple.invalid")
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=clock.now())
    phone = confirming(world, Invitation.objects.get())
    phone.follow("Je ne peux pas venir sur place")
    phone.send(modality="phone", phone="", why="work")
    assert "Écrivez le numéro où vous appeler" in phone.text
    assert not Appointment.objects.exists()
    phone.send(modality="phone", phone="06 39 98 55 66", why="work")
    assert Appointment.objects.get().modality == "phone"
    known = Contact.objects.get(kind="mobile")
    assert (known.value, known.source) == ("+33639985566", "person")  # somebody had none: it is kept


def test_by_video_the_link_is_on_the_page_in_the_message_and_in_the_calendar(
    world: World, invitation: Invitation
) -> None:
    set_room(agent_id=world.officer.pk, address=ROOM, how="Code 123", by=world.by, at=clock.now())
    phone = confirming(world, invitation)
    phone.follow("Je ne peux pas venir sur place")
    assert "En visioconférence" in phone.text
    phone.send(modality="video", phone="", why="travel")
    assert "Code 123" in phone.text
    assert phone.page.select_one(f"a[href='{ROOM}']")
    assert ROOM in Client().get(f"/i/{invitation.token}/rendez-vous.ics").content.decode().replace("\r\n ", "")
    paper = Client().get(f"/i/{invitation.token}/imprimer/").content.decode()
    assert ROOM in paper
    world.entry("Ilyes", mobile="", email="i@exemple.invalid")
    set_room(agent_id=world.officer.pk, address=f"{ROOM}-2", by=world.by, at=clock.now() + timedelta(hours=1))
    # The confirmation had not left: it leaves with the new room, and never says that the date changed.
    waiting = Message.objects.get(template="appointments/confirmation", status="queued")
    assert waiting.dedup_key.startswith(f"appointment:{Appointment.objects.get().pk}:changed:")
    assert f"{ROOM}-2" in Client().get(f"/i/{invitation.token}/").content.decode()


def test_a_slot_given_by_telephone_says_so_before_one_chooses(world: World) -> None:
    kind = Kind.objects.create(slug="suivi", name="Suivi", duration_minutes=30, physical_required=False)
    world.opening(kind_id=kind.pk, modality="phone")
    entry = world.entry()
    actions.invite_entries(entry_ids=[entry.pk], kind=kind, by=world.by, at=clock.now())
    phone = Phone(f"/i/{Invitation.objects.get().token}/lieux/")
    phone.follow("Mardi 24")
    assert "par téléphone" in phone.text
    phone.follow("9 h")
    assert "Par téléphone. Nous vous appelons au numéro qui finit par 01" in phone.text
    phone.send(phone="")
    assert Appointment.objects.get().modality == "phone"


def test_seats_left_of_a_session_are_said(world: World) -> None:
    kind = Kind.objects.create(
        slug="reunion", name="Réunion", duration_minutes=90, physical_required=False, is_collective=True
    )
    world.opening(kind_id=kind.pk, seats=3)
    entry, other = world.entry(), world.entry("Ilyes")
    actions.book(slot_id=world.slot(TUESDAY, 9).pk, entry_id=other.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())
    actions.invite_entries(entry_ids=[entry.pk], kind=kind, by=world.by, at=clock.now())
    phone = Phone(f"/i/{Invitation.objects.get(entry=entry).token}/")
    assert "plusieurs personnes" in phone.text
    phone.go(f"/i/{Invitation.objects.get(entry=entry).token}/heures/?lieu={world.town.pk}&jour={TUESDAY}")
    assert "2 places libres" in phone.text
    phone.follow("9 h")
    assert "Il reste 2 places" in phone.text
    phone.send()
    assert Appointment.objects.filter(slot__starts_at=at(TUESDAY, 9)).count() == 2


@pytest.mark.parametrize("page", ["besoins/", "a-distance/?creneau=1", "a-distance/", "besoins/?creneau=x"])
def test_mangled_addresses_still_answer(invitation: Invitation, page: str) -> None:
    response = Client().get(f"/i/{invitation.token}/{page}", follow=True)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
