"""Orientations, contracts and appointments older than this tool: taken over with their own dates, by batches.

Nothing is decided here: no clock is met, no letter is owed, nothing is sent to France Travail
(definitions.md, First load).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import Event, publish
from emploi.foundation.ui.french import date_num_fr, moment_year_fr
from emploi.pathway.appointments.actions import book
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import OutsideAppointment, Slot
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.beneficiaries.row_facts import KEPT_AGENT, UNCHANGED, UPDATED, Difference, RowOutcome
from emploi.pathway.clocks import actions as clocks
from emploi.pathway.orientation.actions.former_seats import Seats, seats_for
from emploi.pathway.orientation.enums import Basis, FormerContractKind, NotificationMeans
from emploi.pathway.orientation.events import ContractTakenOver, OrientationTakenOver
from emploi.pathway.orientation.facts import FormerFacts, FormerFile
from emploi.pathway.orientation.models import Decision, FormerContract, Modality
from emploi.territory.organizations.models import Organization
from emploi.territory.rulebook import queries as rulebook
from emploi.territory.rulebook.models import Regime

LOCAL, ORIENTATION = "Numéro de l’ancien logiciel", "Orientation"
NO_SLOT = "hors de nos agendas : aucun créneau libre de cet agent à cette heure et dans ce lieu"
CONTRACT, APPOINTMENT = "Contrat", "Prochain rendez-vous"
_ADDED: tuple[type[Model], ...] = (Decision, FormerContract, OutsideAppointment)


@dataclass(slots=True)
class _Stock:
    """What is already known of the people of a batch, and what the batch adds."""

    file: FormerFile
    at: datetime
    people: dict[int, Person]
    decisions: dict[int, Decision]
    contracts: dict[tuple[int, str, Any], FormerContract]
    appointments: dict[tuple[int, datetime], OutsideAppointment]
    seats: Seats
    modalities: dict[int, Modality]
    bodies: dict[int, Organization]
    regimes: list[Regime]
    new: list[Any] = field(default_factory=list)
    renumbered: list[Person] = field(default_factory=list)
    undo: list[tuple[RowOutcome, str, Any]] = field(default_factory=list)
    booked: list[tuple[FormerFacts, RowOutcome, Slot]] = field(default_factory=list)


@action
def take_over(rows: Sequence[FormerFacts], *, file: FormerFile, by: Actor, at: datetime) -> list[RowOutcome]:
    """Take over a batch; what is already known is kept and shown. Idempotent, a constant number of statements.

    But for the appointments that fall in a free slot of ours: each is booked alone, as if an agent had taken it.
    """
    stock = _read(rows, file, at)
    outcomes = [_take(row, stock) for row in rows]
    _book(stock, by, at)
    for outcome in outcomes:
        outcome.status = UPDATED if any(not one.kept for one in outcome.differences) else UNCHANGED
    for model in _ADDED:
        model._default_manager.bulk_create([one for one in stock.new if type(one) is model])
    clocks.follow_orientations(entry_ids=[one.entry_id for one in stock.new if isinstance(one, Decision)], by=by, at=at)
    if stock.renumbered:
        Person.objects.bulk_update(stock.renumbered, ["local_number"])
    for outcome, what, one in stock.undo:
        outcome.undo[what] = one if isinstance(one, list) else one.pk
    publish([_event(one) for one in stock.new if not isinstance(one, OutsideAppointment)], by=by, at=at)
    return outcomes


def _read(rows: Sequence[FormerFacts], file: FormerFile, at: datetime) -> _Stock:
    people = {row.person_id for row in rows}
    decisions = Decision.objects.current().filter(entry__in={row.entry_id for row in rows})
    contracts = FormerContract.objects.filter(entry__in={row.entry_id for row in rows})
    appointments = OutsideAppointment.objects.filter(person__in=people)
    decided = decisions.select_related("responsible_organization", "modality")
    return _Stock(
        file=file,
        at=at,
        people={one.pk: one for one in Person.objects.filter(pk__in=people).select_for_update().order_by("pk")},
        decisions={one.entry_id: one for one in decided},
        contracts={(one.entry_id, one.kind, one.signed_on): one for one in contracts},
        appointments={(one.person_id, one.starts_at): one for one in appointments},
        seats=seats_for(rows),
        modalities=Modality.objects.in_bulk({row.modality_id for row in rows if row.modality_id}),
        bodies=Organization.objects.in_bulk({row.organization_id for row in rows if row.organization_id}),
        regimes=list(rulebook.regimes()),
    )


def _take(row: FormerFacts, stock: _Stock) -> RowOutcome:
    outcome = RowOutcome(row.number, person_id=row.person_id, name=row.name)
    _local_number(row, stock, outcome)
    if row.modality_id and row.organization_id and row.decided_on:
        _orientation(row, stock, outcome)
    if row.contract_kind and row.signed_on:
        _contract(row, stock, outcome)
    if row.appointment_at:
        _appointment(row, stock, outcome)
    return outcome


def _local_number(row: FormerFacts, stock: _Stock, outcome: RowOutcome) -> None:
    person = stock.people[row.person_id]
    former = person.local_number
    if not row.local_number or former == row.local_number:
        return
    outcome.differences.append(Difference(LOCAL, former, row.local_number, KEPT_AGENT if former else ""))
    if not former:
        person.local_number = row.local_number
        stock.renumbered.append(person)
        stock.undo.append((outcome, "local_number", [former, row.local_number]))


def _orientation(row: FormerFacts, stock: _Stock, outcome: RowOutcome) -> None:
    assert row.decided_on is not None
    new = Decision(
        entry_id=row.entry_id,
        person_id=row.person_id,
        modality=stock.modalities[row.modality_id or 0],
        legal_path=stock.modalities[row.modality_id or 0].legal_path,
        responsible_organization=stock.bodies[row.organization_id or 0],
        referent_id=row.referent_id,
        basis=Basis.TAKEN_OVER,
        decided_on=row.decided_on,
        decided_by_id=stock.file.agent_id,
        recorded_at=stock.at,
        delegation=f"Décidée avant la reprise des dossiers, reprise par {stock.file.agent_name}"[:300],
        agreed_with_person=False,
        basis_details={"reason": f"Repris du fichier « {stock.file.name} »", "referent_name": row.referent_name},
        regime_code=_regime(row, stock),
        notification_means=NotificationMeans.FORMER,
        to_transmit=False,
    )
    known = stock.decisions.get(row.entry_id)
    if known is not None:
        if _said(known) != _said(new):
            outcome.differences.append(Difference(ORIENTATION, _said(known), _said(new), KEPT_AGENT))
        return
    stock.decisions[row.entry_id] = new
    _add(stock, outcome, "decision", new, ORIENTATION, _said(new))


def _contract(row: FormerFacts, stock: _Stock, outcome: RowOutcome) -> None:
    assert row.signed_on is not None
    key = (row.entry_id, row.contract_kind, row.signed_on)
    if key in stock.contracts:
        return
    new = FormerContract(
        entry_id=row.entry_id,
        person_id=row.person_id,
        kind=row.contract_kind,
        signed_on=row.signed_on,
        ends_on=row.ends_on,
        source=stock.file.name[:200],
        recorded_at=stock.at,
        run_id=stock.file.run_id,
    )
    stock.contracts[key] = new
    until = f", jusqu’au {date_num_fr(row.ends_on)}" if row.ends_on else ""
    words = f"{FormerContractKind(row.contract_kind).label}, signé le {date_num_fr(row.signed_on)}{until}"
    _add(stock, outcome, "contract", new, CONTRACT, words)


def _appointment(row: FormerFacts, stock: _Stock, outcome: RowOutcome) -> None:
    assert row.appointment_at is not None
    key = (row.person_id, row.appointment_at)
    if key in stock.appointments or key in stock.seats.taken:
        return
    slot = stock.seats.take(row, is_first=row.entry_id not in stock.decisions)
    if slot is not None:
        stock.booked.append((row, outcome, slot))
        return
    _outside(row, stock, outcome, NO_SLOT if row.referent_id else "")


def _book(stock: _Stock, by: Actor, at: datetime) -> None:
    """Take the free slots found; nobody is written to, since the person already knows. What cannot be stays outside."""
    for row, outcome, slot in stock.booked:
        try:
            made = book(slot_id=slot.pk, entry_id=row.entry_id, via=BookedVia.AGENT, notify=False, by=by, at=at)
        except DomainError as refused:
            _outside(row, stock, outcome, f"hors de nos agendas : {refused.message}")
            continue
        stock.undo.append((outcome, "booking", made))
        words = f"{moment_year_fr(slot.starts_at)}, {row.appointment_with}, {slot.place.name}, pris dans nos agendas"
        outcome.differences.append(Difference(APPOINTMENT, "", words))


def _outside(row: FormerFacts, stock: _Stock, outcome: RowOutcome, why: str) -> None:
    assert row.appointment_at is not None
    key = (row.person_id, row.appointment_at)
    new = OutsideAppointment(
        entry_id=row.entry_id,
        person_id=row.person_id,
        organization_id=row.organization_id,
        starts_at=row.appointment_at,
        who=row.appointment_with[:120],
        place=row.appointment_place[:160],
        recorded_at=stock.at,
        run_id=stock.file.run_id,
    )
    stock.appointments[key] = new
    said = (moment_year_fr(row.appointment_at), row.appointment_with, row.appointment_place, why)
    words = ", ".join(filter(None, said))
    _add(stock, outcome, "appointment", new, APPOINTMENT, words)


def _add(stock: _Stock, outcome: RowOutcome, what: str, new: Any, name: str, words: str) -> None:
    stock.new.append(new)
    stock.undo.append((outcome, what, new))
    outcome.differences.append(Difference(name, "", words))


def _said(decision: Decision) -> str:
    """An orientation in words, never the pathway's own name: it may say the health of the person."""
    body = decision.responsible_organization.name
    return f"{decision.get_legal_path_display()}, {body}, le {date_num_fr(decision.decided_on)}"


def _regime(row: FormerFacts, stock: _Stock) -> str:
    """The regime of the day it was decided; a day before every regime known takes the first one."""
    held = [one.code for one in stock.regimes if row.decided_on and one.valid_from <= row.decided_on]
    return (held or [one.code for one in stock.regimes[:1]])[-1]


def _event(one: Decision | FormerContract) -> Event:
    if isinstance(one, Decision):
        return OrientationTakenOver(
            person_id=one.person_id,
            entry_id=one.entry_id,
            decision_id=one.pk,
            decided_on=one.decided_on,
            legal_path=one.legal_path,
            responsible_organization_id=one.responsible_organization_id,
        )
    return ContractTakenOver(
        person_id=one.person_id, entry_id=one.entry_id, contract_id=one.pk, kind=one.kind, signed_on=one.signed_on
    )
