"""The service as the history needs it: officers, sites, openings, pathways, bodies, referents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from emploi.foundation.actor import Actor
from emploi.pathway.appointments.actions import OpeningPlan, create_opening
from emploi.pathway.appointments.models import Kind, Opening
from emploi.pathway.orientation import queries as orientation
from emploi.pathway.orientation.models import Modality
from emploi.simulator.stories.agenda import HOURS, WORKDAYS, Site, rota
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.roles import Role
from emploi.territory.geography.models import Place, TerritoryCommune
from emploi.territory.organizations.enums import FOR_ONE_PUBLIC
from emploi.territory.organizations.models import Organization

MORNING, AFTERNOON = (time(9), time(12)), (time(13, 30), time(17, 30))


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer, and the mention under which she decides."""

    id: int
    name: str
    delegation: str


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation that may be responsible, with those who may be referents in it."""

    id: int
    kind: str
    territory: str
    ours: bool
    name: str
    referents: tuple[int, ...]


@dataclass(slots=True)
class Service:
    """Everything read once before the stories are told."""

    officers: list[Officer]
    office: list[Agent]
    kind: Kind
    minutes: int
    places: dict[int, Place]
    sites: list[Site]
    territory_of: dict[str, str]
    modalities: dict[str, Modality]
    bodies: dict[str, dict[str, list[Body]]] = field(default_factory=dict)
    weeks: list[list[Site]] = field(default_factory=list)
    openings: dict[tuple[int, int, bool], int] = field(default_factory=dict)

    def body(self, modality: Modality, territory: str, chance: float) -> Body:
        """A body that leads that pathway, in the territory if there is one."""
        groups = self.bodies[modality.slug]
        found = groups.get(territory) or groups.get("") or next(iter(groups.values()))
        return found[int(chance * len(found))]

    def opening_of(self, desk: int, day: date, hour: int) -> int | None:
        """The opening an hour of a desk comes from; None on a day received out of turn."""
        return self.openings.get((desk, min(day.weekday(), WORKDAYS - 1), HOURS[hour] < time(12)))


def read_service() -> Service:
    """Reads officers, places, pathways and bodies."""
    members = list(
        Membership.objects.filter(ended_on=None, agent__is_active=True).select_related("agent").order_by("id")
    )
    officers = [m.agent for m in members if m.role == Role.ORIENTATION_OFFICER]
    links = TerritoryCommune.objects.filter(grid__is_default=True).values_list("commune_id", "territory__slug")
    territory_of = dict(links)
    places = list(Place.objects.active().order_by("id").select_related("commune"))
    kind = Kind.objects.get(is_first_interview=True)
    service = Service(
        officers=[Officer(a.pk, a.full_name, orientation.default_delegation(a)) for a in officers],
        office=[m.agent for m in members if m.role == Role.RSA_OFFICE],
        kind=kind,
        minutes=kind.duration_minutes,
        places={place.pk: place for place in places},
        sites=[Site(place.pk, territory_of.get(place.commune_id, "")) for place in places],
        territory_of=territory_of,
        modalities={modality.slug: modality for modality in Modality.objects.filter(is_active=True)},
    )
    service.bodies = {slug: _bodies(modality, members) for slug, modality in service.modalities.items()}
    return service


def plan_weeks(service: Service, communes: Iterable[str]) -> None:
    """Shares the officers' days between the sites, by where the people who came in live."""
    weights: dict[str, float] = defaultdict(float)
    for commune in communes:
        weights[service.territory_of.get(commune, "")] += 1.0
    service.weeks = rota(len(service.officers), service.sites, weights)


def open_agendas(service: Service, *, since: date, special: date | None, by: Actor, at: datetime) -> None:
    """Opens the weekly hours of every officer, slots to come included; `special` is a day received out of turn."""
    for desk, week in enumerate(service.weeks):
        for site, weekdays in _days_by_site(week).items():
            for morning in (True, False):
                opening = _open(service, desk, site, weekdays, morning, first_on=since, last_on=None, by=by, at=at)
                for weekday in weekdays:
                    service.openings[(desk, weekday, morning)] = opening.pk
        if special is not None:
            site = week[min(special.weekday(), WORKDAYS - 1)]
            for morning in (True, False):
                day = [special.weekday()]
                _open(service, desk, site, day, morning, first_on=special, last_on=special, by=by, at=at)


def _open(
    service: Service,
    desk: int,
    site: Site,
    weekdays: list[int],
    morning: bool,
    *,
    first_on: date,
    last_on: date | None,
    by: Actor,
    at: datetime,
) -> Opening:
    start, end = MORNING if morning else AFTERNOON
    plan = OpeningPlan(
        agent_id=service.officers[desk].id,
        place_id=site.id,
        kind_id=service.kind.pk,
        first_on=first_on,
        last_on=last_on,
        weekdays=[weekday + 1 for weekday in weekdays],
        starts_at=start,
        ends_at=end,
        slot_minutes=service.minutes,
    )
    return create_opening(plan=plan, by=by, at=at).opening


def _days_by_site(week: list[Site]) -> dict[Site, list[int]]:
    days: dict[Site, list[int]] = defaultdict(list)
    for weekday, site in enumerate(week):
        days[site].append(weekday)
    return days


def _bodies(modality: Modality, members: list[Any]) -> dict[str, list[Body]]:
    """The bodies that may lead a pathway, by territory."""
    referents: dict[int, list[int]] = defaultdict(list)
    for member in members:
        if member.role in (Role.COUNSELLOR, Role.SOCIAL_WORKER, Role.PROVIDER):
            referents[member.organization_id].append(member.agent_id)
    groups: dict[str, list[Body]] = defaultdict(list)
    led = Organization.objects.responsible().filter(kind__in=modality.responsible_kinds)
    found = led.exclude(kind__in=FOR_ONE_PUBLIC).select_related("territory")
    for organization in found.order_by("id"):
        territory = organization.territory.slug if organization.territory else ""
        groups[territory].append(
            Body(
                organization.pk,
                organization.kind,
                territory,
                organization.agenda_is_ours,
                organization.name,
                tuple(referents[organization.pk]),
            )
        )
    return dict(groups)
