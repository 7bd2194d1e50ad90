"""What the worker does for appointments."""

import logging
import time

from procrastinate.contrib.django import app

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.jobs import repeatable
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.actions.agendas import alerts

log = logging.getLogger(__name__)

# One round of reading ends before the next begins.
READING_SECONDS = 480
WORKER = Actor.system("Tâches automatiques")


@app.periodic(cron="*/5 * * * *")
@app.task(name="appointments.tell_openings", queueing_lock="appointments.tell_openings")
def tell_openings(timestamp: int = 0) -> int:
    """Write in the journal the links opened since the last time."""
    return actions.tell_openings(by=WORKER, at=clock.now())


@app.periodic(cron="30 4 * * *")
@app.task(name="appointments.extend_openings", queueing_lock="appointments.extend_openings")
def extend_openings(timestamp: int = 0) -> int:
    """Create the slots of the new days of openings without end."""
    return actions.extend_openings(by=WORKER, at=clock.now())


@app.periodic(cron="45 4 * * *")
@app.task(name="appointments.forget_unknown_codes", queueing_lock="appointments.forget_unknown_codes")
def forget_unknown_codes(timestamp: int = 0) -> int:
    """Forget the wrong codes typed more than a day ago."""
    return actions.forget_unknown_codes(by=WORKER, at=clock.now())


@app.periodic(cron="10 7-19 * * *")
@app.task(name="appointments.watch_service", queueing_lock="appointments.watch_service")
def watch_service(timestamp: int = 0) -> int:
    """Tell the service where nobody can book any more and which calendars are unread; returns how many e-mails."""
    now = clock.now()
    return alerts.watch_slots(by=WORKER, at=now) + alerts.watch_calendars(by=WORKER, at=now)


@repeatable
@app.task(name="appointments.invite_batch")
def invite_batch(batch_id: int) -> int:
    """Invite the people of a batch, chunk by chunk; started again after a crash, it goes on where it was."""
    return actions.run_batch(batch_id, now=clock.now)


@repeatable
@app.task(name="appointments.bind_letters")
def bind_letters(batch_id: int, run_id: int) -> int:
    """Compose the letters of a batch as one PDF; started again after a crash, it composes them afresh."""
    return actions.bind_letters(batch_id, run_id, now=clock.now).pk


@app.periodic(cron="5,35 7-20 * * 1-6")
@app.task(name="appointments.relaunch", queueing_lock="appointments.relaunch")
def relaunch(timestamp: int = 0) -> int:
    """Relaunch those who did not answer, where the kind of appointment says so; returns how many."""
    asked = actions.ask_relaunches(by=WORKER, at=clock.now())
    return sum(actions.run_batch(batch_id, now=clock.now) for batch_id in asked)


@app.periodic(cron="*/2 * * * *")
@app.task(name="appointments.resume_batches", queueing_lock="appointments.resume_batches")
def resume_batches(timestamp: int = 0) -> int:
    """Go on with the batches nobody has worked on for a while; returns how many."""
    resumed = 0
    for batch_id in queries.stopped_batches(clock.now()):
        try:
            invite_batch(batch_id)
        except Exception:
            # One batch that cannot go on must not hold the others; its page offers to try again.
            log.exception("batch of invitations %s could not be resumed", batch_id)
        else:
            resumed += 1
    return resumed


@app.task(name="appointments.read_calendar")
def read_calendar(calendar_id: int) -> bool:
    """Read one calendar kept elsewhere, as soon as its address is given."""
    return actions.read_calendar(calendar_id=calendar_id, by=WORKER, at=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="appointments.read_calendars", queueing_lock="appointments.read_calendars")
def read_calendars(timestamp: int = 0) -> int:
    """Read the calendars whose turn has come; those left for want of time come first the next time."""
    stop_at = time.monotonic() + READING_SECONDS
    read = 0
    for calendar_id in queries.calendars_to_read(clock.now()):
        if time.monotonic() > stop_at:
            break
        read += actions.read_calendar(calendar_id=calendar_id, by=WORKER, at=clock.now())
    return read
