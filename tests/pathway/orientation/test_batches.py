"""Orientations without an interview, several at once: own conditions, a letter each, everyone alone."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.foundation.documents.queries import content_of
from emploi.foundation.documents.typst import page_count
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.models import Reply
from emploi.pathway.appointments.enums import CallOutcome
from emploi.pathway.appointments.models import CallAttempt
from emploi.pathway.beneficiaries.models import Address, Entry, Household
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import BatchedEntry, Decision, Modality, OrientationBatch, SpecificPublic
from emploi.pathway.orientation.queries import PlannedOrientation
from emploi.pathway.orientation.queries.batches import binding
from emploi.pathway.reception.models import Call
from emploi.territory.geography.models import Grid, Territory, TerritoryCommune
from emploi.territory.organizations.models import Organization
from tests.pathway.orientation.cast import (
    MORNING,
    SYSTEM,
    World,
    appointment,
    decided,
    entrant,
    organization,
    ready_to_orient,
)
from tests.pathway.orientation.test_access import count_queries
from tests.pathway.orientation.test_by_default import absent

LATER = datetime(2026, 12, 1, 10, 0, tzinfo=clock.ZONE)
TODAY = LATER.date()
WHY = "Ne peut pas se déplacer, a tout dit au téléphone."


def spoken(entry: Entry, outcome: str = CallOutcome.REACHED, at: datetime = MORNING) -> Entry:
    with acting(SYSTEM):
        CallAttempt.objects.create(entry=entry, person_id=entry.person_id, outcome=outcome, called_at=at)
    return entry


def heard(
    world: World,
    entry: Entry,
    *,
    means: str = "phone",
    state: str = "answered",
    kind: str = "answer",
    at: datetime = MORNING,
) -> Entry:
    """A call of hers, or a reply to one of our messages, that the reception dealt with or not."""
    waits = state == "to_call_back"
    with acting(SYSTEM):
        reply = (
            None
            if means == "phone"
            else Reply.objects.create(
                key=f"{means}-{at}",
                channel=means,
                kind=kind,
                sender="+33639981234",
                text="Je ne viens pas.",
                received_at=at,
            )
        )
        Call.objects.create(
            person_id=entry.person_id, means=means, reply=reply, subject="support", state=state, received_at=at,
            received_by=world.office if means == "phone" else None, due_on=at.date() if waits else None,
            closed_at=None if waits else at,
        )  # fmt: skip
    return entry


def batch_of(world: World, *entries: Entry, at: datetime = LATER, **values: Any) -> OrientationBatch:
    ask = {"basis": "on_file", "reason": WHY, **values}
    return actions.ask_orientation_batch(
        entry_ids=[entry.pk for entry in entries], by=world.officer.as_actor(), at=at, **ask
    )


def only(world: World, body: Organization, modality: Modality, maximum: int = 1, **values: Any) -> None:
    """Leave this many places in one body for a pathway."""
    draft = {
        "organization_id": body.pk,
        "modality_id": modality.pk,
        "territory_id": None,
        "reference": "",
        "measure": "stock",
        "starts_on": date(2026, 1, 1),
        "ends_on": None,
        "minimum": None,
        "maximum": maximum,
        **values,
    }
    actions.write_lot(draft=actions.LotDraft(**draft), by=world.officer.as_actor(), at=MORNING)


def plan(*, together: bool = True, basis: str = "on_file", on: date = TODAY) -> list[PlannedOrientation]:
    return queries.planned(list(queries.eligible(basis)), basis, on, together=together)


def bound(batch: OrientationBatch) -> None:
    """What the worker does of the letters asked for."""
    run = binding(batch)
    assert run is not None
    actions.bind_letters(batch.pk, run.pk, now=lambda: LATER)


class TestEligible:
    def test_who_was_spoken_to_and_not_met(self, world: World) -> None:
        ok = spoken(entrant("Amina", "Benali"))
        spoken(entrant("Boris", "Caron"), CallOutcome.MESSAGE_LEFT)
        entrant("Chloé", "Dumas")
        met = ready_to_orient(world, entrant("David", "Evrard")).entry
        spoken(met)
        booked = spoken(entrant("Emma", "Faure"))
        appointment(world, booked, starts_at=LATER + timedelta(days=1))
        gone = spoken(entrant("Fanny", "Girard"))
        with acting(SYSTEM):
            Entry.objects.filter(pk=gone.pk).update(closed_on=MORNING.date(), closing_reason="moved_out")
        assert list(queries.eligible("on_file")) == [ok]

    def test_the_exchange_is_the_last_conversation(self, world: World) -> None:
        entry = spoken(entrant(), at=MORNING)
        spoken(entry, at=LATER)
        line = queries.planned(list(queries.eligible("on_file")), "on_file", LATER.date())[0]
        assert line.exchange_on == LATER.date()
        assert (line.modality.slug, line.obstacle) == ("pas_a_pas", "")

    @pytest.mark.parametrize(
        ("means", "state", "how"),
        [
            ("phone", "answered", "téléphone"),
            ("phone", "called_back", "téléphone"),
            ("sms", "settled", "SMS"),
            ("email", "settled", "e-mail"),
        ],
    )
    def test_who_called_or_wrote_to_the_reception_was_heard_too(
        self, world: World, means: str, state: str, how: str
    ) -> None:
        """« Appels et réponses » holds the person's own words: deciding one by one counted them already."""
        entry = heard(world, entrant(), means=means, state=state)
        assert list(queries.eligible("on_file")) == [entry]
        line = plan()[0]
        assert (line.exchange_on, line.exchange_how) == (MORNING.date(), how)
        batch = batch_of(world, entry)
        actions.run_orientation_batch(batch.pk, now=lambda: LATER)
        kept = Decision.objects.get(entry=entry).basis_details
        assert (kept["exchange_on"], kept["exchange_how"]) == (MORNING.date().isoformat(), how)

    def test_the_last_exchange_counts_whoever_wrote_it_down(self, world: World) -> None:
        entry = spoken(heard(world, entrant(), means="sms", state="settled"), at=LATER)
        assert (plan()[0].exchange_on, plan()[0].exchange_how) == (LATER.date(), "téléphone")
        heard(world, entry, means="email", state="settled", at=LATER + timedelta(hours=2))
        assert plan()[0].exchange_how == "e-mail"

    def test_a_call_that_waits_was_given_up_or_came_before_the_entry_is_no_exchange(self, world: World) -> None:
        heard(world, entrant("Amina", "Benali"), state="given_up")
        heard(world, entrant("Boris", "Caron"), state="to_call_back")
        heard(world, entrant("Zoé", "Noël"), means="sms", state="settled", kind="stop")
        heard(world, entrant("Chloé", "Dumas"), at=datetime(2026, 3, 2, 10, 0, tzinfo=clock.ZONE))
        assert not queries.eligible("on_file").exists()

    def test_an_address_is_needed_for_the_letter(self, world: World) -> None:
        entry = spoken(entrant())
        with acting(SYSTEM):
            Address.objects.filter(household=entry.household).delete()
        line = queries.planned(list(queries.eligible("on_file")), "on_file", LATER.date())[0]
        assert "adresse" in line.obstacle
        with pytest.raises(DomainError, match="Cochez"):
            batch_of(world, entry)


