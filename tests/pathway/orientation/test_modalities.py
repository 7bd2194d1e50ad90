"""Pathways in the settings: closed with a reason, opened again, ordered, led by the bodies chosen."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.errors import DomainError
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import Modality, SimulatedEntry
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role
from tests.pathway.orientation.cast import MORNING, SYSTEM, World, agent, organization, ready_to_orient
from tests.pathway.orientation.test_rulesets import compared

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(world: World) -> Agent:
    return agent("Luc", "Morel", Role.ADMINISTRATOR, world.department)


def in_force(monkeypatch: pytest.MonkeyPatch, *without: str) -> None:
    """The rules of the day no longer name these pathways."""
    rules = queries.shipped_ruleset()
    kept = replace(rules, modalities=tuple(spec for spec in rules.modalities if spec.slug not in without))
    monkeypatch.setattr("emploi.pathway.orientation.queries.ruleset", lambda on: kept)
    actions.load_modalities(by=SYSTEM, at=MORNING)


def close(who: Agent, row: Modality) -> Modality:
    return actions.close_modality(modality_id=row.pk, reason="Plus de marché", by=who.as_actor(), at=MORNING)


class TestRulesThatChange:
    def test_dropped_by_the_rules_then_named_again_it_opens_again(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        in_force(monkeypatch, "pas_a_pas")
        row = world.modality("pas_a_pas")
        assert (row.is_active, row.closed_by_rules) == (False, True)
        with pytest.raises(DomainError, match="ne nomment plus"):
            actions.reopen_modality(modality_id=row.pk, by=world.officer.as_actor(), at=MORNING)
        in_force(monkeypatch)
        row.refresh_from_db()
        assert (row.is_active, row.closed_by_rules) == (True, False)

    def test_rules_that_take_it_again_are_simulated_with_it(
        self, world: World, administrator: Agent, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ready_to_orient(world, first_wish="job", ready="now")
        with monkeypatch.context() as patch:
            in_force(patch, "emploi_direct")
        assert not world.modality("emploi_direct").is_active
        row = actions.copy_rules(version="2027-01", by=administrator.as_actor(), at=MORNING)
        assert SimulatedEntry.objects.get(simulation=compared(administrator, row)).after == "emploi_direct"

    def test_what_an_administrator_chose_stays(
        self, world: World, administrator: Agent, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        by = administrator.as_actor()
        row = world.modality("pas_a_pas")
        close(administrator, row)
        actions.set_modality_bodies(modality_id=row.pk, kinds=["siae"], first_body_id=None, by=by, at=MORNING)
        actions.move_modality(modality_id=row.pk, upwards=True, by=by, at=MORNING)
        in_force(monkeypatch)
        row.refresh_from_db()
        assert (row.is_active, row.closed_reason, row.responsible_kinds) == (False, "Plus de marché", ["siae"])
        assert list(Modality.objects.values_list("slug", flat=True))[:2] == ["pas_a_pas", "emploi_direct"]

    def test_somebody_is_always_proposed_a_pathway(
        self, world: World, administrator: Agent, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for slug in ("pas_a_pas", "appui_social", "sante"):
            close(administrator, world.modality(slug))
        in_force(monkeypatch, "emploi_direct")
        assert Modality.objects.filter(is_active=True).count() == 3


class TestScreens:
    def test_bodies_first_one_order_close_and_open(self, world: World, administrator: Agent, client: Client) -> None:
        young = organization("ml", "Mission locale du Val", "mission_locale")
        row = world.modality("appui_social")
        client.force_login(administrator)
        with clock.frozen(MORNING):
            listed = client.get(reverse("orientation:modalities")).text
            assert "Appui social" in listed and "ouverte" in listed
            there = reverse("orientation:modality", args=[row.pk])
            refused = client.post(there, {"kinds": ["departement"], "first_body": young.pk})
            assert refused.status_code == 422 and "n’est pas d’une sorte choisie" in refused.text
            assert "Choisissez au moins une sorte" in client.post(there, {}).text
            client.post(there, {"kinds": ["departement", "mission_locale"], "first_body": young.pk})
            entry = ready_to_orient(world).entry
            row.refresh_from_db()
            assert queries.responsible_bodies(row, entry).first() == young
            client.post(reverse("orientation:modality_move", args=[row.pk, "monter"]))
            assert queries.every_modality()[1] == row
            shut = reverse("orientation:modality_close", args=[row.pk])
            assert "Écrivez pourquoi" in client.post(shut, {"reason": ""}).text
            assert "Plus de place" in client.post(shut, {"reason": "Plus de place"}, follow=True).text
            assert row not in queries.active_modalities()
            client.post(reverse("orientation:modality_reopen", args=[row.pk]))
            assert row in queries.active_modalities()
        said = [sentence_of(line) for line in JournalEntry.objects.filter(event="orientation.ModalityChanged")]
        assert "Voie d’orientation « appui_social » : fermée" in said

    def test_only_who_keeps_the_settings(self, world: World, client: Client) -> None:
        client.force_login(world.officer)
        row = world.modality("appui_social")
        assert client.get(reverse("orientation:modalities")).status_code in (403, 404)
        assert client.post(reverse("orientation:modality_reopen", args=[row.pk])).status_code in (403, 404)
