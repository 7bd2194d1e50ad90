"""Pathways of the Département: loaded from the rules in force, closed, ordered and given to bodies in the settings."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Max

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.texts.guard import check_numbers
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.events import ModalityChanged
from emploi.pathway.orientation.models import Modality
from emploi.pathway.orientation.rules.ruleset import ModalitySpec
from emploi.territory.organizations.enums import OrganizationKind
from emploi.territory.organizations.models import Organization

LAST_OPEN = "Il faut toujours au moins une voie ouverte : personne n’est laissé sans orientation."


@action
def load_modalities(*, by: Actor, at: datetime) -> int:
    """Write the pathways of the rules in force; what an administrator chose (closed, bodies, order) is left as it is.

    A pathway the rules no longer name is closed, never deleted: decisions still refer to it. Named again, it opens.
    """
    specs = queries.ruleset(at.date()).modalities
    known = {row.slug: row for row in Modality.objects.select_for_update(of=("self",))}
    is_ordered_here = any(row.order_is_ours for row in known.values())
    after = len(specs) + (Modality.objects.aggregate(last=Max("position"))["last"] or 0)
    for position, spec in enumerate(specs, start=1):
        row = known.get(spec.slug)
        values = _values(spec, row)
        if not is_ordered_here:
            values["position"] = position
        elif row is None:
            values["position"] = after + position
        Modality.objects.update_or_create(slug=spec.slug, defaults=values)
    dropped = Modality.objects.exclude(slug__in=[spec.slug for spec in specs])
    dropped.filter(closed_by_rules=False).update(closed_by_rules=True, is_active=False)
    if not Modality.objects.filter(is_active=True).exists():  # RG-62: those the rules name open rather than none
        Modality.objects.filter(closed_by_rules=False).update(is_active=True, closed_reason="")
    return len(specs)


@action
def close_modality(*, modality_id: int, reason: str, by: Actor, at: datetime) -> Modality:
    """Close a pathway with a reason: nobody is sent there any more. The last open one cannot be closed (RG-62)."""
    check_numbers({"reason": reason})
    if not reason.strip():
        raise DomainError("Écrivez pourquoi cette voie ferme.", field="reason")
    # Every row is locked: two administrators never close the last two at once.
    rows = {row.pk: row for row in Modality.objects.select_for_update(of=("self",)).order_by("pk")}
    modality = rows[modality_id]
    if modality.closed_reason:
        return modality
    if not any(row.is_active for row in rows.values() if row.pk != modality_id):
        raise DomainError(LAST_OPEN)
    modality.closed_reason, modality.is_active = reason.strip()[:200], False
    modality.save(update_fields=["closed_reason", "is_active"])
    publish(ModalityChanged(modality=modality.slug, change="closed"), by=by, at=at, reason=modality.closed_reason)
    return modality


@action
def reopen_modality(*, modality_id: int, by: Actor, at: datetime) -> Modality:
    """Open again a pathway an administrator closed; one the rules no longer name opens with rules that name it."""
    modality = Modality.objects.select_for_update(of=("self",)).get(pk=modality_id)
    if modality.closed_by_rules:
        raise DomainError(
            "Les règles en vigueur ne nomment plus cette voie : elle ouvre avec des règles qui la nomment."
        )
    if not modality.is_active:
        modality.closed_reason, modality.is_active = "", True
        modality.save(update_fields=["closed_reason", "is_active"])
        publish(ModalityChanged(modality=modality.slug, change="reopened"), by=by, at=at)
    return modality


@action
def set_modality_bodies(
    *, modality_id: int, kinds: Collection[str], first_body_id: int | None, by: Actor, at: datetime
) -> Modality:
    """Say which kinds of bodies may lead a pathway, and the one proposed first; the next rules leave it as it is."""
    modality = Modality.objects.select_for_update(of=("self",)).get(pk=modality_id)
    wanted = [kind for kind in OrganizationKind.values if kind in set(kinds)]
    if not wanted:
        raise DomainError("Choisissez au moins une sorte d’organisme.", field="kinds")
    if first_body_id is not None:
        body = Organization.objects.responsible().filter(pk=first_body_id).first()
        if body is None or body.kind not in wanted:
            raise DomainError("Cet organisme n’est pas d’une sorte choisie ci-dessus.", field="first_body")
    if set(wanted) != set(modality.responsible_kinds):
        modality.responsible_kinds, modality.kinds_are_ours = wanted, True
    modality.responsible_organization_id = first_body_id
    modality.save(update_fields=["responsible_kinds", "kinds_are_ours", "responsible_organization"])
    publish(ModalityChanged(modality=modality.slug, change="bodies"), by=by, at=at)
    return modality


@action
def move_modality(*, modality_id: int, upwards: bool, by: Actor, at: datetime) -> None:
    """Put a pathway one place higher or lower; the order chosen here stays when rules change."""
    rows = list(Modality.objects.select_for_update(of=("self",)).order_by("position", "name"))
    at_now = next(index for index, row in enumerate(rows) if row.pk == modality_id)
    there = at_now - 1 if upwards else at_now + 1
    if not 0 <= there < len(rows):
        return
    moved = rows[at_now]
    rows[at_now], rows[there] = rows[there], moved
    for position, row in enumerate(rows, start=1):
        row.position, row.order_is_ours = position, True
    Modality.objects.bulk_update(rows, ["position", "order_is_ours"])
    publish(ModalityChanged(modality=moved.slug, change="order"), by=by, at=at)


def _values(spec: ModalitySpec, row: Modality | None) -> dict[str, Any]:
    """Return what the rules say of a pathway, but for what an administrator chose."""
    values: dict[str, Any] = {
        "code": spec.code,
        "name": spec.name,
        "description": spec.description.strip(),
        "legal_path": spec.legal_path,
        "is_sensitive": spec.sensitive,
        "closed_by_rules": False,
        "is_active": row is None or not row.closed_reason,
    }
    if row is None or not row.kinds_are_ours:
        values["responsible_kinds"] = list(spec.responsible_kinds)
    return values
