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
from emploi.pathway.appointments.enums import CallOutcome
from emploi.pathway.appointments.models import CallAttempt
from emploi.pathway.beneficiaries.models import Address, Entry
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import BatchedEntry, Decision, OrientationBatch
from tests.pathway.orientation.cast import MORNING, SYSTEM, World, appointment, decided, entrant, ready_to_orient

LATER = datetime(2026, 12, 1, 10, 0, tzinfo=clock.ZONE)
WHY = "Ne peut pas se déplacer, a tout dit au téléphone."


def spoken(entry: Entry, outcome: str = CallOutcome.REACHED, at: datetime = MORNING) -> Entry:
    with acting(SYSTEM):
        CallAttempt.objects.create(entry=entry, person_id=entry.person_id, outcome=outcome, called_at=at)
    return entry


def batch_of(world: World, *entries: Entry, at: datetime = LATER, **values: Any) -> OrientationBatch:
    ask = {"basis": "on_file", "reason": WHY, **values}
    return actions.ask_orientation_batch(
        entry_ids=[entry.pk for entry in entries], by=world.officer.as_actor(), at=at, **ask
    )


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

    def test_an_address_is_needed_for_the_letter(self, world: World) -> None:
        entry = spoken(entrant())
        with acting(SYSTEM):
            Address.objects.filter(household=entry.household).delete()
        line = queries.planned(list(queries.eligible("on_file")), "on_file", LATER.date())[0]
        assert "adresse" in line.obstacle
        with pytest.raises(DomainError, match="Cochez"):
            batch_of(world, entry)


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
        papers = actions.print_batch(batch_id=batch.pk, by=by, at=LATER)
        assert page_count(content_of(papers)) >= 6
        assert {row.notified_on for row in Decision.objects.all()} == {LATER.date()}
        assert actions.print_batch(batch_id=batch.pk, by=by, at=LATER).pk == papers.pk

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
        draft = actions.LotDraft(
            organization_id=line.body.pk,
            modality_id=line.modality.pk,
            territory_id=None,
            reference="",
            measure="stock",
            starts_on=date(2026, 1, 1),
            ends_on=None,
            minimum=None,
            maximum=1,
        )
        actions.write_lot(draft=draft, by=world.officer.as_actor(), at=MORNING)
        batch = batch_of(world, *people)
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
            client.post(reverse("orientation:batch_letters", args=[batch.pk]))
            assert "Ouvrir le PDF des lettres" in client.get(where).text

    def test_the_office_does_not_decide(self, world: World, client: Client) -> None:
        client.force_login(world.office)
        assert client.get(reverse("orientation:batch_prepare")).status_code in (403, 404)
