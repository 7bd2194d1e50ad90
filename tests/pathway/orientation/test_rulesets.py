"""Rules prepared on screen, compared with those in force, switched on from a day to come."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from emploi.foundation import clock
from emploi.foundation.audit.models import Consultation, JournalEntry
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import Modality, Proposal, RulesetVersion, SimulatedEntry, Simulation
from emploi.pathway.orientation.rules import editing
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role
from tests.pathway.orientation.cast import MORNING, SYSTEM, World, agent, decided, entrant, ready_to_orient

READY_NOW = {"first_wish": "job", "ready": "now"}


@pytest.fixture
def head(world: World) -> Agent:
    """The head of service: prepares and simulates."""
    return agent("Nadia", "Faure", Role.HEAD_OF_SERVICE, world.department)


@pytest.fixture
def administrator(world: World) -> Agent:
    """Who gives the day."""
    return agent("Luc", "Morel", Role.ADMINISTRATOR, world.department)


def copied(who: Agent, version: str = "2027-01", **values: Any) -> RulesetVersion:
    return actions.copy_rules(version=version, **values, by=who.as_actor(), at=MORNING)


def changed(who: Agent, row: RulesetVersion, slug: str, **values: Any) -> RulesetVersion:
    rule = next(item for item in row.data["rules"] if item["slug"] == slug)
    return actions.change_rule(
        version_id=row.pk, rule={**rule, **values}, revision=row.revision, by=who.as_actor(), at=MORNING
    )


def stricter(who: Agent, version: str = "2027-01") -> RulesetVersion:
    """A candidate that keeps "emploi direct" for who can start at once; the others go step by step."""
    row = copied(who, version)
    when = {"all": [{"fact": "answer.first_wish", "eq": "job"}, {"fact": "answer.ready", "eq": "now"}]}
    return changed(who, row, "pret_a_travailler", when=when)


def compared(who: Agent, row: RulesetVersion) -> Simulation:
    simulation = actions.ask_simulation(
        version_id=row.pk, since=date(2026, 11, 1), until=date(2026, 11, 23), by=who.as_actor(), at=MORNING
    )
    actions.run_simulation(simulation.pk, now=lambda: MORNING)
    simulation.refresh_from_db()
    return simulation


class TestDrafts:
    def test_a_copy_is_a_draft_that_changes_nothing_for_people(self, world: World, head: Agent) -> None:
        row = stricter(head)
        assert row.is_draft and row.based_on == "demo.orientation 2026-01"
        assert queries.ruleset(MORNING.date()).identity == "demo.orientation 2026-01"
        assert "pret_a_travailler" in sentence_of(JournalEntry.objects.filter(event="orientation.RulesetChanged").get())

    def test_a_version_number_is_given_once(self, world: World, head: Agent) -> None:
        copied(head)
        for taken in ("2027-01", "2026-01"):
            with pytest.raises(DomainError, match="existe déjà"):
                copied(head, taken)

    def test_a_change_that_cannot_stand_is_refused_and_nothing_is_kept(self, world: World, head: Agent) -> None:
        row = copied(head)
        with pytest.raises(DomainError, match="âge"):
            changed(head, row, "pret_a_travailler", when={"fact": "answer.age", "eq": "now"})
        with pytest.raises(DomainError, match="santé"):
            actions.move_rule(
                version_id=row.pk, slug="sante_empeche", earlier=False, revision=0, by=head.as_actor(), at=MORNING
            )
        row.refresh_from_db()
        assert row.revision == 0

    def test_two_agents_on_one_draft_the_second_is_told(self, world: World, head: Agent, administrator: Agent) -> None:
        row = copied(head)
        changed(head, row, "pret_a_travailler", title="Prête tout de suite.")
        with pytest.raises(DomainError, match="quelqu’un d’autre"):
            changed(administrator, row, "pret_a_travailler", title="Prête bientôt.")

    def test_the_order_of_the_rules_is_theirs(self, world: World, head: Agent) -> None:
        row = copied(head)
        row = actions.move_rule(
            version_id=row.pk, slug="reprendre_petit_a_petit", earlier=True, revision=0, by=head.as_actor(), at=MORNING
        )
        slugs = [rule.slug for rule in queries.parsed(row.data).rules]
        assert slugs[-2:] == ["reprendre_petit_a_petit", "deja_suivi_france_travail"]
        row = actions.remove_rule(
            version_id=row.pk, slug="deja_suivi_france_travail", revision=1, by=head.as_actor(), at=MORNING
        )
        assert "deja_suivi_france_travail" not in [rule.slug for rule in queries.parsed(row.data).rules]


class TestGroups:
    @pytest.mark.parametrize(
        "when",
        [
            {"fact": "a", "eq": "1"},
            {"any": [{"fact": "a", "eq": "1"}, {"has_brake": "health"}]},
            {"all": [{"fact": "a", "eq": "1"}, {"fact": "b", "eq": "1"}]},
            {"all": [{"any": [{"fact": "a", "eq": "1"}, {"fact": "c", "eq": "2"}]}, {"fact": "b", "eq": "1"}]},
        ],
    )
    def test_a_condition_goes_to_lines_and_back(self, when: dict[str, Any]) -> None:
        groups = editing.groups_of(when)
        assert groups is not None
        assert editing.condition_of(groups) == when

    def test_what_the_screen_cannot_show_is_left_alone(self) -> None:
        assert editing.groups_of({"not": {"fact": "a", "eq": "1"}}) is None
        assert editing.groups_of({"any": [{"all": [{"fact": "a", "eq": "1"}]}]}) is None


class TestSimulation:
    def test_each_entrant_is_proposed_twice_and_the_table_says_who_moves(self, world: World, head: Agent) -> None:
        stays = ready_to_orient(world, entrant("Amina", "Benali"), **READY_NOW).entry
        moves = ready_to_orient(world, entrant("Bruno", "Costa"), first_wish="job", ready="months").entry
        entrant("Chloé", "Dumas")  # never met: nothing is known of her
        before = Proposal.objects.count()
        simulation = compared(head, stricter(head))
        table = queries.cross_table(simulation)
        found = {(row.slug, cell.after): cell.count for row in table.rows for cell in row.cells if cell.count}
        assert found == {("emploi_direct", "emploi_direct"): 1, ("emploi_direct", "pas_a_pas"): 1}
        assert (table.total, table.moved, table.unanswered) == (2, 1, 1)
        assert [row.entry_id for row in queries.cell_rows(simulation, "emploi_direct", "pas_a_pas")] == [moves.pk]
        assert SimulatedEntry.objects.get(entry=stays).after_rules == ["pret_a_travailler"]
        assert Proposal.objects.count() == before

    def test_it_agrees_with_what_the_interview_would_propose(self, world: World, head: Agent) -> None:
        held = ready_to_orient(world, **READY_NOW, health_work="yes")
        row = SimulatedEntry.objects.get(simulation=compared(head, copied(head)))
        today = MORNING.date()
        assert row.before == row.after == queries.preview_proposal(held.entry, today).first
        assert queries.facts_of_many([held.entry])[held.entry_id].values.keys() == (
            queries.facts_of(held.entry).values.keys()
        )

    def test_a_closed_pathway_is_not_simulated(self, world: World, head: Agent) -> None:
        ready_to_orient(world, **READY_NOW)
        with acting(SYSTEM):
            Modality.objects.filter(slug="emploi_direct").update(is_active=False, closed_reason="Complète")
        assert SimulatedEntry.objects.get(simulation=compared(head, copied(head))).before == "pas_a_pas"

    def test_killed_in_the_middle_it_goes_on_and_counts_nobody_twice(self, world: World, head: Agent) -> None:
        for name in ("Un", "Deux", "Trois"):
            entrant(name, "Exemple")
        row = copied(head)
        by = head.as_actor()
        asked = actions.ask_simulation(
            version_id=row.pk, since=date(2026, 11, 1), until=date(2026, 11, 23), by=by, at=MORNING
        )
        assert actions.simulate_next(simulation_id=asked.pk, size=2, by=by, at=MORNING)
        assert queries.stopped_simulations(MORNING + timedelta(minutes=5)) == [asked.pk]
        assert actions.run_simulation(asked.pk, now=lambda: MORNING) == 3
        assert asked.rows.count() == 3
        assert queries.stopped_simulations(MORNING + timedelta(minutes=5)) == []

    def test_the_queries_do_not_grow_with_the_entrants(
        self, world: World, head: Agent, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(12):
            ready_to_orient(world, entrant(f"Prénom{number}", "Exemple"), **READY_NOW)
        asked = actions.ask_simulation(
            version_id=copied(head).pk,
            since=date(2026, 11, 1),
            until=date(2026, 11, 23),
            by=head.as_actor(),
            at=MORNING,
        )
        with django_assert_max_num_queries(20):
            actions.simulate_next(simulation_id=asked.pk, by=head.as_actor(), at=MORNING)

    def test_the_bodies_that_gain_and_lose(self, world: World, head: Agent) -> None:
        ready_to_orient(world, first_wish="job", ready="months")
        effects = {
            effect.organization.name: effect.change for effect in queries.body_effects(compared(head, stricter(head)))
        }
        assert sorted(effects.values()) in ([-1, 1], [0])

    @pytest.mark.parametrize(
        ("today", "quarter"),
        [
            (date(2026, 11, 23), (date(2026, 7, 1), date(2026, 9, 30))),
            (date(2027, 1, 1), (date(2026, 10, 1), date(2026, 12, 31))),
            (date(2024, 4, 1), (date(2024, 1, 1), date(2024, 3, 31))),
        ],
    )
    def test_last_quarter(self, today: date, quarter: tuple[date, date]) -> None:
        assert queries.last_quarter(today) == quarter


class TestSwitch:
    def on(self, row: RulesetVersion, who: Agent, day: date, at: datetime = MORNING) -> RulesetVersion:
        return actions.switch_on(version_id=row.pk, on=day, reason="Délibération", by=who.as_actor(), at=at)

    def test_proposals_use_the_rules_of_their_day_and_decisions_keep_theirs(
        self, world: World, head: Agent, administrator: Agent
    ) -> None:
        held = ready_to_orient(world, **READY_NOW)
        old = decided(world, held)
        row = stricter(head)
        compared(head, row)
        self.on(row, administrator, date(2026, 11, 25))
        later = ready_to_orient(world, entrant("Bruno", "Costa"), first_wish="job", ready="months")
        ask = {"entry_id": later.entry_id, "by": world.officer.as_actor()}
        eve = actions.compute_proposal(**ask, at=datetime(2026, 11, 24, 23, 59, tzinfo=clock.ZONE))
        day = actions.compute_proposal(**ask, at=datetime(2026, 11, 25, 0, 1, tzinfo=clock.ZONE))
        assert (eve.ruleset, eve.ranked[0]["modality"]) == ("demo.orientation 2026-01", "emploi_direct")
        assert (day.ruleset, day.ranked[0]["modality"]) == ("demo.orientation 2027-01", "pas_a_pas")
        old.refresh_from_db()
        assert old.ruleset == "demo.orientation 2026-01"
        assert "en vigueur à partir du" in sentence_of(JournalEntry.objects.get(event="orientation.RulesetSwitchedOn"))

    def test_never_for_the_past_never_unsimulated_never_twice_a_day(
        self, world: World, head: Agent, administrator: Agent
    ) -> None:
        entrant()
        row = copied(head)
        with pytest.raises(DomainError, match="Simulez"):
            self.on(row, administrator, date(2026, 11, 25))
        compared(head, row)
        with pytest.raises(DomainError, match="passé"):
            self.on(row, administrator, date(2026, 11, 22))
        row = changed(head, row, "pret_a_travailler", title="Autre titre.")
        with pytest.raises(DomainError, match="Simulez"):
            self.on(row, administrator, date(2026, 11, 25))
        compared(head, row)
        self.on(row, administrator, date(2026, 11, 25))
        twin = copied(head, "2027-02")
        compared(head, twin)
        with pytest.raises(DomainError, match="commencent déjà"):
            self.on(twin, administrator, date(2026, 11, 25))

    def test_the_database_itself_refuses_the_past(self, world: World, head: Agent, administrator: Agent) -> None:
        row = copied(head)
        values = {"switched_on_at": MORNING, "switched_on_by": administrator, "reason": "Essai"}
        with acting(SYSTEM), pytest.raises(IntegrityError, match="never_retroactive"), transaction.atomic():
            RulesetVersion.objects.filter(pk=row.pk).update(in_force_from=date(2026, 11, 20), **values)

    def test_frozen_once_dated_free_again_while_the_day_has_not_come(
        self, world: World, head: Agent, administrator: Agent
    ) -> None:
        entrant()
        row = copied(head)
        compared(head, row)
        self.on(row, administrator, date(2026, 11, 25))
        with pytest.raises(DomainError, match="ne changent plus"):
            changed(head, row, "pret_a_travailler", title="Autre titre.")
        actions.cancel_switch(version_id=row.pk, by=administrator.as_actor(), at=MORNING)
        self.on(row, administrator, date(2026, 11, 23))
        with pytest.raises(DomainError, match="déjà entrées en vigueur"):
            actions.cancel_switch(version_id=row.pk, by=administrator.as_actor(), at=MORNING)

    def test_a_new_pathway_opens_the_day_its_rules_begin(self, world: World, head: Agent, administrator: Agent) -> None:
        entrant()
        data = queries.ruleset_data(MORNING.date())
        data["ruleset"] = {**data["ruleset"], "version": "2027-01"}
        extra = {**data["modalities"][1], "slug": "essais", "name": "Essais en entreprise", "code": "V5"}
        rule = {**data["rules"][-1], "slug": "essayer", "modality": "essais", "priority": 90}
        data |= {"modalities": [*data["modalities"], extra], "rules": [*data["rules"], rule]}
        row = actions.keep_rules(data=data, by=head.as_actor(), at=MORNING)
        compared(head, row)
        self.on(row, administrator, date(2026, 11, 25))
        assert not Modality.objects.filter(slug="essais").exists()
        actions.load_modalities(by=SYSTEM, at=datetime(2026, 11, 25, 0, 1, tzinfo=clock.ZONE))
        assert Modality.objects.get(slug="essais").is_active


class TestScreens:
    def test_the_head_copies_edits_simulates_and_reads_the_list(
        self, world: World, head: Agent, client: Client
    ) -> None:
        with clock.frozen(MORNING):
            ready_to_orient(world, entrant("Bruno", "Costa"), first_wish="job", ready="months")
            client.force_login(head)
            page = client.post(reverse("orientation:rulesets"), {"version": "2027-01"}, follow=True)
            assert "Les règles, dans l’ordre" in page.text
            row = RulesetVersion.objects.get()
            where = {"version_id": row.pk, "slug": "pret_a_travailler"}
            client.post(reverse("orientation:rule_line_remove", kwargs=where), {"groupe": "1", "ligne": "0"})
            line = {"sur": "answer.ready", "groupe": "", "values": ["now"]}
            page = client.post(reverse("orientation:rule_line", kwargs=where), line, follow=True)
            assert [line["fact"] for line in RulesetVersion.objects.get().data["rules"][2]["when"]["all"]] == [
                "answer.first_wish",
                "answer.ready",
            ]
            page = client.post(
                reverse("orientation:simulate", args=[row.pk]),
                {"since": "2026-11-01", "until": "2026-11-23"},
                follow=True,
            )
            assert "Simulation en cours" in page.text
            simulation = Simulation.objects.get()
            actions.run_simulation(simulation.pk, now=lambda: MORNING)
            page = client.get(reverse("orientation:simulation", args=[simulation.pk]))
            assert "1 entrant changerait de voie sur 1" in page.text
            there = reverse("orientation:simulation_cell", args=[simulation.pk])
            page = client.get(there, {"avant": "emploi_direct", "apres": "pas_a_pas"})
            assert "COSTA" in page.text or "Costa" in page.text
            assert Consultation.objects.filter(page__startswith="Simulation").count() == 1

    def test_the_administrator_reads_numbers_not_people(
        self, world: World, administrator: Agent, client: Client
    ) -> None:
        with clock.frozen(MORNING):
            ready_to_orient(world, entrant("Bruno", "Costa"), **READY_NOW)
            simulation = compared(administrator, stricter(administrator))
            client.force_login(administrator)
            page = client.get(reverse("orientation:simulation_cell", args=[simulation.pk]))
            assert "1 entrant" in page.text
            assert "Costa" not in page.text and "COSTA" not in page.text

    def test_the_head_does_not_give_the_day(self, world: World, head: Agent, client: Client) -> None:
        row = copied(head)
        client.force_login(head)
        page = client.post(reverse("orientation:ruleset_switch", args=[row.pk]), {"on": "2026-12-01", "reason": "x"})
        assert page.status_code in (403, 404)
        row.refresh_from_db()
        assert row.is_draft

    def test_the_administrator_gives_the_day_on_screen(
        self, world: World, administrator: Agent, client: Client
    ) -> None:
        with clock.frozen(MORNING):
            entrant()
            row = copied(administrator)
            compared(administrator, row)
            client.force_login(administrator)
            there = reverse("orientation:ruleset_switch", args=[row.pk])
            refused = client.post(there, {"on": "2026-11-01", "reason": "Délibération du 12 octobre"})
            assert "ne s’appliquent jamais au passé" in refused.text
            assert "Délibération du 12 octobre" in refused.text
            client.post(there, {"on": "2026-12-01", "reason": "Délibération du 12 octobre"})
            row.refresh_from_db()
            assert row.in_force_from == date(2026, 12, 1)
            assert timezone.is_aware(row.switched_on_at)

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"ruleset: [", "ne se lit pas"),
            (b"a: &x [1]\nb: *x", "ne se lit pas"),
            (b"just text", "quatre parties"),
            (
                b"ruleset: {slug: a, version: b, title: c}\nmodalities: []\nrules: []\nfallback: {}",
                "ne sont pas écrites",
            ),
            (b"\xff\xfe\x00", "ne se lit pas"),
        ],
    )
    def test_a_wrong_file_is_refused_with_a_sentence(
        self, world: World, head: Agent, client: Client, content: bytes, said: str
    ) -> None:
        client.force_login(head)
        page = client.post(
            reverse("orientation:rulesets"), {"do": "file", "file": SimpleUploadedFile("r.yaml", content)}
        )
        assert page.status_code == 200
        assert said in page.text
        assert not RulesetVersion.objects.exists()

    def test_a_good_file_becomes_a_draft(self, world: World, head: Agent, client: Client) -> None:
        data = queries.ruleset_data(MORNING.date())
        data["ruleset"] = {**data["ruleset"], "version": "2027-03"}
        content = yaml.safe_dump(data, allow_unicode=True).encode()
        client.force_login(head)
        client.post(reverse("orientation:rulesets"), {"do": "file", "file": SimpleUploadedFile("r.yaml", content)})
        assert RulesetVersion.objects.get().identity == "demo.orientation 2027-03"

    def test_a_new_rule_is_written_with_its_first_condition(self, world: World, head: Agent, client: Client) -> None:
        row = copied(head)
        client.force_login(head)
        there = reverse("orientation:rule_new", args=[row.pk])
        page = client.get(there, {"sur": "brake.mobility"})
        assert "Mobilité" in page.text
        typed = {
            "sur": "brake.mobility",
            "severity": "3",
            "revision": "0",
            "title": "La mobilité bloque.",
            "sentence": "Se déplacer vous bloque.",
            "modality": "pas_a_pas",
        }
        empty = client.post(there, {**typed, "title": ""})
        assert "Écrivez quand la règle parle" in empty.text and "Se déplacer vous bloque." in empty.text
        client.post(there, typed)
        row.refresh_from_db()
        assert queries.parsed(row.data).rules[-1].slug == "la_mobilite_bloque"
