"""The worker's part in the spreadsheets: previews, imports and undoings asked on screen, dead runs noticed."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from emploi.exchanges.spreadsheets import inbound
from emploi.exchanges.spreadsheets.engine import forgetting, undoing
from emploi.exchanges.spreadsheets.engine.archive import KIND
from emploi.exchanges.spreadsheets.models import SheetFile
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.intake.locks import Busy
from emploi.foundation.intake.models import Run
from emploi.foundation.intake.working import sweep_if_idle

WORKER = Actor.system("Travail de fond")
# One spreadsheet at a time: PostgreSQL's own lock says so, and lets go when a worker is killed.
WHEN_BUSY = RetryStrategy(max_attempts=2000, wait=5, retry_exceptions=[Busy])


@app.task(name="spreadsheets.preview", retry=WHEN_BUSY)
def preview(run_id: int, agent_id: int | None, agent_label: str) -> str:
    """Says what a spreadsheet would do."""
    return inbound.preview_run(run=Run.objects.get(pk=run_id), by=_author(agent_id, agent_label), at=clock.now()).status


@app.task(name="spreadsheets.apply", retry=WHEN_BUSY)
def apply(run_id: int, agent_id: int | None, agent_label: str) -> str:
    """Applies a spreadsheet, from its start or from where it stopped."""
    return inbound.apply_run(run=Run.objects.get(pk=run_id), by=_author(agent_id, agent_label), at=clock.now()).status


@app.task(name="spreadsheets.undo", retry=WHEN_BUSY)
def undo(run_id: int, agent_id: int | None, agent_label: str) -> int:
    """Takes a whole spreadsheet back; answers how many lines went."""
    sheet = SheetFile.objects.select_related("run").get(run=run_id)
    return undoing.undo(sheet=sheet, by=_author(agent_id, agent_label), at=clock.now())[0]


@app.periodic(cron="* * * * *")
@app.task(name="spreadsheets.notice_interruptions", queueing_lock="spreadsheets.notice_interruptions")
def notice_interruptions(timestamp: int = 0) -> None:
    """Marks the runs whose process died, so that the screen offers to take them up again."""
    sweep_if_idle(KIND, by=WORKER, at=clock.now())


@app.periodic(cron="15 3 * * *")
@app.task(name="spreadsheets.forget_lines", retry=WHEN_BUSY, queueing_lock="spreadsheets.forget_lines")
def forget_lines(timestamp: int = 0) -> int:
    """Erases the lines of old spreadsheets; answers of how many files."""
    return forgetting.forget_lines(by=WORKER, at=clock.now()).files


def _author(agent_id: int | None, label: str) -> Actor:
    return Actor(kind="agent" if agent_id else "system", id=agent_id, label=label)
