"""Pathways of the Département: loaded from its folder, closed or given to a body by an administrator."""

from __future__ import annotations

from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.models import Modality


@action
def load_modalities(*, by: Actor, at: datetime) -> int:
    """Write the pathways of the rules in force; what an administrator chose (open, body) is left as it is.

    A pathway the file no longer names is closed, never deleted: decisions still refer to it.
    """
    specs = queries.ruleset(at.date()).modalities
    for position, spec in enumerate(specs, start=1):
        Modality.objects.update_or_create(
            slug=spec.slug,
            defaults={
                "code": spec.code,
                "name": spec.name,
                "description": spec.description.strip(),
                "legal_path": spec.legal_path,
                "responsible_kinds": list(spec.responsible_kinds),
                "position": position,
                "is_sensitive": spec.sensitive,
            },
        )
    Modality.objects.exclude(slug__in=[spec.slug for spec in specs]).filter(is_active=True).update(is_active=False)
    return len(specs)


@action
def set_modality(
    *, modality_id: int, is_active: bool, responsible_organization_id: int | None, by: Actor, at: datetime
) -> Modality:
    """Open or close a pathway, and name the body proposed first. The last open one cannot be closed (RG-62)."""
    modality = Modality.objects.select_for_update(of=("self",)).get(pk=modality_id)
    if not is_active and not Modality.objects.filter(is_active=True).exclude(pk=modality_id).exists():
        raise DomainError("Il faut toujours au moins une voie ouverte : personne n’est laissé sans orientation.")
    modality.is_active = is_active
    modality.responsible_organization_id = responsible_organization_id
    modality.save(update_fields=["is_active", "responsible_organization"])
    return modality
