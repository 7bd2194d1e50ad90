"""Pure decisions, as tables."""

import itertools
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emploi.foundation import clock
from emploi.pathway.appointments.rules import booking, codes, invitations, links, slots
from emploi.pathway.appointments.rules.capacity import Wait, unplaced
from emploi.pathway.appointments.rules.invitations import EMAIL, LETTER, SMS, Candidate, Skip
from emploi.pathway.appointments.rules.links import LinkFacts, LinkState

NOON = datetime(2026, 11, 23, 12, tzinfo=clock.ZONE)
TODAY = NOON.date()
NEVER = slots.Away(holidays=())


def pattern(**changes: object) -> slots.Pattern:
    values: dict[str, object] = {
        "first_on": date(2026, 11, 2),
        "last_on": None,
        "weekdays": frozenset({1, 3}),
        "starts_at": time(9),
        "ends_at": time(12, 10),
        "minutes": 45,
    }
    return slots.Pattern(**{**values, **changes})  # type: ignore[arg-type]


def test_an_opening_gives_whole_slots_on_its_days_only() -> None:
    found = slots.slots_between(
        pattern(), since=date(2026, 11, 9), until=date(2026, 11, 13), away=NEVER, zone=clock.ZONE
    )
    assert [start.strftime("%a %H:%M") for start, _ in found] == [
        "Mon 09:00", "Mon 09:45", "Mon 10:30", "Mon 11:15", "Wed 09:00", "Wed 09:45", "Wed 10:30", "Wed 11:15",
    ]  # fmt: skip
    assert found[3][1] == datetime(2026, 11, 9, 12, 0, tzinfo=clock.ZONE)


def test_holidays_and_closed_moments_give_none() -> None:
    armistice = date(2026, 11, 11)
    closed = slots.closed_moments(date(2026, 11, 9), date(2026, 11, 9), None, clock.ZONE)
    closed += slots.closed_moments(date(2026, 11, 16), date(2026, 11, 18), (time(10), time(10, 45)), clock.ZONE)
    away = slots.Away.of({armistice}, [*closed, *closed])
    found = slots.slots_between(
        pattern(), since=date(2026, 11, 9), until=date(2026, 11, 18), away=away, zone=clock.ZONE
    )
    assert [start.strftime("%d %H:%M") for start, _ in found] == ["16 09:00", "16 11:15", "18 09:00", "18 11:15"]


def test_a_slot_keeps_its_hour_when_summer_time_begins() -> None:
    every_day = pattern(first_on=date(2026, 3, 1), weekdays=frozenset(range(1, 8)), ends_at=time(9, 45))
    found = slots.slots_between(
        every_day, since=date(2026, 3, 28), until=date(2026, 3, 30), away=NEVER, zone=clock.ZONE
    )
    assert [start.hour for start, _ in found] == [9, 9, 9]
    assert found[1][0] - found[0][0] == timedelta(hours=24)  # wall clock, as people read it


@given(st.integers(5, 240), st.times(time(6), time(20)), st.times(time(6), time(20)))
def test_slots_of_a_day_never_overlap_nor_leave_the_opening(minutes: int, starts_at: time, ends_at: time) -> None:
    one = pattern(minutes=minutes, starts_at=starts_at, ends_at=ends_at)
    found = list(slots.slots_of_day(one, date(2026, 11, 9), clock.ZONE))
    for (start, stop), (after, _) in itertools.pairwise(found):
        assert start < stop <= after
    assert all(start.time() >= starts_at and stop.time() <= ends_at for start, stop in found)


def candidate(*channels: str, **changes: object) -> Candidate:
    return Candidate(entry_id=1, person_id=1, reachable_by=frozenset(channels), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "asked", "used"),
    [
        ((SMS, EMAIL, LETTER), None, (SMS, EMAIL)),
        ((EMAIL, LETTER), None, (EMAIL,)),
        ((LETTER,), None, (LETTER,)),
        ((), None, ()),
        ((SMS, EMAIL, LETTER), {LETTER}, (LETTER,)),
        ((SMS,), {LETTER}, ()),
        ((SMS, LETTER), {SMS, LETTER}, (SMS, LETTER)),
    ],
)
def test_channels_follow_what_is_known_and_what_is_asked(
    known: tuple[str, ...], asked: set[str] | None, used: tuple[str, ...]
) -> None:
    assert invitations.channels_for(candidate(*known), frozenset(asked) if asked else None) == used


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"is_closed": True, "is_booked": True}, Skip.CLOSED),
        ({"is_deceased": True}, Skip.DECEASED),
        ({"is_stopped": True}, Skip.STOPPED),
        ({"is_met": True}, Skip.ALREADY_MET),
        ({"is_booked": True}, Skip.ALREADY_BOOKED),
        ({"last_sent_at": NOON - timedelta(hours=23, minutes=59)}, Skip.INVITED_RECENTLY),
        ({"last_sent_at": NOON - timedelta(hours=24)}, None),
    ],
)
def test_who_is_left_out_and_why(changes: dict[str, object], reason: Skip | None) -> None:
    assert invitations.skip_reason(candidate(SMS, **changes), at=NOON, cooldown_hours=24) == reason


