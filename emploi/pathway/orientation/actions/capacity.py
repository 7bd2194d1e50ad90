"""Keeping the places of the bodies, and not sending one person more than they can take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.actions.interviews import agent_id
from emploi.pathway.orientation.enums import Measure
from emploi.pathway.orientation.events import PlacesChanged
from emploi.pathway.orientation.models import Lot, Modality
from emploi.territory.organizations.models import Organization

IN_ONE_SENTENCE = 3


@dataclass(frozen=True, kw_only=True)
class LotDraft:
    """The places of one body in one pathway."""

    organization_id: int
    modality_id: int
    territory_id: int | None
    reference: str
    measure: str
    starts_on: date
    ends_on: date | None
    minimum: int | None
    maximum: int | None


@action
def write_lot(*, lot_id: int | None = None, draft: LotDraft, by: Actor, at: datetime) -> Lot:
    """Add the places of a body, or change them; what is taken is always counted from the decisions."""
    _check(draft)
    values = {
        "organization_id": draft.organization_id,
        "modality_id": draft.modality_id,
        "territory_id": draft.territory_id,
        "reference": draft.reference.strip(),
        "measure": draft.measure,
        "starts_on": draft.starts_on,
        "ends_on": draft.ends_on,
        "minimum": draft.minimum,
        "maximum": draft.maximum,
    }
    try:
        with transaction.atomic():
            if lot_id is None:
                lot = Lot.objects.create(**values, created_at=at, created_by_id=agent_id(by))
            else:
                lot = Lot.objects.select_for_update(of=("self",)).get(pk=lot_id)
                for name, value in values.items():
                    setattr(lot, name, value)
                lot.save(update_fields=list(values))
    except IntegrityError as error:
        raise DomainError(
            "Des places existent déjà pour cet organisme, cette voie et ce territoire à ces dates : modifiez-les.",
            field="starts_on",
        ) from error
    publish(PlacesChanged(organization_id=lot.organization_id, lot_id=lot.pk, maximum=lot.maximum), by=by, at=at)
    return lot


def check_places(
    organization: Organization, modality: Modality, entry: Entry, on: date, *, knows_it_is_full: bool
) -> None:
    """Refuse a body without a place, naming others; the rows are locked so that one place is taken once."""
    list(Lot.objects.select_for_update().filter(organization=organization, modality=modality).order_by("pk"))
    full = queries.full_bodies(modality, entry, on)
    if organization.pk not in full or knows_it_is_full:
        return
    others = queries.responsible_bodies(modality, entry).exclude(pk__in=full)[:IN_ONE_SENTENCE]
    names = ", ".join(body.name for body in others)
    instead = f"Choisissez un autre organisme : {names}." if names else "Aucun autre organisme n’a de place."
    raise DomainError(f"{organization.name} est complet pour cette voie. {instead}", field="responsible_organization")


def _check(draft: LotDraft) -> None:
    if draft.ends_on is not None and draft.ends_on < draft.starts_on:
        raise DomainError("La fin est avant le début.", field="ends_on")
    if draft.measure == Measure.FLOW and draft.ends_on is None:
        raise DomainError("Un marché a une fin : indiquez-la.", field="ends_on")
    if draft.minimum is None and draft.maximum is None:
        raise DomainError("Indiquez un minimum, un maximum, ou les deux.", field="maximum")
    if draft.minimum is not None and draft.maximum is not None and draft.maximum < draft.minimum:
        raise DomainError("Le maximum est plus petit que le minimum.", field="maximum")
    modality = Modality.objects.get(pk=draft.modality_id)
    body = Organization.objects.responsible().filter(pk=draft.organization_id).first()
    if body is None or body.kind not in modality.responsible_kinds:
        raise DomainError(f"Cet organisme ne peut pas conduire « {modality.name} ».", field="organization")
