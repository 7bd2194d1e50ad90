"""The fifth step: kinds marked by the administrator, nearest places, several agents, or a link (TR-07)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments import actions as appointments
from emploi.pathway.appointments.models import Appointment, Invitation, Kind
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import Interview
from emploi.pathway.orientation.rules.meetings import spread
from emploi.territory.geography.models import Commune, Place
from tests.pathway.orientation.cast import MORNING, SYSTEM, World, decided, free_slot, ready_to_orient
from tests.pathway.orientation.test_journey import at, page, signed_in

pytestmark = pytest.mark.django_db
TOMORROW = MORNING + timedelta(days=1)


@dataclass
class Hour:
    agent_id: int
    starts_at: datetime


def test_not_all_the_slots_of_one_professional() -> None:
    """Nine soonest of the first agent, one later of the second: both are seen, in the order of hours."""
    first = [Hour(1, MORNING + timedelta(hours=hour)) for hour in range(9)]
    second = [Hour(2, MORNING + timedelta(days=3)), Hour(2, MORNING + timedelta(days=4))]
    shown = spread([*first, *second], 4)
    assert [one.agent_id for one in shown] == [1, 1, 2, 2]
    assert shown == sorted(shown, key=lambda one: one.starts_at)


@pytest.fixture
def kind(db: None) -> Kind:
    return Kind.objects.get(offered_after_interview=True)


@pytest.fixture
def held(world: World, kind: Kind) -> Interview:
    """Oriented, the contract left open: only the next appointment is to place."""
    interview = ready_to_orient(world)
    decided(world, interview)
    actions.leave_step_open(
        interview_id=interview.pk, step="engagement", reason="À signer", owner_id=world.officer.pk,
        by=world.officer.as_actor(), at=MORNING,
    )  # fmt: skip
    return interview


def looked(world: World, held: Interview, query: str = "") -> str:
    with clock.frozen(MORNING):
        return " ".join(page(signed_in(world.officer), at(held, "next_appointment") + query).text.split())


def test_nearest_places_first_and_another_place_or_day_on_demand(world: World, held: Interview, kind: Kind) -> None:
    with acting(SYSTEM):
        Commune.objects.filter(code="99001").update(latitude=45.0, longitude=5.0)
        town = Commune.objects.create(
            code="99002", name="Lointain", name_sort="lointain", department_code="99", postal_codes=["99002"],
            latitude=45.5, longitude=5.5,
        )  # fmt: skip
        far = Place.objects.create(name="Antenne du Lac", slug="lac", address="2 rue du Lac", commune=town)
        free_slot(world, TOMORROW, kind=kind, agent=world.colleague)
        slot = free_slot(world, TOMORROW + timedelta(days=4), kind=kind, agent=world.social_worker)
        slot.place = far
        slot.save()
    shown = looked(world, held)
    assert shown.index("Maison du Val, Exempleville") < shown.index("Antenne du Lac, Lointain")
    assert "Hugo Petit" in shown
    assert (
        "Hugo Petit"
        not in looked(world, held, f"?lieu={far.pk}").split("Prendre ce rendez-vous")[0].split("Choisissez ensemble")[1]
    )
    later = (TOMORROW + timedelta(days=2)).date().isoformat()
    assert "mardi 24 novembre" not in looked(world, held, f"?depuis={later}")
    assert "mardi 24 novembre" in looked(world, held, "?depuis=2026-13-45&lieu=x&type=zzz")


def test_the_kind_is_the_one_the_administrator_marked(world: World, held: Interview, kind: Kind) -> None:
    """No kind marked is said; a kind of one's own is offered, and the person may be met by telephone."""
    Kind.objects.filter(pk=kind.pk).update(offered_after_interview=False)
    assert "Aucun type de rendez-vous n’est proposé à la fin d’un entretien" in looked(world, held)
    own = Kind.objects.create(
        slug="accueil-referent", name="Accueil par le référent", duration_minutes=30, physical_required=False,
        offered_after_interview=True,
    )  # fmt: skip
    slot = free_slot(world, TOMORROW, kind=own, agent=world.colleague)
    assert "Accueil par le référent. Choisissez ensemble" in looked(world, held)
    with clock.frozen(MORNING):
        signed_in(world.officer).post(at(held, "next_appointment"), {"slot": slot.pk, "modality": "phone"})
    taken = Appointment.objects.get(kind=own)
    assert (taken.modality, taken.slot_id) == ("phone", slot.pk)
    assert queries.steps_of(held)[4].state == "done"


