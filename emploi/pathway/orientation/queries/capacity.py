"""Places taken and left, loads, shares of the pathways against their targets: the head of service's figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from emploi.foundation import clock, department
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation.enums import LegalPath, Measure
from emploi.pathway.orientation.models import Decision, Lot, Modality
from emploi.territory.geography import queries as geography
from emploi.territory.organizations.models import Organization

# One entry counts once in a lot, however many decisions kept it there.
TAKEN = """
    SELECT lot.id, count(DISTINCT decision.entry_id), bool_or(decision.entry_id = %(entry)s)
    FROM orientation_lot lot
    JOIN orientation_decision decision
      ON decision.responsible_organization_id = lot.organization_id AND decision.modality_id = lot.modality_id
    JOIN beneficiaries_entry entry ON entry.id = decision.entry_id
    LEFT JOIN geography_territorycommune link
      ON link.commune_id = entry.commune_id AND link.territory_id = lot.territory_id
    WHERE lot.id = ANY(%(lots)s)
      AND (lot.territory_id IS NULL OR link.id IS NOT NULL)
      AND CASE WHEN lot.measure = %(flow)s
               THEN decision.decided_on BETWEEN lot.starts_on AND lot.ends_on
               ELSE decision.is_current AND entry.closed_on IS NULL END
    GROUP BY lot.id
"""


@dataclass(frozen=True, slots=True)
class Places:
    """A lot and how much of it is taken."""

    lot: Lot
    taken: int
    # Whether the person asked about is among them: she takes no place more.
    is_held: bool = False

    @property
    def left(self) -> int | None:
        """Return the places left, below zero beyond the maximum; None without a maximum."""
        return None if self.lot.maximum is None else self.lot.maximum - self.taken

    @property
    def is_full(self) -> bool:
        """Tell whether nobody more fits."""
        return self.left is not None and self.left <= 0

    @property
    def to_minimum(self) -> int:
        """Return how many people are still due to reach the minimum."""
        return max((self.lot.minimum or 0) - self.taken, 0)


@dataclass(frozen=True, slots=True)
class Load:
    """How many people a body follows, and how many each of its referents."""

    organization: Organization
    followed: int
    unnamed: int
    referents: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the people, beside its target in percent when the Département has one."""

    label: str
    count: int
    total: int
    target: float | None
    pathways: tuple[str, ...] = ()

    @property
    def percent(self) -> float | None:
        """Return the share; None when there is nobody to share."""
        return round(100 * self.count / self.total, 1) if self.total else None

    @property
    def gap(self) -> float | None:
        """Return the points above or below the target."""
        return None if self.percent is None or self.target is None else round(self.percent - self.target, 1)


def places(lots: Sequence[Lot], *, entry_id: int = 0) -> list[Places]:
    """Return each lot with what is taken of it, and whether this entry is in it, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(TAKEN, {"lots": [lot.pk for lot in lots], "flow": Measure.FLOW.value, "entry": entry_id})
        found = {lot_id: (taken, held) for lot_id, taken, held in cursor.fetchall()}
    return [Places(lot, *found.get(lot.pk, (0, False))) for lot in lots]


def all_lots() -> QuerySet[Lot]:
    """Return every lot with what a list shows."""
    return Lot.objects.select_related("organization", "modality", "territory")


def full_bodies(modality: Modality, entry: Entry, on: date) -> set[int]:
    """Return the bodies without a place for this person in this pathway; one without a limit is never full.

    Neither is one where she has her place already: another decision for the same pathway there takes none.
    """
    territory = geography.territory_of(entry.commune_id) if entry.commune_id else None
    mine = Q(territory=None) | Q(territory=territory) if territory else Q(territory=None)
    found: dict[int, list[bool]] = defaultdict(list)
    for place in places(list(Lot.objects.running(on).filter(mine, modality=modality)), entry_id=entry.pk):
        found[place.lot.organization_id].append(place.is_full and not place.is_held)
    # A limit everywhere and one in the territory both hold.
    return {organization_id for organization_id, full in found.items() if any(full)}


def free_places(on: date) -> dict[int, int]:
    """Return the places left today by body, bodies with a maximum only."""
    free: dict[int, int] = defaultdict(int)
    for place in places(list(Lot.objects.running(on).exclude(maximum=None))):
        free[place.lot.organization_id] += max(place.left or 0, 0)
    return dict(free)


def loads() -> list[Load]:
    """Return the people followed by body and by referent, the heaviest first, in one query."""
    rows = (
        Decision.objects.current()
        .filter(entry__closed_on=None)
        .values("responsible_organization", "referent__first_name", "referent__last_name", "referent")
        .annotate(count=Count("pk"))
        .order_by()
    )
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    unnamed: dict[int, int] = defaultdict(int)
    for row in rows:
        if row["referent"] is None:
            unnamed[row["responsible_organization"]] += row["count"]
        else:
            name = f"{row['referent__first_name']} {row['referent__last_name']}"
            found[row["responsible_organization"]].append((name, row["count"]))
    bodies = Organization.objects.in_bulk({*found, *unnamed})
    lines = [
        Load(
            organization=body,
            followed=unnamed[pk] + sum(count for _, count in found[pk]),
            unnamed=unnamed[pk],
            referents=sorted(found[pk], key=lambda item: (-item[1], item[0])),
        )
        for pk, body in bodies.items()
    ]
    return sorted(lines, key=lambda line: (-line.followed, line.organization.name))


def targets() -> dict[str, Any]:
    """Return the shares the Département aims at; empty when it wrote none."""
    return department.load_yaml("shares.yaml") if department.has("shares.yaml") else {}


def entrant_shares(since: date, until: date) -> list[Share]:
    """Return how the entrants of a period were first oriented, by group of pathways (RG-20, AMB-16)."""
    counts = dict(
        Decision.objects.filter(entry__opened_on__range=(since, until), entry__is_stock=False, previous=None)
        .values_list("modality__slug")
        .annotate(count=Count("pk"))
    )
    return _shares(targets().get("entrants", []), counts)


def followed_shares() -> list[Share]:
    """Return how the people followed today are spread over the pathways (AMB-15)."""
    counts = dict(
        Decision.objects.current()
        .filter(entry__closed_on=None)
        .values_list("modality__slug")
        .annotate(count=Count("pk"))
    )
    return _shares(targets().get("followed", []), counts)


def joint_share() -> Share:
    """Return the social follow-ups of the Département led together with France Travail (RG-32)."""
    social = Decision.objects.current().filter(
        entry__closed_on=None,
        legal_path=LegalPath.SOCIAL,
        responsible_organization__kind__in=("departement", "pole_insertion"),
    )
    counted = social.aggregate(total=Count("pk"), joint=Count("pk", filter=Q(is_joint=True)))
    target = targets().get("joint", {})
    return Share(target.get("label", "Accompagnement global"), counted["joint"], counted["total"], target.get("target"))


def year_before(today: date) -> date:
    """Return the first day of the twelve months that end today."""
    return clock.add_days(clock.add_months(today, -12), 1)


def _shares(groups: Collection[dict[str, Any]], counts: dict[str, int]) -> list[Share]:
    total = sum(counts.values())
    names = dict(Modality.objects.values_list("slug", "name"))
    return [
        Share(
            group["label"],
            sum(counts.get(slug, 0) for slug in group["modalities"]),
            total,
            group.get("target"),
            tuple(names.get(slug, slug) for slug in group["modalities"]),
        )
        for group in groups
    ]
