"""Reading the organisations."""

from django.db.models import Q, QuerySet

from emploi.territory.organizations.enums import OrganizationKind
from emploi.territory.organizations.models import Organization


def organizations() -> QuerySet[Organization]:
    """Every organisation with its parent, territory and commune."""
    return Organization.objects.select_related("parent", "territory", "commune")


def root() -> Organization:
    """The Département itself."""
    return Organization.objects.get(kind=OrganizationKind.DEPARTEMENT, parent=None)


def by_slug(slug: str) -> Organization:
    """An organisation by its stable identifier."""
    return Organization.objects.get(slug=slug)


def responsible_for(territory_id: int | None, kinds: tuple[str, ...] = ()) -> QuerySet[Organization]:
    """The bodies that may be "organisme référent" on a territory, those of the whole Département included."""
    found = Organization.objects.responsible().select_related("territory")
    if territory_id is not None:
        found = found.filter(Q(territory_id=territory_id) | Q(territory=None))
    return found.filter(kind__in=kinds) if kinds else found


def responsible_bodies() -> QuerySet[Organization]:
    """The bodies people may be entrusted to, closed ones too: a list of the past may be asked for."""
    return Organization.objects.filter(can_be_responsible=True).order_by("name", "pk")


def descendants(organization_id: int) -> set[int]:
    """The ids of every organisation below this one, whatever the depth."""
    children: dict[int | None, list[int]] = {}
    for pk, parent_id in Organization.objects.values_list("pk", "parent_id"):
        children.setdefault(parent_id, []).append(pk)
    found: set[int] = set()
    waiting = [organization_id]
    while waiting:
        for child in children.get(waiting.pop(), []):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def choices(except_id: int = 0) -> list[tuple[str, str]]:
    """The active organisations as choices of a form: (id, name)."""
    rows = Organization.objects.active().exclude(pk=except_id).order_by("name").values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]
