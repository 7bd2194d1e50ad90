"""The household of a person and the history of their right, as a card shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from emploi.pathway.beneficiaries.enums import RoleKind, SnapshotSource
from emploi.pathway.beneficiaries.models import Address, DutyState, HouseholdRole, RightState
from emploi.pathway.beneficiaries.queries.people import current_address, current_role
from emploi.pathway.beneficiaries.rules.births import age
from emploi.pathway.beneficiaries.rules.words import duties_in_words, right_in_words


@dataclass(frozen=True, slots=True)
class MemberLine:
    """Another member of the household; a shared screen knows nothing of the spouse but the role."""

    role: str
    name: str
    age: int | None
    person_id: int | None


@dataclass(frozen=True, slots=True)
class HouseholdView:
    """The household of a person, ready to be shown."""

    role: HouseholdRole
    right: str
    duties: str
    address: Address | None
    members: tuple[MemberLine, ...]

    @property
    def children(self) -> int:
        """How many children and other dependants."""
        return sum(1 for member in self.members if member.role == RoleKind.CHILD.label)

    @property
    def has_spouse(self) -> bool:
        """Whether another adult lives in the household."""
        return any(member.role in (RoleKind.SPOUSE.label, RoleKind.CLAIMANT.label) for member in self.members)


@dataclass(frozen=True, slots=True)
class RightLine:
    """One line of the history of rights: true at a date, known on another, from where."""

    reference_on: date
    received_on: date
    words: str
    source: str


def household_of(person_id: int, today: date, *, shared: bool) -> HouseholdView | None:
    """Return a person's household; on a screen seen by two people the spouse's identity stays out (definitions.md)."""
    role = current_role(person_id)
    if role is None:
        return None
    others = (
        HouseholdRole.objects.filter(household=role.household_id, ended_on__isnull=True)
        .exclude(person=person_id)
        .select_related("person")
        .order_by("role", "person__birth_date", "id")
    )
    return HouseholdView(
        role=role,
        right=right_in_words(role.household.state, role.household.motive),
        duties=duties_in_words(role.subject_to_duties),
        address=current_address(role.household_id),
        members=tuple(_member(other, today, shared) for other in others),
    )


def rights_history(person_id: int) -> list[RightLine]:
    """Return what each file said of the right and of droits et devoirs of a person, the latest first."""
    households = list(HouseholdRole.objects.filter(person=person_id).values_list("household_id", flat=True))
    rights = RightState.objects.filter(household__in=households)
    duties = DutyState.objects.filter(person=person_id)
    lines = [
        RightLine(
            row.reference_on, row.received_on, right_in_words(row.state, row.motive), SnapshotSource(row.source).label
        )
        for row in rights
    ]
    lines += [
        RightLine(row.reference_on, row.received_on, duties_in_words(row.subject), SnapshotSource(row.source).label)
        for row in duties
    ]
    return sorted(lines, key=lambda line: (line.reference_on, line.received_on), reverse=True)


def _member(other: HouseholdRole, today: date, shared: bool) -> MemberLine:
    is_adult = other.role in (RoleKind.CLAIMANT, RoleKind.SPOUSE)
    label = RoleKind(other.role).label
    if shared and is_adult:
        return MemberLine(label, "", None, None)
    link = other.person_id if is_adult else None
    return MemberLine(label, other.person.full_name, age(other.person.birth_date, today), link)
