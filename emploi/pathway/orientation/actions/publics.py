"""Keeping the situations that ask for a specialised body."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.events import PublicBodiesChanged
from emploi.pathway.orientation.models import PublicBody, SpecificPublic
from emploi.territory.organizations.models import Organization


@action
def load_publics(*, by: Actor, at: datetime) -> int:
    """Write the situations of the Département's file; the bodies an administrator chose stay."""
    rows = queries.shipped_publics()
    for position, row in enumerate(rows, start=1):
        public, is_new = SpecificPublic.objects.update_or_create(
            slug=row["slug"],
            defaults={
                "label": row["label"],
                "condition": row["when"],
                "note": row.get("note", ""),
                "position": position,
                "is_active": True,
            },
        )
        if is_new:
            known = Organization.objects.responsible().filter(slug__in=row.get("bodies", ()))
            PublicBody.objects.bulk_create([PublicBody(public=public, organization=body) for body in known])
    SpecificPublic.objects.exclude(slug__in=[row["slug"] for row in rows]).filter(is_active=True).update(
        is_active=False
    )
    return len(rows)


@action
def set_public_bodies(*, public_id: int, organization_ids: Collection[int], by: Actor, at: datetime) -> SpecificPublic:
    """Name the bodies that know a situation: they come first when it is told."""
    public = SpecificPublic.objects.select_for_update(of=("self",)).get(pk=public_id)
    wanted = set(organization_ids)
    known = set(Organization.objects.responsible().filter(pk__in=wanted).values_list("pk", flat=True))
    if wanted - known:
        raise DomainError("Choisissez des organismes actifs qui peuvent accompagner des personnes.", field="bodies")
    PublicBody.objects.filter(public=public).exclude(organization_id__in=wanted).delete()
    has = set(PublicBody.objects.filter(public=public).values_list("organization_id", flat=True))
    PublicBody.objects.bulk_create([PublicBody(public=public, organization_id=pk) for pk in sorted(wanted - has)])
    publish(PublicBodiesChanged(public=public.slug, count=len(wanted)), by=by, at=at)
    return public
