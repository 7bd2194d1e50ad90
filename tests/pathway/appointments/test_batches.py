"""A long batch of invitations: in chunks, all or nothing for each; killed in the middle, it goes on where it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.models import Invitation, InvitationBatch
from tests.pathway.appointments.world import MONDAY, World, at, build

PEOPLE, CHUNK = 60, 10
WORKER = f"""
import sys
import django
django.setup()
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from emploi.foundation import clock
from emploi.pathway.appointments.actions import invitations
from emploi.pathway.appointments.models import InvitationBatch
real, seen = invitations._publish, []
def stop_in_the_third_chunk(*args, **kwargs):
    real(*args, **kwargs)
    seen.append(1)
    if len(seen) == 3:
        print("in the middle", flush=True)
        sys.stdin.read()
invitations._publish = stop_in_the_third_chunk
batch = InvitationBatch.objects.get(pk=int(sys.argv[2]))
while invitations.invite_next(batch_id=batch.pk, size={CHUNK}, by=batch.created_by.as_actor(), at=clock.now()):
    pass
"""


def ask(world: World, count: int = PEOPLE) -> InvitationBatch:
    ids = [world.entry(f"Personne{n}").pk for n in range(count)]
    return actions.ask_batch(entry_ids=ids, by=world.by, at=at(MONDAY, 9))


def test_a_process_killed_in_the_middle_loses_nobody_and_doubles_nobody(transactional_db: None) -> None:
    batch = ask(build())
    environment = {**os.environ, "EMPLOI_NOW": "2026-11-23T09:00", "PYTHONPATH": os.pathsep.join(sys.path)}
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(connection.settings_dict["NAME"]), str(batch.pk)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline().strip() == "in the middle"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.communicate(timeout=30)
    batch.refresh_from_db()
    assert (batch.done, batch.count) == (2 * CHUNK, 2 * CHUNK)
    assert Invitation.objects.count() == Message.objects.count() == 2 * CHUNK

    actions.run_batch(batch.pk, now=lambda: at(MONDAY, 10))

    batch.refresh_from_db()
    assert (batch.done, batch.total, batch.count, batch.is_running) == (PEOPLE, PEOPLE, PEOPLE, False)
    assert Invitation.objects.values("person").distinct().count() == Invitation.objects.count() == PEOPLE
    assert Message.objects.values("person_id").distinct().count() == Message.objects.count() == PEOPLE
    assert batch.skipped == []


@pytest.mark.django_db
def test_running_a_finished_batch_again_does_nothing(world: World) -> None:
    batch = ask(world, 3)
    actions.run_batch(batch.pk, now=lambda: at(MONDAY, 10))
    actions.run_batch(batch.pk, now=lambda: at(MONDAY + timedelta(days=2), 10))
    assert Message.objects.count() == 3


@pytest.mark.django_db
def test_a_silent_batch_is_found_again_and_a_living_one_is_left(world: World) -> None:
    batch = ask(world, 3)
    assert queries.stopped_batches(at(MONDAY, 9, 1)) == []
    assert queries.stopped_batches(at(MONDAY, 9, 5)) == [batch.pk]
    actions.run_batch(batch.pk, now=lambda: at(MONDAY, 9, 5))
    assert queries.stopped_batches(at(MONDAY, 12)) == []


@pytest.mark.django_db
def test_what_changed_since_the_agent_asked_is_seen_chunk_by_chunk(world: World) -> None:
    batch = ask(world, 3)
    actions.invite_entries(entry_ids=[world.people[0].pk], by=world.by, at=at(MONDAY, 9))
    actions.run_batch(batch.pk, now=lambda: at(MONDAY, 9, 1))
    batch.refresh_from_db()
    assert batch.count == 2
    assert [line["reason"] for line in batch.skipped] == ["invited_recently"]


@pytest.mark.django_db
def test_the_progress_is_on_the_page_of_the_batch(world: World) -> None:
    batch = ask(world, 3)
    client = Client()
    client.force_login(world.secretary, backend="allauth.account.auth_backends.AuthenticationBackend")
    actions.invite_next(batch_id=batch.pk, size=1, by=world.by, at=at(MONDAY, 9))
    shown = client.get(f"/invitations/{batch.pk}/").content.decode()
    assert "Envoi en cours" in shown
    assert 'value="1"' in shown
    assert 'max="3"' in shown
    actions.run_batch(batch.pk, now=lambda: at(MONDAY, 9))
    assert "Envoi en cours" not in client.get(f"/invitations/{batch.pk}/").content.decode()


@pytest.mark.django_db
def test_nobody_to_invite_writes_no_batch(world: World) -> None:
    entry = world.entry(mobile="", address=False)
    with pytest.raises(DomainError):
        actions.ask_batch(entry_ids=[entry.pk], by=world.by, at=at(MONDAY, 9))
    assert not InvitationBatch.objects.exists()
