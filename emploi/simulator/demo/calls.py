"""The telephone of the service: calls answered, calls to return, one returned, one nobody picked up."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from emploi.foundation import clock
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.reception import actions
from emploi.pathway.reception.enums import Reached, Subject
from emploi.pathway.reception.facts import TypedCall
from emploi.pathway.reception.models import Call
from emploi.simulator.demo.agendas import agents_of
from emploi.simulator.demo.trying import tried
from emploi.territory.agents.roles import Role

CALLED_BACK = "Explications données, tout est clair."
DELAY = timedelta(hours=1)  # before somebody is called back
# Numbers kept for works of fiction (ARCEP).
NUMBER = "+3363998{:04d}"
# Why, what was asked, what was answered (empty: somebody must call back), how many days ago and when, what came of
# the call back.
CALLS = (
    (Subject.APPOINTMENT, "Demande l’heure de son rendez-vous.", "Mardi à 9 h, rappelé le lieu.", 4, time(9, 10), ""),
    (Subject.LETTER, "N’a pas compris la lettre reçue.", "", 3, time(10, 25), Reached.REACHED),
    (Subject.RIGHT, "N’a pas reçu le RSA ce mois-ci.", "Orientée vers la CAF.", 2, time(15, 40), ""),
    (Subject.SUPPORT, "Ne sait pas qui est son référent.", "", 2, time(11, 5), Reached.NO_ANSWER),
    (Subject.DUTIES, "Explique son absence de la semaine passée.", "", 1, time(14, 20), ""),
    (Subject.APPOINTMENT, "Veut un rendez-vous plus près de chez elle.", "", 1, time(16, 35), ""),
    (Subject.COMPLAINT, "N’est pas d’accord avec la décision.", "", 0, time(8, 50), ""),
    (Subject.OTHER, "Cherche le numéro de France Travail.", "Numéro donné.", 0, time(8, 35), ""),
)


def receive_calls(now: datetime) -> None:
    """Notes these calls, once; half of them from people of the pathway."""
    office = agents_of(Role.RSA_OFFICE)
    if not office or Call.objects.filter(reply=None).exists():
        return
    agent, by = office[0], office[0].as_actor()
    known = list(Entry.objects.open().counted().order_by("-opened_on", "pk").values_list("person_id", flat=True)[:4])
    for rank, (subject, question, answer, days, hour, after) in enumerate(CALLS):
        person_id = known[rank // 2] if rank % 2 and rank // 2 < len(known) else None
        typed = TypedCall(
            person_id=person_id,
            caller="" if person_id else f"Personne {rank + 1}, nom mal entendu",
            number=NUMBER.format(100 + rank),
            subject=subject,
            question=question,
            answer=answer,
            calls_back=not answer,
            owner_id=None,
        )
        at = _office_hour(now, days, hour)
        call = tried(actions.note_call, typed=typed, agent_id=agent.pk, by=by, at=at)
        if call is not None and after:
            said = CALLED_BACK if after == Reached.REACHED else ""
            later = at + DELAY
            tried(actions.call_back, call_id=call.pk, outcome=after, answer=said, agent_id=agent.pk, by=by, at=later)


def _office_hour(now: datetime, days: int, hour: time) -> datetime:
    """That hour of a working day, some days back: nobody answers at night nor on Sundays."""
    day = now.date() - timedelta(days=days)
    while not clock.is_working_day(day) or datetime.combine(day, hour, clock.ZONE) + DELAY > now:
        day -= timedelta(days=1)
    return datetime.combine(day, hour, clock.ZONE)
