"""Taking a seat: the row lock and the refusals, shared by booking and moving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments.actions.places.capacity import check_desk
from emploi.pathway.appointments.actions.slots import agent_id_of
from emploi.pathway.appointments.enums import ACTIVE_STATUSES, Act, AppointmentStatus, Modality
from emploi.pathway.appointments.models import Appointment, Invitation, Slot, VideoRoom
from emploi.pathway.appointments.queries.links import bookable_window, notice_minutes, was_promised
from emploi.pathway.appointments.queries.places.kinds import is_given_at
from emploi.pathway.appointments.queries.rooms import room_of, way_in, ways_to_meet
from emploi.pathway.appointments.queries.targets import Target, of_targets, targets_of, who_may_receive
from emploi.pathway.appointments.rules.booking import Asked, Refusal, refusal
from emploi.pathway.beneficiaries.models import Person

TAKEN = "Ce créneau vient d’être pris par une autre personne. Choisissez-en un autre : rien n’a été perdu."
TO_PERSON = {
    Refusal.ENTRY_CLOSED: "Vous n’avez plus besoin de ce rendez-vous. Si c’est une erreur, appelez-nous.",
    Refusal.DECEASED: "Ce rendez-vous ne peut pas être pris. Appelez-nous.",
    Refusal.ALREADY_MET: "Votre premier rendez-vous a déjà eu lieu.",
    Refusal.UNMARKED: "Nous n’avons pas encore noté votre dernier rendez-vous. Appelez-nous.",
    Refusal.ALREADY_BOOKED: "Vous avez déjà un rendez-vous. Vous pouvez le changer ou l’annuler.",
    Refusal.KIND_BOOKED: "Vous avez déjà un rendez-vous. Vous pouvez le changer ou l’annuler.",
    Refusal.SAME_HOUR: "Vous avez déjà un rendez-vous à cette heure. Choisissez un autre créneau.",
    Refusal.PAST: "Cette heure est passée. Choisissez un autre créneau.",
    Refusal.TOO_SOON: "Ce créneau commence dans trop peu de temps. Choisissez-en un autre.",
    Refusal.TOO_FAR: "Ce créneau est trop loin dans le temps. Choisissez-en un autre.",
    Refusal.NOT_BY_PERSON: "Ce rendez-vous se prend avec un agent. Appelez-nous.",
    Refusal.OTHER_PLACE: "Ce rendez-vous ne se donne plus dans ce lieu. Choisissez-en un autre.",
    Refusal.NO_REFERENT: "Votre référent n’est pas encore nommé. Demandez à être rappelé : nous le lui dirons.",
    Refusal.NOT_THE_REFERENT: "Ce rendez-vous se prend avec votre référent seulement. Choisissez un de ses créneaux.",
    Refusal.OTHER_MODALITY: "Ce créneau ne se donne pas de cette façon. Choisissez-en une autre.",
    Refusal.NO_ROOM: (
        "Votre rendez-vous est en visioconférence et l’agent de ce créneau n’a pas de salle de visioconférence. "
        "Choisissez un autre créneau, ou appelez-nous."
    ),
    Refusal.REMOTE_WITHOUT_REASON: "Dites-nous pourquoi vous ne pouvez pas venir sur place.",
}
TO_AGENT = {
    Refusal.ENTRY_CLOSED: "Cette personne n’est plus dans le dispositif : le rendez-vous n’a pas été pris.",
    Refusal.DECEASED: "Cette personne est décédée : le rendez-vous n’a pas été pris.",
    Refusal.ALREADY_MET: "Le premier rendez-vous de cette personne a déjà eu lieu.",
    Refusal.UNMARKED: "Dites d’abord si la personne est venue au premier rendez-vous dont l’heure est passée.",
    Refusal.ALREADY_BOOKED: "Cette personne a déjà un premier rendez-vous : déplacez-le plutôt.",
    Refusal.KIND_BOOKED: "Cette personne a déjà un rendez-vous de ce type : déplacez-le plutôt.",
    Refusal.SAME_HOUR: "Cette personne a déjà un rendez-vous à cette heure : choisissez un autre créneau.",
    Refusal.PAST: "Cette heure est passée. Choisissez un autre créneau.",
    Refusal.NO_REFERENT: "Ce rendez-vous se prend avec le référent de la personne, et personne n’est encore nommé.",
    Refusal.NOT_THE_REFERENT: "Ce rendez-vous se prend avec le référent de la personne seulement.",
    Refusal.OTHER_MODALITY: "Ce créneau ne se donne pas de cette façon.",
    Refusal.NO_ROOM: (
        "L’agent qui reçoit n’a pas de salle de visioconférence : choisissez quelqu’un qui en a une, ou changez "
        "d’abord la façon de se rencontrer."
    ),
    Refusal.REMOTE_WITHOUT_REASON: "Ce rendez-vous a lieu sur place. Sinon, écrivez pourquoi.",
}
FIELDS = {Refusal.REMOTE_WITHOUT_REASON: "modality_reason", Refusal.OTHER_MODALITY: "modality"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked: a slot for an entry, or for a person who waits for one; `any_agent` accepts a colleague there."""

    slot_id: int
    entry_id: int | None
    via: str
    person_id: int | None = None
    invitation_id: int | None = None
    modality: str = Modality.PHYSICAL
    modality_reason: str = ""
    # Where to call, when it is not the number already known.
    phone: str = ""
    note: str = ""
    any_agent: bool = False


