"""Everything that writes the register of information."""

from __future__ import annotations

from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.outreach.enums import ContactForm, Outcome
from emploi.pathway.outreach.events import (
    InformationCancelled,
    InformationCorrected,
    InformationLinked,
    InformationRecorded,
)
from emploi.pathway.outreach.facts import TypedInformation
from emploi.pathway.outreach.models import Information
from emploi.pathway.outreach.rules import refusal_of_note, refusals


@action
def record_information(*, typed: TypedInformation, agent_id: int, by: Actor, at: datetime) -> Information:
    """Note that people were informed; an individual contact that ends in a claim counts one claim."""
    information = Information(recorded_by_id=agent_id, recorded_at=at)
    _write(information, typed, at)
    information.save()
    publish(InformationRecorded(information_id=information.pk), by=by, at=at)
    return information


@action
def correct_information(*, information_id: int, typed: TypedInformation, by: Actor, at: datetime) -> Information:
    """Correct a line; what changed is in the journal."""
    information = _living(information_id)
    changed = _write(information, typed, at)
    if changed:
        information.save(update_fields=changed)
        corrected = InformationCorrected(information_id=information.pk, fields=", ".join(changed))
        publish(corrected, by=by, at=at)
    return information


@action
def cancel_information(*, information_id: int, reason: str, by: Actor, at: datetime) -> Information:
    """Take out a line noted by mistake: it stays in the database and counts no more."""
    information = _living(information_id)
    if not reason.strip():
        raise DomainError("Indiquez pourquoi cette ligne est retirée.", field="reason")
    information.cancelled_at, information.cancelled_reason = at, reason.strip()[:200]
    information.save(update_fields=["cancelled_at", "cancelled_reason"])
    cancelled = InformationCancelled(information_id=information.pk)
    publish(cancelled, by=by, at=at, reason=reason)
    return information


@action
def link_person(*, information_id: int, person_id: int, by: Actor, at: datetime) -> Information:
    """Say who was informed, once she has entered; a meeting belongs to nobody."""
    information = _living(information_id)
    if information.kind == ContactForm.COLLECTIVE:
        raise DomainError("Une réunion collective ne se rattache pas à une seule personne.")
    if information.person_id is not None:
        raise DomainError("Cette information est déjà rattachée à une personne.")
    information.person = Person.objects.alive_records().get(pk=person_id)
    information.save(update_fields=["person"])
    linked = InformationLinked(person_id=person_id, information_id=information.pk)
    publish(linked, by=by, at=at)
    return information


def _living(information_id: int) -> Information:
    information = Information.objects.select_for_update(of=("self",)).get(pk=information_id)
    if information.cancelled_at is not None:
        raise DomainError("Cette ligne a été retirée du registre.")
    return information


def _write(information: Information, typed: TypedInformation, at: datetime) -> list[str]:
    """Check then set what was typed; return the names of what changed."""
    is_claim = typed.outcome == Outcome.CLAIM_FILED
    is_one = typed.kind != ContactForm.COLLECTIVE and typed.people == 1
    claims = 1 if is_claim and is_one else typed.claims_filed
    wrong = refusals(
        held_on=typed.held_on,
        today=at.date(),
        is_collective=typed.kind == ContactForm.COLLECTIVE,
        people=typed.people,
        claims=claims,
        is_claim=is_claim,
        has_person=information.person_id is not None,
    )
    if wrong:
        field, sentence = wrong[0]
        raise DomainError(sentence, field=field)
    if refusal := refusal_of_note(typed.note):
        raise DomainError(refusal, field="note")
    values = {
        "held_on": typed.held_on,
        "kind": typed.kind,
        "commune_id": typed.commune_code,
        "partner_id": typed.partner_id,
        "place": typed.place.strip(),
        "people": typed.people,
        "topics": list(typed.topics),
        "outcome": typed.outcome,
        "claims_filed": claims,
        "note": typed.note.strip(),
    }
    changed = [name for name, value in values.items() if getattr(information, name) != value]
    for name in changed:
        setattr(information, name, values[name])
    return [name.removesuffix("_id") for name in changed]
