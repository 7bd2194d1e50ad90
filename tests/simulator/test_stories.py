"""The stories of the history: an hour of an officer is given once, whatever becomes of the appointment."""

from __future__ import annotations

from datetime import date

from emploi.simulator.caf_files.writing import world_of
from emploi.simulator.life.draws import Draws
from emploi.simulator.stories import acts
from emploi.simulator.stories.agenda import WORKDAYS, Agenda, Site
from emploi.simulator.stories.fate import MET, Delays, Fate
from emploi.simulator.stories.story import Teller

MONDAY = date(2026, 3, 2)


def test_an_hour_is_never_given_to_two_people_even_when_the_first_one_cancels() -> None:
    agenda = Agenda([[Site(1, "valence")] * WORKDAYS])
    promises = world_of(seed=7).figures.promises
    fate = Fate(MONDAY, MET, ("cancelled_by_person", "cancelled_by_us"), date(2026, 3, 12), date(2026, 3, 20), True)
    delays = Delays(met_by=date(2026, 3, 17), oriented_by=date(2026, 4, 2))
    hours = []
    for number in range(60):
        told = Teller(fate, delays, "valence", True, agenda, Draws(number), promises).tell()
        hours += [(a.visit.taken.desk, a.visit.taken.starts_at) for a in told if isinstance(a, acts.Booked)]
    assert len(hours) > 60
    assert len(hours) == len(set(hours))
