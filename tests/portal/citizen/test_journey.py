"""A person on her telephone, without an account: from the link to "mon rendez-vous"."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import AppointmentStatus, BookedVia
from emploi.pathway.appointments.models import Appointment, Invitation, SlotRequest
from tests.pathway.appointments.world import MONDAY, World, at


class Phone:
    """What a browser without JavaScript does: follow a link by its words, send the form of the page."""

    def __init__(self, address: str) -> None:
        self.client = Client()
        self.go(address)

    def go(self, address: str) -> None:
        self.response = self.client.get(address, follow=True)
        self._read(address)

    def follow(self, words: str) -> None:
        link = next(a for a in self.page.select("main a") if words in a.get_text(" ", strip=True))
        self.go(str(link["href"]) if not str(link["href"]).startswith("?") else self.address + str(link["href"]))

    def send(self, **fields: object) -> None:
        form = self.page.select_one("main form[method=post]")
        assert form is not None
        hidden = {str(i["name"]): str(i.get("value", "")) for i in form.select("input[type=hidden]")}
        self.response = self.client.post(self.address, {**hidden, **fields}, follow=True)
        self._read(self.address)

    def _read(self, address: str) -> None:
        chain = getattr(self.response, "redirect_chain", [])
        self.address = chain[-1][0] if chain else address
        self.page = BeautifulSoup(self.response.content, "html.parser")
        main = self.page.select_one("main")
        self.text = main.get_text(" ", strip=True) if main else ""


def test_place_day_hour_confirm(invitation: Invitation) -> None:
    phone = Phone(f"/i/{invitation.token}/")
    assert "Bonjour Nadia" in phone.text
    assert "Vous recevez le RSA" in phone.text
    assert "jeudi 3 décembre" in phone.text
    phone.follow("Choisir mon rendez-vous")
    assert "De quoi avez-vous besoin pour venir" in phone.text  # asked once
    phone.send()
    places = [h.get_text(strip=True) for h in phone.page.select(".panel-title")]
    assert places == ["Maison du Département", "Permanence de Bourg-Témoin"]  # the nearest first
    assert "dans votre commune" in phone.text
    phone.follow("Choisir ce lieu : Permanence de Bourg-Témoin")
    phone.follow("Jeudi 26 novembre")
    phone.follow("10 h")
    assert "Jeudi 26 novembre à 10 h" in phone.text
    phone.send()

    assert "Votre rendez-vous est pris" in phone.text
    assert "2 rue Basse" in phone.text
    appointment = Appointment.objects.get()
    assert appointment.starts_at == at(MONDAY + timedelta(days=3), 10)
    assert (appointment.booked_via, appointment.invitation) == (BookedVia.PERSON, invitation)
    assert Message.objects.filter(template="appointments/confirmation").count() == 1


def test_nothing_but_the_first_name_and_the_appointment_is_shown(invitation: Invitation) -> None:
    person = invitation.person
    phone = Phone(f"/i/{invitation.token}/")
    pages = [phone.response.content.decode()]
    phone.follow("Choisir mon rendez-vous")
    phone.send()
    for words in ("Choisir ce lieu", "Mardi 24", "9 h"):
        phone.follow(words)
        pages.append(phone.response.content.decode())
    phone.send()
    pages.append(phone.response.content.decode())
    phone.follow("Imprimer")
    pages.append(phone.response.content.decode())
    for page in pages:
        for secret in (person.last_name, "essai", "+33639", "DES LILAS", "1988"):
            assert secret.lower() not in page.lower()


def test_change_then_cancel(invitation: Invitation) -> None:
    phone = Phone(f"/i/{invitation.token}/lieux/")
    for words in ("Choisir ce lieu", "Mercredi 25", "9 h"):
        phone.follow(words)
    phone.send()
    phone.follow("Changer de rendez-vous")
    for words in ("Choisir ce lieu", "Vendredi 27", "11 h"):
        phone.follow(words)
    assert "remplacera celui du mercredi 25 novembre à 9 h" in phone.text
    assert "La façon de nous rencontrer ne change pas. Pour une autre façon, appelez-nous." in phone.text
    phone.send()
    assert "Vendredi 27 novembre à 11 h" in phone.text
    phone.follow("Annuler le rendez-vous")
    phone.send(reason="")
    assert "Votre rendez-vous est annulé" in phone.text
    assert "Choisir mon rendez-vous" in phone.text
    assert set(Appointment.objects.values_list("status", flat=True)) == {AppointmentStatus.CANCELLED_BY_PERSON}


def test_somebody_was_faster(world: World, invitation: Invitation) -> None:
    phone = Phone(f"/i/{invitation.token}/lieux/")
    for words in ("Choisir ce lieu", "Mercredi 25", "9 h"):
        phone.follow(words)
    rival = world.entry("Karim")
    slot = world.slot(MONDAY + timedelta(days=2), 9)
    actions.book(slot_id=slot.pk, entry_id=rival.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())
    phone.send()
    assert "vient d’être pris" in phone.text
    assert "À quelle heure" in phone.text  # back to the hours left
    assert "10 h" in phone.text


def test_no_slot_suits(invitation: Invitation) -> None:
    phone = Phone(f"/i/{invitation.token}/lieux/")
    phone.follow("Aucun de ces lieux ne me convient")
    phone.send()
    assert "cochez une case" in phone.text
    phone.send(wishes=["morning", "phone"], note="Je garde mes enfants", phone="06 39 98 00 00")
    assert "bien arrivée" in phone.text
    request = SlotRequest.objects.get()
    assert (request.wishes, request.phone) == (["morning", "phone"], "06 39 98 00 00")
    phone.go(f"/i/{invitation.token}/")
    assert "bien reçu votre demande" in phone.text


def test_no_slot_left_at_all(world: World) -> None:
    entry = world.entry()
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=clock.now())
    phone = Phone(f"/i/{Invitation.objects.get().token}/lieux/")
    assert "plus de rendez-vous libre" in phone.text
    phone.follow("Demander à être rappelé")
    assert "Nous vous appellerons" in phone.text


def test_the_opening_is_traced_by_the_visit_alone(invitation: Invitation) -> None:
    Client().head(f"/i/{invitation.token}/")
    invitation.refresh_from_db()
    assert invitation.first_opened_at is None
    Phone(f"/i/{invitation.token}/")
    invitation.refresh_from_db()
    assert invitation.first_opened_at == clock.now()


def test_an_expired_link_says_until_when_and_what_to_do(invitation: Invitation) -> None:
    with clock.frozen("2026-12-04T08:00"):
        phone = Phone(f"/i/{invitation.token}/")
        assert "jeudi 3 décembre" in phone.text
        assert "Ce n’est pas trop tard" in phone.text
        assert "04 65 71 99 00" in phone.text
        phone.follow("Demander à être rappelé")
        phone.send(wishes=["morning"])
        assert SlotRequest.objects.count() == 1
        phone.go(f"/i/{invitation.token}/confirmer/?creneau=1")
        assert "Ce lien ne marche plus" in phone.text


def test_a_used_link_shows_the_appointment_and_then_thanks(world: World, invitation: Invitation) -> None:
    slot = world.slot(MONDAY + timedelta(days=1), 9)
    booked = actions.book(
        slot_id=slot.pk, entry_id=invitation.entry_id, via=BookedVia.PHONE, by=world.by, at=clock.now()
    )
    with clock.frozen("2026-11-24T10:30"):
        assert "est passé" in Phone(f"/i/{invitation.token}/").text
        actions.mark_present(appointment_id=booked.pk, by=world.by, at=clock.now())
        assert "a eu lieu mardi 24 novembre" in Phone(f"/i/{invitation.token}/").text


def test_a_replaced_and_a_withdrawn_link_are_explained(world: World, invitation: Invitation) -> None:
    with clock.frozen("2026-12-10T09:00"):
        actions.invite_entries(entry_ids=[invitation.entry_id], by=world.by, at=clock.now())
        assert "dernier message" in Phone(f"/i/{invitation.token}/").text
    actions.revoke_invitation(invitation_id=invitation.pk, reason="Mauvais numéro", by=world.by, at=clock.now())
    phone = Phone(f"/i/{invitation.token}/")
    assert "retiré ce lien" in phone.text
    assert "Nadia" not in phone.text


def test_an_unknown_link_is_told_kindly(world: World) -> None:
    phone = Phone("/i/nimportequoi/")
    assert phone.response.status_code == 404
    assert "Nous ne connaissons pas ce lien" in phone.text


def test_close_to_the_hour_one_calls(world: World, invitation: Invitation) -> None:
    slot = world.slot(MONDAY, 11)
    actions.book(slot_id=slot.pk, entry_id=invitation.entry_id, via=BookedVia.PHONE, by=world.by, at=clock.now())
    phone = Phone(f"/i/{invitation.token}/")
    assert "Changer de rendez-vous" not in phone.text
    assert "Appelez-nous tout de suite" in phone.text
    phone.go(f"/i/{invitation.token}/annuler/")
    assert Appointment.objects.get().status == AppointmentStatus.PLANNED


def test_a_convocation_shows_its_date_and_the_telephone(world: World) -> None:
    world.opening(last_on=None)
    entry = world.entry()
    slot = world.slot(MONDAY + timedelta(days=21), 9)
    actions.convene(entry_id=entry.pk, slot_id=slot.pk, by=world.by, at=clock.now())
    phone = Phone(f"/i/{Invitation.objects.get().token}/")
    assert "obligatoire" in phone.text
    assert "Changer de rendez-vous" not in phone.text


def test_the_calendar_file_and_the_paper(world: World, invitation: Invitation) -> None:
    slot = world.slot(MONDAY + timedelta(days=1), 9)
    actions.book(slot_id=slot.pk, entry_id=invitation.entry_id, via=BookedVia.PHONE, by=world.by, at=clock.now())
    ics = Client().get(f"/i/{invitation.token}/rendez-vous.ics").content.decode()
    assert "DTSTART;TZID=Europe/Paris:20261124T090000" in ics
    assert "RSA" not in ics
    paper = Client().get(f"/i/{invitation.token}/imprimer/").content.decode()
    assert "<svg xmlns" in paper
    assert queries.public_url(invitation.token) in paper


@pytest.mark.parametrize("page", ["lieux/", "jours/?lieu=1", "heures/?lieu=1&jour=x", "confirmer/?creneau=1"])
def test_pages_of_choice_are_never_kept_by_the_browser(invitation: Invitation, page: str) -> None:
    response = Client().get(f"/i/{invitation.token}/{page}")
    assert "no-store" in response["Cache-Control"]


def test_the_person_acts_under_her_own_name(world: World, invitation: Invitation) -> None:
    me = Actor.person(invitation.person_id, "Nadia")
    slot = world.slot(MONDAY + timedelta(days=1), 9)
    booked = actions.book(slot_id=slot.pk, entry_id=invitation.entry_id, via=BookedVia.PERSON, by=me, at=clock.now())
    assert booked.booked_by is None