def test_a_named_referent_gives_it_alone(world: World, kind: Kind) -> None:
    interview = ready_to_orient(world)
    decision = decided(world, interview, referent_id=world.colleague.pk)
    for agent in (world.colleague, world.social_worker):
        free_slot(world, TOMORROW, kind=kind, agent=agent)
    shown = queries.meetings(decision, kind, at=MORNING).shown
    assert [slot.agent_id for near in shown for slot in near.slots] == [world.colleague.pk]


def test_one_query_for_the_slots_however_many_agents(
    world: World, held: Interview, kind: Kind, django_assert_num_queries: Any
) -> None:
    decision = queries.current_decision(held.entry_id)
    assert decision is not None
    for agent in (world.officer, world.colleague, world.social_worker):
        free_slot(world, TOMORROW, kind=kind, agent=agent)
    with django_assert_num_queries(4):
        queries.meetings(decision, kind, at=MORNING)


class TestLinkToChoose:
    def test_the_step_waits_for_the_person_and_ends_by_itself(self, world: World, held: Interview, kind: Kind) -> None:
        with clock.frozen(MORNING):
            client = signed_in(world.officer)
            assert "Lui envoyer un lien pour choisir" in page(client, at(held, "next_appointment")).text
            client.post(at(held, "next_appointment"), {"link": kind.pk})
            sent = Invitation.objects.get(kind=kind)
            shown = page(client, at(held, "next_appointment")).text
        step = queries.steps_of(held)[4]
        assert (step.state, step.owner_id, step.details["invitation"]) == ("left_open", world.officer.pk, sent.pk)
        assert "La personne a reçu un lien pour choisir" in shown
        assert "Lui envoyer un lien pour choisir" not in shown
        assert held in queries.interviews_to_finish(world.officer)
        slot = free_slot(world, TOMORROW, kind=kind, agent=world.colleague)
        booked = appointments.book(
            slot_id=slot.pk, entry_id=held.entry_id, via="phone", by=world.office.as_actor(), at=MORNING
        )
        step = queries.steps_of(held)[4]
        assert (step.state, step.details["appointment"]) == ("done", booked.pk)
        assert "24 novembre" in queries.appointment_words(step.details, date(2026, 11, 23))

    def test_a_kind_she_does_not_choose_herself_is_not_offered(self, world: World, held: Interview, kind: Kind) -> None:
        Kind.objects.filter(pk=kind.pk).update(bookable_by_person=False)
        assert "Lui envoyer un lien" not in looked(world, held)
        with pytest.raises(DomainError, match="ne choisit pas elle-même"):
            actions.send_link_to_choose(interview_id=held.pk, kind_id=kind.pk, by=world.officer.as_actor(), at=MORNING)
        assert not Invitation.objects.exists()

    def test_another_appointment_settles_nothing(self, world: World, held: Interview, kind: Kind) -> None:
        by = world.officer.as_actor()
        actions.send_link_to_choose(interview_id=held.pk, kind_id=kind.pk, by=by, at=MORNING)
        other = Kind.objects.get(slug="main-tendue")
        slot = free_slot(world, TOMORROW, kind=other, agent=world.colleague)
        appointments.book(slot_id=slot.pk, entry_id=held.entry_id, via="phone", by=by, at=MORNING)
        assert queries.steps_of(held)[4].state == "left_open"


def test_the_administrator_marks_a_kind_on_screen(world: World) -> None:
    from tests.pathway.orientation.cast import agent

    client = signed_in(agent("Ada", "Roy", "administrator", world.department))
    kind = Kind.objects.get(slug="main-tendue")
    assert "Proposé à la fin d’un entretien" in page(client, reverse("appointments:kind_edit", args=[kind.pk])).text
    first = Kind.objects.get(is_first_interview=True)
    assert (
        "Proposé à la fin d’un entretien" not in page(client, reverse("appointments:kind_edit", args=[first.pk])).text
    )
