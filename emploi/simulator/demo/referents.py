"""The first meetings with the referents: their agendas, and the appointments placed before leaving an interview."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, time, timedelta

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.pathway.appointments.actions import OpeningPlan, book, create_opening, mark_absent, mark_present
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Kind, Slot
from emploi.pathway.orientation.models import Decision, Step
from emploi.simulator.life.draws import STORY, stream
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.roles import Role
from emploi.territory.geography.models import Place
from emploi.territory.geography.queries import place_territories

KIND = "rendez-vous-conseiller"
DAYS_BACK, ABSENT, STREAM = 12, 0.15, 93
WEEKDAYS, HOURS = [2, 4], ((time(9), time(12)), (time(14), time(17)))
EARLIEST, LATEST = timedelta(days=2), timedelta(days=14)


def open_referents(now: datetime, by: Actor) -> None:
    """Opens the agendas of counsellors and social workers, on Tuesdays and Thursdays, some days back."""
    kind = Kind.objects.filter(slug=KIND).first()
    since = now - timedelta(days=DAYS_BACK)
    members = Membership.objects.filter(role__in=(Role.COUNSELLOR, Role.SOCIAL_WORKER), ended_on=None)
    places = _places()
    if kind is None or not places:
        return
    for member in members.select_related("organization").order_by("pk"):
        near = places.get(member.organization.territory_id) or next(iter(places.values()))
        for start, end in HOURS:
            plan = OpeningPlan(
                agent_id=member.agent_id,
                place_id=near[0],
                kind_id=kind.pk,
                first_on=since.date(),
                last_on=None,
                weekdays=WEEKDAYS,
                starts_at=start,
                ends_at=end,
                slot_minutes=kind.duration_minutes,
            )
            create_opening(plan=plan, by=by, at=since)


def place_first_meetings(now: datetime) -> int:
    """Books, for the orientations of the last days, the meeting with the referent; notes those that took place."""
    since = now.date() - timedelta(days=DAYS_BACK - 1)
    recent = Decision.objects.current().filter(decided_on__gte=since, basis="interview", entry__closed_on=None)
    ours = recent.filter(responsible_organization__agenda_is_ours=True, referent__isnull=False)
    placed = 0
    for decision in ours.select_related("decided_by", "referent").order_by("recorded_at", "pk"):
        slot = _free_slot(decision)
        if slot is not None:
            _book(decision, slot, now)
            placed += 1
    return placed


def _free_slot(decision: Decision) -> Slot | None:
    at = decision.recorded_at
    free = Slot.objects.free().filter(agent=decision.referent, kind__slug=KIND)
    return free.filter(starts_at__gte=at + EARLIEST, starts_at__lte=at + LATEST).order_by("starts_at").first()


def _book(decision: Decision, slot: Slot, now: datetime) -> None:
    officer, at = decision.decided_by.as_actor(), decision.recorded_at + timedelta(minutes=8)
    appointment = book(
        slot_id=slot.pk, entry_id=decision.entry_id, via=BookedVia.AGENT, notify=False, by=officer, at=at
    )
    with acting(officer):
        steps = Step.objects.filter(interview_id=decision.interview_id or 0, step="next_appointment", state="done")
        steps.update(details={"appointment": appointment.pk})
    if appointment.ends_at <= now:
        _attend(appointment, decision.referent)


def _attend(appointment: Appointment, referent: Agent | None) -> None:
    if referent is None:
        return
    draws = stream(1, STORY, STREAM, appointment.pk)
    mark = mark_absent if draws.chance(ABSENT) else mark_present
    at = appointment.ends_at.astimezone(clock.ZONE)
    mark(appointment_id=appointment.pk, by=referent.as_actor(), at=at)


def _places() -> dict[int | None, list[int]]:
    """The places by territory."""
    found: dict[int | None, list[int]] = defaultdict(list)
    territories = place_territories()
    for place_id in Place.objects.active().order_by("pk").values_list("pk", flat=True):
        territory = territories.get(place_id)
        found[territory.pk if territory else None].append(place_id)
    return found
