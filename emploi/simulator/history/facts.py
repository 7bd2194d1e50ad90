"""A simulated dossier as the facts an importer would build from its file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from emploi.pathway.beneficiaries.facts import AddressFacts, HouseholdFacts, MemberFacts
from emploi.simulator.caf_files.people import FRANCE_TRAVAIL, TITLES
from emploi.simulator.life import numbers
from emploi.simulator.life.dossier import Snapshot
from emploi.simulator.life.homes import Home
from emploi.simulator.life.months import month_number
from emploi.simulator.life.people import Person

NIR_LENGTH = 13


def facts_of(view: Snapshot, content_hash: str = "") -> HouseholdFacts:
    """The facts of a dossier, equal to what the reader makes of its XML."""
    dossier, household, right = view.dossier, view.dossier.household, view.dossier.right
    month = month_number(view.day)
    moved_in, moved_out = right.transfer_in_on, right.transfer_out_on
    return HouseholdFacts(
        claim_number=dossier.claim_number,
        payer=household.payer,
        payer_organism=household.organism,
        payer_number=household.payer_number[:NIR_LENGTH],
        claimed_on=right.claimed_on,
        right_origin_on=right.origin_on,
        state=view.phase.state,
        motive=view.phase.motive,
        amount=None if view.amounts is None else Decimal(f"{view.amounts.right:.2f}"),
        homeless=household.homeless,
        dependants=sum(1 for person, _ in view.people if not person.is_adult),
        family_situation=household.situation(view.day)[0],
        previous_claim_number=dossier.previous_claim_number,
        transfer_in_on=_month_of(moved_in, month),
        transfer_out_on=_month_of(moved_out, month) if view.phase.state in "56" else None,
        ended_on=_ended_on(view),
        content_hash=content_hash,
        members=tuple(_member(view, person, subject) for person, subject in view.people),
        addresses=tuple(_address(home, rank) for rank, home in enumerate(household.homes_on(view.day), start=1)),
    )


def _ended_on(view: Snapshot) -> date | None:
    return view.dossier.right.closed_on(view.day) if view.phase.state in "56" else None


def _month_of(day: date | None, month: int) -> date | None:
    return day if day and month_number(day) == month else None


def _member(view: Snapshot, person: Person, subject: bool | None) -> MemberFacts:
    work = view.dossier.works.get(person.serial)
    nir = person.nir_on(view.day)
    return MemberFacts(
        role=person.role,
        title=TITLES[person.sex],
        last_name=person.name_on(view.day),
        birth_name=person.birth_name,
        first_name=person.first_name,
        birth_date=person.birth_date,
        birth_date_precision=person.precision,
        birth_rank=person.birth_rank,
        sex=person.sex,
        nir13=nir[:NIR_LENGTH],
        nir_valid=bool(nir) and nir[0] in "12",
        subject=subject,
        pole_emploi_number=numbers.france_travail_number(person.serial) if work and work.code in FRANCE_TRAVAIL else "",
    )


def _address(home: Home, rank: int) -> AddressFacts:
    return AddressFacts(
        rank=rank,
        complement=home.complement,
        number=home.number,
        street_type=home.street_type,
        street=home.street,
        place="",
        postal_code=home.postal_code,
        insee=home.insee,
        city=home.city,
        country="FRA",
        since=home.since,
    )
