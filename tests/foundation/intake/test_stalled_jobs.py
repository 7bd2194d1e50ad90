"""A worker killed in the middle of a job: the job comes back, or is said to have failed; a living one is left."""

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app

from emploi.foundation import jobs
from emploi.foundation.intake.tasks import replay_rows
from emploi.foundation.messaging.tasks import send_due

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_waits() -> None:
    """Tests that commit leave jobs behind: a task that runs one at a time could not be asked for again."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


def held_by_a_worker(job_id: int, *, silent_for: int) -> None:
    """The job is being done by a worker heard of some seconds ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [silent_for],
        )
        worker = cursor.fetchone()[0]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [worker, job_id])


def status_of(job_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job_id])
        return str(cursor.fetchone()[0])


def rescue() -> jobs.Rescued:
    return async_to_sync(jobs.rescue)(app.job_manager)


def test_a_repeatable_job_of_a_dead_worker_is_started_again() -> None:
    job_id = replay_rows.defer(run_id=1, agent_id=None, agent_label="Essai")
    held_by_a_worker(job_id, silent_for=600)
    assert rescue() == jobs.Rescued(restarted=1, failed=0)
    assert status_of(job_id) == "todo"
    assert rescue() == jobs.Rescued(restarted=0, failed=0)


def test_another_job_of_a_dead_worker_is_said_to_have_failed() -> None:
    job_id = send_due.defer()
    held_by_a_worker(job_id, silent_for=600)
    assert rescue() == jobs.Rescued(restarted=0, failed=1)
    assert status_of(job_id) == "failed"


def test_the_job_of_a_living_worker_is_left_alone() -> None:
    job_id = replay_rows.defer(run_id=1, agent_id=None, agent_label="Essai")
    held_by_a_worker(job_id, silent_for=5)
    assert rescue() == jobs.Rescued(restarted=0, failed=0)
    assert status_of(job_id) == "doing"
