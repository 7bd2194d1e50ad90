"""What the worker does for the orientation: comparisons of rules, and rules that begin today."""

from datetime import timedelta

from procrastinate.contrib.django import app

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.jobs import repeatable
from emploi.pathway.orientation import actions, queries

WORKER = Actor.system("Tâches automatiques")
SILENCE = timedelta(minutes=2)


@repeatable
@app.task(name="orientation.simulate")
def simulate(simulation_id: int) -> int:
    """Compare the entrants of a simulation, chunk by chunk; started again after a crash, it goes on where it was."""
    return actions.run_simulation(simulation_id, now=clock.now)


@app.periodic(cron="*/2 * * * *")
@app.task(name="orientation.resume_simulations", queueing_lock="orientation.resume_simulations")
def resume_simulations(timestamp: int = 0) -> int:
    """Go on with the simulations nobody has worked on for a while; returns how many."""
    stopped = queries.stopped_simulations(clock.now() - SILENCE)
    for simulation_id in stopped:
        simulate(simulation_id)
    return len(stopped)


@repeatable
@app.task(name="orientation.decide_batch")
def decide_batch(batch_id: int) -> int:
    """Decide for the people of a batch; started again after a crash, it goes on where it was."""
    return actions.run_orientation_batch(batch_id, now=clock.now)


@repeatable
@app.task(name="orientation.bind_letters")
def bind_letters(batch_id: int, run_id: int) -> int:
    """Compose the letters of a batch as one PDF; started again after a crash, it composes them afresh."""
    return actions.bind_letters(batch_id, run_id, now=clock.now).pk


@app.periodic(cron="*/2 * * * *")
@app.task(name="orientation.resume_batches", queueing_lock="orientation.resume_batches")
def resume_batches(timestamp: int = 0) -> int:
    """Go on with the batches nobody has worked on for a while; returns how many."""
    stopped = queries.stopped_orientation_batches(clock.now() - SILENCE)
    for batch_id in stopped:
        decide_batch(batch_id)
    return len(stopped)


@app.periodic(cron="1 0 * * *")
@app.task(name="orientation.load_modalities", queueing_lock="orientation.load_modalities")
def load_modalities(timestamp: int = 0) -> int:
    """Open the pathways of the rules that begin today, close those they no longer name."""
    return actions.load_modalities(by=WORKER, at=clock.now())
