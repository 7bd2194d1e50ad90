"""The worker's part in the repair of files: replaying many refused lines."""

from procrastinate.contrib.django import app

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.intake import actions
from emploi.foundation.intake.enums import RowStatus
from emploi.foundation.intake.models import Row


@app.task(name="intake.replay_rows", lock="intake.replay_rows")
def replay_rows(run_id: int, agent_id: int | None, agent_label: str) -> int:
    """Tries every refused line of a run again; answers how many went through."""
    by = Actor(kind="agent" if agent_id else "system", id=agent_id, label=agent_label)
    rows = Row.objects.filter(run_id=run_id, status=RowStatus.REFUSED).order_by("number")
    return sum(actions.replay(row=row, by=by, at=clock.now()) for row in rows.iterator(chunk_size=200))
