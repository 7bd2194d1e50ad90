"""A person received without an appointment: the meeting is recorded as one, held, so that everybody agrees."""

from __future__ import annotations

from datetime import datetime, timedelta

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.ui.french import date_fr
from emploi.foundation.workflow import move
from emploi.pathway.appointments import queries, workflow
from emploi.pathway.appointments.actions import follow_up, notices
from emploi.pathway.appointments.actions.booking import book
from emploi.pathway.appointments.actions.requests import settle_for
from emploi.pathway.appointments.actions.slots import leave, take_up_again
from emploi.pathway.appointments.enums import ACTIVE_STATUSES, AppointmentStatus, BookedVia, Modality
from emploi.pathway.appointments.events import AppointmentCancelled, AppointmentHeld, AttendanceUndone
from emploi.pathway.appointments.models import Appointment, Kind, Slot, SlotRequest
from emploi.pathway.appointments.models.openings import OCCUPIES_THE_AGENT
from emploi.pathway.appointments.queries.recipients import reach_of
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.clocks import actions as clocks
from emploi.pathway.clocks.enums import FOLLOW_UP, DeadlineKind, VoidReason
from emploi.pathway.clocks.models import Deadline
from emploi.territory.geography.models import Place

REASON = "reçue sans rendez-vous"
MISTAKE = "entretien commencé par erreur"


@action
def record_walk_in(
    *,
    entry_id: int,
    place_id: int | None = None,
    modality: str = Modality.PHYSICAL,
    modality_reason: str = "",
    by: Actor,
    at: datetime,
) -> Appointment:
    """Record that an agent receives a person now, for her first interview; it meets the 15 days (TR-04, RG-01).

    A first interview planned another day is released. Raises DomainError: already met, no place, remote without reason.
    """
    if by.kind != "agent" or by.id is None:
        raise DomainError("Seul un professionnel nommé peut recevoir une personne.")
    kind = queries.first_interview_kind()
    if kind.physical_required and modality != Modality.PHYSICAL and not modality_reason.strip():
        raise DomainError("Ce rendez-vous a lieu sur place. Sinon, écrivez pourquoi.", field="modality_reason")
    entry = Entry.objects.select_for_update(of=("self",)).get(pk=entry_id)
    _release_planned(entry, by=by, at=at)
    slot = _slot(kind, by.id, place_id, at=at)
    appointment = Appointment.objects.create(
        person_id=entry.person_id,
        entry=entry,
        kind=kind,
        slot=slot,
        seat=_seat(slot),
        agent_id=by.id,
        place_id=place_id or slot.place_id,
        starts_at=at,
        ends_at=slot.ends_at,
        is_first_interview=True,
        modality=modality,
        modality_reason=modality_reason.strip()[:200],
        status=AppointmentStatus.HELD,
        booked_at=at,
        booked_via=BookedVia.AGENT,
        booked_by_id=by.id,
        marked_at=at,
        marked_by_id=by.id,
        note="Reçue sans rendez-vous",
    )
    _tell(appointment, entry, by=by, at=at)
    return appointment


def _tell(appointment: Appointment, entry: Entry, *, by: Actor, at: datetime) -> None:
    """Say that the person came, meet the 15 days, and stop what was still looking for a date."""
    held_on = at.astimezone(clock.ZONE).date()
    event = AppointmentHeld(
        person_id=appointment.person_id,
        entry_id=appointment.entry_id,
        appointment_id=appointment.pk,
        kind=appointment.kind.slug,
        held_on=held_on,
        modality=appointment.modality,
    )
    publish(event, by=by, at=at, reason=REASON)
    clocks.meet(entry_ids=[entry.pk], kind=DeadlineKind.FIRST_INTERVIEW, on=held_on, by=by, at=at)
    follow_up.settle(appointment, by=by, at=at)
    settle_for(appointment, outcome="Reçue sans rendez-vous", by=by, at=at)


def _release_planned(entry: Entry, *, by: Actor, at: datetime) -> None:
    """Cancel a later first interview, of our doing; nothing is written to the person, who is there."""
    living = Appointment.objects.first_interviews().select_for_update(of=("self",)).filter(entry=entry)
    living = living.filter(status__in=[AppointmentStatus.PLANNED, AppointmentStatus.HELD])
    for planned in living:
        if planned.status == AppointmentStatus.HELD:
            raise DomainError("Le premier rendez-vous de cette personne a déjà eu lieu.")
        if planned.starts_at < at:
            day = date_fr(planned.starts_at)
            raise DomainError(f"Dites d’abord si la personne est venue au rendez-vous de {day}.")
        move(
            planned,
            workflow.APPOINTMENT,
            workflow.CANCEL_BY_US,
            by=by,
            at=at,
            reason=REASON,
            changes={"cancelled_at": at, "cancelled_reason": REASON},
            events=AppointmentCancelled(
                person_id=planned.person_id,
                entry_id=planned.entry_id,
                appointment_id=planned.pk,
                starts_at=planned.starts_at,
                by_us=True,
            ),
        )
        leave(planned.slot_id, at=at)
        notices.forget(planned, by=by, at=at)


