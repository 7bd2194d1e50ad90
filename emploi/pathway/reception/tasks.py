"""The worker's appointments with the reception."""

from procrastinate.contrib.django import app

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.pathway.reception import actions

WORKER = Actor.system("Accueil téléphonique")


@app.periodic(cron="15 7 * * 1-5")
@app.task(name="reception.tell_services", queueing_lock="reception.tell_services")
def tell_services(timestamp: int = 0) -> int:
    """Tell services what waits too long, on the days they work; answers how many messages."""
    if not clock.is_working_day(clock.today()):
        return 0
    return actions.tell_services(by=WORKER, at=clock.now())


@app.periodic(cron="25 3 * * *")
@app.task(name="reception.forget_unknown", queueing_lock="reception.forget_unknown")
def forget_unknown(timestamp: int = 0) -> int:
    """Erase the calls and replies of people nobody recognised, their time being over."""
    return actions.forget_unknown(by=WORKER, at=clock.now()).calls
