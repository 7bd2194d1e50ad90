"""The worker's part in the files of the payers: previews and imports started on screen, interrupted runs noticed."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from emploi.exchanges.caf import contacts_inbound, inbound
from emploi.exchanges.caf.flows import inbound as flows_inbound
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.intake.locks import Busy
from emploi.foundation.intake.models import Run
from emploi.foundation.intake.working import sweep_if_idle

WORKER = Actor.system("Travail de fond")


# One file at a time: PostgreSQL's own lock says so (intake/locks.py), and lets go when a worker is killed.
WHEN_BUSY = RetryStrategy(max_attempts=2000, wait=5, retry_exceptions=[Busy])


@app.task(name="caf.preview", retry=WHEN_BUSY)
def preview(run_id: int, agent_id: int | None, agent_label: str) -> str:
    """Says what a file would do."""
    return inbound.preview_run(run=Run.objects.get(pk=run_id), by=_author(agent_id, agent_label), at=clock.now()).status


@app.task(name="caf.apply", retry=WHEN_BUSY)
def apply(run_id: int, agent_id: int | None, agent_label: str) -> str:
    """Applies a file, from its start or from where it stopped."""
    return inbound.apply_run(run=Run.objects.get(pk=run_id), by=_author(agent_id, agent_label), at=clock.now()).status


@app.task(name="caf.apply_contacts", retry=WHEN_BUSY)
def apply_contacts(run_id: int, agent_id: int | None, agent_label: str) -> str:
    """Applies a contact file."""
    run = Run.objects.get(pk=run_id)
    return contacts_inbound.apply_contacts_run(run=run, by=_author(agent_id, agent_label), at=clock.now()).status


@app.task(name="caf.apply_flow", retry=WHEN_BUSY)
def apply_flow(run_id: int, agent_id: int | None, agent_label: str) -> str:
    """Keeps a file of debts or accounts."""
    run = Run.objects.get(pk=run_id)
    return flows_inbound.apply_flow_run(run=run, by=_author(agent_id, agent_label), at=clock.now()).status


@app.periodic(cron="* * * * *")
@app.task(name="caf.notice_interruptions", queueing_lock="caf.notice_interruptions")
def notice_interruptions(timestamp: int = 0) -> None:
    """Marks the runs whose process died, so that the screen offers to take them up again."""
    for kind in (inbound.KIND, contacts_inbound.KIND, flows_inbound.KIND):
        sweep_if_idle(kind, by=WORKER, at=clock.now())


def _author(agent_id: int | None, label: str) -> Actor:
    return Actor(kind="agent" if agent_id else "system", id=agent_id, label=label)
