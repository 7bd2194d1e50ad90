"""Convocations and calls: what is done when invitations gave no appointment (AMB-57; J+5, J+7)."""

from __future__ import annotations

from datetime import datetime

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.documents.actions import store
from emploi.foundation.documents.models import Document
from emploi.foundation.documents.typst import typst_pdf
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.messaging.actions import Outgoing, queue_messages
from emploi.pathway.appointments.actions import follow_up, notices
from emploi.pathway.appointments.actions.booking import book
from emploi.pathway.appointments.actions.invitations import draw_codes, draw_token, supersede
from emploi.pathway.appointments.actions.lost_contacts import lose_number
from emploi.pathway.appointments.actions.slots import agent_id_of
from emploi.pathway.appointments.enums import Act, BookedVia, CallOutcome, LetterChoice
from emploi.pathway.appointments.events import CallMade, ConvocationProofMade, InvitationSent
from emploi.pathway.appointments.models import Appointment, CallAttempt, Invitation, Slot
from emploi.pathway.appointments.proofs.reading import proof_of
from emploi.pathway.appointments.queries import terms
from emploi.pathway.appointments.queries.following.suspensions import running_stop
from emploi.pathway.appointments.queries.recipients import Reach, reach_of
from emploi.pathway.appointments.rules.invitations import CHANNELS, LETTER
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.beneficiaries.queries import hides_home
from emploi.pathway.clocks.enums import DeadlineKind

PROOF = "convocation_proof"


@action
def convene(*, entry_id: int, slot_id: int, letter: str = "", note: str = "", by: Actor, at: datetime) -> Appointment:
    """Impose a date: book the slot, write by every channel, a letter first for the proof, rights recalled.

    To an address nobody may learn, no letter leaves unless `letter` says so. Raises DomainError when the slot is too
    near for a letter, or when the person cannot be written to.
    """
    entry = Entry.objects.select_related("person").get(pk=entry_id)
    if running_stop(entry.person_id, at.date()):
        raise DomainError("Les invitations de cette personne sont suspendues : levez d’abord la suspension.")
    _check_kind(slot_id, at=at)
    reach = reach_of([entry])[entry.pk]
    channels = _channels(entry, reach, letter)
    invitation = _convocation(entry, slot_id, channels, by=by, at=at)
    if invitation.kind.is_first_interview:
        follow_up.done([entry.pk], DeadlineKind.CONVOCATION, by=by, at=at)
    appointment = book(
        slot_id=slot_id,
        entry_id=entry.pk,
        via=BookedVia.PERSON_PAGE,
        invitation_id=invitation.pk,
        note=note,
        notify=False,
        by=by,
        at=at,
    )
    _send(appointment, invitation, reach, is_registered=letter == LetterChoice.REGISTERED, by=by, at=at)
    event = InvitationSent(
        person_id=entry.person_id,
        entry_id=entry.pk,
        invitation_id=invitation.pk,
        act=Act.CONVOCATION,
        channels=tuple(channels),
        expires_on=invitation.expires_on,
    )
    publish(event, by=by, at=at)
    return appointment


@action
def make_proof(*, invitation_id: int, by: Actor, at: datetime) -> Document:
    """Draw up the proof file of a convocation as it stands now, keep it, and note who did."""
    found = Invitation.objects.select_related("person", "kind", "created_by").filter(pk=invitation_id).first()
    if found is None or found.act != Act.CONVOCATION:
        raise DomainError("Seule une convocation a un dossier de preuve.")
    document = store(
        name=f"preuve-convocation-{found.pk}.pdf",
        content=typst_pdf("appointments/proof", proof_of(found, by=by, at=at)),
        kind=PROOF,
        person_id=found.person_id,
        by=by,
        at=at,
    )
    event = ConvocationProofMade(
        person_id=found.person_id, entry_id=found.entry_id, invitation_id=found.pk, document_id=document.pk
    )
    publish(event, by=by, at=at)
    return document


