"""What is behind a link or a code, for the person's own pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import Q, QuerySet

from emploi.foundation import clock
from emploi.foundation.messaging.enums import Status
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments.enums import Act, AppointmentStatus
from emploi.pathway.appointments.models import Appointment, Invitation, Kind, SlotRequest
from emploi.pathway.appointments.queries.targets import claimants
from emploi.pathway.appointments.rules import booking, codes, links, names
from emploi.pathway.appointments.rules.links import LinkState
from emploi.territory.rulebook import queries as rulebook

# The address of a link, short enough for an SMS; portal/citizen serves it.
LINK_PATH = "/i/{token}/"
CODE_PATH = "/code/"
WHERE_THE_KIND_SAYS_NOTHING = {
    Act.INVITATION: "Si vous ne venez pas, nous vous écrirons ou nous vous appellerons pour une autre date.",
    Act.CONVOCATION: "Ce rendez-vous est obligatoire. Si vous ne pouvez pas venir, prévenez-nous avant.",
}
# The texts that tell a person she chooses by herself.
TO_CHOOSE = ("appointments/invitation", "appointments/relaunch")
LIVING = [AppointmentStatus.PLANNED, AppointmentStatus.HELD]


@dataclass(frozen=True)
class Link:
    """An invitation as its holder sees it: its state, her appointment when there is one, her pending request."""

    invitation: Invitation
    state: LinkState
    appointment: Appointment | None
    request: SlotRequest | None

    @property
    def first_name(self) -> str:
        """The only part of the identity a link alone may show."""
        return names.said(self.invitation.person.first_name)

    @property
    def commune_id(self) -> str | None:
        """Where she lives, to offer the nearest places: her commune at J0, else that of her household today."""
        if self.invitation.entry is not None:
            return self.invitation.entry.commune_id
        claim = claimants().filter(person_id=self.invitation.person_id).first()
        return claim.household.commune_id if claim else None

    @property
    def absence(self) -> str:
        """What an absence leads to, as the kind says it for an invitation or a convocation; said plainly, always."""
        # A date taken with an agent after a cancelled convocation was imposed by nobody.
        imposed = self.is_convened if self.state is LinkState.BOOKED else self.invitation.act == Act.CONVOCATION
        act = Act.CONVOCATION if imposed else Act.INVITATION
        return self.invitation.kind.absence_means(act) or WHERE_THE_KIND_SAYS_NOTHING[act]

    @property
    def is_convened(self) -> bool:
        """True when the coming appointment was imposed, whichever link shows it."""
        coming = self.appointment if self.state is LinkState.BOOKED else None
        return coming is not None and coming.invitation is not None and coming.invitation.act == Act.CONVOCATION

    @cached_property
    def may_choose(self) -> bool:
        """True when the person may take a slot, for the first time or to change; never instead of a convocation."""
        is_free = self.invitation.act != Act.CONVOCATION and not self.is_convened
        if not is_free or self.state not in (LinkState.OPEN, LinkState.BOOKED):
            return False
        return self.invitation.kind.bookable_by_person or was_promised(self.invitation.pk)


def was_promised(invitation_id: int | None) -> bool:
    """True when the person was told she may choose: it holds until her link ends, whatever her kind became."""
    sent = Message.objects.filter(dedup_key__startswith=f"invitation:{invitation_id}:", template__in=TO_CHOOSE)
    return sent.exclude(status=Status.CANCELLED).exists()


def link_by_token(token: str, *, today: date) -> Link | None:
    """The link a token opens, None when no invitation has it; two or three queries."""
    return _link(Invitation.links.filter(token=token), today)


def invitation_by_code(code: str) -> Invitation | None:
    """The invitation of a normalised code; the birth year is the caller's business."""
    if not codes.is_plausible(code):
        return None
    return Invitation.links.filter(code=code).select_related("person").first()


def last_written(appointment: Appointment) -> Invitation | None:
    """The last invitation or convocation to what this appointment is, still good."""
    return _links_to(appointment, Invitation.objects.all()).first()


def link_given_with(appointment: Appointment) -> Invitation | None:
    """The link given with a date of this kind nobody was invited to choose."""
    return _links_to(appointment, Invitation.links.filter(act=Act.BOOKED)).first()


