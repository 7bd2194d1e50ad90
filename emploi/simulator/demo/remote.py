"""What makes an appointment possible: people met by telephone or video, and what some need in order to come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from emploi.foundation.actor import Actor
from emploi.pathway.appointments import actions as appointments
from emploi.pathway.appointments.actions import OpeningPlan
from emploi.pathway.appointments.actions.agendas.rooms import set_room
from emploi.pathway.appointments.enums import BookedVia, Modality
from emploi.pathway.appointments.models import Appointment, Kind, Opening, Slot, VideoRoom
from emploi.pathway.beneficiaries.actions import tell_needs
from emploi.pathway.beneficiaries.enums import VisitNeed
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.orientation.models import Decision
from emploi.simulator.demo.agendas import agents_of
from emploi.simulator.demo.referents import KIND
from emploi.simulator.demo.trying import tried
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role

DAYS_BACK, ROOMS, PEOPLE = 26, 4, 24
PHONE_DAY, PHONE_FROM, PHONE_TO = 5, time(9), time(12)  # on Fridays: the other days are taken
# How many calls and meetings from afar are over, how many are to come; one person in five is not there.
OVER, TO_COME, MISSED = 6, 4, 5
FROM_AFAR = (Modality.VIDEO, Modality.PHONE, Modality.VIDEO)
# A name reserved for examples (RFC 2606): nobody will ever answer there.
ROOM = "https://visio.demo.example/salle-{}"
HOW = "Entrez votre prénom, puis attendez que l’on vous ouvre."
# What is needed, the interpreter's language, another practical need, and whether the person said it herself.
NEEDS: tuple[tuple[tuple[str, ...], str, str, bool], ...] = (
    ((VisitNeed.WHEELCHAIR,), "", "", True),
    ((), "arabe", "", False),
    ((VisitNeed.CHILDCARE,), "", "", True),
    ((VisitNeed.ACCOMPANIED,), "turc", "", False),
    ((VisitNeed.CHILDCARE, VisitNeed.ACCOMPANIED), "", "Pas le mercredi", True),
    ((), "", "Un car seulement le matin", False),
    ((), "", "", True),  # she was asked and needs nothing
)


def set_remote(now: datetime, by: Actor) -> None:
    """Sets these scenes up, once."""
    if VideoRoom.objects.exists():
        return
    receivers = [*agents_of(Role.COUNSELLOR), *agents_of(Role.SOCIAL_WORKER)]
    since = now - timedelta(days=DAYS_BACK)
    oriented = _oriented()
    _open_phone(agents_of(Role.COUNSELLOR)[-1:], oriented, since, now, by)
    for rank, agent in enumerate(receivers[:ROOMS], start=1):
        address = ROOM.format(rank)
        tried(set_room, agent_id=agent.pk, address=address, how=HOW, by=agent.as_actor(), at=since)
        _meet(agent, Slot.objects.filter(agent=agent, kind__slug=KIND, booked=0), oriented, FROM_AFAR, now)
    _tell_needs(now)


def _oriented() -> list[Decision]:
    """People already oriented and without an appointment to come, taken from the end of the list."""
    known = Decision.objects.current().filter(entry__closed_on=None, person__died_on=None)
    return list(known.exclude(person__appointments__status="planned").order_by("person__sort_name", "pk"))


def _open_phone(agents: Iterable[Agent], oriented: list[Decision], since: datetime, now: datetime, by: Actor) -> None:
    """One morning a week, somebody is called; some were, some will be."""
    kind = Kind.objects.filter(modalities=[Modality.PHONE], is_active=True).order_by("position").first()
    for agent in agents:
        usual = Opening.objects.filter(agent=agent).order_by("pk").first()
        if kind is None or usual is None:
            continue
        plan = OpeningPlan(
            agent_id=agent.pk,
            place_id=usual.place_id,
            kind_id=kind.pk,
            first_on=since.date(),
            last_on=None,
            weekdays=[PHONE_DAY],
            starts_at=PHONE_FROM,
            ends_at=PHONE_TO,
            slot_minutes=kind.duration_minutes,
            modality=kind.default_modality,
        )
        opened = tried(appointments.create_opening, plan=plan, by=by, at=since)
        if opened is not None:
            _meet(agent, Slot.objects.filter(opening=opened.opening), oriented, (Modality.PHONE,), now)


def _meet(agent: Agent, slots: Iterable[Slot], oriented: list[Decision], ways: tuple[str, ...], now: datetime) -> None:
    """Gives some of these slots, those that are over and those to come, to people met from afar."""
    by, found = agent.as_actor(), sorted(slots, key=lambda slot: slot.starts_at)
    chosen = [slot for slot in found if slot.ends_at <= now][-OVER:]
    chosen += [slot for slot in found if slot.starts_at > now][:TO_COME]
    for rank, slot in enumerate(chosen):
        if not oriented:
            return
        asked = min(now, slot.starts_at) - timedelta(days=3)
        booked = tried(
            appointments.book,
            slot_id=slot.pk,
            entry_id=oriented.pop().entry_id,
            via=BookedVia.AGENT,
            modality=ways[rank % len(ways)],
            notify=False,
            by=by,
            at=asked,
        )
        if booked is not None and booked.ends_at <= now:
            mark = appointments.mark_absent if slot.pk % MISSED == 0 else appointments.mark_present
            tried(mark, appointment_id=booked.pk, by=by, at=booked.ends_at)


def _tell_needs(now: datetime) -> None:
    """Some of those who are coming said what they need, or the agent who booked noted it."""
    coming = Appointment.objects.planned().filter(starts_at__gt=now).order_by("starts_at", "pk")
    people: dict[int, tuple[Person, Actor, datetime]] = {}
    for one in coming.select_related("person", "agent")[: PEOPLE * 2]:
        people.setdefault(one.person_id, (one.person, one.agent.as_actor(), one.booked_at))
    for rank, (person, agent, at) in enumerate(list(people.values())[:PEOPLE]):
        needs, language, other, herself = NEEDS[rank % len(NEEDS)]
        by = Actor.person(person.pk, person.full_name) if herself else agent
        tried(tell_needs, person_id=person.pk, needs=needs, language=language, other=other, by=by, at=min(at, now))
