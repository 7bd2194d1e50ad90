"""What follows an orientation, whatever it rests on: nobody waits for a contract that does not exist."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.pathway.appointments.models import Kind, OutsideAppointment
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.clocks import actions as clocks
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.facts import FormerFacts, FormerFile
from emploi.pathway.orientation.models import Decision
from emploi.portal.desk.queries.steps import next_steps
from emploi.portal.desk.rules.next_step import Code, Facts, NextStep, Owes
from emploi.portal.desk.web.shown import shown_step
from emploi.territory.agents.actions import close_account, end_role, reopen_account
from emploi.territory.agents.models import Membership
from emploi.territory.organizations.models import Organization
from tests.pathway.orientation.cast import (
    MORNING,
    SYSTEM,
    World,
    appointment,
    decided,
    entrant,
    make_world,
    ready_to_orient,
)
from tests.pathway.orientation.test_batches import batch_of, spoken
from tests.pathway.orientation.test_by_default import absent, convoked, missed
from tests.pathway.orientation.test_journey import signed_in
from tests.pathway.orientation.test_reorientation import LATER, asked, followed

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def step_of(entry: Entry, at: datetime = MORNING) -> tuple[NextStep, Facts]:
    return next_steps([entry.person_id], at=at)[entry.person_id]


def code_of(entry: Entry, at: datetime = MORNING) -> Code:
    return step_of(entry, at)[0].code


def told(world: World, entry: Entry, at: datetime = MORNING) -> Entry:
    """The decision in force was handed over."""
    decision = Decision.objects.current().get(entry=entry)
    if decision.is_to_notify:
        actions.ask_notification(decision_id=decision.pk, means="handed", on=at.date(), by=by(world), at=at)
    return entry


def by(world: World) -> Any:
    return world.officer.as_actor()


def named(world: World, entry: Entry, at: datetime = MORNING) -> Entry:
    decision = Decision.objects.current().get(entry=entry)
    actions.name_referent(decision_id=decision.pk, referent_id=world.social_worker.pk, by=by(world), at=at)
    return entry


def ours(world: World, basis: str, **details: str) -> actions.Draft:
    return actions.Draft(
        modality_id=world.modality("pas_a_pas").pk,
        responsible_organization_id=world.department.pk,
        basis=basis,
        basis_details=details,
    )


def on_file(world: World) -> Entry:
    entry = entrant()
    draft = ours(world, "on_file", reason="Sans transport", exchange_on="2026-11-20", exchange_how="Téléphone")
    actions.decide_orientation(entry_id=entry.pk, draft=draft, by=by(world), at=MORNING)
    return entry


def by_default(world: World) -> Entry:
    entry = absent(world)
    draft = ours(world, "by_default", reason="Aucun motif connu")
    actions.decide_orientation(entry_id=entry.pk, draft=draft, by=by(world), at=MORNING)
    return entry


def in_batch(world: World) -> Entry:
    entry = spoken(entrant())
    batch = batch_of(world, entry, at=MORNING)
    actions.run_orientation_batch(batch.pk, now=lambda: MORNING)
    assert Decision.objects.current().filter(entry=entry).exists()
    return entry


def by_france_travail(world: World) -> Entry:
    entry = entrant(opened_on=date(2026, 9, 1))
    draft = actions.Draft(
        modality_id=world.modality("emploi_direct").pk,
        responsible_organization_id=world.france_travail.pk,
        decider="france_travail",
        decided_on=date(2026, 11, 18),
    )
    actions.decide_orientation(entry_id=entry.pk, draft=draft, by=by(world), at=MORNING)
    return entry


def from_the_stock(world: World) -> Entry:
    entry = entrant()
    row = FormerFacts(
        number=1, name="Amina Benali", person_id=entry.person_id, entry_id=entry.pk,
        modality_id=world.modality("pas_a_pas").pk, organization_id=world.department.pk, decided_on=date(2026, 3, 2),
    )  # fmt: skip
    file = FormerFile(run_id=1, name="stock.csv", agent_id=world.office.pk, agent_name="Sophie Bernard")
    actions.take_over([row], file=file, by=SYSTEM, at=MORNING)
    return entry


WITHOUT_INTERVIEW = [on_file, by_default, in_batch, by_france_travail, from_the_stock]


@pytest.mark.parametrize("oriented", WITHOUT_INTERVIEW)
def test_who_was_oriented_without_an_interview_has_no_contract_to_sign(world: World, oriented: Any) -> None:
    entry = told(world, oriented(world))
    step, facts = step_of(entry)
    assert (step.code, step.owes) == (Code.NAME_REFERENT, Owes.BODY)
    assert shown_step(entry.person_id, step, facts, TODAY).who == facts.body


@pytest.mark.parametrize("oriented", [on_file, by_default])
def test_once_the_referent_is_named_the_first_meeting_is_placed_then_the_support_runs(
    world: World, oriented: Any
) -> None:
    entry = named(world, told(world, oriented(world)))
    step, facts = step_of(entry)
    assert (step.code, shown_step(entry.person_id, step, facts, TODAY).who) == (Code.FIRST_MEETING, "Inès Leroy")
    met(world, entry)
    assert code_of(entry, MORNING + timedelta(days=1)) == Code.SUPPORT


def met(world: World, entry: Entry, slug: str = "rendez-vous-conseiller") -> None:
    kind = Kind.objects.get(slug=slug)
    hour = MORNING + timedelta(hours=5)
    values = {"kind": kind, "agent": world.social_worker, "status": "held", "marked_at": MORNING}
    appointment(world, entry, starts_at=hour, **values)


def test_what_repairs_or_changes_is_not_the_first_meeting(world: World) -> None:
    """The same list as the funnel of the head of service: a kind says itself whether it begins the support."""
    entry = named(world, told(world, on_file(world)))
    met(world, entry, "main-tendue")
    assert code_of(entry) == Code.FIRST_MEETING
    with acting(SYSTEM):
        Kind.objects.filter(slug="main-tendue").update(starts_support=True)
    assert code_of(entry) == Code.SUPPORT


def test_an_interview_has_its_contract_to_sign_where_it_was_written(world: World) -> None:
    held = ready_to_orient(world)
    decision = decided(world, held)
    for step in ("engagement", "next_appointment"):
        actions.leave_step_open(
            interview_id=held.pk, step=step, reason="Plus le temps", owner_id=world.officer.pk, by=by(world), at=MORNING
        )
    entry = told(world, decision.entry)
    step, facts = step_of(entry)
    assert (step.code, step.owes) == (Code.AGREE, Owes.PERSON)
    shown = shown_step(entry.person_id, step, facts, TODAY, world.officer)
    assert shown.action_href == reverse("orientation:engagement", args=[held.pk])
    assert shown_step(entry.person_id, step, facts, TODAY, world.office).action_href == ""
    contract = actions.write_objectives(
        decision_id=decision.pk, interview_id=held.pk, objectives=[{"text": "Refaire mon CV"}], by=by(world), at=MORNING
    )
    sign(world, contract, "person")
    assert step_of(entry)[0].owes == Owes.DEPARTMENT
    sign(world, contract, "officer")
    assert code_of(entry) == Code.NAME_REFERENT


def sign(world: World, contract: Any, party: str) -> None:
    contract.refresh_from_db()
    read = actions.version_of(contract)
    actions.agree_engagement(contract_id=contract.pk, party=party, read=read, by=by(world), at=MORNING)


def test_after_a_reorientation_the_next_step_is_the_new_contract_with_its_last_day(world: World) -> None:
    """The engagement of the first interview is signed: the new one is the body's, within the delay of the law."""
    held = ready_to_orient(world)
    first = decided(world, held)
    contract = actions.write_objectives(
        decision_id=first.pk, interview_id=held.pk, objectives=[{"text": "Refaire mon CV"}], by=by(world), at=MORNING
    )
    sign(world, contract, "person")
    sign(world, contract, "officer")
    actions.leave_step_open(
        interview_id=held.pk, step="next_appointment", reason="Organisme fermé", owner_id=world.officer.pk,
        by=by(world), at=MORNING,
    )  # fmt: skip
    second = followed(world, told(world, first.entry) and first)
    assert code_of(first.entry, LATER) == Code.NOTIFY
    entry = named(world, told(world, second.entry, LATER), LATER)
    due = queries.contract_due(entry.pk)
    step, _ = step_of(entry, LATER)
    assert due is not None
    assert (step.code, step.owes, step.due_on) == (Code.SIGN_CONTRACT, Owes.BODY, due.due_on)
    actions.note_contract_signed(decision_id=second.pk, on=LATER.date(), by=by(world), at=LATER)
    assert code_of(entry, LATER) == Code.FIRST_MEETING


