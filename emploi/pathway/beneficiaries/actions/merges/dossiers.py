"""Dossiers told since a merge: a file wrote the kept number where nobody can tell any more whom it meant."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from emploi.pathway.beneficiaries.models import DossierVersion, Household, HouseholdRole, MergeRecord

_ROLES = "beneficiaries.HouseholdRole.person"
_VERSIONS = "beneficiaries.DossierVersion.household"


def known_dossiers(person_ids: Collection[int]) -> dict[str, list[Any]]:
    """Return the places of people and the contents of their dossiers, for what comes later to be told apart."""
    roles = HouseholdRole.objects.filter(person__in=person_ids).order_by("pk")
    versions = DossierVersion.objects.filter(household__in=roles.order_by().values("household")).order_by("pk")
    return {_ROLES: _ids(roles), _VERSIONS: _ids(versions)}


def told_since(record: MergeRecord) -> list[str]:
    """Return, in French, the dossiers in which a file named the kept record since the merge without saying which one.

    A dossier that was the kept record's alone is still its own; the others would stay with the wrong person.
    """
    known: Mapping[str, Any] = record.attached
    if _ROLES not in known:
        return []
    given_back = [change["id"] for change in record.changes if change["model"] == "beneficiaries.HouseholdRole"]
    mine = HouseholdRole.objects.filter(pk__in=set(known[_ROLES]) - set(given_back))
    shared = HouseholdRole.objects.filter(pk__in=given_back)
    own = {*_homes(mine)} - {*_homes(shared)}
    now = HouseholdRole.objects.filter(person=record.kept_id).exclude(household__in=own)
    added = DossierVersion.objects.filter(household__in=_homes(now)).exclude(pk__in=known[_VERSIONS])
    named = {v.household_id for v in added if any(member[0] == record.kept_id for member in v.members)}
    claims = Household.objects.filter(pk__in=named).order_by("claim_number").values_list("claim_number", flat=True)
    return [
        f"Depuis la fusion, un fichier de la caisse a décrit le dossier {claim} : "
        "on ne sait pas laquelle des deux fiches il nomme."
        for claim in claims
    ]


def _homes(roles: Any) -> list[int]:
    return list(roles.order_by().values_list("household_id", flat=True).distinct())


def _ids(rows: Any) -> list[int]:
    return list(rows.values_list("pk", flat=True))