def _slot(kind: Kind, agent_id: int, place_id: int | None, *, at: datetime) -> Slot:
    """The agent's slot of this moment, widened by a seat when taken, else one made for the occasion."""
    end = at + timedelta(minutes=kind.duration_minutes)
    mine = Slot.objects.select_for_update(of=("self",)).filter(OCCUPIES_THE_AGENT, agent_id=agent_id)
    now = mine.filter(starts_at__lte=at, ends_at__gt=at).first()
    if now is not None:
        if now.booked >= now.seats:
            now.seats = now.booked + 1
            now.save(update_fields=["seats"])
        return now
    following = mine.filter(starts_at__gt=at, starts_at__lt=end).order_by("starts_at").first()
    return Slot.objects.create(
        agent_id=agent_id,
        place_id=place_id or usual_place(agent_id, at=at).pk,
        kind=kind,
        period=(at, following.starts_at if following else end),
    )


def usual_place(agent_id: int, *, at: datetime) -> Place:
    """Where the agent receives, that day first, else anywhere in the latest weeks, else the first place there is."""
    slots = Slot.objects.filter(agent_id=agent_id, place__is_active=True).select_related("place")
    day = slots.filter(starts_at__date=at.astimezone(clock.ZONE).date()).order_by("starts_at").first()
    latest = (
        day or slots.filter(starts_at__lte=at).order_by("-starts_at").first() or slots.order_by("starts_at").first()
    )
    place = latest.place if latest else Place.objects.active().order_by("pk").first()
    if place is None:
        raise DomainError("Aucun lieu d’accueil n’est enregistré. L’administrateur peut en ajouter un.")
    return place


def _seat(slot: Slot) -> int:
    taken = set(slot.appointments.filter(status__in=ACTIVE_STATUSES).values_list("seat", flat=True))
    return next(seat for seat in range(1, len(taken) + 2) if seat not in taken)


@action
def undo_walk_in(*, appointment_id: int, by: Actor, at: datetime) -> Appointment | None:
    """Take back a visit without appointment noted today; return the appointment it had released, booked again.

    The first interview is owed again. None when nothing had been released, or when somebody took the slot meanwhile:
    the relaunches run again.
    """
    visit = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment_id)
    noted_at = visit.booked_at
    if noted_at.astimezone(clock.ZONE).date() != at.astimezone(clock.ZONE).date():
        raise DomainError("Cette venue n’a pas été notée aujourd’hui : elle ne peut plus être corrigée ici.")
    entry = Entry.objects.get(appointments=visit)
    _cancel(visit, entry.pk, by=by, at=at)
    clocks.unmeet(entry_ids=[entry.pk], kind=DeadlineKind.FIRST_INTERVIEW, by=by, at=at)
    SlotRequest.objects.filter(entry=entry, settled_at=noted_at).update(settled_at=None, settled_by=None, outcome="")
    again = _booked_again(visit, entry, by=by, at=at)
    settled = Deadline.objects.filter(
        entry=entry, kind__in=FOLLOW_UP, voided_on=noted_at.date(), void_reason=VoidReason.SETTLED
    )
    if again is None and settled.exists():
        follow_up.restart(visit, on=at.date(), by=by, at=at)
    return again


def _cancel(visit: Appointment, entry_id: int, *, by: Actor, at: datetime) -> None:
    about = {"person_id": visit.person_id, "entry_id": entry_id, "appointment_id": visit.pk}
    move(
        visit,
        workflow.APPOINTMENT,
        workflow.UNDO,
        by=by,
        at=at,
        changes={"marked_at": None, "marked_by_id": None, "marked_reason": ""},
        events=AttendanceUndone(**about, was=visit.status),
    )
    move(
        visit,
        workflow.APPOINTMENT,
        workflow.CANCEL_BY_US,
        by=by,
        at=at,
        reason=MISTAKE,
        changes={"cancelled_at": at, "cancelled_reason": MISTAKE},
        events=AppointmentCancelled(**about, starts_at=visit.starts_at, by_us=True),
    )


def _booked_again(visit: Appointment, entry: Entry, *, by: Actor, at: datetime) -> Appointment | None:
    """Give the person back the date she had; she was told nothing of its release, so nothing is written to her."""
    released = Appointment.objects.filter(
        entry=entry,
        is_first_interview=True,
        status=AppointmentStatus.CANCELLED_BY_US,
        cancelled_reason=REASON,
        cancelled_at=visit.booked_at,
    ).first()
    if released is None:
        return None
    take_up_again(released.slot_id)
    try:
        again = book(
            slot_id=released.slot_id,
            entry_id=entry.pk,
            via=released.booked_via,
            invitation_id=released.invitation_id,
            modality=released.modality,
            modality_reason=released.modality_reason,
            note=released.note,
            notify=False,
            by=by,
            at=at,
        )
    except DomainError:
        # Taken since, or its hour has passed: the caller says so, and the person is followed up again.
        leave(released.slot_id, at=at)
        return None
    notices.remind(again, reach_of([entry])[entry.pk], by=by, at=at)
    return again