@action
def record_call(
    *, entry: Entry, outcome: str, note: str = "", number: str = "", by: Actor, at: datetime
) -> CallAttempt:
    """Keep the trace of a call; only a conversation settles the call that was due.

    A wrong number is never used again: what waits for it leaves another way, and somebody looks for the person.
    """
    if outcome not in CallOutcome.values:
        raise DomainError("Dites ce que l’appel a donné.", field="outcome")
    if outcome == CallOutcome.WRONG_NUMBER and number:
        lose_number(person_id=entry.person_id, number=number, by=by, at=at)
    call = CallAttempt.objects.create(
        entry=entry,
        person_id=entry.person_id,
        outcome=outcome,
        note=note.strip()[:500],
        called_at=at,
        called_by_id=agent_id_of(by),
    )
    publish(CallMade(person_id=entry.person_id, entry_id=entry.pk, call_id=call.pk, outcome=outcome), by=by, at=at)
    if outcome == CallOutcome.REACHED:
        follow_up.done([entry.pk], DeadlineKind.CALL, by=by, at=at)
    return call


def _channels(entry: Entry, reach: Reach, letter: str) -> list[str]:
    """The ways to write to her, the letter left out when it was chosen to leave none."""
    known = [channel for channel in CHANNELS if channel in reach.channels]
    if not known:
        raise DomainError("Cette personne n’a ni mobile, ni e-mail, ni adresse postale : complétez sa fiche d’abord.")
    if letter and letter not in LetterChoice.values:
        raise DomainError("Dites si une lettre part.", field="letter")
    if not letter and LETTER in known and hides_home(entry.person):
        raise DomainError("Son adresse est confidentielle : dites si une lettre part.", field="letter")
    if letter == LetterChoice.REGISTERED and LETTER not in known:
        raise DomainError("Aucune adresse postale n’est connue : pas de recommandé possible.", field="letter")
    chosen = [channel for channel in known if channel != LETTER or letter != LetterChoice.NONE]
    if not chosen:
        raise DomainError("Ni mobile ni e-mail connus : sans lettre, rien ne dirait la date.", field="letter")
    return chosen


def _check_kind(slot_id: int, *, at: datetime) -> None:
    """Refuse a kind stopped or to which nobody is summoned, and an hour too near for the post."""
    slot = Slot.objects.select_related("kind").filter(pk=slot_id).first()
    if slot is None:
        raise DomainError("Ce créneau n’existe plus. Choisissez-en un autre.")
    if not slot.kind.is_active:
        raise DomainError(f"Le rendez-vous « {slot.kind.name} » n’est plus proposé : choisissez-en un autre.")
    if not slot.kind.can_be_summoned:
        raise DomainError(f"On ne convoque pas au rendez-vous « {slot.kind.name} » : on y invite.")
    days = terms.convocation_days(slot.kind, at.date())
    if slot.starts_at < clock.start_of(clock.add_days(at.date(), days)):
        raise DomainError(f"Une convocation part au moins {days} jours avant : choisissez un créneau plus tard.")


def _convocation(entry: Entry, slot_id: int, channels: list[str], *, by: Actor, at: datetime) -> Invitation:
    slot = Slot.objects.select_related("kind").get(pk=slot_id)
    invitation = Invitation.objects.create(
        entry=entry,
        person=entry.person,
        kind=slot.kind,
        act=Act.CONVOCATION,
        token=draw_token(),
        code=draw_codes(1)[0],
        channels=channels,
        sent_at=at,
        sent_on=at.date(),
        expires_on=slot.starts_at.astimezone(clock.ZONE).date(),
        created_by_id=agent_id_of(by),
    )
    supersede([invitation], at=at)
    return invitation


def _send(
    appointment: Appointment, invitation: Invitation, reach: Reach, *, is_registered: bool, by: Actor, at: datetime
) -> None:
    words = notices.context_of(appointment, invitation)
    rows = [
        Outgoing(
            channel=channel,
            to=f"{words['full_name']}\n{reach.to(channel)}" if channel == LETTER else reach.to(channel),
            template="appointments/convocation",
            context=words,
            dedup_key=f"invitation:{invitation.pk}:{channel}",
            person_id=invitation.person_id,
            entry_id=invitation.entry_id,
            about="Convocation",
            expires_at=appointment.starts_at,
            is_registered=is_registered and channel == LETTER,
            variant=appointment.kind.slug,
        )
        for channel in invitation.channels
    ]
    queue_messages(rows=rows, by=by, at=at)
    notices.remind(appointment, reach, by=by, at=at)
