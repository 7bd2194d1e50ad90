"""The follow-up status of a person: the rule case by case, and the database that says the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emploi.foundation.audit.writing import acting
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Invitation, Kind, Slot
from emploi.pathway.appointments.queries.standing import LISTS, standing_counts, standing_in, standings
from emploi.pathway.appointments.rules.standing import Followed, Letter, Meeting, Standing, standing
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.clocks.models import Deadline
from tests.pathway.appointments.world import MONDAY, TESTS, World, at

NOW = at(MONDAY, 9)
BEFORE, LONG_BEFORE, AFTER = NOW - timedelta(days=3), NOW - timedelta(days=9), NOW + timedelta(days=3)
HOUR = timedelta(hours=1)
DONE = ("held", "absent", "excused", "cancelled_by_person", "cancelled_by_us")
FRESH = Letter(BEFORE, MONDAY + timedelta(days=7))
OLD = Letter(LONG_BEFORE, MONDAY - timedelta(days=1))


def meeting(status: str, starts_at: datetime = BEFORE, cancelled_at: datetime | None = None) -> Meeting:
    return Meeting(1, status, starts_at, starts_at + HOUR, cancelled_at)


class TestRule:
    @pytest.mark.parametrize(
        ("meetings", "letters", "expected"),
        [
            ([], [], "not_invited"),
            ([], [FRESH], "pending"),
            ([], [OLD], "expired"),
            ([], [OLD, FRESH], "pending"),
            ([], [replace(FRESH, revoked=True)], "not_invited"),
            ([meeting("planned", AFTER)], [OLD], "booked"),
            ([meeting("planned")], [OLD], "to_mark"),
            ([meeting("held")], [], "came"),
            ([meeting("absent")], [OLD], "absent"),
            ([meeting("absent", LONG_BEFORE)], [FRESH], "pending"),
            ([meeting("excused")], [], "excused"),
            ([meeting("cancelled_by_person", AFTER, BEFORE)], [OLD], "excused"),
            ([meeting("cancelled_by_us", AFTER, LONG_BEFORE)], [FRESH], "pending"),
            ([meeting("cancelled_by_us", AFTER, BEFORE)], [OLD], "cancelled_by_us"),
        ],
    )
    def test_the_last_thing_that_happened_says_it(
        self, meetings: list[Meeting], letters: list[Letter], expected: str
    ) -> None:
        assert standing(Followed(), meetings, letters, NOW) == expected

    def test_a_link_works_the_whole_of_its_last_day(self) -> None:
        assert standing(Followed(), [], [Letter(BEFORE, MONDAY)], NOW) == "pending"
        assert standing(Followed(), [], [Letter(BEFORE, MONDAY)], NOW + timedelta(days=1)) == "expired"

    def test_who_left_is_closed_whatever_was_planned(self) -> None:
        assert standing(Followed(ended=True), [meeting("planned", AFTER)], [], NOW) == "closed"

    def test_who_is_no_longer_awaited_is_closed_unless_she_has_a_date(self) -> None:
        assert standing(Followed(awaited=False), [meeting("absent")], [OLD], NOW) == "closed"
        assert standing(Followed(awaited=False), [meeting("planned", AFTER)], [], NOW) == "booked"
        assert standing(Followed(awaited=False), [meeting("held")], [], NOW) == "came"

    def test_one_first_interview_is_enough_but_a_monthly_meeting_is_due_each_month(self) -> None:
        both = [meeting("held", LONG_BEFORE), replace(meeting("absent"), number=2)]
        assert standing(Followed(once=True), both, [], NOW) == "came"
        assert standing(Followed(once=False), both, [], NOW) == "absent"

    def test_the_place_an_appointment_was_moved_from_counts_for_nothing(self) -> None:
        moved = replace(meeting("cancelled_by_us", AFTER, BEFORE), moved=True)
        assert standing(Followed(), [moved], [OLD], NOW) == "expired"


@dataclass(frozen=True)
class Case:
    known: Followed
    meetings: list[Meeting]
    letters: list[Letter]


MOMENTS = st.sampled_from([NOW + timedelta(days=days, hours=hours) for days in range(-4, 3) for hours in (-1, 0, 2)])
DAYS = st.sampled_from([MONDAY + timedelta(days=days) for days in range(-3, 4)])


@st.composite
def meetings(draw: st.DrawFn) -> list[Meeting]:
    found = []
    for number in range(draw(st.integers(0, 3))):
        status = draw(st.sampled_from(["planned", *DONE]))
        if status in ("planned", "held") and any(one.status in ("planned", "held") for one in found):
            continue  # the database keeps one alive
        starts_at = draw(MOMENTS)
        cancelled_at = draw(MOMENTS) if status.startswith("cancelled") else None
        found.append(Meeting(number, status, starts_at, starts_at + HOUR, cancelled_at))
    return found


def letter(sent_at: datetime, until: date, revoked: bool) -> Letter:
    return Letter(sent_at, max(until, sent_at.date()), revoked)


CASES = st.builds(
    Case,
    st.builds(Followed, st.booleans(), st.booleans(), st.just(True)),
    meetings(),
    st.lists(st.builds(letter, MOMENTS, DAYS, st.booleans()), max_size=3),
)


class Writer:
    """Puts cases in the database as rows, without the actions: any history, even those nobody can live."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.codes = count()
        with acting(TESTS):
            self.kinds = {True: world.kind, False: Kind.objects.create(slug="suivi", name="Suivi", duration_minutes=60)}
            self.slot = Slot.objects.create(
                agent=world.officer, place=world.town, kind=world.kind, period=(NOW, NOW + HOUR), seats=900
            )
        self.seats = count(1)

    def write(self, case: Case) -> Entry:
        entry = self.world.entry()
        kind = self.kinds[case.known.once]
        if not case.known.awaited:
            Deadline.objects.filter(entry=entry).update(let_go_on=MONDAY)
        if case.known.ended:
            Entry.objects.filter(pk=entry.pk).update(closed_on=MONDAY, closing_reason="moved_out")
        for one in case.meetings:
            self._meeting(entry, kind, one)
        for one in case.letters:
            number = next(self.codes)
            Invitation.objects.create(
                entry=entry, person=entry.person, kind=kind, token=f"t{number}", code=f"C{number}",
                sent_at=one.sent_at, sent_on=one.sent_at.date(), expires_on=one.expires_on,
                revoked_at=NOW if one.revoked else None, revoked_reason="essai" if one.revoked else "",
            )  # fmt: skip
        return entry

    def _meeting(self, entry: Entry, kind: Kind, one: Meeting) -> None:
        marked = one.status in ("held", "absent", "excused")
        Appointment.objects.create(
            person=entry.person, entry=entry, kind=kind, slot=self.slot, seat=next(self.seats), place=self.slot.place,
            agent=self.slot.agent, starts_at=one.starts_at, ends_at=one.ends_at, status=one.status, booked_at=NOW,
            is_first_interview=kind.is_first_interview, booked_via=BookedVia.AGENT, cancelled_at=one.cancelled_at,
            marked_at=NOW if marked else None,
        )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("once", [True, False])
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(cases=st.lists(CASES, min_size=1, max_size=6))
def test_the_database_says_what_the_rule_says(world: World, once: bool, cases: list[Case]) -> None:
    cases = [
        replace(case, known=replace(case.known, once=once, awaited=case.known.awaited or not once)) for case in cases
    ]
    with transaction.atomic():
        with acting(TESTS):
            writer = Writer(world)
            written = {writer.write(case).pk: case for case in cases}
        compare(written, writer.kinds[once])
        transaction.set_rollback(True)


