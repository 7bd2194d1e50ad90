"""The letters of orientations decided without an interview: one each, bound by the worker, posted on a day."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.foundation.documents.access import may_open
from emploi.foundation.messaging import printing
from emploi.foundation.messaging.models import PrintRun
from emploi.foundation.messaging.printing import print_letters
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.orientation import actions, permissions, queries
from emploi.pathway.orientation.models import Decision, Modality, OrientationBatch
from emploi.pathway.orientation.queries.batches import binding
from tests.pathway.orientation.cast import (
    SYSTEM,
    World,
    entrant,
)
from tests.pathway.orientation.test_batches import LATER, batch_of, bound, spoken
from tests.pathway.orientation.test_journey import signed_in


class TestLetters:
    """The PDF of a batch opens for who decides; a confidential address is never in it."""

    def decided_for(self, world: World, *entries: Entry) -> OrientationBatch:
        batch = batch_of(world, *entries)
        actions.run_orientation_batch(batch.pk, now=lambda: LATER)
        return batch

    def test_who_decides_opens_the_letters_of_a_batch_only(self, world: World, client: Client) -> None:
        batch = self.decided_for(world, spoken(entrant()))
        with clock.frozen(LATER):
            client.force_login(world.officer)
            client.post(reverse("orientation:batch_letters", args=[batch.pk]))
            bound(batch)
            batch.refresh_from_db()
            address = reverse("documents:download", args=[batch.letters.uuid])
            answers = {}
            for agent in (world.officer, world.colleague, world.office, world.social_worker):
                client.force_login(agent)
                answers[agent] = client.get(address).status_code
            assert list(answers.values()) == [200, 200, 200, 403]
            with acting(SYSTEM):
                PrintRun.objects.update(origin="orientation:0")
            client.force_login(world.officer)
            assert client.get(address).status_code == 403

    def test_a_letter_to_a_confidential_address_is_left_and_said(self, world: World, client: Client) -> None:
        plain, hidden = spoken(entrant("Un", "Exemple")), spoken(entrant("Deux", "Exemple"))
        with acting(SYSTEM):
            type(hidden.person).objects.filter(pk=hidden.person_id).update(confidential_address=True)
        batch = self.decided_for(world, plain, hidden)
        where = reverse("orientation:batch", args=[batch.pk])
        said = "1 lettre à une adresse confidentielle : à imprimer une par une dans « Courriers à imprimer »"
        with clock.frozen(LATER):
            client.force_login(world.officer)
            before = client.get(where).text
            assert said in before and "1 lettre attend d’être imprimée" in before
            client.post(reverse("orientation:batch_letters", args=[batch.pk]))
            bound(batch)
            after = client.get(where).text
            assert "Ouvrir le PDF des lettres" in after and said in after
            assert Decision.objects.get(entry=hidden).notified_on is None
            left = list(queries.waiting_letters(batch).values_list("pk", flat=True))
            print_letters(message_ids=left, confidential=True, by=world.office.as_actor(), at=LATER)
            assert Decision.objects.get(entry=hidden).notified_on == LATER.date()
            assert "confidentielle" not in client.get(where).text

    def test_a_worker_killed_while_it_composes_starts_afresh_and_tells_nobody_twice(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        batch = self.decided_for(world, spoken(entrant("Un", "Exemple")), spoken(entrant("Deux", "Exemple")))
        run = actions.print_batch(batch_id=batch.pk, by=world.officer.as_actor(), at=LATER)
        assert run is not None

        def killed(**_: Any) -> None:
            raise SystemExit

        with monkeypatch.context() as patch:
            patch.setattr(printing, "_finish", killed)
            with pytest.raises(SystemExit):
                actions.bind_letters(batch.pk, run.pk, now=lambda: LATER)
        assert not Decision.objects.exclude(notified_on=None).exists()
        first = actions.bind_letters(batch.pk, run.pk, now=lambda: LATER)
        assert actions.bind_letters(batch.pk, run.pk, now=lambda: LATER + timedelta(days=1)) == first
        assert {row.notified_on for row in Decision.objects.all()} == {LATER.date()}

    def test_letters_that_cannot_be_composed_wait_again(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        batch = self.decided_for(world, spoken(entrant()))
        run = actions.print_batch(batch_id=batch.pk, by=world.officer.as_actor(), at=LATER)
        assert run is not None

        def broken(*_: Any, **__: Any) -> bytes:
            raise RuntimeError("police introuvable")

        monkeypatch.setattr(printing, "letters_pdf", broken)
        with pytest.raises(RuntimeError):
            actions.bind_letters(batch.pk, run.pk, now=lambda: LATER)
        assert binding(batch) is None
        assert queries.letters_left(batch).waiting == 1
        with clock.frozen(LATER):
            page = signed_in(world.officer).get(reverse("orientation:batch", args=[batch.pk])).text
        assert "police introuvable" in page and "Préparer le PDF des lettres" in page

    def test_letters_in_the_print_run_of_somebody_else_are_said_so(self, world: World, client: Client) -> None:
        batch = self.decided_for(world, spoken(entrant()))
        left = list(queries.waiting_letters(batch).values_list("pk", flat=True))
        printing.request_print(message_ids=left, by=world.office.as_actor(), at=LATER)
        with clock.frozen(LATER):
            client.force_login(world.officer)
            page = client.post(reverse("orientation:batch_letters", args=[batch.pk]), follow=True).text
        assert "sont déjà dans un PDF" in page and "Le PDF se prépare." not in page

    @pytest.mark.parametrize("change", ["hidden", "health"])
    def test_who_may_not_open_each_letter_does_not_open_them_together(
        self, world: World, monkeypatch: pytest.MonkeyPatch, change: str
    ) -> None:
        entry = spoken(entrant())
        batch = self.decided_for(world, entry)
        run = actions.print_batch(batch_id=batch.pk, by=world.officer.as_actor(), at=LATER)
        assert run is not None
        papers = actions.bind_letters(batch.pk, run.pk, now=lambda: LATER)
        assert may_open(world.officer, papers)
        if change == "hidden":
            monkeypatch.setattr(permissions.beneficiaries, "visible_to", lambda agent: Person.objects.none())
        else:
            monkeypatch.setattr(permissions, "sees_health", lambda agent: False)
            with acting(SYSTEM):
                Modality.objects.filter(decisions__isnull=False).update(is_sensitive=True)
        assert not may_open(world.officer, papers)
        with clock.frozen(LATER):
            page = signed_in(world.officer).get(reverse("orientation:batch", args=[batch.pk])).text
        assert "Ouvrir le PDF" not in page

    def test_nothing_to_bind_when_every_address_is_confidential(self, world: World, client: Client) -> None:
        entry = spoken(entrant())
        with acting(SYSTEM):
            type(entry.person).objects.filter(pk=entry.person_id).update(confidential_address=True)
        batch = self.decided_for(world, entry)
        with clock.frozen(LATER):
            client.force_login(world.officer)
            page = client.get(reverse("orientation:batch", args=[batch.pk])).text
        assert "à imprimer une par une" in page
        assert "Préparer le PDF" not in page