def _links_to(appointment: Appointment, among: QuerySet[Invitation]) -> QuerySet[Invitation]:
    mine = Q(entry_id=appointment.entry_id) if appointment.entry_id else Q(entry=None)
    sent = among.filter(mine, person=appointment.person_id, kind=appointment.kind_id, revoked_at=None)
    return sent.select_related("kind").order_by("-sent_at", "-pk")


def bookable_window(kind: Kind, *, at: datetime) -> tuple[datetime, datetime]:
    """The moments a person may choose among by herself: not too soon, not too far."""
    last_day = clock.add_days(at.date(), kind.booking_horizon_days)
    return at + timedelta(minutes=notice_minutes(kind, at=at)), clock.start_of(clock.add_days(last_day, 1))


def notice_minutes(kind: Kind, *, at: datetime) -> int:
    """How long before its hour a slot may still be chosen by the person: as its kind says, else the rulebook."""
    if kind.booking_notice_hours is not None:
        return kind.booking_notice_hours * 60
    return int(rulebook.value("booking_notice_minutes", at.date()))


def may_still_change(link: Link, *, at: datetime) -> bool:
    """True unless the appointment is too near to be moved or cancelled by the person."""
    if link.appointment is None or link.appointment.status != AppointmentStatus.PLANNED:
        return True
    hours = int(rulebook.value("cancel_notice_hours", at.date()))
    return booking.person_may_change(link.appointment.starts_at, at=at, notice_hours=hours)


def public_url(token: str) -> str:
    """The whole address of a link, as sent to the person."""
    return settings.PUBLIC_URL.rstrip("/") + LINK_PATH.format(token=token)


def code_address() -> str:
    """Where to type a code, without "https://", as printed on a letter."""
    return settings.PUBLIC_URL.rstrip("/").split("://", 1)[-1] + CODE_PATH.rstrip("/")


def _link(invitations: QuerySet[Invitation], today: date) -> Link | None:
    found = invitations.select_related("person", "kind", "entry__commune", "superseded_by").first()
    if found is None:
        return None
    appointment = _appointment(found, today)
    state = links.state_of(_facts(found, appointment), today=today)
    # A withdrawn link may be in the wrong hands: it shows nothing.
    shown = None if state is LinkState.REVOKED else appointment
    request = SlotRequest.objects.filter(person_id=found.person_id, kind_id=found.kind_id, settled_at=None).first()
    return Link(found, state, shown, request)


def _appointment(invitation: Invitation, today: date) -> Appointment | None:
    """The coming appointment of the entry (or before it) for this kind, else one nobody marked, else the one held.

    A kind that repeats: what was held before this link was sent is not what it is for.
    """
    mine = Q(
        person_id=invitation.person_id,
        entry_id=invitation.entry_id,
        kind_id=invitation.kind_id,
        status__in=LIVING,
    )
    living = Appointment.objects.filter(mine).select_related("place__commune", "kind", "agent", "invitation")
    start = clock.start_of(today)
    about = [
        one
        for one in living
        if one.status == AppointmentStatus.PLANNED or one.is_first_interview or one.starts_at >= invitation.sent_at
    ]
    about.sort(key=lambda one: (one.status != AppointmentStatus.PLANNED, one.ends_at < start, one.starts_at))
    return about[0] if about else None


def _facts(invitation: Invitation, appointment: Appointment | None) -> links.LinkFacts:
    newer = invitation.superseded_by
    return links.LinkFacts(
        expires_on=invitation.expires_on,
        is_revoked=invitation.revoked_at is not None,
        is_superseded=invitation.superseded_at is not None,
        superseded_by_convocation=newer is not None and newer.act == Act.CONVOCATION,
        entry_closed=is_ended(invitation),
        has_planned=appointment is not None and appointment.status == AppointmentStatus.PLANNED,
        has_held=appointment is not None and appointment.status == AppointmentStatus.HELD,
    )


def is_ended(invitation: Invitation) -> bool:
    """True when the person left the pathway, or when the payer refused the claim that waited."""
    if invitation.entry is not None:
        return invitation.entry.closed_on is not None
    return not claimants().filter(person_id=invitation.person_id).exists()
