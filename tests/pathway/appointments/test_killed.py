"""Two thousand invitations, the real worker killed in the middle and started again: nobody lost, nobody twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from typing import Any

from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app

from emploi.foundation import clock, jobs
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.writing import acting
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.models import Invitation, InvitationBatch
from emploi.pathway.beneficiaries.models import Contact, Entry, Household, HouseholdRole, Person
from emploi.pathway.clocks.actions import start_deadlines
from emploi.pathway.clocks.models import Deadline
from tests.exchanges.caf.test_killed import same_database, wait_for
from tests.pathway.appointments.world import MONDAY, TESTS, World, at, build

PEOPLE = 2000
NOW = at(MONDAY, 9)


def many(world: World) -> list[int]:
    """People who entered today, all at once: one SMS each."""
    numbers = range(1, PEOPLE + 1)
    with acting(TESTS):
        homes = Household.objects.bulk_create(
            [Household(claim_number=f"{number:011d}", payer="CAF", state="2") for number in numbers]
        )
        people = Person.objects.bulk_create(
            [
                Person(
                    title="MME", first_name="Zoé", last_name=f"ESSAI{number}", sort_name=f"ESSAI{number:04d} ZOE",
                    search_text=f"essai{number} zoe", birth_date=date(1988, 4, 12),
                )
                for number in numbers
            ]
        )  # fmt: skip
        each = list(zip(people, homes, strict=True))
        HouseholdRole.objects.bulk_create(
            HouseholdRole(person=who, household=home, role="DEM", started_on=MONDAY, subject_to_duties=True)
            for who, home in each
        )
        Contact.objects.bulk_create(
            Contact(person=who, kind="mobile", value=f"+336399{number:05d}", source="typed", received_on=MONDAY)
            for number, who in enumerate(people)
        )
        entries = Entry.objects.bulk_create(
            Entry(person=who, household=home, opened_on=MONDAY, kind="first", commune=world.town.commune)
            for who, home in each
        )
    ids = [entry.pk for entry in entries]
    start_deadlines(entry_ids=ids, by=TESTS, at=clock.at_noon(MONDAY))
    return ids


def worker(settings: Any) -> subprocess.Popen[bytes]:
    """The real command of the product, on the database of the tests."""
    now = f"{NOW:%Y-%m-%dT%H:%M}"
    place = {"EMPLOI_DATA_DIR": str(settings.DATA_DIR), "DEPARTMENT": "demo", "EMPLOI_NOW": now}
    return subprocess.Popen(
        [sys.executable, "-m", "emploi", "worker", "--once", "--concurrency", "1"],
        env={**os.environ, **same_database(), **place},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def killed_at(batch: InvitationBatch, done: int, settings: Any) -> None:
    """Let the worker invite this many people, then kill it."""
    process = worker(settings)
    try:
        wait_for(lambda: InvitationBatch.objects.filter(pk=batch.pk, done__gte=done).exists(), process)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def the_dead_are_noticed() -> jobs.Rescued:
    """What the minute's round does once a worker has been silent long enough."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '10 minutes'")
    return async_to_sync(jobs.rescue)(app.job_manager)


def test_a_worker_killed_among_two_thousand_loses_none_and_doubles_none(transactional_db: None, settings: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
    world = build()
    ids = many(world)
    batch = actions.ask_batch(entry_ids=ids, by=world.by, at=NOW)
    actions.leave_to_worker(batch_id=batch.pk, by=world.by, at=NOW)

    killed_at(batch, PEOPLE // 3, settings)
    batch.refresh_from_db()
    reached = batch.done
    assert PEOPLE // 3 <= reached < PEOPLE, "killed too late: change PEOPLE"
    assert Invitation.objects.count() == Message.objects.count() == reached

    assert the_dead_are_noticed().restarted == 1
    killed_at(batch, PEOPLE, settings)

    batch.refresh_from_db()
    assert (batch.done, batch.count, batch.skipped, batch.is_running) == (PEOPLE, PEOPLE, [], False)
    for rows in (Invitation.objects, Message.objects, JournalEntry.objects.filter(event="appointments.InvitationSent")):
        told = list(rows.values_list("person_id", flat=True))
        assert len(told) == len(set(told)) == PEOPLE
    followed = Deadline.objects.filter(entry__in=ids, kind="relaunch").values_list("entry", flat=True)
    assert len(followed) == len(set(followed)) == PEOPLE
