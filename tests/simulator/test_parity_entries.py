"""The stories copied in bulk are what the product's own actions write when they tell the same stories."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any

import pytest
from django.db import transaction

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.pathway.appointments.models import Appointment, CallAttempt, Invitation
from emploi.pathway.beneficiaries.models import Contact
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation.models import Answer, Brake, Decision, EngagementContract, Interview, Proposal, Step
from emploi.simulator.caf_files.writing import world_of
from emploi.simulator.demo import staff
from emploi.simulator.demo.reference import load_reference
from emploi.simulator.history.cases import Case
from emploi.simulator.history.loader import HistoryLoader, Story
from emploi.simulator.history.rows import count_seats
from emploi.simulator.history.service import Service
from emploi.territory.rulebook import queries as rulebook
from tests.simulator.replay import BY, Choice, Replay, file_happenings

pytestmark = pytest.mark.django_db
PLACES, WANTED, SINCE = 100, 50, date(2025, 12, 15)
NOW = datetime(2026, 11, 23, 18, tzinfo=clock.ZONE)
WHO = ("entry__person__name_key", "entry__opened_on")
SAID_BY = ("person__name_key",)

FIELDS: dict[type[Any], tuple[str, ...]] = {
    Deadline: (*WHO, "kind", "sequence", "started_on", "due_on", "met_on", "voided_on", "void_reason", "let_go_on",
               "rule_slug"),
    Invitation: (
        *WHO, "act", "is_relaunch", "channels", "sent_at", "sent_on", "expires_on", "first_opened_at", "superseded_at",
        "superseded_by__sent_at", "created_by_id", "batch__created_at",
    ),
    Appointment: (
        *WHO, "agent_id", "place_id", "starts_at", "ends_at", "is_first_interview", "modality", "status", "booked_at",
        "booked_via", "booked_by_id", "marked_at", "marked_by_id", "marked_reason", "cancelled_at", "cancelled_reason",
        "invitation__sent_at", "slot__starts_at", "slot__booked",
    ),
    CallAttempt: (*WHO, "outcome", "called_at", "called_by_id"),
    Interview: (*WHO, "officer_id", "started_at", "closed_at", "appointment__starts_at"),
    Step: (
        "interview__entry__person__name_key", "interview__started_at", "step", "state", "reason", "owner_id", "done_at",
        "done_by_id",
    ),
    Answer: (
        # Not source_on: here a file only comes when something changed, there every month.
        *SAID_BY, "question", "value", "source", "recorded_at", "recorded_by_id", "interview__started_at",
    ),
    Brake: (*SAID_BY, "kind", "subtype", "severity", "wants_help", "found_on", "source", "recorded_by_id", "ended_on"),
    Proposal: (*WHO, "ruleset", "computed_at", "missing", "fingerprint"),
    Decision: (
        *WHO, "modality_id", "legal_path", "responsible_organization_id", "referent_id", "basis", "decider",
        "decided_on", "decided_by_id", "recorded_at", "delegation", "agreed_with_person", "opinion", "override_reason",
        "basis_details", "regime_code", "ruleset", "notification_asked_at", "notified_on", "notification_means",
        "to_transmit", "transmitted_on", "is_current", "interview__started_at", "proposal__computed_at",
    ),
    EngagementContract: (
        "decision__entry__person__name_key", "objectives", "person_agreed_at", "officer_agreed_at", "officer_id",
    ),
}  # fmt: skip
TOLD = ("appointments.InvitationSent", "appointments.AppointmentBooked", "appointments.AppointmentHeld",
        "appointments.AppointmentMissed", "appointments.AppointmentExcused", "appointments.AppointmentCancelled",
        "orientation.InterviewStarted")  # fmt: skip


def rows(names: set[str]) -> dict[str, list[tuple[str, ...]]]:
    found = {}
    for model, fields in FIELDS.items():
        who = next(field for field in fields if field.endswith("name_key"))
        values = model._default_manager.filter(**{f"{who}__in": names}).values_list(*fields)
        found[model.__name__] = sorted(tuple(map(_plain, row)) for row in values)
    return found


def _plain(value: Any) -> str:
    return str(value.astimezone(clock.ZONE)) if isinstance(value, datetime) else str(value)


def differences(copied: list[tuple[str, ...]], acted: list[tuple[str, ...]]) -> list[tuple[str, dict[int, str]]]:
    """The first rows that differ: whose they are, and their differing columns."""
    pairs = [(one, other) for one, other in zip(copied, acted, strict=True) if one != other]
    return [
        (
            f"{one[:3]}",
            {n: f"copied {a} / acted {b}" for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b},
        )
        for one, other in pairs[:3]
    ]


def journal(entry_ids: set[int]) -> dict[str, int]:
    lines = JournalEntry.objects.filter(event__in=TOLD, entry_id__in=entry_ids)
    counts: dict[str, int] = defaultdict(int)
    for event in lines.values_list("event", flat=True):
        counts[event] += 1
    return dict(counts)


def choices_of(cases: list[Case]) -> dict[int, Choice]:
    found = {}
    for decision in Decision.objects.filter(entry_id__in=[case.entry_id for case in cases]):
        contract = EngagementContract.objects.filter(decision=decision).first()
        step = Step.objects.filter(interview_id=decision.interview_id, step="next_appointment").first()
        found[decision.entry_id] = Choice(
            modality_id=decision.modality_id,
            body_id=decision.responsible_organization_id,
            referent_id=decision.referent_id,
            override=decision.override_reason,
            details=decision.basis_details,
            objectives=contract.objectives if contract else [],
            where=step.details if step else {},
        )
    return found


class Bulk:
    """The stories loaded by COPY, and what must be known to tell them again."""

    def __init__(self) -> None:
        world = world_of(1)
        loader = HistoryLoader(world, PLACES, NOW, BY, lambda *_: None)
        with rulebook.cached():
            cases = loader._load_people()
            self.service: Service = loader._open_service(cases)
            stories = loader._stories(self.service, cases)
            loader._load_stories(self.service, stories)
            count_seats(BY)
        self.world = world
        self.stories: list[Story] = [s for s in stories if s[0].opened_on >= SINCE and not s[0].is_stock][:WANTED]
        cases = [case for case, _ in self.stories]
        self.choices = choices_of(cases)
        self.contacts = [
            {
                "first_name": c.person.first_name, "last_name": c.person.last_name, "kind": c.kind, "value": c.value,
                "source": c.source, "received_on": c.received_on, "is_dead": c.is_dead, "dead_reason": c.dead_reason,
            }
            for c in Contact.objects.select_related("person")
        ]  # fmt: skip
        people = Deadline.objects.filter(entry_id__in=[case.entry_id for case in cases])
        # Somebody who came twice would tell half of a story.
        several = {case.person_id for case, _ in stories if case.opened_on < SINCE or case.is_stock}
        self.stories = [story for story in self.stories if story[0].person_id not in several]
        kept = {case.person_id for case, _ in self.stories}
        self.names = set(people.filter(person_id__in=kept).values_list("person__name_key", flat=True))
        self.rows = rows(self.names)
        self.journal = journal({case.entry_id for case, _ in self.stories})


@pytest.fixture
def _reference(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    load_reference(by=BY, at=NOW)
    staff.hire(households=PLACES, officers=2, by=BY, at=NOW)
    # The papers themselves have their own tests; here they would only take time.
    for module in ("notification", "engagement"):
        monkeypatch.setattr(f"emploi.pathway.orientation.actions.{module}.typst_pdf", lambda *_: b"%PDF-1.7")


@pytest.mark.usefixtures("_reference")
def test_stories_copied_are_stories_acted() -> None:
    with transaction.atomic():
        bulk = Bulk()
        transaction.set_rollback(True)
    replay = Replay(bulk.world, bulk.service, bulk.choices, bulk.contacts)
    happenings = file_happenings(bulk.world, PLACES, NOW.date()) + replay.happenings(bulk.stories)

    for _, _, happen in sorted(happenings, key=lambda happening: happening[:2]):
        happen()

    acted = rows(bulk.names)
    assert {name: len(found) for name, found in bulk.rows.items()} == {n: len(found) for n, found in acted.items()}
    for name, found in acted.items():
        assert differences(bulk.rows[name], found) == [], name
    assert len(bulk.stories) > WANTED * 0.7
    assert len(acted["Appointment"]) > len(bulk.stories) * 0.8
    ids = {replay.entry(case).pk for case, _ in bulk.stories}
    assert journal(ids) == bulk.journal