def test_nobody_is_invited_by_a_channel_that_does_not_reach() -> None:
    assert invitations.skip_reason(candidate(), at=NOON, cooldown_hours=24) is Skip.UNREACHABLE
    asked = frozenset({LETTER})
    assert invitations.skip_reason(candidate(SMS), at=NOON, cooldown_hours=24, asked=asked) is Skip.CHANNEL_MISSING


@pytest.mark.parametrize("typed", ["acde-3467", " ACDE 3467 ", "a.c.d.e.3.4.6.7", "acde\u00a03467"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert codes.normalise(typed) == "ACDE3467"
    assert codes.is_plausible(codes.normalise(typed))


def test_codes_have_no_look_alikes() -> None:
    assert not set("0O1IL2Z5S8B") & set(codes.ALPHABET)
    assert not codes.is_plausible("ACDE346O")
    assert codes.display("ACDE3467") == "ACDE-3467"


def link(**changes: object) -> LinkFacts:
    values: dict[str, object] = {
        "expires_on": TODAY,
        "is_revoked": False,
        "is_superseded": False,
        "superseded_by_convocation": False,
        "entry_closed": False,
        "has_planned": False,
        "has_held": False,
    }
    return LinkFacts(**{**values, **changes})  # type: ignore[arg-type]


YESTERDAY = TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (link(), LinkState.OPEN),
        (link(is_superseded=True), LinkState.OPEN),  # the announced validity is kept
        (link(expires_on=YESTERDAY), LinkState.EXPIRED),
        (link(expires_on=YESTERDAY, is_superseded=True), LinkState.SUPERSEDED),
        (link(superseded_by_convocation=True), LinkState.SUPERSEDED),
        (link(expires_on=YESTERDAY, has_planned=True), LinkState.BOOKED),
        (link(has_held=True), LinkState.MET),
        (link(entry_closed=True), LinkState.ENDED),
        (link(is_revoked=True, has_planned=True), LinkState.REVOKED),
    ],
)
def test_what_a_link_still_opens(facts: LinkFacts, state: LinkState) -> None:
    assert links.state_of(facts, today=TODAY) is state


def test_the_reminder_leaves_two_days_before_or_not_at_all() -> None:
    later = NOON + timedelta(days=5)
    assert booking.reminder_moment(later, at=NOON, hours=48) == later - timedelta(hours=48)
    assert booking.reminder_moment(NOON + timedelta(hours=48), at=NOON, hours=48) is None


def test_the_person_needs_notice_the_agent_does_not() -> None:
    soon = {"starts_at": NOON + timedelta(minutes=20), "bookable_by_person": True, "physical_required": True}
    asked = booking.Asked(by_person=True, is_physical=True, has_reason=False, **soon)  # type: ignore[arg-type]
    assert booking.refusal(asked, at=NOON, notice_minutes=30) is booking.Refusal.TOO_SOON
    agents = booking.Asked(by_person=False, is_physical=True, has_reason=False, **soon)  # type: ignore[arg-type]
    assert booking.refusal(agents, at=NOON, notice_minutes=0) is None
    remote = booking.Asked(by_person=False, is_physical=False, has_reason=False, **soon)  # type: ignore[arg-type]
    assert booking.refusal(remote, at=NOON, notice_minutes=0) is booking.Refusal.REMOTE_WITHOUT_REASON


class TestCapacity:
    """Who can really be received before her own date."""

    D1, D2, D3 = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)

    def test_the_most_urgent_are_served_first_and_the_others_later(self) -> None:
        waits = [Wait(1, 7, self.D1), Wait(2, 7, self.D1), Wait(3, 7, self.D3)]
        assert unplaced(waits, {7: {self.D1: 1, self.D2: 5}}) == {2}

    def test_a_slot_elsewhere_does_not_help(self) -> None:
        assert unplaced([Wait(1, 7, self.D3)], {8: {self.D1: 9}}) == {1}

    def test_slots_in_time_are_shared_not_counted_twice(self) -> None:
        waits = [Wait(n, None, self.D2) for n in range(4)]
        assert len(unplaced(waits, {None: {self.D1: 2, self.D2: 1, self.D3: 9}})) == 1
