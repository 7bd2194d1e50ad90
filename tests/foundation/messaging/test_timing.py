"""Nobody's telephone rings at night, on a Sunday or on a public holiday; a breakdown is retried."""

from datetime import datetime, time, timedelta

import pytest

from emploi.foundation import clock
from emploi.foundation.messaging import conf
from emploi.foundation.messaging.rules.timing import SendingHours, next_moment, retry_at


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.ZONE)


@pytest.mark.parametrize(
    ("asked", "leaves"),
    [
        ("2026-11-23 09:00", "2026-11-23 09:00"),  # Monday morning
        ("2026-11-23 07:59", "2026-11-23 08:00"),
        ("2026-11-23 20:00", "2026-11-24 08:00"),
        ("2026-11-28 21:00", "2026-11-30 08:00"),  # Saturday night: not on Sunday
        ("2026-11-29 10:00", "2026-11-30 08:00"),  # Sunday
        ("2026-11-28 10:00", "2026-11-28 10:00"),  # Saturday
        ("2026-12-24 22:00", "2026-12-26 08:00"),  # Christmas
        ("2026-03-28 21:00", "2026-03-30 08:00"),  # the night summer time begins
    ],
)
def test_an_sms_leaves_in_the_hours_of_sending(asked: str, leaves: str) -> None:
    assert conf.first_moment("sms", at(asked), immediate=False) == at(leaves)


@pytest.mark.parametrize(
    ("wanted", "leaves"),
    [
        ("2026-11-23 09:00", "2026-11-23 09:00"),
        ("2026-11-23 07:00", "2026-11-21 19:00"),  # Monday too early: Saturday, never Sunday
        ("2026-11-24 20:30", "2026-11-24 19:00"),
        ("2027-03-28 08:00", "2027-03-27 19:00"),  # 48 h before the Tuesday after Easter
        ("2027-05-01 08:00", "2027-04-30 19:00"),  # 48 h before Monday 3 May
        ("2027-05-08 08:00", "2027-05-07 19:00"),  # 48 h before Monday 10 May
        ("2027-05-02 08:00", "2027-04-30 19:00"),  # a day before the same Monday: a Sunday after a holiday
    ],
)
def test_a_reminder_is_brought_forward_never_put_off(wanted: str, leaves: str) -> None:
    assert conf.moment_before("sms", at(wanted), at=at("2026-11-20 09:00")) == at(leaves)
    assert conf.moment_before("email", at(wanted), at=at("2026-11-20 09:00")) == at(wanted)


def test_a_reminder_whose_last_moment_is_over_leaves_as_soon_as_it_may() -> None:
    assert conf.moment_before("sms", at("2026-11-29 10:00"), at=at("2026-11-28 19:30")) == at("2026-11-28 19:30")
    assert conf.moment_before("sms", at("2026-11-29 10:00"), at=at("2026-11-28 22:00")) == at("2026-11-30 08:00")


def test_an_email_or_an_awaited_answer_leaves_at_once() -> None:
    night = at("2026-11-29 02:00")
    assert conf.first_moment("email", night, immediate=False) == night
    assert conf.first_moment("sms", night, immediate=True) == night


def test_hours_without_rest_days_open_on_sunday() -> None:
    hours = SendingHours(time(8), time(20), rest_days=True)
    assert next_moment(at("2026-11-29 10:00"), hours, is_rest_day=lambda day: True) == at("2026-11-29 10:00")


def test_retries_space_out_then_stop() -> None:
    now = at("2026-11-23 09:00")
    delays = [retry_at(now, attempts) for attempts in range(1, 7)]
    assert [moment - now for moment in delays if moment] == [timedelta(minutes=m) for m in (1, 5, 15, 60, 240)]
    assert delays[-1] is None