def compare(written: dict[int, Case], kind: Kind) -> None:
    expected = {pk: standing(case.known, case.meetings, case.letters, NOW).value for pk, case in written.items()}
    assert standings(written, kind, NOW) == expected
    everybody = Entry.objects.filter(pk__in=written)
    for name in [*Standing, *LISTS]:
        asked = LISTS.get(name) or (name,)
        found = set(standing_in(everybody, str(name), kind, NOW).values_list("pk", flat=True))
        assert found == {pk for pk, status in expected.items() if status in asked}, name
    counted = standing_counts(everybody, kind, NOW)
    assert counted == {
        name: sum(status in (LISTS.get(name) or (name,)) for status in expected.values()) for name in counted
    }


@pytest.mark.django_db
def test_the_status_follows_a_person_through_the_real_actions(world: World) -> None:
    world.opening(first_on=MONDAY)
    entry = world.entry()

    def status(moment: datetime) -> str:
        return standings([entry.pk], world.kind, moment)[entry.pk]

    assert status(NOW) == "not_invited"
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=NOW)
    assert status(NOW) == "pending"
    assert status(NOW + timedelta(days=200)) == "expired"
    slot = world.slot(MONDAY + timedelta(days=1), 9)
    booked = actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PERSON, by=world.by, at=NOW)
    other = world.slot(MONDAY + timedelta(days=1), 10)
    moved = actions.move_appointment(appointment_id=booked.pk, slot_id=other.pk, reason="Réunion", by=world.by, at=NOW)
    assert status(NOW) == "booked"
    evening = at(MONDAY + timedelta(days=1), 18)
    assert status(evening) == "to_mark"
    actions.mark_absent(appointment_id=moved.pk, by=world.by, at=evening)
    assert status(evening) == "absent"
    with acting(TESTS):
        Person.objects.filter(pk=entry.person_id).update(died_on=MONDAY)
    assert status(evening) == "closed"


@pytest.mark.django_db
def test_statuses_are_read_in_one_query(world: World) -> None:
    ids = [world.entry().pk for _ in range(4)]
    for wanted in (ids[:1], ids):
        with CaptureQueriesContext(connection) as queries:
            standings(wanted, world.kind, NOW)
        assert len(queries) == 1
