"""Everything that writes organisations."""

from datetime import datetime
from typing import Any

from django.utils.text import slugify

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.territory.geography.queries import territories
from emploi.territory.organizations import shipped
from emploi.territory.organizations.enums import OrganizationKind
from emploi.territory.organizations.events import (
    OrganizationAdded,
    OrganizationChanged,
    OrganizationClosed,
    OrganizationsLoaded,
)
from emploi.territory.organizations.models import Organization
from emploi.territory.organizations.queries import descendants

EDITABLE = (
    "name", "kind", "parent_id", "territory_id", "commune_id", "email", "phone", "can_be_responsible", "agenda_is_ours",
)  # fmt: skip


@action
def load_organizations(*, by: Actor, at: datetime) -> int:
    """Adds the shipped organisations whose identifier is not known yet; returns how many."""
    known = dict(Organization.objects.values_list("slug", "pk"))
    territory_ids = dict(territories().values_list("slug", "pk"))
    if not territory_ids:
        raise DomainError("Chargez d'abord les communes et les territoires : « emploi load_geography ».")
    added = 0
    for raw in shipped.organizations():
        if raw["slug"] in known:
            continue
        known[raw["slug"]] = Organization.objects.create(**_shipped_values(raw, known, territory_ids)).pk
        added += 1
    if added:
        publish(OrganizationsLoaded(added=added), by=by, at=at)
    return added


@action
def add_organization(*, values: dict[str, Any], by: Actor, at: datetime) -> Organization:
    """Adds an organisation; `values` holds the fields of EDITABLE."""
    _check_name(values["name"])
    organization = Organization.objects.create(slug=_free_slug(values["name"]), **_editable(values))
    publish(OrganizationAdded(organization_id=organization.pk, name=organization.name), by=by, at=at)
    return organization


@action
def change_organization(*, organization_id: int, values: dict[str, Any], by: Actor, at: datetime) -> Organization:
    """Corrects an organisation; nothing is written when nothing changes."""
    organization = Organization.objects.select_for_update(of=("self",)).get(pk=organization_id)
    changed = {name: value for name, value in _editable(values).items() if getattr(organization, name) != value}
    if not changed:
        return organization
    if "name" in changed:
        _check_name(changed["name"], except_id=organization.pk)
    if changed.get("parent_id") in {organization.pk, *descendants(organization.pk)}:
        raise DomainError("Un organisme ne peut pas dépendre de lui-même.", field="parent_id")
    for name, value in changed.items():
        setattr(organization, name, value)
    organization.save(update_fields=list(changed))
    fields = tuple(name.removesuffix("_id") for name in changed)
    event = OrganizationChanged(organization_id=organization.pk, name=organization.name, fields=fields)
    publish(event, by=by, at=at)
    return organization


@action
def close_organization(*, organization_id: int, reason: str, by: Actor, at: datetime) -> Organization:
    """Stops working with an organisation; the reason is shown beside it."""
    reason = reason.strip()
    if not reason:
        raise DomainError("Indiquez pourquoi cet organisme ferme.", field="reason")
    organization = Organization.objects.select_for_update(of=("self",)).get(pk=organization_id)
    if not organization.is_active:
        raise DomainError("Cet organisme est déjà fermé.")
    if organization.children.filter(is_active=True).exists():
        raise DomainError("Fermez d'abord les organismes qui lui sont rattachés.")
    organization.is_active, organization.closing_reason = False, reason
    organization.save(update_fields=["is_active", "closing_reason"])
    event = OrganizationClosed(organization_id=organization.pk, name=organization.name)
    publish(event, by=by, at=at, reason=reason)
    return organization


@action
def reopen_organization(*, organization_id: int, by: Actor, at: datetime) -> Organization:
    """Works with a closed organisation again."""
    organization = Organization.objects.select_for_update(of=("self",)).get(pk=organization_id)
    if organization.is_active:
        raise DomainError("Cet organisme est déjà ouvert.")
    organization.is_active, organization.closing_reason = True, ""
    organization.save(update_fields=["is_active", "closing_reason"])
    publish(OrganizationAdded(organization_id=organization.pk, name=organization.name), by=by, at=at)
    return organization


def _shipped_values(raw: dict[str, Any], known: dict[str, int], territory_ids: dict[str, int]) -> dict[str, Any]:
    return {
        "slug": raw["slug"],
        "name": raw["name"],
        "kind": OrganizationKind(raw["kind"]),
        "parent_id": known[raw["parent"]] if "parent" in raw else None,
        "territory_id": territory_ids.get(raw.get("territory", "")),
        "commune_id": raw.get("commune"),
        "email": raw.get("email", ""),
        "phone": raw.get("phone", ""),
        "can_be_responsible": raw.get("can_be_responsible", False),
        "agenda_is_ours": raw.get("agenda_is_ours", False),
    }


def _editable(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in EDITABLE if name in values}


def _check_name(name: str, except_id: int = 0) -> None:
    if Organization.objects.active().filter(name__iexact=name).exclude(pk=except_id).exists():
        raise DomainError("Un organisme actif porte déjà ce nom.", field="name")


def _free_slug(name: str) -> str:
    base = slugify(name)[:70] or "organisme"
    taken = set(Organization.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)
