"""A caller: found in two fields, sure who speaks, a slot in one gesture."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from emploi.foundation.audit.models import Consultation
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Kind, Slot, SlotRequest
from emploi.territory.agents.models import Agent
from tests.pathway.appointments.world import MONDAY, World, at
from tests.portal.desk.conftest import page, text

TUESDAY = MONDAY + timedelta(days=1)


def test_an_empty_search_is_not_an_error_page(world: World, office: Client) -> None:
    assert not page(office.get("/telephone/")).select_one(".error-summary")
    found = page(office.get("/telephone/?q=&birth="))
    assert "Écrivez un nom, un numéro ou une date de naissance" in text(found.select_one(".error-summary"))


@pytest.mark.parametrize("typed", ["12/04/1988", "12041988", "12 04 1988", "1988-04-12"])
def test_a_date_of_birth_is_read_as_people_type_it(world: World, office: Client, typed: str) -> None:
    entry = world.entry("Nadia")
    world.entry("Ilyes", birth_date=date(1990, 1, 1))
    answer = office.get("/telephone/", {"q": "", "birth": typed})
    assert answer.status_code == 302
    assert answer["Location"] == f"/telephone/{entry.person_id}/"


def test_an_impossible_date_is_explained_and_kept(world: World, office: Client) -> None:
    found = page(office.get("/telephone/", {"q": "nadia", "birth": "31/02/1988"}))
    assert "14/03/1985" in text(found.select_one(".error-summary"))
    assert found.select_one("[name=birth]")["value"] == "31/02/1988"
    assert found.main.select_one("[name=q]")["value"] == "nadia"


def test_two_namesakes_are_told_apart_by_the_date(world: World, office: Client) -> None:
    one = world.entry("Nadia", birth_date=date(1990, 5, 2), search_text="nadia lopez", last_name="LOPEZ")
    world.entry("Nadia", birth_date=date(1971, 5, 2), search_text="nadia lopez", last_name="LOPEZ")
    both = page(office.get("/telephone/?q=lopez+nadia"))
    assert len(both.select("tbody tr")) == 2
    answer = office.get("/telephone/?q=lopez&birth=02/05/1990")
    assert answer["Location"] == f"/telephone/{one.person_id}/"


def test_one_sees_what_to_ask_and_the_nearest_slots(world: World, office: Client) -> None:
    world.opening()
    entry = world.entry("Nadia")
    found = page(office.get(f"/telephone/{entry.person_id}/"))
    assert "12/04/1988" in text(found)
    assert "99000 EXEMPLEVILLE" in text(found)
    assert "J 0/15" in text(found)
    assert len(found.select("input[type=radio][name=slot]")) == 6
    assert Consultation.objects.filter(person_id=entry.person_id, page="Téléphone").count() == 1


def test_slots_after_the_delay_are_said_so_once_above_them(world: World, office: Client) -> None:
    world.opening(first_on=MONDAY + timedelta(days=7))
    entry = world.entry("Nadia", opened_on=MONDAY - timedelta(days=12))
    found = page(office.get(f"/telephone/{entry.person_id}/"))
    assert len(found.select("input[type=radio][name=slot]")) == 6
    late = [text(line) for line in found.select(".slots-late")]
    assert late == ["après l’échéance du jeudi 26 novembre"]
    first = found.select_one(".slot-grid").find(True, recursive=False)
    assert "slots-late" in first["class"]
    assert "échéance" not in text(found.select_one(".slot"))


def test_a_confidential_address_is_never_shown(world: World, office: Client) -> None:
    entry = world.entry("Nadia", confidential_address=True)
    found = text(page(office.get(f"/telephone/{entry.person_id}/")))
    assert "EXEMPLEVILLE" not in found.replace("Val-d'Exemple", "")
    assert "adresse confidentielle" in found


def test_choosing_a_slot_books_it_and_confirms_at_once(world: World, office: Client) -> None:
    world.opening()
    entry = world.entry("Nadia")
    slot = world.slot(TUESDAY, 10)
    answer = office.post(f"/telephone/{entry.person_id}/", {"slot": slot.pk, "modality": "physical"})
    assert answer["Location"] == f"/personnes/{entry.person_id}/"
    taken = Appointment.objects.get()
    assert (taken.entry_id, taken.starts_at, taken.booked_via) == (entry.pk, at(TUESDAY, 10), BookedVia.PHONE)
    assert taken.booked_by == world.secretary
    assert Message.objects.filter(person_id=entry.person_id, channel="sms").exists()
    assert "mardi 24 novembre à 10 h" in text(page(office.get(answer["Location"])))


def test_a_slot_taken_meanwhile_is_said_and_nothing_typed_is_lost(world: World, office: Client) -> None:
    world.opening()
    nadia, ilyes = world.entry("Nadia"), world.entry("Ilyes")
    slot = world.slot(TUESDAY, 10)
    actions.book(slot_id=slot.pk, entry_id=ilyes.pk, via=BookedVia.AGENT, by=world.by, at=at(MONDAY, 8))
    data = {"slot": slot.pk, "modality": "phone", "modality_reason": "sans voiture", "note": "rappeler sa fille"}
    found = page(office.post(f"/telephone/{nadia.person_id}/", data))
    assert "vient d’être pris" in text(found.select_one(".error-summary")).replace("'", "’")
    assert found.select_one("[name=note]")["value"] == "rappeler sa fille"
    assert found.select_one("[name=modality_reason]")["value"] == "sans voiture"
    assert Appointment.objects.count() == 1


def test_without_a_slot_one_is_asked_for(world: World, office: Client) -> None:
    world.opening()
    entry = world.entry("Nadia")
    found = page(office.post(f"/telephone/{entry.person_id}/", {"modality": "physical"}))
    assert "Choisissez un créneau" in text(found.select_one(".error-summary"))


def test_a_remote_interview_needs_a_reason(world: World, office: Client) -> None:
    world.opening()
    entry = world.entry("Nadia")
    slot = world.slot(TUESDAY, 10)
    found = page(office.post(f"/telephone/{entry.person_id}/", {"slot": slot.pk, "modality": "phone"}))
    assert found.select_one("#id_modality_reason_error")
    assert not Appointment.objects.exists()


def test_moving_an_appointment_asks_why_and_frees_the_former_slot(world: World, office: Client) -> None:
    world.opening()
    entry = world.entry("Nadia")
    first, second = world.slot(TUESDAY, 10), world.slot(TUESDAY, 11)
    actions.book(slot_id=first.pk, entry_id=entry.pk, via=BookedVia.AGENT, by=world.by, at=at(MONDAY, 8))
    path = f"/telephone/{entry.person_id}/"
    assert page(office.get(path)).select_one("[name=modality]") is None  # only what the page shows is sent
    refused = page(office.post(path, {"slot": second.pk}))
    assert "raison" in text(refused.select_one(".error-summary"))
    office.post(path, {"slot": second.pk, "reason": "enfant à garder"})
    assert Appointment.objects.get(status="planned").starts_at == at(TUESDAY, 11)
    assert Slot.objects.get(pk=first.pk).booked == 0


def test_the_appointment_moved_is_that_of_the_kind_asked_even_when_another_comes_first(
    world: World, office: Client
) -> None:
    world.opening()
    kind = Kind.objects.create(slug="suivi", name="Suivi", duration_minutes=60, physical_required=False)
    world.opening(kind_id=kind.pk, agent_id=world.colleague.pk)
    entry = world.entry("Nadia")
    sooner, later = world.slot(TUESDAY, 9, agent=world.colleague), world.slot(TUESDAY, 10)
    for slot in (sooner, later):
        actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.AGENT, by=world.by, at=at(MONDAY, 8))
    path = f"/telephone/{entry.person_id}/?kind={world.kind.pk}"
    assert page(office.get(path)).select_one("[name=reason]")
    office.post(path, {"slot": world.slot(TUESDAY, 11).pk, "reason": "enfant à garder"})
    planned = Appointment.objects.filter(status="planned").order_by("starts_at")
    assert [(one.kind, one.starts_at) for one in planned] == [(kind, at(TUESDAY, 9)), (world.kind, at(TUESDAY, 11))]


@pytest.mark.parametrize("was_invited", [True, False])
def test_no_slot_left_one_click_records_the_request(world: World, office: Client, *, was_invited: bool) -> None:
    entry = world.entry("Nadia")
    path = f"/telephone/{entry.person_id}/"
    if was_invited:
        actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=at(MONDAY, 9))
    button = page(office.get(path)).select_one("[formaction]")
    assert "Noter sa demande" in text(button)
    noted = page(office.post(button["formaction"], {"kind": world.kind.pk}, follow=True))
    assert "Demande notée" in text(noted)
    assert not noted.select("[formaction]")
    assert "Sa demande de créneau est notée" in text(noted)
    asked = SlotRequest.objects.get()
    assert (asked.person_id, asked.settled_at, asked.kind) == (entry.person_id, None, world.kind)
    assert (asked.invitation_id is not None) is was_invited
    waiting = page(office.get("/rendez-vous/demandes/"))
    assert "Premier rendez-vous d’orientation" in text(waiting)
    assert "Premier rendez-vous" in asked.note
    SlotRequest.objects.update(note="le matin")
    office.post(button["formaction"], {"kind": world.kind.pk})
    assert SlotRequest.objects.get().note == "le matin"  # what she said first is kept


def test_a_slot_left_offers_no_request(world: World, office: Client) -> None:
    world.opening()
    entry = world.entry("Nadia")
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=at(MONDAY, 9))
    assert not page(office.get(f"/telephone/{entry.person_id}/")).select("[formaction]")


def test_another_place_and_another_day_can_be_asked(world: World, office: Client) -> None:
    world.opening()
    world.opening(agent_id=world.colleague.pk, place_id=world.village.pk)
    entry = world.entry("Nadia")
    later = MONDAY + timedelta(days=7)
    found = page(office.get(f"/telephone/{entry.person_id}/?place={world.village.pk}&since={later}"))
    assert [legend.text.split(",")[0] for legend in found.select("fieldset.slots legend")] == [world.village.name]
    assert "lundi 30 novembre" in text(found.select_one("fieldset.slots"))
    assert found.select_one(f"option[value='{world.village.pk}']").has_attr("selected")


@pytest.mark.parametrize("query", ["?place=abc&since=hier", "?place=999999", "?since=9999-99-99"])
def test_a_mangled_address_still_answers(world: World, office: Client, query: str) -> None:
    entry = world.entry("Nadia")
    assert office.get(f"/telephone/{entry.person_id}/{query}").status_code == 200


def test_somebody_outside_the_pathway_gets_an_explanation_not_a_form(world: World, office: Client) -> None:
    from emploi.foundation.audit.writing import acting
    from tests.pathway.appointments.world import TESTS

    entry = world.entry("Nadia")
    with acting(TESTS):
        entry.closed_on, entry.closing_reason = MONDAY, "right_ended"
        entry.save()
    found = page(office.get(f"/telephone/{entry.person_id}/"))
    assert "Pas de rendez-vous possible ici" in text(found)
    assert not found.select("input[name=slot]")


def test_a_role_without_the_right_to_book_is_refused(world: World, as_agent: Callable[[Agent], Client]) -> None:
    from emploi.territory.agents.roles import Role
    from tests.pathway.appointments.world import agent

    social = agent("Rose", "Blin", Role.SOCIAL_WORKER, world.secretary.active_memberships[0].organization)
    entry = world.entry("Nadia")
    assert as_agent(social).get(f"/telephone/{entry.person_id}/").status_code == 403
