"""Moving communes between territories, naming territories."""

from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.territory.geography.events import CommuneMoved, TerritoryRenamed
from emploi.territory.geography.models import Commune, Territory, TerritoryCommune


@action
def move_commune(*, commune_code: str, territory_id: int, reason: str, by: Actor, at: datetime) -> TerritoryCommune:
    """Gives a commune to another territory of the same grid; figures already frozen do not move."""
    if not reason.strip():
        raise DomainError("Indiquez la raison du changement.", field="reason")
    target = Territory.objects.select_related("grid").get(pk=territory_id)
    commune = Commune.objects.get(pk=commune_code)
    link = (
        TerritoryCommune.objects.select_for_update(of=("self",))
        .select_related("territory")
        .filter(grid=target.grid, commune=commune)
        .first()
    )
    if link is not None and link.territory_id == target.pk:
        raise DomainError(f"{commune.name} est déjà dans « {target.name} ».", field="territory")
    before = link.territory.name if link else ""
    link = link or TerritoryCommune(grid=target.grid, commune=commune)
    link.territory = target
    link.save()
    publish(
        CommuneMoved(
            commune_code=commune.code,
            commune_name=commune.name,
            grid_name=target.grid.name,
            from_name=before,
            to_name=target.name,
        ),
        by=by,
        at=at,
        reason=reason.strip(),
    )
    return link


@action
def rename_territory(*, territory_id: int, name: str, by: Actor, at: datetime) -> Territory:
    """Gives a territory another name; its identifier does not change."""
    name = name.strip()
    if not name:
        raise DomainError("Donnez un nom au territoire.", field="name")
    territory = Territory.objects.select_for_update(of=("self",)).get(pk=territory_id)
    if Territory.objects.filter(grid_id=territory.grid_id, name__iexact=name).exclude(pk=territory.pk).exists():
        raise DomainError("Un territoire de ce découpage porte déjà ce nom.", field="name")
    if name == territory.name:
        return territory
    before, territory.name = territory.name, name
    territory.save(update_fields=["name"])
    publish(TerritoryRenamed(territory_id=territory.pk, from_name=before, to_name=name), by=by, at=at)
    return territory
