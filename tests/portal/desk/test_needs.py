"""What a caller needs to come: asked in the same gesture, known everywhere she is received."""

from collections.abc import Callable
from datetime import timedelta

from bs4 import BeautifulSoup
from django.test import Client

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Kind
from emploi.pathway.beneficiaries.actions import tell_needs
from emploi.pathway.beneficiaries.models import Person, VisitNeeds
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission
from tests.pathway.appointments.world import MONDAY, TESTS, World
from tests.portal.desk.conftest import page, text

TUESDAY = MONDAY + timedelta(days=1)


def test_needs_and_slot_in_one_gesture(world: World, office: Client) -> None:
    world.opening()
    entry = world.entry("Nadia")
    path = f"/telephone/{entry.person_id}/"
    assert "à demander" in text(page(office.get(path)))
    slot = world.slot(TUESDAY, 10)
    office.post(path, {"slot": slot.pk, "needs": ["wheelchair"], "language": "arabe", "other": "Vient en taxi"})
    assert Appointment.objects.count() == 1
    told = VisitNeeds.objects.get()
    assert (told.needs, told.other, told.source, told.told_by) == (
        ["wheelchair"],
        "Vient en taxi",
        "typed",
        "Sonia Roux",
    )
    head = text(page(office.get(f"/personnes/{entry.person_id}/")))
    for words in ("interprète : arabe", "fauteuil roulant", "Vient en taxi"):
        assert words in head
    agenda = text(page(office.get(f"/rendez-vous/?jour={TUESDAY}&agent={world.officer.pk}")))
    assert "fauteuil roulant" in agenda
    paper = text(page(office.get(f"/rendez-vous/{Appointment.objects.get().pk}/imprimer/")))
    assert "Pour venir, vous nous avez dit" in paper


def test_nobody_asked_nothing_is_written(world: World, office: Client) -> None:
    world.opening()
    entry = world.entry("Nadia")
    data = {"slot": world.slot(TUESDAY, 10).pk, "language": "", "other": ""}
    office.post(f"/telephone/{entry.person_id}/", data)
    assert Appointment.objects.count() == 1
    assert not VisitNeeds.objects.exists()


def test_what_is_known_is_shown_ticked_and_kept(world: World, office: Client) -> None:
    world.opening()
    entry = world.entry("Nadia")
    me = Actor.person(entry.person_id, "Nadia")
    tell_needs(person_id=entry.person_id, needs=["childcare"], language="arabe", by=me, at=clock.now())
    found = page(office.get(f"/telephone/{entry.person_id}/"))
    assert found.select_one("input[name=needs][value=childcare]").has_attr("checked")
    office.post(f"/telephone/{entry.person_id}/", {"slot": world.slot(TUESDAY, 10).pk})
    assert Person.objects.get().needs_to_come == ["interprète : arabe", "garde d’enfants"]


def test_by_wheelchair_the_places_without_stairs_come_alone_until_one_unticks(world: World, office: Client) -> None:
    world.opening(place_id=world.village.pk)
    world.opening(agent_id=world.colleague.pk)
    entry = world.entry("Nadia", commune=world.village.commune)
    path = f"/telephone/{entry.person_id}/"
    assert len(page(office.get(path)).select("fieldset.slots")) == 2
    tell_needs(person_id=entry.person_id, needs=["wheelchair"], by=world.by, at=clock.now())
    found = page(office.get(path))
    assert [legend.text.split(",")[0] for legend in found.select("fieldset.slots legend")] == [world.town.name]
    assert found.select_one("#accessible").has_attr("checked")
    both = page(office.get(f"{path}?place=&since="))
    assert len(both.select("fieldset.slots")) == 2
    assert "non accessible en fauteuil" in text(both)


def test_another_kind_for_somebody_already_met(world: World, office: Client) -> None:
    follow_up = Kind.objects.create(
        slug="suivi", name="Suivi de parcours", duration_minutes=30, physical_required=False
    )
    world.opening(first_on=MONDAY)
    entry = world.entry("Nadia")
    taken = actions.book(
        slot_id=world.slot(MONDAY, 10).pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now()
    )
    with clock.frozen("2026-11-23T11:30"):
        actions.mark_present(appointment_id=taken.pk, by=world.by, at=clock.now())
        world.opening(kind_id=follow_up.pk, agent_id=world.colleague.pk, modality="phone")
        path = f"/telephone/{entry.person_id}/"
        found = page(office.get(path))
        assert "déjà eu lieu" in text(found)
        assert "Suivi de parcours" in text(found)
        slot = world.slot(TUESDAY, 9, agent=world.colleague)
        data = {"kind": follow_up.pk, "slot": slot.pk, "phone": "06 39 98 11 22"}
        office.post(f"{path}?kind={follow_up.pk}", data)
        booked = Appointment.objects.get(kind=follow_up)
        assert (booked.modality, booked.phone) == ("phone", "06 39 98 11 22")
        assert "06 39 98 11 22" in text(page(office.get(f"/rendez-vous/{booked.pk}/")))


def test_the_page_of_the_file_keeps_what_was_typed_and_the_former_words(world: World, office: Client) -> None:
    entry = world.entry("Nadia")
    path = f"/personnes/{entry.person_id}/besoins/"
    assert "Personne ne l’a encore demandé" in text(page(office.get(path)))
    wrong = office.post(path, {"needs": ["childcare"], "language": "", "other": "2 88 04 99 001 001 42"})
    assert wrong.status_code == 422
    typed = BeautifulSoup(wrong.content, "html.parser")
    assert typed.select_one("input[name=needs][value=childcare]").has_attr("checked")
    office.post(path, {"needs": ["childcare"], "language": "", "other": ""})
    with clock.frozen("2026-11-24T09:00"):
        office.post(path, {"needs": [], "language": "", "other": ""})
        found = text(page(office.get(path)))
    assert "Avant" in found
    assert "garde d’enfants" in found
    assert Person.objects.get().needs_to_come == []


def test_words_of_health_among_her_needs_are_for_who_may_see_health(
    world: World, office: Client, as_agent: Callable[[Agent], Client]
) -> None:
    world.opening()
    entry = world.entry("Nadia")
    other = "Enceinte, numéro 2 88 04 99 001 001 42"
    with acting(TESTS):
        VisitNeeds.objects.create(
            person=entry.person, source="typed", told_at=clock.now(), told_by="Test", needs=["wheelchair"], other=other
        )
    slot = world.slot(TUESDAY, 10)
    actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())
    agenda = f"/rendez-vous/?jour={TUESDAY}&agent={world.officer.pk}"
    pages = {one: text(page(as_agent(one).get(agenda))) for one in (world.secretary, world.officer)}
    assert not world.secretary.can(Permission.SEE_HEALTH)
    assert all("fauteuil roulant" in shown for shown in pages.values())
    assert "Enceinte" not in pages[world.secretary]
    assert ("Enceinte" in pages[world.officer]) is world.officer.can(Permission.SEE_HEALTH)
    assert "Enceinte" not in text(page(office.get(f"/telephone/{entry.person_id}/")))
    assert "2 88 04" not in "".join(pages.values())
    person = Person.objects.get(pk=entry.person_id)
    assert "Enceinte" not in " ".join(person.needs_to_come)
    assert "Enceinte" in " ".join(person.needs_shown(sees_health=True))
