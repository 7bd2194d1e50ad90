"""The worker's appointments with messages."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from emploi.foundation import clock
from emploi.foundation.jobs import repeatable
from emploi.foundation.messaging.actions import wake_worker_with
from emploi.foundation.messaging.delivery import WORKER, deliver
from emploi.foundation.messaging.inbound import mailbox
from emploi.foundation.messaging.printing import compose_or_give_back

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="messaging.send_due", queueing_lock="messaging.send_due")
def send_due(timestamp: int = 0) -> dict[str, int]:
    """Send the messages that may leave; several workers may do it at the same time."""
    done = deliver(now=clock.now)
    if done.total():
        log.info("messages: %s", dict(done))
    return dict(done)


@app.periodic(cron="*/2 * * * *")
@app.task(name="messaging.read_replies", queueing_lock="messaging.read_replies", lock="messaging.read_replies")
def read_replies(timestamp: int = 0) -> dict[str, int]:
    """Read the mailbox of replies, when there is one; two workers never read it at once."""
    return dict(mailbox.read_mailbox(now=clock.now)) if mailbox.is_set() else {}


@repeatable
@app.task(name="messaging.print_run", lock="messaging.print_run")
def print_run(run_id: int) -> None:
    """Compose the PDF of a print run; a failure gives the letters back to the queue."""
    compose_or_give_back(run_id=run_id, by=WORKER, now=clock.now)


def wake() -> None:
    """Ask a worker to send now rather than at the next minute; one request waiting is enough."""
    try:
        send_due.defer()
    except AlreadyEnqueued:
        log.debug("a worker is already asked to send")


wake_worker_with(wake)