def take_seat(wish: Wish, *, previous: Appointment | None = None, by: Actor, at: datetime) -> Appointment:
    """Lock the slot, check the rules, insert the appointment; the loser of a race is told at once.

    Raises DomainError. The database alone guarantees one person a seat and one living first interview an entry.
    """
    who = _who(wish)
    if by.kind == "person":
        # Two answers to one link at the same moment: the second waits here, then finds the first.
        list(Person.objects.select_for_update(of=("self",), no_key=True).filter(pk=who.person.pk).values_list("pk"))
    slot = _locked_slot(wish, who)
    _check(wish, slot, who, previous, by=by, at=at)
    check_desk(slot, by=by)
    appointment = Appointment(
        person=who.person,
        entry=who.entry,
        kind_id=slot.kind_id,
        invitation_id=used.pk if (used := _used(wish)) else _last_invitation_id(who, slot),
        slot=slot,
        seat=_free_seat(slot),
        agent_id=slot.agent_id,
        place_id=slot.place_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        is_first_interview=slot.kind.is_first_interview,
        modality=way_in(slot, wish.modality),
        modality_reason=wish.modality_reason.strip()[:200],
        phone=wish.phone if way_in(slot, wish.modality) == Modality.PHONE else "",
        booked_at=at,
        booked_via=wish.via,
        booked_by_id=agent_id_of(by),
        note=wish.note.strip(),
        previous=previous,
    )
    _insert(appointment, by=by)
    return appointment


def _who(wish: Wish) -> Target:
    """Whom the seat is for. Her row is locked while she has no entry, so that one opening meanwhile is seen."""
    if wish.entry_id is None and wish.person_id is not None:
        list(Person.objects.select_for_update(of=("self",)).filter(pk=wish.person_id).values_list("pk"))
        found = targets_of([], [wish.person_id])
    else:
        found = targets_of([wish.entry_id] if wish.entry_id else [])
    if not found or wish.person_id not in (None, found[0].person.pk):
        raise DomainError("Cette personne n’est pas dans le dispositif.")
    return found[0]


def _locked_slot(wish: Wish, who: Target) -> Slot:
    """The slot asked for, or its twin at the same place and hour, locked; somebody else's lock is not waited for."""
    asked = Slot.objects.select_related("kind").filter(pk=wish.slot_id).first()
    if asked is None:
        raise DomainError(TAKEN)
    # In a collective session seats are left behind a lock: there, wait.
    free = Slot.objects.free().select_for_update(of=("self",), skip_locked=asked.seats == 1)
    free = free.select_related("kind", "place")
    slot = free.filter(pk=wish.slot_id).first()
    if slot is None and wish.any_agent:
        same = {"kind_id": asked.kind_id, "place_id": asked.place_id, "starts_at": asked.starts_at}
        twins = free.filter(**same, modality=asked.modality).exclude(pk=wish.slot_id)
        receivers = who_may_receive(asked.kind, who.entry_id, _used(wish))
        twins = twins if receivers is None else twins.filter(agent_id__in=receivers)
        if Modality.VIDEO in (wish.modality, asked.modality):
            twins = twins.filter(agent_id__in=VideoRoom.objects.values("agent_id"))
        slot = twins.order_by("pk").first()
    if slot is None:
        raise DomainError(TAKEN)
    return slot


