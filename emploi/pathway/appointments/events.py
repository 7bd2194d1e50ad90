"""What happened to appointments, told to the apps that come later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from emploi.foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class InvitationSent(Event):
    """An invitation or a convocation left by these channels."""

    invitation_id: int
    act: str
    channels: tuple[str, ...]
    expires_on: date


@dataclass(frozen=True, kw_only=True)
class InvitationOpened(Event):
    """The person opened the link, or typed the code, for the first time."""

    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(Event):
    """A link was withdrawn before its announced end, with a reason."""

    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationsStopped(Event):
    """Nobody writes to this person until a day, or until further notice."""

    stop_id: int
    last_day: date | None = None


@dataclass(frozen=True, kw_only=True)
class InvitationsResumed(Event):
    """Invitations to this person may leave again."""

    stop_id: int


@dataclass(frozen=True, kw_only=True)
class AppointmentBooked(Event):
    """A slot was taken; it meets no deadline by itself."""

    appointment_id: int
    kind: str
    starts_at: datetime
    place_id: int
    via: str


@dataclass(frozen=True, kw_only=True)
class AppointmentMoved(Event):
    """An appointment gives way to another one at a new time or place."""

    appointment_id: int
    previous_id: int
    from_starts_at: datetime
    starts_at: datetime
    place_id: int


@dataclass(frozen=True, kw_only=True)
class AppointmentCancelled(Event):
    """An appointment will not take place."""

    appointment_id: int
    starts_at: datetime
    by_us: bool


@dataclass(frozen=True, kw_only=True)
class AppointmentKept(Event):
    """The person left the pathway and is still expected: somebody decided so."""

    appointment_id: int
    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class AppointmentHeld(Event):
    """The person came; for a first interview this is "reçu" (RG-01)."""

    appointment_id: int
    kind: str
    held_on: date
    modality: str


@dataclass(frozen=True, kw_only=True)
class AppointmentMissed(Event):
    """The person did not come and nobody excused her (TR-05: not a rupture at the first interview)."""

    appointment_id: int
    kind: str
    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class AppointmentExcused(Event):
    """The person did not come and said why."""

    appointment_id: int
    kind: str
    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class AttendanceUndone(Event):
    """A marking made the same day was a mistake."""

    appointment_id: int
    was: str


@dataclass(frozen=True, kw_only=True)
class SlotRequested(Event):
    """No free slot suits the person: she asks to be called."""

    request_id: int


@dataclass(frozen=True, kw_only=True)
class SlotRequestSettled(Event):
    """The service answered a request for a slot."""

    request_id: int


@dataclass(frozen=True, kw_only=True)
class CallMade(Event):
    """An agent called the person."""

    call_id: int
    outcome: str


@dataclass(frozen=True, kw_only=True)
class ReminderCallMade(Event):
    """An agent called to remind of an appointment."""

    appointment_id: int
    outcome: str


@dataclass(frozen=True, kw_only=True)
class CodeLocked(Event):
    """Too many wrong birth years were typed beside a code."""

    invitation_id: int
    until: datetime


@dataclass(frozen=True, kw_only=True)
class OpeningCreated(Event):
    """A recurring opening was added to an agenda."""

    opening_id: int
    agent_id: int
    place_id: int
    slots: int


@dataclass(frozen=True, kw_only=True)
class OpeningChanged(Event):
    """An opening changed its days, hours or place; booked slots did not move."""

    opening_id: int
    slots_added: int
    slots_removed: int


@dataclass(frozen=True, kw_only=True)
class OpeningEnded(Event):
    """An opening stops after this day."""

    opening_id: int
    last_on: date


@dataclass(frozen=True, kw_only=True)
class DaysClosed(Event):
    """An agent, a place or the whole Département receives nobody on these days."""

    closure_id: int
    agent_id: int | None
    place_id: int | None
    first_on: date
    last_on: date
    everywhere: bool = False
    weekdays: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClosureLifted(Event):
    """The days of a closure are open again."""

    closure_id: int


@dataclass(frozen=True, kw_only=True)
class ContactLost(Event):
    """A message says that a phone or an address no longer reaches the person."""

    lost_id: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class LostContactSettled(Event):
    """Somebody found the person again, or gave up with a reason."""

    lost_id: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class ModalityChanged(Event):
    """A coming appointment takes place another way: on the spot, by telephone, by video."""

    appointment_id: int
    modality: str


@dataclass(frozen=True, kw_only=True)
class ExternalCalendarGiven(Event):
    """An agent gave the address of her other calendar: its busy times withdraw her slots."""

    calendar_id: int
    agent_id: int
    host: str


@dataclass(frozen=True, kw_only=True)
class ExternalCalendarRemoved(Event):
    """An agent's other calendar is no longer read."""

    calendar_id: int
    agent_id: int


@dataclass(frozen=True, kw_only=True)
class AgendaFeedMade(Event):
    """An agent made, or changed, the secret address of her appointments."""

    feed_id: int
    agent_id: int


@dataclass(frozen=True, kw_only=True)
class AgendaFeedRevoked(Event):
    """The secret address of an agent's appointments opens nothing any more."""

    agent_id: int


@dataclass(frozen=True, kw_only=True)
class KindCreated(Event):
    """The administrator added a kind of appointment."""

    kind_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class KindChanged(Event):
    """A kind is not as before: each change is (column, before, after), without the values too long for a line."""

    kind_id: int
    name: str
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, kw_only=True)
class KindStopped(Event):
    """A kind of appointment is not proposed any more."""

    kind_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class KindResumed(Event):
    """A kind of appointment is proposed again."""

    kind_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class KindMoved(Event):
    """A kind of appointment is at another place in the lists."""

    kind_id: int
    name: str
    position: int


@dataclass(frozen=True, kw_only=True)
class ConvocationProofMade(Event):
    """Somebody drew up the proof file of a convocation."""

    invitation_id: int
    document_id: int
