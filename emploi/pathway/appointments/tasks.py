"""What the worker does for appointments."""

from procrastinate.contrib.django import app

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.pathway.appointments import actions

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
