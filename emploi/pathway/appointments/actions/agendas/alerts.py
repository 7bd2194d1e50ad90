"""The service is told by e-mail of what blocks people: once while it lasts, and once a day at most."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.messaging.actions import Outgoing, queue_messages
from emploi.foundation.messaging.enums import Channel
from emploi.pathway.appointments.models import ServiceAlert
from emploi.pathway.appointments.queries.watching import alerts
from emploi.territory.agents.models import Membership
from emploi.territory.geography.models import Territory
from emploi.territory.geography.queries import place_territories


@action
def watch_slots(*, by: Actor, at: datetime) -> int:
    """Tell each service where nobody can choose an appointment any more; return how many e-mails left."""
    running = _settle(ServiceAlert.objects.filter(calendar=None), alerts.without_slots(at), _about_slots, at=at)
    told = [alert for alert in running if not _told_today(alert, at)]
    by_service: dict[tuple[str, str], list[ServiceAlert]] = defaultdict(list)
    territories = place_territories()
    for alert in told:
        for service in alerts.service_of(_territory_id(alert, territories), at):
            by_service[service].append(alert)
    rows = [
        _row(
            box,
            "slots_missing",
            _missing_words(name, found, territories),
            _key("slots", found),
            "Plus de créneau libre",
        )
        for (box, name), found in by_service.items()
    ]
    return _send(rows, {alert.pk for found in by_service.values() for alert in found}, by=by, at=at)


@action
def watch_calendars(*, by: Actor, at: datetime) -> int:
    """Tell an agent and her head of service that her other calendar is unread; return how many e-mails left."""
    found = ServiceAlert.objects.filter(calendar__isnull=False).select_related("calendar__agent")
    running = _settle(found, alerts.unread_calendars(at), _about_calendar, at=at)
    told = [alert for alert in running if not _told_today(alert, at)]
    rows = []
    for alert in told:
        calendar = alert.calendar
        if calendar is None:
            continue
        words = {"agent_name": calendar.agent.full_name, "since": calendar.failing_since, "reason": calendar.error}
        bodies = Membership.objects.active(on=at.date()).filter(agent=calendar.agent).values("organization")
        heads = alerts.heads_of_service(Q(organization__in=bodies), at)
        for box, name in dict.fromkeys([(calendar.agent.email, calendar.agent.first_name), *heads]):
            about = "Agenda extérieur illisible"
            rows.append(_row(box, "calendar_unread", {**words, "first_name": name}, _key("calendar", [alert]), about))
    return _send(rows, {alert.pk for alert in told}, by=by, at=at)


def _settle(found: Any, wrong: set[Any], about: Any, *, at: datetime) -> list[ServiceAlert]:
    """End the alerts whose cause is gone, begin those of new causes; return those that run and were never told."""
    running = {about(alert): alert for alert in found.filter(ended_at=None).select_for_update(of=("self",))}
    over = [alert.pk for key, alert in running.items() if key not in wrong]
    ServiceAlert.objects.filter(pk__in=over).update(ended_at=at)
    for key in sorted(wrong - running.keys(), key=str):
        columns = {"calendar_id": key} if isinstance(key, int) else {"kind_id": key[0], "place_id": key[1]}
        ServiceAlert.objects.create(started_at=at, **columns)
    return list(found.filter(ended_at=None, told_at=None).order_by("pk"))


def _about_slots(alert: ServiceAlert) -> alerts.Missing:
    return alert.kind_id or 0, alert.place_id


def _about_calendar(alert: ServiceAlert) -> int | None:
    return alert.calendar_id


def _told_today(alert: ServiceAlert, at: datetime) -> bool:
    """What began again on a day it was already told waits for the next one."""
    same = ServiceAlert.objects.filter(kind=alert.kind_id, place=alert.place_id, calendar=alert.calendar_id)
    return same.filter(told_at__gte=clock.start_of(at.astimezone(clock.ZONE).date())).exists()


def _missing_words(name: str, found: Iterable[ServiceAlert], territories: Mapping[int, Territory]) -> dict[str, Any]:
    known = ServiceAlert.objects.filter(pk__in=[alert.pk for alert in found]).select_related("kind", "place__commune")
    lines = [f"{one.kind} : {one.place.name if one.place else 'nulle part'}" for one in known.order_by("pk")]
    where = {_territory_id(alert, territories) for alert in found}
    waiting = alerts.waiting_requests([one.kind_id or 0 for one in known], where)
    return {"service": name, "missing": lines, "waiting": waiting}


def _territory_id(alert: ServiceAlert, territories: Mapping[int, Territory]) -> int | None:
    territory = territories.get(alert.place_id) if alert.place_id else None
    return territory.pk if territory else None


def _key(what: str, found: Iterable[ServiceAlert]) -> str:
    # Hashed: sixty alerts would leave no room for the box, and the second service would be taken for the first.
    ids = "-".join(str(alert.pk) for alert in found)
    return f"alert:{what}:{hashlib.sha256(ids.encode()).hexdigest()[:32]}"


def _row(box: str, template: str, context: dict[str, Any], key: str, about: str) -> Outgoing:
    return Outgoing(
        channel=Channel.EMAIL,
        to=box,
        template=f"appointments/{template}",
        context=context,
        dedup_key=f"{key}:{hashlib.sha256(box.encode()).hexdigest()[:32]}",
        about=about,
    )


def _send(rows: list[Outgoing], told: set[int], *, by: Actor, at: datetime) -> int:
    """Queue the e-mails; an alert nobody could be told of is told as soon as somebody can be."""
    queue_messages(rows=rows, by=by, at=at)
    if rows:
        ServiceAlert.objects.filter(pk__in=told).update(told_at=at)
    return len(rows)
