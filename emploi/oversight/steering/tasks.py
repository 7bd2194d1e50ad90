"""What the worker does by itself for steering."""

from procrastinate.contrib.django import app

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.oversight.steering.actions import freeze_due_months

FREEZING = Actor.system("Publication des taux")


@app.periodic(cron="20 4 * * *")
@app.task(name="steering.freeze_due_months", queueing_lock="steering.freeze_due_months", lock="steering.freeze")
def freeze(timestamp: int = 0) -> int:
    """Publish the months whose figures became final."""
    return freeze_due_months(by=FREEZING, at=clock.now())
