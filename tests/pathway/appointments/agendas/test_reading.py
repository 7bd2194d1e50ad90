"""What a calendar kept elsewhere says of its owner's time, however it was written; what is refused."""

from datetime import date, datetime, timedelta

import pytest

from emploi.foundation import clock
from emploi.pathway.appointments.calendars import fetching
from emploi.pathway.appointments.calendars.fetching import Unreachable
from emploi.pathway.appointments.calendars.reading import Unreadable, busy_moments
from tests.pathway.appointments.agendas.ics import calendar, event, from_to
from tests.pathway.appointments.world import MONDAY, at

SINCE, UNTIL = at(MONDAY, 0), at(MONDAY + timedelta(days=42), 0)


def busy(*events: str, head: str = "") -> list[str]:
    found = busy_moments(calendar(*events, head=head), since=SINCE, until=UNTIL)
    return [f"{start:%d/%m %H:%M} {stop.astimezone(clock.ZONE):%d/%m %H:%M}" for start, stop in found]


def test_a_plain_event_takes_its_hours() -> None:
    assert busy(event("1", *from_to("20261124T090000", "20261124T103000"))) == ["24/11 09:00 24/11 10:30"]


@pytest.mark.parametrize(
    "times",
    [
        from_to("20261124T090000", "20261124T100000", "Romance Standard Time"),  # as Outlook names Paris
        ("DTSTART:20261124T080000Z", "DTEND:20261124T090000Z"),
        from_to("20261124T030000", "20261124T040000", "America/New_York"),
        ("DTSTART:20261124T090000", "DURATION:PT1H"),  # no zone: the hour of here
    ],
)
def test_hours_are_ours_whatever_the_zone(times: tuple[str, str]) -> None:
    assert busy(event("1", *times)) == ["24/11 09:00 24/11 10:00"]


def test_a_whole_day_takes_the_whole_day_here() -> None:
    assert busy(event("1", "DTSTART;VALUE=DATE:20261124")) == ["24/11 00:00 25/11 00:00"]
    leave = event("1", "DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261127")
    assert busy(leave) == ["24/11 00:00 27/11 00:00"]


def test_a_weekly_meeting_skips_its_exception_and_follows_the_one_moved() -> None:
    series = event(
        "s", *from_to("20260901T140000", "20260901T150000"), "RRULE:FREQ=WEEKLY;COUNT=16",
        "EXDATE;TZID=Europe/Paris:20261201T140000",
    )  # fmt: skip
    moved = event(
        "s", *from_to("20261209T100000", "20261209T110000"), "RECURRENCE-ID;TZID=Europe/Paris:20261208T140000"
    )
    assert busy(series, moved) == ["24/11 14:00 24/11 15:00", "09/12 10:00 09/12 11:00", "15/12 14:00 15/12 15:00"]


@pytest.mark.parametrize(
    "line",
    ["STATUS:CANCELLED", "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
     "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE"],
)  # fmt: skip
def test_what_is_free_or_cancelled_takes_nothing(line: str) -> None:
    assert busy(event("1", *from_to("20261124T090000", "20261124T100000"), line)) == []


@pytest.mark.parametrize("line", ["X-MICROSOFT-CDO-BUSYSTATUS:OOF", "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE"])
def test_away_and_perhaps_take_time(line: str) -> None:
    assert len(busy(event("1", *from_to("20261124T090000", "20261124T100000"), line))) == 1


def test_our_own_appointments_copied_there_take_nothing_twice() -> None:
    assert busy(event("creneau-4@emploi-dabord.99", *from_to("20261124T090000", "20261124T100000"))) == []


def test_what_touches_is_one_moment_and_the_past_is_left() -> None:
    first = event("1", *from_to("20261124T090000", "20261124T100000"))
    second = event("2", *from_to("20261124T093000", "20261124T110000"))
    past = event("3", *from_to("20261120T090000", "20261120T110000"))
    assert busy(first, second, past) == ["24/11 09:00 24/11 11:00"]


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>Connectez-vous</html>", b"\xff\xfe\x00", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
     b"BEGIN:VEVENT\r\nEND:VEVENT\r\n"],
)  # fmt: skip
def test_what_is_no_calendar_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(Unreadable, match="pas un calendrier"):
        busy_moments(content, since=SINCE, until=UNTIL)


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=DAILY;BYHOUR=8,9,10,11;BYMINUTE=0,10,20,30,40,50"]
)
def test_a_rule_that_would_fill_the_memory_is_refused(rule: str) -> None:
    with pytest.raises(Unreadable, match="se répète"):
        busy(event("1", *from_to("20261124T090000", "20261124T091000"), f"RRULE:{rule}"))


@pytest.mark.parametrize("rule", ["FREQ=DAILY;UNTIL=", "FREQ=BOGUS", "FREQ=WEEKLY;COUNT=beaucoup"])
@pytest.mark.parametrize("zone", ["Europe/Paris", ""])
def test_a_rule_nobody_can_read_leaves_its_event_once_and_the_others(rule: str, zone: str) -> None:
    hours = from_to("20261124T090000", "20261124T100000") if zone else ("DTSTART:20261124T090000", "DURATION:PT1H")
    other = event("2", *from_to("20261125T090000", "20261125T100000"))
    found = busy(event("1", *hours, f"RRULE:{rule}"), other)
    assert found == ["24/11 09:00 24/11 10:00", "25/11 09:00 25/11 10:00"]


@pytest.mark.parametrize(
    "address",
    ["", "agenda", "http://agenda.exemple.fr/a.ics", "ftp://exemple.fr/a.ics", "https://exemple.fr:8443/a.ics",
     "https://moi:secret@exemple.fr/a.ics", "file:///etc/passwd", "https://[::1", "https://exemple.fr:port/"],
)  # fmt: skip
def test_addresses_that_are_not_public_https_are_refused(address: str) -> None:
    with pytest.raises(Unreachable):
        fetching.checked(address)


def test_webcal_is_https_said_otherwise() -> None:
    assert fetching.checked(" webcal://exemple.fr/a.ics ").geturl() == "https://exemple.fr/a.ics"


@pytest.mark.parametrize(
    "machine",
    ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "172.16.0.9", "0.0.0.0", "::1", "fe80::1%eth0",
     "fd00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "224.0.0.1", "100.64.0.1"],
)  # fmt: skip
def test_a_name_that_leads_inside_is_never_asked(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def resolved(host: str, port: int, **_: object) -> list[object]:
        return [(2, 1, 6, "", ("93.184.215.14", port)), (2, 1, 6, "", (machine, port))]

    monkeypatch.setattr(fetching.socket, "getaddrinfo", resolved)
    with pytest.raises(Unreachable, match="machine interne"):
        fetching.fetch("https://agenda.exemple.fr/a.ics")


def test_the_horizon_is_respected() -> None:
    daily = event("1", *from_to("20200101T090000", "20200101T100000"), "RRULE:FREQ=DAILY")
    found = busy_moments(calendar(daily), since=SINCE, until=at(MONDAY + timedelta(days=3), 0))
    assert [start.date() for start, _ in found] == [MONDAY + timedelta(days=n) for n in range(3)]
    assert isinstance(found[0][0], datetime)
    assert isinstance(found[0][0].date(), date)