def test_the_stock_is_accompanied_already_and_its_next_date_is_said(world: World) -> None:
    entry = named(world, from_the_stock(world))
    assert code_of(entry) == Code.SUPPORT
    with acting(SYSTEM):
        OutsideAppointment.objects.create(
            person_id=entry.person_id, entry=entry, starts_at=MORNING + timedelta(days=3), recorded_at=MORNING
        )
    step, facts = step_of(entry)
    assert (step.code, step.due_on) == (Code.COME_TO_BODY, TODAY + timedelta(days=3))
    assert world.department.name in shown_step(entry.person_id, step, facts, TODAY).text
    assert code_of(entry, MORNING + timedelta(days=4)) == Code.SUPPORT


def test_a_body_that_keeps_its_own_agenda_is_not_asked_for_a_first_meeting_here(world: World) -> None:
    entry = named(world, told(world, on_file(world)))
    assert code_of(entry) == Code.FIRST_MEETING
    with acting(SYSTEM):
        Organization.objects.filter(pk=world.department.pk).update(agenda_is_ours=False)
    assert code_of(entry) == Code.SUPPORT


class TestTheReferentWhoLeft:
    def test_a_closed_account_leaves_the_person_without_a_referent_until_it_reopens(self, world: World) -> None:
        entry = named(world, told(world, on_file(world)))
        close_account(agent_id=world.social_worker.pk, reason="Mutation", by=SYSTEM, at=MORNING)
        step, facts = step_of(entry)
        text = shown_step(entry.person_id, step, facts, TODAY).text
        assert (step.code, step.owes, facts.referent) == (Code.NAME_ANOTHER, Owes.BODY, "")
        assert "Inès Leroy ne travaille plus pour cet organisme" in text
        reopen_account(agent_id=world.social_worker.pk, by=SYSTEM, at=MORNING)
        assert code_of(entry) == Code.FIRST_MEETING

    def test_a_role_that_ends_in_the_body_is_a_departure_too_from_the_day_after(self, world: World) -> None:
        entry = named(world, told(world, on_file(world)))
        role = Membership.objects.get(agent=world.social_worker)
        end_role(membership_id=role.pk, ended_on=TODAY, by=SYSTEM, at=MORNING)
        assert code_of(entry) == Code.FIRST_MEETING
        assert code_of(entry, MORNING + timedelta(days=1)) == Code.NAME_ANOTHER