class TestPlanning:
    def test_beyond_six_weeks_france_travail_decides(self, world: World) -> None:
        entry = spoken(entrant())
        last_day = date(2026, 12, 28)
        assert plan(on=last_day)[0].obstacle == ""
        assert "28 décembre 2026 : France Travail décide" in plan(on=last_day + timedelta(days=1))[0].obstacle
        with pytest.raises(DomainError, match="Cochez"):
            batch_of(world, entry, at=datetime(2026, 12, 29, 10, 0, tzinfo=clock.ZONE))

    def test_no_more_people_than_places_are_promised(self, world: World) -> None:
        for name in ("Un", "Deux", "Trois"):
            spoken(entrant(name, "Exemple"))
        first = plan()[0]
        for body in queries.bodies_near(first.modality, 0):
            only(world, body, first.modality, maximum=2 if body == first.body else 0)
        assert [(line.body, line.obstacle[:16]) for line in plan()] == [
            (first.body, ""),
            (first.body, ""),
            (None, "Aucun organisme "),
        ]
        assert {line.body for line in plan(together=False)} == {first.body}

    def test_a_body_kept_for_farmers_receives_farmers_first(self, world: World) -> None:
        spoken(entrant("Un", "Exemple"))
        usual = plan()[0].body
        assert usual is not None
        actions.load_publics(by=SYSTEM, at=MORNING)
        farmers = SpecificPublic.objects.get(slug="farmer")
        actions.set_public_bodies(public_id=farmers.pk, organization_ids=[usual.pk], by=SYSTEM, at=MORNING)
        assert plan()[0].body not in (None, usual)
        at_the_msa = spoken(entrant("Deux", "Exemple"))
        with acting(SYSTEM):
            Household.objects.filter(pk=at_the_msa.household_id).update(payer="MSA")
        assert [line.body == usual for line in plan()] == [False, True]

    def test_somebody_nothing_can_be_decided_for_takes_no_place(self, world: World) -> None:
        nowhere = spoken(entrant("Un", "Exemple"))
        spoken(entrant("Deux", "Exemple"))
        with acting(SYSTEM):
            Address.objects.filter(household=nowhere.household).delete()
        first = plan()[0]
        only(world, first.body, first.modality)
        assert [(line.body, bool(line.obstacle)) for line in plan()] == [(first.body, True), (first.body, False)]

    def test_the_places_are_those_of_the_territory(self, world: World) -> None:
        with acting(SYSTEM):
            grid = Grid.objects.create(slug="essai", name="Essai", kind="social", is_default=True)
            here = Territory.objects.create(grid=grid, slug="ici", name="Ici", position=1)
            there = Territory.objects.create(grid=grid, slug="la-bas", name="Là-bas", position=2)
            TerritoryCommune.objects.create(grid=grid, territory=here, commune_id="99001")
        for name in ("Un", "Deux"):
            spoken(entrant(name, "Exemple"))
        first = plan()[0]
        only(world, first.body, first.modality, maximum=0, territory_id=there.pk)
        assert {line.body for line in plan()} == {first.body}
        only(world, first.body, first.modality, maximum=1, territory_id=here.pk)
        assert [line.body == first.body for line in plan()] == [True, False]

    def test_a_body_the_law_keeps_for_one_public_is_never_planned_for_anybody(self, world: World) -> None:
        with acting(SYSTEM):
            young = organization("ml", "A Mission locale", "mission_locale")
        spoken(entrant())
        line = plan()[0]
        assert line.modality.slug == "pas_a_pas"
        assert young in queries.responsible_bodies(line.modality, line.entry), "an agent may choose it"
        for body in queries.bodies_near(line.modality, 0):
            if body != young:
                only(world, body, line.modality, maximum=0)
        assert (plan()[0].body, plan()[0].obstacle) == (None, "Aucun organisme n’a de place dans cette voie.")

    @pytest.mark.parametrize("basis", ["on_file", "by_default"])
    def test_queries_do_not_move_with_the_people(self, world: World, basis: str) -> None:
        for name in ("Un", "Deux", "Trois", "Quatre"):
            spoken(entrant(name, "Exemple")) if basis == "on_file" else absent(world, name, "Exemple")
        entries = list(queries.eligible(basis))
        only(world, world.department, world.modality("pas_a_pas"), maximum=9)
        assert len(entries) == 4
        plan(basis=basis)  # what a process reads once
        one = count_queries(lambda: queries.planned(entries[:1], basis, TODAY, together=True))
        assert count_queries(lambda: queries.planned(entries, basis, TODAY, together=True)) == one


