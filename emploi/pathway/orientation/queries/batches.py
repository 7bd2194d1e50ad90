"""Who may be oriented without an interview, and what would be decided for each of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from emploi.foundation import clock
from emploi.pathway.appointments.enums import AppointmentStatus, CallOutcome
from emploi.pathway.appointments.models import Appointment, CallAttempt
from emploi.pathway.appointments.queries.recipients import reach_of
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation.enums import Basis
from emploi.pathway.orientation.models import Decision, Interview, Modality, OrientationBatch
from emploi.pathway.orientation.queries.capacity import full_bodies
from emploi.pathway.orientation.queries.decisions import responsible_bodies
from emploi.pathway.orientation.queries.diagnosis import facts_of_many
from emploi.pathway.orientation.queries.reference import active_modalities, nomenclature, ruleset
from emploi.pathway.orientation.queries.worklists import default_targets, to_orient_by_default
from emploi.pathway.orientation.rules.proposing import propose
from emploi.territory.organizations.models import Organization

BY_TELEPHONE = "téléphone"


@dataclass(frozen=True, slots=True)
class PlannedOrientation:
    """What would be decided for one person, or why nothing can be."""

    entry: Entry
    modality: Modality | None
    body: Organization | None
    exchange_on: date | None = None
    missed_on: date | None = None
    obstacle: str = ""


def eligible_on_file() -> QuerySet[Entry]:
    """Return the open entries nobody met, whose person was spoken to by telephone and whom nothing else awaits.

    The exchange is a condition of "sur dossier" (definitions.md: Oriented); its day is that of the last conversation.
    """
    spoken = CallAttempt.objects.filter(entry=OuterRef("pk"), outcome=CallOutcome.REACHED).order_by("-called_at")
    first = Appointment.objects.first_interviews().filter(entry=OuterRef("pk"))
    awaited = first.filter(status__in=(AppointmentStatus.PLANNED, AppointmentStatus.HELD))
    return (
        Entry.objects.filter(closed_on=None, person__died_on=None, is_stock=False)
        .filter(~Exists(Interview.objects.real().filter(entry=OuterRef("pk"))))
        .filter(~Exists(Decision.objects.current().filter(entry=OuterRef("pk"))))
        .filter(~Exists(awaited))
        .annotate(spoken_at=Subquery(spoken.values("called_at")[:1]))
        .filter(spoken_at__isnull=False)
        .select_related("person", "household", "commune")
        .order_by("opened_on", "pk")
    )


def eligible(basis: str) -> QuerySet[Entry]:
    """Return the entries that meet the conditions of a basis, the oldest first."""
    if basis == Basis.ON_FILE:
        return eligible_on_file()
    missed: QuerySet[Any] = to_orient_by_default().order_by().filter(entry=OuterRef("pk"))
    return (
        Entry.objects.filter(pk__in=to_orient_by_default().order_by().values("entry"))
        .annotate(missed_at=Subquery(missed.values("missed_at")[:1]))
        .select_related("person", "household", "commune")
        .order_by("opened_on", "pk")
    )


def planned(entries: Sequence[Entry], basis: str, on: date) -> list[PlannedOrientation]:
    """Return the pathway and the body of each entry: those of the rules on file, those of the law by default."""
    pathways = list(active_modalities())
    reach = reach_of(list(entries))
    chosen = _by_rules(entries, pathways, on) if basis == Basis.ON_FILE else _by_law(entries, pathways)
    lines = []
    for entry in entries:
        modality, kinds = chosen[entry.pk]
        body = _body(modality, entry, kinds, on) if modality else None
        known = reach.get(entry.pk)
        lines.append(
            PlannedOrientation(
                entry=entry,
                modality=modality,
                body=body,
                exchange_on=_day(getattr(entry, "spoken_at", None)),
                missed_on=_day(getattr(entry, "missed_at", None)),
                obstacle=_obstacle(modality, body, bool(known and known.address_lines)),
            )
        )
    return lines


def batches() -> QuerySet[OrientationBatch]:
    """Return the batches, the latest first."""
    return OrientationBatch.objects.select_related("created_by", "letters")


def stopped_orientation_batches(silent_since: object) -> list[int]:
    """Return the batches nobody has worked on for a while."""
    rows = OrientationBatch.objects.filter(created_at__lt=silent_since).only("pk", "done", "total", "worked_at")
    return [row.pk for row in rows if row.is_running and (row.worked_at is None or row.worked_at < silent_since)]  # type: ignore[operator]


def _by_rules(
    entries: Sequence[Entry], pathways: Collection[Modality], on: date
) -> dict[int, tuple[Modality | None, frozenset[str]]]:
    known = {row.slug: row for row in pathways}
    rules, facts = ruleset(on), facts_of_many(entries)
    found: dict[int, tuple[Modality | None, frozenset[str]]] = {}
    for entry in entries:
        ranked = propose(rules, facts[entry.pk], nomenclature()).ranked
        found[entry.pk] = (next((known[one.modality] for one in ranked if one.modality in known), None), frozenset())
    return found


def _by_law(
    entries: Sequence[Entry], pathways: Collection[Modality]
) -> dict[int, tuple[Modality | None, frozenset[str]]]:
    targets = default_targets(entries)
    # The social path first: it is the one that asks nothing of somebody never met.
    ordered = sorted(pathways, key=lambda row: (row.legal_path != "social", row.position))
    return {
        entry.pk: (
            next((row for row in ordered if targets[entry.pk].allows(row)), None),
            targets[entry.pk].kinds,
        )
        for entry in entries
    }


def _body(modality: Modality, entry: Entry, kinds: frozenset[str], on: date) -> Organization | None:
    bodies = responsible_bodies(modality, entry).exclude(pk__in=full_bodies(modality, entry, on))
    return (bodies.filter(kind__in=kinds) if kinds else bodies).first()


def _obstacle(modality: Modality | None, body: Organization | None, has_address: bool) -> str:
    if modality is None:
        return "Aucune voie ouverte ne convient."
    if body is None:
        return "Aucun organisme n’a de place dans cette voie."
    return "" if has_address else "L’adresse postale manque ou n’est pas complète."


def _day(moment: object) -> date | None:
    return moment.astimezone(clock.ZONE).date() if moment else None  # type: ignore[attr-defined]
