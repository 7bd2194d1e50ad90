"""What blocks people and that nobody sees by itself: places where nobody can book, calendars unread for long."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from emploi.foundation import clock
from emploi.pathway.appointments.models import ExternalCalendar, Invitation, Kind, Opening, SlotRequest
from emploi.pathway.appointments.queries.calendars import TELL_AFTER
from emploi.pathway.appointments.queries.links import bookable_window
from emploi.pathway.appointments.queries.places.kinds import places_of
from emploi.pathway.appointments.queries.slots import places_with_slots
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.roles import Role
from emploi.territory.geography.models import TerritoryCommune
from emploi.territory.organizations.enums import OrganizationKind
from emploi.territory.organizations.models import Organization

# A place of None: nobody can book this kind anywhere.
Missing = tuple[int, int | None]


def without_slots(at: datetime) -> set[Missing]:
    """Kinds and places, those with openings that run, where a person finds no slot to choose any more.

    A kind people are invited to and that is given nowhere at all counts once, without a place.
    """
    missing: set[Missing] = set()
    for kind in Kind.objects.filter(is_active=True, bookable_by_person=True):
        since, until = bookable_window(kind, at=at)
        free = {choice.place.pk for choice in places_with_slots(None, kind_id=kind.pk, since=since, until=until)}
        running = _running_places(kind, at)
        missing |= {(kind.pk, place_id) for place_id in running - free}
        if not running and not free and _is_expected(kind, at):
            missing.add((kind.pk, None))
    return missing


def waiting_requests(kind_ids: Collection[int], territory_ids: Collection[int | None]) -> int:
    """Number of people of these territories who asked to be called back about these kinds; None: of everywhere.

    Somebody before her entry, or whose commune is unknown, lives on no territory yet: she counts everywhere.
    """
    waiting = SlotRequest.objects.filter(settled_at=None, kind__in=kind_ids)
    if None not in territory_ids:
        here = TerritoryCommune.objects.filter(territory__in=[one for one in territory_ids if one]).values("commune")
        waiting = waiting.filter(Q(entry__commune__in=here) | Q(entry__commune=None))
    return waiting.count()


def unread_calendars(at: datetime) -> set[int]:
    """The calendars unreadable for so long that their owners must know."""
    lasting = ExternalCalendar.objects.filter(removed_at=None, failing_since__lte=at - TELL_AFTER)
    return set(lasting.filter(agent__is_active=True).values_list("pk", flat=True))


def service_of(territory_id: int | None, at: datetime) -> list[tuple[str, str]]:
    """Whom to tell on a territory, as (e-mail, name): the mailbox of its pôle, else its heads of service."""
    if territory_id is None:
        return heads_of_service(Q(territory=None), at)
    here = Organization.objects.active().filter(kind=OrganizationKind.POLE_INSERTION, territory_id=territory_id)
    boxes = [(one.email, one.name) for one in here if one.email]
    return boxes or heads_of_service(Q(territory_id=territory_id) | Q(territory=None), at)


def heads_of_service(where: Q, at: datetime) -> list[tuple[str, str]]:
    """The heads of service of a territory or of a body, as (e-mail, first name)."""
    heading = Membership.objects.active(on=at.date()).filter(where, role=Role.HEAD_OF_SERVICE)
    agents = Agent.objects.filter(is_active=True, pk__in=heading.values("agent_id")).order_by("pk")
    return [(agent.email, agent.first_name) for agent in agents]


def _running_places(kind: Kind, at: datetime) -> set[int]:
    """The active places where somebody gives this kind, today or from a day to come."""
    running = Opening.objects.filter(Q(last_on=None) | Q(last_on__gte=clock.start_of(at.date()).date()), kind=kind)
    running = running.filter(agent__is_active=True, place__is_active=True)
    given = running.filter(place__in=places_of(kind).values("pk"))
    return set(given.values_list("place_id", flat=True))


def _is_expected(kind: Kind, at: datetime) -> bool:
    """True while somebody holds a link to choose an appointment of this kind, or asked for one without any."""
    living = Invitation.objects.filter(kind=kind, revoked_at=None, superseded_at=None, expires_on__gte=at.date())
    return living.exists() or SlotRequest.objects.filter(kind=kind, invitation=None, settled_at=None).exists()