def test_what_a_gestionnaire_reads_on_the_file_and_in_the_export(world: World) -> None:
    entry = told(world, on_file(world))
    client: Client = signed_in(world.office)
    with clock.frozen(MORNING):
        page = client.get(reverse("desk:person", args=[entry.person_id])).content.decode()
        file = b"".join(client.get(reverse("desk:persons_export")).streaming_content).decode("utf-8-sig")
    assert "Nommer le référent unique." in page
    assert "person-next" in page
    assert "Signer" not in page
    assert reverse("orientation:decision", args=[Decision.objects.get().pk]) not in page.split("person-next")[1][:900]
    assert "Nommer le référent unique." in file


def test_the_delay_of_a_contract_that_no_longer_runs_is_not_a_step(world: World) -> None:
    entry = named(world, told(world, on_file(world)))
    clocks.start_contract(entry_ids=[entry.pk], on=TODAY, by=SYSTEM, at=MORNING)
    assert code_of(entry) == Code.SIGN_CONTRACT
    clocks.meet(entry_ids=[entry.pk], kind="contract", on=TODAY, by=SYSTEM, at=MORNING)
    assert code_of(entry) == Code.FIRST_MEETING


class TestByDefault:
    """R262-65-3: relaunch, call, convocation; only a convocation missed without excuse leads to the default."""

    def test_a_missed_convocation_leads_straight_to_the_decision_on_that_ground(self, world: World) -> None:
        entry = absent(world)
        step, facts = step_of(entry)
        assert (step.code, step.due_on) == (Code.DECIDE_BY_DEFAULT, date(2026, 12, 28))
        shown = shown_step(entry.person_id, step, facts, TODAY, world.officer)
        assert shown.action_href == reverse("orientation:decide_for", args=[entry.pk]) + "?fondement=by_default"

    @pytest.mark.parametrize("status", ["absent", "excused"])
    def test_an_ordinary_appointment_missed_never_does_however_late(self, world: World, status: str) -> None:
        entry = entrant()
        convoked(entry, act="invitation")
        late = clock.at_noon(date(2026, 12, 20))
        missed(world, entry, status=status, **({"marked_reason": "Enfant malade"} if status == "excused" else {}))
        assert queries.to_orient_by_default().count() == 0
        step, _ = step_of(entry, late)
        assert (step.code, step.due_on) == (Code.OFFER_AGAIN, date(2026, 12, 28))


def test_a_request_of_another_orientation_is_the_next_step_until_it_is_answered(world: World) -> None:
    entry = named(world, told(world, on_file(world)))
    row = asked(world, Decision.objects.current().get(entry=entry))
    step, facts = step_of(entry, LATER)
    shown = shown_step(entry.person_id, step, facts, LATER.date(), world.social_worker)
    assert (step.code, step.owes, step.due_on) == (Code.ANSWER_REQUEST, Owes.DEPARTMENT, row.due_on)
    assert shown.action_href == reverse("orientation:reorientation", args=[row.pk])
    by_whom = by(world)
    actions.withdraw_reorientation(reorientation_id=row.pk, reason="Elle a changé d’avis.", by=by_whom, at=LATER)
    assert code_of(entry, LATER) == Code.FIRST_MEETING
