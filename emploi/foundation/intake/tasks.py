"""The worker's part in the repair of files, and in the repair of what a dead worker left."""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app

from emploi.foundation import clock, jobs
from emploi.foundation.actor import Actor
from emploi.foundation.intake import actions
from emploi.foundation.intake.enums import RowStatus
from emploi.foundation.intake.models import Row


@jobs.repeatable
@app.task(name="intake.replay_rows", lock="intake.replay_rows")
def replay_rows(run_id: int, agent_id: int | None, agent_label: str) -> int:
    """Tries every refused line of a run again; answers how many went through."""
    by = Actor(kind="agent" if agent_id else "system", id=agent_id, label=agent_label)
    rows = Row.objects.filter(run_id=run_id, status=RowStatus.REFUSED).order_by("number")
    return sum(actions.replay(row=row, by=by, at=clock.now()) for row in rows.iterator(chunk_size=200))


@app.periodic(cron="* * * * *")
@app.task(name="intake.rescue_jobs", queueing_lock="intake.rescue_jobs", pass_context=True)
async def rescue_jobs(context: JobContext, timestamp: int = 0) -> int:
    """Starts again, or declares failed, the jobs of workers that died; answers how many."""
    rescued = await jobs.rescue(context.app.job_manager)
    return rescued.restarted + rescued.failed
