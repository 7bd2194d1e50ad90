"""Which dossier, which version, for whom: what the page « Données CAF » of a person reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from emploi.exchanges.caf.blocks import passages, reading
from emploi.exchanges.caf.blocks.comparing import Gone, compared
from emploi.exchanges.caf.blocks.reading import Block, Eyes, Identity, Section
from emploi.exchanges.caf.flows.frame import UNVERIFIED
from emploi.exchanges.caf.flows.reading import shown
from emploi.exchanges.caf.models import DossierPassage, FlowRecord
from emploi.exchanges.caf.models.flows import Flow
from emploi.exchanges.caf.reading.nir import read_nir
from emploi.foundation.ui.french import date_long_fr
from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.enums import RoleKind
from emploi.pathway.beneficiaries.models import HouseholdRole, Person
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.pathway.beneficiaries.queries import name_key
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission


@dataclass(frozen=True, slots=True)
class Stay:
    """A person's stay in a dossier: what the files say outside it is not theirs to show."""

    role: HouseholdRole

    @property
    def claim_number(self) -> str:
        """The dossier's number, or words for one typed by hand."""
        return self.role.household.claim_number or "dossier saisi à la main"

    @property
    def is_current(self) -> bool:
        """Whether the person is still in it."""
        return self.role.ended_on is None

    def versions(self) -> list[DossierPassage]:
        """The different contents received during the stay, the latest first."""
        return list(passages.versions_of(self.role.household_id, since=self.role.started_on, until=self.role.ended_on))

    def adults(self) -> set[int]:
        """Whoever is not a child and lived in the dossier during the stay, the person among them."""
        role = self.role
        roles = HouseholdRole.objects.filter(household=role.household_id).exclude(role=RoleKind.CHILD)
        roles = roles.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=role.started_on))
        if role.ended_on:
            roles = roles.filter(started_on__lt=role.ended_on)
        return set(roles.filter(person__merged_into__isnull=True).values_list("person", flat=True))


@dataclass(frozen=True, slots=True)
class Reading:
    """One version laid out, compared with the former one when there is one."""

    sections: list[Section]
    gone: list[Gone]
    former: DossierPassage | None
    changes: int


def stays_of(person_id: int) -> list[Stay]:
    """The dossiers of a person, the current one first, then the latest."""
    roles = HouseholdRole.objects.filter(person=person_id).select_related("household")
    return [Stay(role) for role in sorted(roles, key=_recency, reverse=True)]


def read(version: DossierPassage, former: DossierPassage | None, eyes: Eyes) -> Reading:
    """Lay a version out. Raises passages.Unreadable."""
    sections = _sections(version, eyes)
    if former is None:
        return Reading(sections, [], None, 0)
    marked, gone = compared(sections, _sections(former, eyes))
    return Reading(marked, gone, former, sum(section.changes for section in marked) + len(gone))


def eyes_of(agent: Agent, person: Person, stay: Stay) -> Eyes:
    """What an agent may see on this page: the spouse's means only when the spouse's own page is open to them."""
    people = Person.objects.filter(roles__household=stay.role.household_id).distinct()
    allowed = list(people.filter(Q(pk=person.pk) | Q(pk__in=visible_to(agent))))
    return Eyes(
        sees_nir=agent.can(Permission.SEE_NIR),
        sees_health=agent.can(Permission.SEE_HEALTH),
        sees_addresses=not any(known.confidential_address for known in [person, *people]),
        knows=_recognises(allowed),
        knows_adults=stay.adults().issubset(known.pk for known in allowed),
    )


def flows_of(stay: Stay, eyes: Eyes) -> list[Section]:
    """Debts and accounts of the dossier during the stay, file by file, the latest first."""
    role = stay.role
    found = FlowRecord.objects.filter(claim_number=role.household.claim_number, reference_on__gte=role.started_on)
    if role.ended_on:
        found = found.filter(reference_on__lt=role.ended_on)
    blocks: dict[str, list[Block]] = {}
    for record in found.select_related("run").order_by("flow", "-reference_on", "number"):
        block = replace(
            shown(record.content, eyes), title=f"{record.run.file_name}, {date_long_fr(record.reference_on)}"
        )
        blocks.setdefault(record.flow, []).append(block)
    return [Section(flow.lower(), Flow(flow).label, tuple(found), UNVERIFIED) for flow, found in blocks.items()]


def _recognises(people: Sequence[Person]) -> Callable[[Identity], bool]:
    numbers = {person.nir_hash for person in people if person.nir_hash}
    names = {(person.name_key, person.birth_date) for person in people}

    def knows(who: Identity) -> bool:
        number = nir.fingerprint(read_nir(who.nir)[0])
        key = name_key(who.birth_name, who.last_name, who.first_name)
        return bool(number and number in numbers) or (key, _day(who.born)) in names

    return knows


def _sections(version: DossierPassage, eyes: Eyes) -> list[Section]:
    dossier = reading.parsed(passages.raw_of(version), version.run.caf_file.encoding)
    return reading.laid_out(dossier, eyes)


def _recency(role: HouseholdRole) -> tuple[bool, date, int]:
    return (role.ended_on is None, role.ended_on or role.started_on, role.pk)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
