"""The head of a person's file (definitions.md, fourth screen): everything visible without scrolling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from emploi.pathway.appointments import queries as appointments
from emploi.pathway.appointments.models import Appointment, InvitationStop
from emploi.pathway.beneficiaries import queries as beneficiaries
from emploi.pathway.beneficiaries.enums import RightStatus
from emploi.pathway.beneficiaries.models import Entry, Person, ReviewItem
from emploi.pathway.clocks import queries as clocks
from emploi.pathway.clocks.enums import PROMISES
from emploi.pathway.clocks.queries import Countdown
from emploi.pathway.orientation import queries as orientation
from emploi.pathway.orientation.models import Decision
from emploi.portal.desk.queries.steps import next_steps
from emploi.portal.desk.rules.next_step import Facts, NextStep
from emploi.territory.geography import queries as geography
from emploi.territory.geography.models import Territory

# A code the caisse has just invented is shown as received, in a neutral tone.
TONES: dict[str, str] = {
    RightStatus.OPEN: "success",
    RightStatus.SUSPENDED: "warning",
    RightStatus.PAYMENT_SUSPENDED: "warning",
    RightStatus.PENDING: "info",
}


@dataclass(frozen=True, slots=True)
class FileHead:
    """What the head of a file shows, over what the beneficiaries' own header says."""

    header: beneficiaries.Header
    running: Entry | None
    territory: Territory | None
    countdowns: list[Countdown]
    appointment: Appointment | None
    decision: Decision | None
    reviews: list[ReviewItem]
    is_lost: bool
    stop: InvitationStop | None
    step: NextStep
    facts: Facts

    @property
    def right_tone(self) -> str:
        """Return the tone of the state of the right."""
        return TONES.get(self.header.role.household.state, "neutral") if self.header.role else "neutral"


def file_head(person: Person, *, at: datetime) -> FileHead:
    """Return the head of a file, in a constant number of queries."""
    person_id = person.pk
    head = beneficiaries.person_header(person, at.date())
    running = head.entry if head.entry and head.entry.closed_on is None else None
    step, facts = next_steps([person_id], at=at)[person_id]
    return FileHead(
        header=head,
        running=running,
        territory=geography.territory_of(head.role.household.commune_id) if head.role else None,
        countdowns=_promises(person_id, at) if running else [],
        appointment=_next_appointment(person_id, running, at) if facts.planned_at else None,
        decision=orientation.current_decision(running.pk) if running and facts.decision_id else None,
        reviews=list(ReviewItem.objects.filter(person_id=person_id, settled_at=None).order_by("created_at")),
        is_lost=bool(appointments.people_with_lost_contacts([person_id])),
        stop=appointments.running_stop(person_id, at.date()),
        step=step,
        facts=facts,
    )


def _next_appointment(person_id: int, running: Entry | None, at: datetime) -> Appointment | None:
    """The next appointment of the running entry, or of the claim that waits."""
    if running is not None:
        return appointments.next_appointments([running.pk], at=at).get(running.pk)
    return appointments.next_before_entry([person_id], at=at).get(person_id)


def running_entry(person_id: int) -> Entry | None:
    """Return the entry that runs."""
    return Entry.objects.open().filter(person_id=person_id).first()


def closed_entry(person_id: int) -> Entry | None:
    """Return the last entry that ended."""
    return Entry.objects.filter(person_id=person_id, closed_on__isnull=False).order_by("-closed_on", "-id").first()


def _promises(person_id: int, at: datetime) -> list[Countdown]:
    """Return the promised delays; the follow-ups of an invitation are said by the next step."""
    return [found for found in clocks.countdowns(person_id, at.date()) if found.deadline.kind in PROMISES]
