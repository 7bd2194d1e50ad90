"""The rows of invitations, slots, appointments and calls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from emploi.pathway.appointments.models import Appointment, CallAttempt, Invitation, InvitationBatch, Slot
from emploi.pathway.appointments.rules.codes import ALPHABET
from emploi.pathway.appointments.rules.codes import LENGTH as CODE_LENGTH
from emploi.pathway.appointments.rules.invitations import last_day_of_validity
from emploi.simulator.history.cases import Case
from emploi.simulator.history.parallel import WHOLE, Share
from emploi.simulator.history.rows import Table
from emploi.simulator.history.service import Service
from emploi.simulator.life.draws import mix
from emploi.simulator.stories import acts
from emploi.simulator.stories.agenda import Taken
from emploi.territory.rulebook import queries as rulebook

# Links and codes of the demonstration are told again from the seed: never drawn this way outside it.
URL_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
LINK_LENGTH, CODES, TOKENS = 16, 71, 72


@dataclass(slots=True)
class Sent:
    """An invitation as its row will be."""

    id: int
    at: datetime
    act: str
    is_relaunch: bool
    batch: int | None
    expires_on: date
    channels: list[str]
    opened_at: datetime | None = None
    replaced_at: datetime | None = None
    replaced_by: int | None = None


@dataclass(slots=True)
class Held:
    """An appointment as its row will be."""

    id: int
    visit: acts.Visit
    booked_at: datetime
    via: str
    invitation: int | None
    status: str = "planned"
    marked_at: datetime | None = None
    cancelled_at: datetime | None = None
    reason: str = ""


class VisitTables:
    """The tables of the appointments app."""

    def __init__(self, service: Service, seed: int, now: datetime) -> None:
        self.service, self.seed, self.now = service, seed, now
        self.author = service.office[0].pk if service.office else None
        self.batch = Table(InvitationBatch, _BATCH)
        self.invitation = Table(Invitation, _INVITATION)
        self.slot = Table(Slot, _SLOT)
        self.appointment = Table(Appointment, _APPOINTMENT)
        self.call = Table(CallAttempt, _CALL)
        self._slots: dict[tuple[int, datetime], int] = {}
        self._batches: dict[tuple[datetime, bool], tuple[int, int]] = {}
        self._validity: dict[date, int] = {}

    def start(self, share: Share = WHOLE) -> None:
        """Continues the identifiers."""
        for table in (self.invitation, self.appointment):
            table.start(share)

    def in_order(self) -> list[Table]:
        """Parents first."""
        return [self.invitation, self.appointment, self.call]

    def write_first(self, stories: Iterable[list[acts.Act]]) -> None:
        """Writes what several entries share: slots of the past, batches of people invited at the same moment."""
        coming = Slot.objects.filter(starts_at__gte=self.now).values_list("agent_id", "starts_at", "id")
        self._slots = {(agent_id, starts_at): slot_id for agent_id, starts_at, slot_id in coming}
        self.slot.start()
        self.batch.start()
        told = list(stories)
        for act in (act for story in told for act in story):
            if isinstance(act, acts.Booked | acts.Convened):
                self._add_slot(act.visit.taken)
        self._add_batches(told)
        for table in (self.slot, self.batch):
            table.write()
            table.settle_ids()

    def _add_batches(self, stories: list[list[acts.Act]]) -> None:
        counts: dict[tuple[datetime, bool], int] = {}
        for told in stories:
            for act in told:
                if isinstance(act, acts.Invited):
                    key = (act.at, act.is_relaunch)
                    counts[key] = counts.get(key, 0) + 1
        for (at, is_relaunch), count in sorted(counts.items()):
            batch_id = self.batch.take_id()
            self._batches[(at, is_relaunch)] = (batch_id, count)
            self.batch.add(
                batch_id,
                self.service.kind.pk,
                "invitation",
                is_relaunch,
                is_relaunch,
                at,
                None if is_relaunch else self.author,
                [],
                count,
                "[]",
                0,
            )
        self.batch.write()
        self.batch.settle_ids()

    def add(self, case: Case, told: list[acts.Act]) -> tuple[list[Sent], list[Held]]:
        """The rows of one entry, and what was written."""
        sent: list[Sent] = []
        held: list[Held] = []
        for act in told:
            self._read(case, act, sent, held)
        for invitation in sent:
            self._add_invitation(case, invitation)
        for appointment in held:
            self._add_appointment(case, appointment)
        return sent, held

    def _read(self, case: Case, act: acts.Act, sent: list[Sent], held: list[Held]) -> None:
        match act:
            case acts.Invited():
                self._invite(case, act, sent)
            case acts.Opened():
                sent[-1].opened_at = act.at
            case acts.Booked():
                held.append(Held(self.appointment.take_id(), act.visit, act.at, act.visit.via, sent[-1].id))
            case acts.Convened():
                self._convene(case, act, sent, held)
            case acts.Called():
                self.call.add(case.entry_id, case.person_id, act.outcome, "", act.at, self.author)
            case _:
                _settle(held, act)
                if isinstance(act, acts.Cancelled):
                    self._prolong(act, sent)

    def _invite(self, case: Case, act: acts.Invited, sent: list[Sent]) -> None:
        batch_id, _ = self._batches[(act.at, act.is_relaunch)]
        expires_on = last_day_of_validity(act.at.date(), self._days(act.at.date()))
        self._send(
            sent,
            Sent(self.invitation.take_id(), act.at, "invitation", act.is_relaunch, batch_id, expires_on, case.channels),
        )

    def _convene(self, case: Case, act: acts.Convened, sent: list[Sent], held: list[Held]) -> None:
        every = [name for name, value in (("sms", case.mobile), ("email", case.email), ("letter", "x")) if value]
        invitation = Sent(self.invitation.take_id(), act.at, "convocation", False, None, act.visit.taken.day, every)
        self._send(sent, invitation)
        held.append(Held(self.appointment.take_id(), act.visit, act.at, "person_page", invitation.id))

    def _prolong(self, act: acts.Cancelled, sent: list[Sent]) -> None:
        """After a cancellation the links go on as long as a new one would, unless a date is imposed."""
        until = last_day_of_validity(act.at.date(), self._days(act.at.date()))
        imposed = {one.id for one in sent if one.act == "convocation"}
        if sent and sent[-1].id not in imposed:
            for one in sent:
                if one.id not in imposed and one.replaced_by not in imposed:
                    one.expires_on = max(one.expires_on, until)

    def _send(self, sent: list[Sent], invitation: Sent) -> None:
        """A new invitation replaces the one before; its announced validity still holds."""
        for former in sent:
            if former.replaced_at is None:
                former.replaced_at, former.replaced_by = invitation.at, invitation.id
        sent.append(invitation)

    def _days(self, on: date) -> int:
        if on not in self._validity:
            self._validity[on] = int(rulebook.value("invitation_validity_days", on))
        return self._validity[on]

    def _add_invitation(self, case: Case, sent: Sent) -> None:
        self.invitation.add(
            sent.id, case.entry_id, case.person_id, self.service.kind.pk, sent.act, sent.is_relaunch,
            token_of(self.seed, sent.id), code_of(self.seed, sent.id), sent.channels, sent.at, sent.at.date(),
            sent.expires_on, sent.opened_at, sent.batch, self.author, sent.replaced_at, sent.replaced_by,
        )  # fmt: skip

    def _add_appointment(self, case: Case, held: Held) -> None:
        taken = held.visit.taken
        officer = self.service.officers[taken.desk]
        starts_at = taken.starts_at
        booked_by = None if held.via == "person" else self.author
        self.appointment.add(
            held.id, case.person_id, case.entry_id, self.service.kind.pk, held.invitation,
            self._slots[(officer.id, starts_at)], 1, officer.id, taken.site.id, starts_at,
            starts_at + timedelta(minutes=self.service.minutes), True, held.status, held.booked_at, held.via, booked_by,
            held.marked_at, officer.id if held.marked_at else None,
            held.reason if held.status == "excused" else "", held.cancelled_at,
            held.reason if held.cancelled_at else "",
        )  # fmt: skip

    def _add_slot(self, taken: Taken) -> None:
        """The slot of an hour of the past; those to come were given by the openings."""
        agent_id = self.service.officers[taken.desk].id
        key = (agent_id, taken.starts_at)
        if key in self._slots:
            return
        slot_id = self._slots[key] = self.slot.take_id()
        end = taken.starts_at + timedelta(minutes=self.service.minutes)
        period = f"[{taken.starts_at.isoformat()},{end.isoformat()})"
        opening = self.service.opening_of(taken.desk, taken.day, taken.hour)
        self.slot.add(slot_id, opening, agent_id, taken.site.id, self.service.kind.pk, period, 1, 0)


def _settle(held: list[Held], act: acts.Act) -> None:
    """What became of an appointment: met, missed, excused or cancelled."""
    if not isinstance(act, acts.Met | acts.Missed | acts.Excused | acts.Cancelled):
        return
    appointment = next(found for found in held if found.visit is act.visit)
    if isinstance(act, acts.Cancelled):
        appointment.status = "cancelled_by_us" if act.by_us else "cancelled_by_person"
        appointment.cancelled_at, appointment.reason = act.at, act.reason
        return
    appointment.status = {acts.Met: "held", acts.Missed: "absent", acts.Excused: "excused"}[type(act)]
    appointment.marked_at = act.at
    appointment.reason = act.reason if isinstance(act, acts.Excused) else ""


def code_of(seed: int, invitation_id: int) -> str:
    """The eight letters of an invitation: told by its identifier, so never twice the same."""
    return _written(invitation_id * 7_368_787 + mix(seed, CODES) % 1_000_003, ALPHABET, CODE_LENGTH)


def token_of(seed: int, invitation_id: int) -> str:
    """The token of a link."""
    return _written(mix(seed, TOKENS, invitation_id) << 24 | invitation_id % (1 << 24), URL_LETTERS, LINK_LENGTH)


def _written(number: int, alphabet: str, length: int) -> str:
    letters = []
    for _ in range(length):
        number, rest = divmod(number, len(alphabet))
        letters.append(alphabet[rest])
    return "".join(letters)


_BATCH = (
    "id", "kind_id", "act", "is_relaunch", "is_automatic", "created_at", "created_by_id", "channels_asked", "count",
    "skipped", "free_slots_before_due",
)  # fmt: skip
_INVITATION = (
    "id", "entry_id", "person_id", "kind_id", "act", "is_relaunch", "token", "code", "channels", "sent_at", "sent_on",
    "expires_on", "first_opened_at", "batch_id", "created_by_id", "superseded_at", "superseded_by_id",
)  # fmt: skip
_SLOT = ("id", "opening_id", "agent_id", "place_id", "kind_id", "period", "seats", "booked")
_APPOINTMENT = (
    "id", "person_id", "entry_id", "kind_id", "invitation_id", "slot_id", "seat", "agent_id", "place_id", "starts_at",
    "ends_at", "is_first_interview", "status", "booked_at", "booked_via", "booked_by_id", "marked_at", "marked_by_id",
    "marked_reason", "cancelled_at", "cancelled_reason",
)  # fmt: skip
_CALL = ("entry_id", "person_id", "outcome", "note", "called_at", "called_by_id")