class TestDeciding:
    def test_each_person_gets_her_decision_and_one_pdf_holds_the_letters(self, world: World) -> None:
        people = [spoken(entrant(name, "Exemple")) for name in ("Un", "Deux", "Trois")]
        batch = batch_of(world, *people)
        assert not Decision.objects.exists()
        assert actions.run_orientation_batch(batch.pk, now=lambda: LATER) == 3
        found = Decision.objects.order_by("pk")
        assert {row.basis for row in found} == {"on_file"}
        assert found[0].basis_details["exchange_on"] == MORNING.date().isoformat()
        assert found[0].basis_details["reason"] == WHY
        assert all(row.notified_on is None for row in found)
        by = world.officer.as_actor()
        run = actions.print_batch(batch_id=batch.pk, by=by, at=LATER)
        assert run is not None
        assert run.total == 3
        assert binding(batch) == run
        assert actions.print_batch(batch_id=batch.pk, by=by, at=LATER) is None
        papers = actions.bind_letters(batch.pk, run.pk, now=lambda: LATER)
        assert page_count(content_of(papers)) >= 6
        assert {row.notified_on for row in Decision.objects.all()} == {LATER.date()}
        assert actions.print_batch(batch_id=batch.pk, by=by, at=LATER) is None
        batch.refresh_from_db()
        assert (batch.letters, binding(batch)) == (papers, None)

    def test_one_refused_does_not_hold_the_others_back_and_leaves_nothing(self, world: World) -> None:
        first, second = spoken(entrant("Un", "Exemple")), spoken(entrant("Deux", "Exemple"))
        batch = batch_of(world, first, second)
        decided(world, ready_to_orient(world, first))
        assert actions.run_orientation_batch(batch.pk, now=lambda: LATER) == 1
        left = BatchedEntry.objects.get(entry=first)
        assert "ne remplit plus les conditions" in left.refusal
        assert Decision.objects.filter(entry=first).count() == 1
        batch.refresh_from_db()
        assert (batch.done, batch.is_running) == (2, False)

    def test_a_letter_that_cannot_be_made_takes_its_decision_back(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from emploi.pathway.orientation.actions import batches

        def broken(**_: Any) -> None:
            raise DomainError("Cette personne n’a pas d’adresse postale complète.")

        monkeypatch.setattr(batches, "ask_notification", broken)
        batch = batch_of(world, spoken(entrant()))
        assert actions.run_orientation_batch(batch.pk, now=lambda: LATER) == 0
        assert not Decision.objects.exists()
        assert "adresse" in BatchedEntry.objects.get().refusal

    def test_a_failure_nobody_foresaw_leaves_one_person_aside_and_decides_the_others(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from emploi.pathway.orientation.actions import batches

        first, second = spoken(entrant("Un", "Exemple")), spoken(entrant("Deux", "Exemple"))
        asked = batches.ask_notification

        def broken(*, decision_id: int, **values: Any) -> Decision:
            if Decision.objects.get(pk=decision_id).entry_id == first.pk:
                raise RuntimeError("police introuvable")
            return asked(decision_id=decision_id, **values)

        monkeypatch.setattr(batches, "ask_notification", broken)
        batch = batch_of(world, first, second)
        assert actions.run_orientation_batch(batch.pk, now=lambda: LATER) == 1
        assert "Une erreur du logiciel" in BatchedEntry.objects.get(entry=first).refusal
        assert list(Decision.objects.values_list("entry", flat=True)) == [second.pk]
        assert queries.stopped_orientation_batches(LATER + timedelta(minutes=5)) == []

    def test_killed_in_the_middle_it_goes_on_and_decides_nobody_twice(self, world: World) -> None:
        people = [spoken(entrant(name, "Exemple")) for name in ("Un", "Deux", "Trois")]
        batch = batch_of(world, *people)
        by = world.officer.as_actor()
        assert actions.decide_next(batch_id=batch.pk, size=2, by=by, at=LATER)
        assert queries.stopped_orientation_batches(LATER + timedelta(minutes=5)) == [batch.pk]
        actions.run_orientation_batch(batch.pk, now=lambda: LATER)
        assert Decision.objects.count() == 3
        assert queries.stopped_orientation_batches(LATER + timedelta(minutes=5)) == []

    def test_a_body_that_fills_up_leaves_the_last_ones(self, world: World) -> None:
        people = [spoken(entrant(name, "Exemple")) for name in ("Un", "Deux")]
        line = queries.planned(list(queries.eligible("on_file")), "on_file", LATER.date())[0]
        batch = batch_of(world, *people)
        only(world, line.body, line.modality)
        assert actions.run_orientation_batch(batch.pk, now=lambda: LATER) == 1
        assert "a changé depuis la liste" in BatchedEntry.objects.exclude(refusal="").get().refusal

    def test_a_reason_is_needed_and_an_interview_is_not_a_basis(self, world: World) -> None:
        entry = spoken(entrant())
        with pytest.raises(DomainError, match="Écrivez pourquoi"):
            batch_of(world, entry, reason=" ")
        with pytest.raises(DomainError, match="sur dossier"):
            batch_of(world, entry, basis="interview")


class TestScreen:
    def test_list_preview_confirm_letters(self, world: World, client: Client) -> None:
        entry = spoken(entrant("Amina", "Benali"))
        there = reverse("orientation:batch_prepare")
        with clock.frozen(LATER):
            client.force_login(world.officer)
            page = client.get(there)
            assert "Cocher Amina Benali" in page.text
            typed = {"fondement": "on_file", "reason": WHY, "entry": [entry.pk]}
            refused = client.post(there, {**typed, "reason": ""})
            assert "Écrivez pourquoi" in refused.text and "checked" in refused.text
            preview = client.post(there, typed)
            assert "1 orientation à décider" in preview.text and WHY in preview.text
            assert not OrientationBatch.objects.exists()
            client.post(there, {**typed, "confirmer": "1"})
            batch = OrientationBatch.objects.get()
            where = reverse("orientation:batch", args=[batch.pk])
            assert "Décisions en cours" in client.get(where).text
            actions.run_orientation_batch(batch.pk, now=lambda: LATER)
            assert "1 lettre attend" in client.get(where).text
            prepared = client.post(reverse("orientation:batch_letters", args=[batch.pk]), follow=True).text
            assert "Le PDF se prépare" in prepared
            assert 'max="1"' in prepared
            bound(batch)
            assert "Ouvrir le PDF des lettres" in client.get(where).text

    def test_the_office_does_not_decide(self, world: World, client: Client) -> None:
        client.force_login(world.office)
        assert client.get(reverse("orientation:batch_prepare")).status_code in (403, 404)
