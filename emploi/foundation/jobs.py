"""Jobs asked by name, and those whose worker died: what may be started again is, the rest is said to have failed."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TypeVar

from procrastinate.contrib.django import app
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from procrastinate.tasks import Task

log = logging.getLogger(__name__)
# A worker tells it is alive every ten seconds; after this silence it is held for dead.
SILENCE_SECONDS = 90
_repeatable: set[str] = set()
T = TypeVar("T", bound=Task)


@dataclass(frozen=True, slots=True)
class Rescued:
    """What became of the jobs of dead workers."""

    restarted: int
    failed: int


def defer(name: str, **arguments: int | str) -> None:
    """Ask the worker for a task by its name, in the transaction of what causes it."""
    app.configure_task(name).defer(**arguments)


def repeatable(task: T) -> T:
    """Say that a task may be started again from its beginning: what it did already is not done twice."""
    _repeatable.add(task.name)
    return task


async def rescue(manager: JobManager) -> Rescued:
    """Give back to the workers what a dead one held; a job left « doing » would also keep its lock forever."""
    restarted = failed = 0
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE_SECONDS):
        if job.id is None:
            continue
        if job.task_name in _repeatable:
            await manager.retry_job(job)
            restarted += 1
        else:
            await manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=False)
            failed += 1
        log.warning("the worker of job %s (%s) is gone", job.id, job.task_name)
    return Rescued(restarted, failed)