def _check(wish: Wish, slot: Slot, who: Target, previous: Appointment | None, *, by: Actor, at: datetime) -> None:
    living: set[str] = set()
    is_unmarked = False
    if slot.kind.is_first_interview:
        others = Appointment.objects.first_interviews().filter(of_targets([who]))
        if who.entry is None and who.claimed_on:
            others = others.filter(starts_at__gte=clock.start_of(who.claimed_on))
        others = others.exclude(pk=previous.pk) if previous else others
        living = set(others.values_list("status", flat=True))
        is_unmarked = others.unmarked(at).exists()
    asked = Asked(
        starts_at=slot.starts_at,
        by_person=by.kind == "person",
        bookable_by_person=slot.kind.bookable_by_person or was_promised(wish.invitation_id),
        physical_required=slot.kind.physical_required,
        is_physical=wish.modality == Modality.PHYSICAL,
        has_reason=bool(wish.modality_reason.strip()),
        entry_closed=who.entry.closed_on is not None if who.entry else not who.waits,
        deceased=who.person.died_on is not None,
        is_met=AppointmentStatus.HELD in living,
        is_booked=AppointmentStatus.PLANNED in living,
        is_unmarked=is_unmarked,
        **_already_planned(wish, slot, who, previous, by=by, at=at),
        **_conditions_of_kind(wish, slot, who, previous, by=by),
    )
    notice = notice_minutes(slot.kind, at=at) if asked.by_person else 0
    reason = refusal(asked, at=at, notice_minutes=notice, until=bookable_window(slot.kind, at=at)[1])
    if reason:
        raise refused(reason, by)


def _already_planned(
    wish: Wish, slot: Slot, who: Target, previous: Appointment | None, *, by: Actor, at: datetime
) -> dict[str, bool]:
    """What the person already has: by her link or by convocation one of a kind is to come, by an agent several may be.

    The appointment being moved is no longer planned.
    """
    planned = Appointment.objects.filter(person=who.person, status=AppointmentStatus.PLANNED)
    same_kind = planned.filter(of_targets([who]), kind=slot.kind_id, ends_at__gt=at)
    sent = Invitation.objects.filter(pk=wish.invitation_id or 0, act=Act.CONVOCATION)
    is_other = previous is None and not slot.kind.is_first_interview
    takes_one = is_other and (by.kind == "person" or sent.exists())
    return {
        "is_kind_booked": takes_one and same_kind.exists(),
        "is_busy": planned.filter(starts_at=slot.starts_at).exists(),
    }


def _conditions_of_kind(
    wish: Wish, slot: Slot, who: Target, previous: Appointment | None, *, by: Actor
) -> dict[str, bool]:
    """What the kind says of who receives, where and how; an agent may hand over an appointment to a colleague."""
    receivers = who_may_receive(slot.kind, who.entry_id, _used(wish) if by.kind == "person" else None)
    handed_over = previous is not None and by.kind != "person"
    way = way_in(slot, wish.modality)
    return {
        "referent_needed": receivers is not None and not handed_over,
        "has_referent": bool(receivers),
        "is_referent": slot.agent_id in (receivers or ()),
        "is_place_of_kind": by.kind != "person" or _may_choose_place(slot, who),
        "is_modality_offered": previous is not None or way in ways_to_meet(slot),
        "lacks_room": previous is not None and way == Modality.VIDEO and room_of(slot.agent_id) is None,
    }


def _may_choose_place(slot: Slot, who: Target) -> bool:
    """Where the kind is given, and not where another sector's people alone are received."""
    return is_given_at(slot.kind, slot.place) and slot.place.is_offered_to(who.commune_id)


def refused(reason: Refusal, by: Actor) -> DomainError:
    """The refusal said to whoever asked: the person, or an agent about her."""
    sentences = TO_PERSON if by.kind == "person" else TO_AGENT
    return DomainError(sentences[reason], field=FIELDS.get(reason))


def _used(wish: Wish) -> Invitation | None:
    """The invitation whose link was used; a link that goes with a date taken invited to nothing."""
    return Invitation.objects.filter(pk=wish.invitation_id or 0).first() if wish.invitation_id else None


def _last_invitation_id(who: Target, slot: Slot) -> int | None:
    """The invitation a booking answers, whoever typed it; a convocation imposes its own date and no other."""
    sent = Invitation.objects.filter(of_targets([who]), kind_id=slot.kind_id, act=Act.INVITATION, revoked_at=None)
    return sent.order_by("-sent_at").values_list("pk", flat=True).first()


def _free_seat(slot: Slot) -> int:
    taken = set(slot.appointments.filter(status__in=ACTIVE_STATUSES).values_list("seat", flat=True))
    return next(seat for seat in range(1, slot.seats + 2) if seat not in taken)


def _insert(appointment: Appointment, *, by: Actor) -> None:
    """Insert, and turn the database's own refusals into sentences."""
    try:
        with transaction.atomic():
            appointment.save(force_insert=True)
    except IntegrityError as error:
        if "appointment_one_first_interview" in str(error):
            raise refused(Refusal.ALREADY_BOOKED, by) from error
        if "appointment_one_a_seat" in str(error) or "slot_never_overbooked" in str(error):
            raise DomainError(TAKEN) from error
        raise
