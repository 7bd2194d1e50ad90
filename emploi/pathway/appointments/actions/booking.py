"""Booking, moving and cancelling an appointment."""

from __future__ import annotations

from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.workflow import move
from emploi.pathway.appointments import workflow
from emploi.pathway.appointments.actions import follow_up, notices
from emploi.pathway.appointments.actions.requests import settle_for
from emploi.pathway.appointments.actions.seats import Wish, take_seat
from emploi.pathway.appointments.actions.slots import leave
from emploi.pathway.appointments.enums import AppointmentStatus, BookedVia, Modality
from emploi.pathway.appointments.events import AppointmentBooked, AppointmentCancelled, AppointmentMoved
from emploi.pathway.appointments.models import Appointment, Slot
from emploi.pathway.appointments.queries.rooms import way_kept
from emploi.pathway.appointments.rules.booking import person_may_change
from emploi.territory.rulebook import queries as rulebook

GONE = "Ce rendez-vous n’existe plus."
PAST = "L’heure de ce rendez-vous est passée : notez la présence ou l’absence, il ne s’annule ni ne se déplace plus."
TOO_LATE = "Votre rendez-vous est trop proche pour le changer ici. Appelez-nous."


@action
def book(
    *,
    slot_id: int,
    entry_id: int | None = None,
    via: str,
    person_id: int | None = None,
    invitation_id: int | None = None,
    modality: str = Modality.PHYSICAL,
    modality_reason: str = "",
    phone: str = "",
    note: str = "",
    any_agent: bool = False,
    notify: bool = True,
    by: Actor,
    at: datetime,
) -> Appointment:
    """Take a slot for an entry, confirm it and plan its reminder (TR-03, RG-06); it meets no deadline by itself.

    Without `entry_id`, `person_id` waits for the payer; with it, it must be the entry's. `any_agent`: or a colleague
    there at that hour; `notify=False` when the caller writes by itself. DomainError: just taken, already booked or met…
    """
    wish = Wish(
        slot_id=slot_id, entry_id=entry_id, via=via, person_id=person_id, invitation_id=invitation_id,
        modality=modality, modality_reason=modality_reason, phone=phone, note=note, any_agent=any_agent,
    )  # fmt: skip
    appointment = take_seat(wish, by=by, at=at)
    publish(
        AppointmentBooked(
            person_id=appointment.person_id,
            entry_id=appointment.entry_id,
            appointment_id=appointment.pk,
            kind=appointment.slot.kind.slug,
            starts_at=appointment.starts_at,
            place_id=appointment.place_id,
            via=appointment.booked_via,
        ),
        by=by,
        at=at,
    )
    follow_up.settle(appointment, by=by, at=at)
    settle_for(appointment, outcome="Rendez-vous pris", by=by, at=at)
    if notify:
        notices.confirm(appointment, by=by, at=at)
    return appointment


@action
def move_appointment(
    *,
    appointment_id: int,
    slot_id: int,
    reason: str = "",
    phone: str = "",
    any_agent: bool = False,
    by: Actor,
    at: datetime,
) -> Appointment:
    """Give an appointment another slot: the former seat is freed, the new row points to the old one.

    `phone`: where to call, when another number is given with the new slot.
    """
    old = _planned(appointment_id)
    if by.kind == "person":
        _check_notice(old, at=at)
    elif not reason.strip():
        raise DomainError("Indiquez la raison.", field="reason")
    _check_may_move(old, slot_id, at=at)
    _lock_in_order(old.slot_id, slot_id)
    transition = workflow.CANCEL_BY_PERSON if by.kind == "person" else workflow.CANCEL_BY_US
    why = reason.strip() or "Déplacé par la personne"
    move(
        old,
        workflow.APPOINTMENT,
        transition,
        by=by,
        at=at,
        reason=why,
        changes={"cancelled_at": at, "cancelled_reason": why[:200]},
    )
    wish = Wish(
        slot_id=slot_id,
        entry_id=old.entry_id,
        person_id=old.person_id,
        via=BookedVia.PERSON if by.kind == "person" else old.booked_via,
        invitation_id=old.invitation_id,
        modality=way_kept(old),
        modality_reason=old.modality_reason,
        phone=phone or old.phone,
        note=old.note,
        any_agent=any_agent,
    )
    new = take_seat(wish, previous=old, by=by, at=at)
    leave(old.slot_id, at=at)
    publish(_moved(old, new), by=by, at=at, reason=reason.strip())
    notices.forget(old, by=by, at=at)
    notices.announce_move(new, by=by, at=at)
    return new


def _lock_in_order(*slot_ids: int) -> None:
    """The same order for everybody: two people exchanging their seats never wait for each other."""
    both = Slot.objects.filter(pk__in=slot_ids).order_by("pk")
    list(both.select_for_update(of=("self",)).values_list("pk"))


def _moved(old: Appointment, new: Appointment) -> AppointmentMoved:
    return AppointmentMoved(
        person_id=new.person_id,
        entry_id=new.entry_id,
        appointment_id=new.pk,
        previous_id=old.pk,
        from_starts_at=old.starts_at,
        starts_at=new.starts_at,
        place_id=new.place_id,
    )


@action
def cancel(*, appointment_id: int, reason: str = "", by_us: bool = True, by: Actor, at: datetime) -> Appointment:
    """Cancel an appointment: ours needs a reason, the person's own only enough notice; she may be invited again."""
    appointment = _planned(appointment_id)
    ours = by_us and by.kind != "person"
    if by.kind == "person":
        _check_notice(appointment, at=at)
    _check_to_come(appointment, at=at)
    move(
        appointment,
        workflow.APPOINTMENT,
        workflow.CANCEL_BY_US if ours else workflow.CANCEL_BY_PERSON,
        by=by,
        at=at,
        reason=reason,
        changes={"cancelled_at": at, "cancelled_reason": reason.strip()[:200]},
        events=AppointmentCancelled(
            person_id=appointment.person_id,
            entry_id=appointment.entry_id,
            appointment_id=appointment.pk,
            starts_at=appointment.starts_at,
            by_us=ours,
        ),
    )
    leave(appointment.slot_id, at=at)
    follow_up.restart(appointment, on=at.date(), by=by, at=at)
    notices.forget(appointment, by=by, at=at)
    notices.announce_cancellation(appointment, by_us=ours, by=by, at=at)
    return appointment


def _planned(appointment_id: int) -> Appointment:
    found = Appointment.objects.select_for_update(of=("self",)).filter(pk=appointment_id).first()
    if found is None:
        raise DomainError(GONE)
    return found


def _check_to_come(appointment: Appointment, *, at: datetime) -> None:
    """A missed appointment is an absence to mark: cancelling it would erase it from the figures."""
    if appointment.status == AppointmentStatus.PLANNED and appointment.starts_at <= at:
        raise DomainError(PAST)


def _check_may_move(appointment: Appointment, slot_id: int, *, at: datetime) -> None:
    """Moving changes the hour, the place or the agent; a first interview never becomes something else."""
    _check_to_come(appointment, at=at)
    if Slot.objects.filter(pk=slot_id).exclude(kind_id=appointment.kind_id).exists():
        raise DomainError("Ce créneau est prévu pour un autre type de rendez-vous.", field="slot")


def _check_notice(appointment: Appointment, *, at: datetime) -> None:
    hours = int(rulebook.value("cancel_notice_hours", at.date()))
    if not person_may_change(appointment.starts_at, at=at, notice_hours=hours):
        raise DomainError(TOO_LATE)
