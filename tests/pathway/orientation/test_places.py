"""Places of the bodies: counted from decisions, "complet" said without a number, targets on the head's page only."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import Decision, Lot, SpecificPublic
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role
from emploi.territory.organizations.models import Organization
from tests.pathway.orientation.cast import (
    MORNING,
    SYSTEM,
    World,
    agent,
    decided,
    entrant,
    organization,
    ready_to_orient,
)

TODAY = MORNING.date()


@pytest.fixture
def head(world: World) -> Agent:
    return agent("Nadia", "Faure", Role.HEAD_OF_SERVICE, world.department)


def lot(world: World, body: Organization, **values: Any) -> Lot:
    draft = {
        "organization_id": body.pk,
        "modality_id": world.modality(values.pop("slug", "emploi_direct")).pk,
        "territory_id": None,
        "reference": "Lot 1",
        "measure": "stock",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        "minimum": None,
        "maximum": 1,
        **values,
    }
    return actions.write_lot(draft=actions.LotDraft(**draft), by=world.officer.as_actor(), at=MORNING)


def oriented(world: World, name: str, **values: Any) -> Decision:
    return decided(world, ready_to_orient(world, entrant(name, "Exemple")), **values)


class TestCounting:
    def test_people_followed_at_a_time_leave_with_their_entry(self, world: World) -> None:
        row = lot(world, world.department, maximum=3)
        first = oriented(world, "Un")
        oriented(world, "Deux")
        assert (queries.places([row])[0].taken, queries.places([row])[0].left) == (2, 1)
        with acting(SYSTEM):
            type(first.entry).objects.filter(pk=first.entry_id).update(closed_on=TODAY, closing_reason="death")
        assert queries.places([row])[0].left == 2

    def test_a_contract_counts_who_was_sent_during_its_period(self, world: World) -> None:
        row = lot(world, world.department, measure="flow", minimum=5, maximum=10)
        past = lot(
            world,
            world.department,
            measure="flow",
            starts_on=date(2025, 1, 1),
            ends_on=date(2025, 12, 31),
        )
        first = oriented(world, "Un")
        with acting(SYSTEM):
            type(first.entry).objects.filter(pk=first.entry_id).update(closed_on=TODAY, closing_reason="death")
        now, before = queries.places([row, past])
        assert (now.taken, now.to_minimum, before.taken) == (1, 4, 0)

    def test_somebody_sent_twice_takes_one_place(self, world: World) -> None:
        row = lot(world, world.department, measure="flow", maximum=10)
        first = oriented(world, "Un")
        draft = actions.Draft(
            modality_id=first.modality_id,
            responsible_organization_id=first.responsible_organization_id,
            interview_id=first.interview_id,
            previous_id=first.pk,
        )
        actions.decide_orientation(entry_id=first.entry_id, draft=draft, by=world.officer.as_actor(), at=MORNING)
        assert queries.places([row])[0].taken == 1

    def test_what_is_left_is_counted_in_one_query(self, world: World, django_assert_num_queries: Any) -> None:
        rows = [lot(world, world.department), lot(world, world.france_travail)]
        with django_assert_num_queries(1):
            queries.places(rows)

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"ends_on": date(2025, 1, 1)}, "avant le début"),
            ({"measure": "flow", "ends_on": None}, "a une fin"),
            ({"maximum": None}, "minimum, un maximum"),
            ({"minimum": 9, "maximum": 2}, "plus petit"),
            ({"slug": "appui_social"}, "ne peut pas conduire"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, world: World, wrong: dict[str, Any], said: str) -> None:
        with pytest.raises(DomainError, match=said):
            lot(world, world.france_travail, **wrong)

    def test_the_same_places_are_not_written_twice_for_a_day(self, world: World) -> None:
        row = lot(world, world.department)
        with pytest.raises(DomainError, match="existent déjà"):
            lot(world, world.department, starts_on=date(2026, 12, 31), ends_on=None)
        with acting(SYSTEM), pytest.raises(IntegrityError), transaction.atomic():
            Lot.objects.create(
                organization=row.organization,
                modality=row.modality,
                measure="stock",
                starts_on=TODAY,
                maximum=2,
                created_at=MORNING,
                created_by=world.officer,
            )


class TestDeciding:
    def test_a_full_body_is_refused_and_others_are_named(self, world: World) -> None:
        lot(world, world.department, maximum=0)
        held = ready_to_orient(world)
        with pytest.raises(
            DomainError, match=r"est complet pour cette voie\. Choisissez un autre organisme : "
        ) as refused:
            decided(world, held)
        assert "France Travail Exempleville" in refused.value.message
        assert not any(sign.isdigit() for sign in refused.value.message)
        assert not Decision.objects.exists()

    def test_a_body_may_accept_one_more(self, world: World) -> None:
        lot(world, world.department, maximum=0)
        assert decided(world, ready_to_orient(world), knows_it_is_full=True).pk

    @pytest.mark.parametrize("maximum", [1, 0])
    def test_who_holds_a_place_already_takes_none_more(self, world: World, maximum: int) -> None:
        decision = oriented(world, "Amina")
        lot(world, world.department, maximum=maximum)
        draft = actions.Draft(
            modality_id=decision.modality_id,
            responsible_organization_id=world.department.pk,
            interview_id=decision.interview_id,
            previous_id=decision.pk,
            person_opinion="La même voie, avec un autre référent",
        )
        by = world.officer.as_actor()
        again = actions.decide_orientation(entry_id=decision.entry_id, draft=draft, by=by, at=MORNING)
        assert again.previous_id == decision.pk
        with pytest.raises(DomainError, match="est complet"):
            oriented(world, "Bruno")

    def test_a_limit_of_another_year_or_pathway_holds_nobody_back(self, world: World) -> None:
        lot(world, world.department, maximum=0, starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
        lot(world, world.department, maximum=0, slug="appui_social")
        assert decided(world, ready_to_orient(world)).pk

    def test_the_shared_screen_says_full_never_how_many(self, world: World, client: Client) -> None:
        lot(world, world.department, maximum=98_737, minimum=98_729, reference="Lot secret")
        held = ready_to_orient(world)
        actions.compute_proposal(entry_id=held.entry_id, by=world.officer.as_actor(), at=MORNING)
        with clock.frozen(MORNING):
            client.force_login(world.officer)
            there = reverse("orientation:orientation", args=[held.pk]) + "?voie=emploi_direct"
            page = client.get(there)
            assert "(complet)" not in page.text
            with acting(SYSTEM):
                Lot.objects.update(minimum=0, maximum=0)
            page = client.get(there)
        assert "Pôle insertion du Val (complet)" in page.text
        assert "il a accepté de prendre" in page.text
        for secret in ("98737", "98 737", "98729", "Lot secret", "objectif", "quota"):
            assert secret not in page.text.split("<main")[1]

    def test_joint_follow_up_only_on_the_social_path(self, world: World) -> None:
        social = decided(
            world,
            ready_to_orient(world, first_wish="settle"),
            "appui_social",
            is_joint=True,
        )
        other = oriented(world, "Deux", is_joint=True)
        assert (social.is_joint, other.is_joint) == (True, False)
        assert (queries.joint_share().count, queries.joint_share().percent) == (1, 100.0)


class TestPublics:
    @pytest.fixture(autouse=True)
    def _loaded(self, world: World) -> None:
        actions.load_publics(by=SYSTEM, at=MORNING)

    @pytest.mark.parametrize(
        ("answers", "label"),
        [
            ({"status": ["self_employed"]}, "Travailleur indépendant"),
            ({"status": ["farmer"]}, "Agriculteur ou agricultrice"),
            ({"status": ["artist"]}, "Artiste"),
            ({"housing": "mobile"}, "Habitat mobile"),
            ({"housing": "none"}, "Sans logement"),
        ],
    )
    def test_each_situation_is_told_by_the_diagnosis(self, world: World, answers: dict[str, Any], label: str) -> None:
        held = ready_to_orient(world, **answers)
        assert [public.label for public in queries.publics_of(held.entry)] == [label]

    def test_the_msa_tells_a_farmer(self, world: World) -> None:
        entry = entrant("Jean", "Champs", payer="MSA")
        assert [public.label for public in queries.publics_of(entry)] == ["Agriculteur ou agricultrice"]

    def test_nothing_known_is_no_situation(self, world: World) -> None:
        assert queries.publics_of(entrant()) == []

    def test_who_knows_the_situation_comes_first(self, world: World, client: Client) -> None:
        known = organization("collectif", "Collectif des artistes", "association")
        public = SpecificPublic.objects.get(slug="artist")
        by = world.officer.as_actor()
        actions.set_public_bodies(public_id=public.pk, organization_ids=[known.pk], by=by, at=MORNING)
        held = ready_to_orient(world, status=["artist"])
        actions.compute_proposal(entry_id=held.entry_id, by=by, at=MORNING)
        with clock.frozen(MORNING):
            client.force_login(world.officer)
            page = client.get(reverse("orientation:orientation", args=[held.pk]) + "?voie=pas_a_pas")
        options = page.text.split('name="responsible_organization"')[1].split("</select>")[0]
        assert options.index("Collectif des artistes (connaît cette situation)") < options.index(
            "Les Ateliers du Modèle"
        )
        assert "Les contrats courts" in page.text

    def test_loading_again_keeps_the_bodies_chosen(self, world: World) -> None:
        public = SpecificPublic.objects.get(slug="artist")
        by = world.officer.as_actor()
        actions.set_public_bodies(public_id=public.pk, organization_ids=[world.provider.pk], by=by, at=MORNING)
        actions.load_publics(by=SYSTEM, at=MORNING)
        assert list(public.bodies.all()) == [world.provider]


class TestScreen:
    def test_the_head_sees_places_shares_and_loads(self, world: World, head: Agent, client: Client) -> None:
        lot(world, world.department, maximum=2)
        oriented(world, "Un", referent_id=world.colleague.pk)
        decided(world, ready_to_orient(world, entrant("Deux", "Exemple"), first_wish="settle"), "appui_social")
        with clock.frozen(MORNING):
            client.force_login(head)
            page = client.get(reverse("orientation:places"))
        text = " ".join(page.text.split())
        assert "Hugo Petit : 1" in text
        assert "50,0 %" in text and "60 %" in text and "-10,0 points" in text

    def test_the_officer_does_not(self, world: World, client: Client) -> None:
        client.force_login(world.officer)
        assert client.get(reverse("orientation:places")).status_code in (403, 404)

    def test_the_head_writes_places_and_loses_nothing_on_an_error(
        self, world: World, head: Agent, client: Client
    ) -> None:
        typed = {
            "organization": world.department.pk,
            "modality": world.modality("emploi_direct").pk,
            "territory": "",
            "reference": "Marché 2026-12, lot 3",
            "measure": "flow",
            "starts_on": "2026-01-01",
            "ends_on": "",
            "minimum": "10",
            "maximum": "40",
        }
        client.force_login(head)
        refused = client.post(reverse("orientation:lot_new"), typed)
        assert "Un marché a une fin" in refused.text and "Marché 2026-12, lot 3" in refused.text
        client.post(reverse("orientation:lot_new"), {**typed, "ends_on": "2026-12-31"})
        row = Lot.objects.get()
        assert (row.minimum, row.maximum) == (10, 40)
        client.post(reverse("orientation:lot", args=[row.pk]), {**typed, "ends_on": "2026-12-31", "maximum": "50"})
        row.refresh_from_db()
        assert row.maximum == 50
