"""The appointments of somebody who is away, the slots that could receive them, and a proposal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from django.db.models import QuerySet

from emploi.pathway.appointments.models import Appointment, Closure, Slot
from emploi.pathway.appointments.queries.agenda import booked_on
from emploi.pathway.appointments.queries.recipients import due_dates
from emploi.pathway.appointments.queries.taken import taken
from emploi.pathway.appointments.rules.replacing import Displaced, Offer, Offers, propose
from emploi.territory.agents.models import Agent

# Beyond, a person whose appointment was tomorrow would rather choose another date herself.
DAYS_AHEAD = 15
OFFERS_READ = 2000
OFFERS_SHOWN = 12
COLLEAGUES_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Move:
    """One appointment to replace: the slots that suit it, the best first, the one proposed, who could take the hour."""

    appointment: Appointment
    offers: list[Slot]
    proposed: Slot | None
    colleagues: list[Agent]


def displaced_by(closure: Closure, *, at: datetime, visible: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """The coming appointments a closure touches, among those the agent sees."""
    return booked_on(closure).filter(starts_at__gt=at, pk__in=visible.values("pk"))


def plan_of(
    displaced: Sequence[Appointment],
    *,
    closure: Closure,
    agent_ids: Collection[int] = (),
    elsewhere: bool = False,
) -> list[Move]:
    """Propose a slot for each appointment, at its place unless `elsewhere`, with these agents or anybody."""
    slots = {slot.pk: slot for slot in _slots(displaced, agent_ids, elsewhere)}
    offers = [Offer(s.pk, s.kind_id, s.place_id, s.starts_at, s.seats - s.booked) for s in slots.values()]
    asked = [Displaced(a.pk, a.kind_id, a.place_id, a.starts_at) for a in displaced]
    proposed, book = propose(asked, offers), Offers(offers)
    colleagues = _free_colleagues(displaced, closure, agent_ids)
    moves = []
    for appointment, one in zip(displaced, asked, strict=True):
        best = list(islice(book.nearest(one), OFFERS_SHOWN))
        chosen = slots.get(proposed.get(one.appointment_id, 0))
        shown = [slots[offer.slot_id] for offer in best]
        if chosen and chosen not in shown:
            shown.append(chosen)
        moves.append(Move(appointment, shown, chosen, colleagues[appointment.pk]))
    return moves


def colleagues_of(displaced: Sequence[Appointment], closure: Closure, *, elsewhere: bool) -> list[Agent]:
    """Who else gives such appointments around these days, at these places or, `elsewhere`, anywhere."""
    if not displaced:
        return []
    first = min(a.starts_at for a in displaced) - timedelta(days=DAYS_AHEAD)
    last = max(a.starts_at for a in displaced) + timedelta(days=DAYS_AHEAD)
    kinds = {a.kind_id for a in displaced}
    giving = Slot.objects.filter(kind_id__in=kinds, starts_at__gte=first, starts_at__lt=last)
    if not elsewhere:
        giving = giving.filter(place_id__in={a.place_id for a in displaced})
    others = Agent.objects.filter(is_active=True, pk__in=giving.values("agent"))
    return list(others.exclude(pk=closure.agent_id or 0).order_by("last_name", "first_name", "pk")[:COLLEAGUES_SHOWN])


def due_of(displaced: Sequence[Appointment]) -> dict[int, date]:
    """The last day to meet each person for her first interview, by appointment."""
    due = due_dates([a.entry_id for a in displaced if a.entry_id and a.is_first_interview])
    return {a.pk: due[a.entry_id] for a in displaced if a.entry_id in due}


def _slots(displaced: Sequence[Appointment], agent_ids: Collection[int], elsewhere: bool) -> QuerySet[Slot]:
    if not displaced:
        return Slot.objects.none()
    last = max(a.starts_at for a in displaced) + timedelta(days=DAYS_AHEAD)
    found = Slot.objects.free().filter(
        kind_id__in={a.kind_id for a in displaced},
        starts_at__gte=min(a.starts_at for a in displaced),
        starts_at__lt=last,
        place__is_active=True,
    )
    # Her own slots of later days count: they are open to anybody who books.
    if agent_ids:
        found = found.filter(agent_id__in=agent_ids)
    if not elsewhere:
        found = found.filter(place_id__in={a.place_id for a in displaced})
    return found.select_related("agent", "place__commune").order_by("starts_at", "pk")[:OFFERS_READ]


def _free_colleagues(
    displaced: Sequence[Appointment], closure: Closure, agent_ids: Collection[int]
) -> dict[int, list[Agent]]:
    """For each appointment, the chosen agents who could receive at its very hour without an opening."""
    chosen = list(Agent.objects.filter(pk__in=set(agent_ids) - {closure.agent_id}, is_active=True))
    if not (chosen and displaced):
        return {a.pk: [] for a in displaced}
    first, last = min(a.starts_at for a in displaced), max(a.ends_at for a in displaced)
    known = taken([agent.pk for agent in chosen], first, last)
    return {
        a.pk: [agent for agent in chosen if not known.covers(agent.pk, a.place_id, (a.starts_at, a.ends_at))]
        for a in displaced
    }
