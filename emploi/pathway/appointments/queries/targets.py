"""Whom one writes to or receives: people of an entry, and those who still wait for the payer's decision."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from emploi.pathway.appointments.hooks import referents_of
from emploi.pathway.appointments.models import Invitation, Kind
from emploi.pathway.beneficiaries.enums import ADULT_ROLES, RightStatus
from emploi.pathway.beneficiaries.models import Entry, HouseholdRole, Person


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody to write to: for her entry, or before it while the payer decides (definitions.md: Entrant)."""

    person: Person
    household_id: int | None
    commune_id: str | None
    entry: Entry | None = None
    waits: bool = False
    claimed_on: date | None = None

    @property
    def entry_id(self) -> int | None:
        """The entry, when there is one."""
        return self.entry.pk if self.entry else None


def targets_of(entry_ids: Collection[int], person_ids: Collection[int] = ()) -> list[Target]:
    """The people of these entries, then these people as they stand: in the pathway, waiting, or neither."""
    entries = list(Entry.objects.filter(pk__in=entry_ids).select_related("person")) if entry_ids else []
    known = {entry.person_id for entry in entries}
    asked = [pk for pk in dict.fromkeys(person_ids) if pk not in known]
    if asked:
        running = list(Entry.objects.open().filter(person_id__in=asked).select_related("person"))
        entries += running
        known |= {entry.person_id for entry in running}
    found = [Target(entry.person, entry.household_id, entry.commune_id, entry) for entry in entries]
    return found + _before_entry([pk for pk in asked if pk not in known])


def _before_entry(person_ids: Collection[int]) -> list[Target]:
    """People without an entry, with the claim that waits when there is one."""
    if not person_ids:
        return []
    claims = {role.person_id: role for role in claimants().filter(person_id__in=person_ids)}
    people = Person.objects.in_bulk(person_ids)
    return [
        Target(
            person, claim.household_id, claim.household.commune_id, waits=True, claimed_on=claim.household.claimed_on
        )
        if (claim := claims.get(person.pk))
        else Target(person, None, None)
        for person in people.values()
    ]


def claimants() -> QuerySet[HouseholdRole]:
    """Those who asked for the RSA and wait for the payer: a role in a pending claim, no running entry."""
    running = Entry.objects.open().filter(person_id=OuterRef("person_id"))
    return (
        HouseholdRole.objects.filter(
            ended_on=None,
            role__in=ADULT_ROLES,
            household__state=RightStatus.PENDING,
            person__died_on=None,
            person__merged_into=None,
        )
        .filter(~Exists(running))
        .select_related("person", "household__commune")
    )


def who_may_receive(kind: Kind, entry_id: int | None, invitation: Invitation | None = None) -> tuple[int, ...] | None:
    """The agents who may receive somebody for a kind: None for anybody, nobody when her referent is not named yet.

    With the invitation she answers: the one who invited her to meet herself.
    """
    if not kind.with_referent_only:
        host = host_of(invitation) if invitation else None
        return (host,) if host else None
    referent = referents_of([entry_id]).get(entry_id) if entry_id is not None else None
    return (referent,) if referent is not None else ()


def host_of(invitation: Invitation) -> int | None:
    """The agent an invitation is to meet, none for anybody; a relaunch is to meet the same, unless she left."""
    mine = Q(entry_id=invitation.entry_id) if invitation.entry_id else Q(entry=None)
    same = Invitation.objects.filter(
        mine, person_id=invitation.person_id, kind_id=invitation.kind_id, sent_at__lte=invitation.sent_at,
        batch__is_relaunch=False,
    )  # fmt: skip
    last = same.select_related("batch__with_agent").order_by("-sent_at", "-pk").first()
    host = last.batch.with_agent if last and last.batch else None
    return host.pk if host and host.is_active else None


def of_targets(targets: Collection[Target]) -> Q:
    """The condition for what concerns these people: by entry, or by person before any entry."""
    entry_ids = [target.entry.pk for target in targets if target.entry]
    return Q(entry_id__in=entry_ids) | Q(
        entry=None, person_id__in=[target.person.pk for target in targets if target.entry is None]
    )
