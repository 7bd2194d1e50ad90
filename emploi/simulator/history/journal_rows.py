"""The journal of the last months: the events the actions would have published, in the same words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from emploi.foundation import clock
from emploi.foundation.audit.journal import payload_of
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.events import Event
from emploi.pathway.appointments.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentExcused,
    AppointmentHeld,
    AppointmentMissed,
    InvitationSent,
)
from emploi.pathway.beneficiaries.events import EntryClosed, EntryOpened, EntryReopened
from emploi.pathway.orientation.events import InterviewStarted
from emploi.simulator.history.cases import READ_AT, Case
from emploi.simulator.history.interview_rows import Talk
from emploi.simulator.history.rows import Table, as_json
from emploi.simulator.history.service import Service
from emploi.simulator.history.visit_rows import Held, Sent

IMPORT = ("system", None, "Import CAF")
Author = tuple[str, int | None, str]


class JournalTables:
    """The journal, from a day on."""

    def __init__(self, service: Service, since: datetime) -> None:
        self.service, self.since = service, since
        self.journal = Table(JournalEntry, _JOURNAL)
        office = service.office[0] if service.office else None
        self.office: Author = ("agent", office.pk, office.full_name) if office else IMPORT

    def add(self, case: Case, sent: list[Sent], held: list[Held], talk: Talk | None) -> None:
        """The lines of one entry."""
        about = {"person_id": case.person_id, "entry_id": case.entry_id}
        for what, known_on, on, detail in case.changes:
            self._write(_entry_event(what, on, known_on, detail, about), clock.start_of(known_on) + READ_AT, IMPORT)
        for invitation in sent:
            left = InvitationSent(
                invitation_id=invitation.id,
                act=invitation.act,
                channels=tuple(invitation.channels),
                expires_on=invitation.expires_on,
                **about,
            )
            self._write(left, invitation.at, self.office)
        for appointment in held:
            for event, at, author in self._of_appointment(case, appointment, about):
                self._write(event, at, author)
        if talk is not None:
            started = InterviewStarted(
                interview_id=talk.id,
                appointment_id=talk.appointment_id,
                person_id=case.person_id,
                entry_id=case.entry_id,
            )
            self._write(started, talk.started_at, self._officer(talk.officer_id))

    def _of_appointment(
        self, case: Case, held: Held, about: dict[str, int]
    ) -> Iterable[tuple[Event, datetime, Author]]:
        taken, kind = held.visit.taken, self.service.kind.slug
        starts_at, officer = taken.starts_at, self._officer(self.service.officers[taken.desk].id)
        person: Author = ("person", case.person_id, case.full_name)
        booked = AppointmentBooked(
            appointment_id=held.id, kind=kind, starts_at=starts_at, place_id=taken.site.id, via=held.via, **about
        )
        yield booked, held.booked_at, person if held.via == "person" else self.office
        if held.marked_at is not None:
            yield _attendance(held, kind, about), held.marked_at, officer
        elif held.cancelled_at is not None:
            ours = held.status == "cancelled_by_us"
            cancelled = AppointmentCancelled(appointment_id=held.id, starts_at=starts_at, by_us=ours, **about)
            yield cancelled, held.cancelled_at, self.office if ours else person

    def _officer(self, agent_id: int) -> Author:
        name = next(officer.name for officer in self.service.officers if officer.id == agent_id)
        return "agent", agent_id, name

    def _write(self, event: Event, at: datetime, author: Author) -> None:
        if at < self.since:
            return
        kind, author_id, label = author
        self.journal.add(
            event.slug(), as_json(payload_of(event)), event.person_id, event.entry_id, kind, author_id, label, "", at
        )


def _attendance(held: Held, kind: str, about: dict[str, int]) -> Event:
    taken = held.visit.taken
    if held.status == "held":
        return AppointmentHeld(appointment_id=held.id, kind=kind, held_on=taken.day, modality="physical", **about)
    event = AppointmentMissed if held.status == "absent" else AppointmentExcused
    return event(appointment_id=held.id, kind=kind, starts_at=taken.starts_at, **about)


def _entry_event(what: str, on: date, known_on: date, detail: str, about: dict[str, int]) -> Event:
    if what == "opened":
        return EntryOpened(opened_on=known_on, kind=detail, **about)
    if what == "closed":
        return EntryClosed(closed_on=on, reason=detail, **about)
    return EntryReopened(reopened_on=known_on, continuous=bool(detail), **about)


_JOURNAL = (
    "event", "payload", "person_id", "entry_id", "actor_kind", "actor_id", "actor_label", "reason", "at",
)  # fmt: skip
