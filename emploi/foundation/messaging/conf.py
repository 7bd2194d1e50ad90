"""What the installation and the Département choose: providers, hours of sending."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.conf import settings

from emploi.foundation import clock, department
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.messaging.inbound import addresses
from emploi.foundation.messaging.rules.timing import SendingHours, last_moment, may_leave, next_moment

# A Département may choose its own in messaging.yaml: {sms_opens: "08:00", sms_closes: "20:00", rest_days: false}.
POLICY_FILE = "messaging.yaml"
DEFAULT_OPENS = "08:00"
DEFAULT_CLOSES = "20:00"


def provider_name(channel: str) -> str:
    """Return the provider in force for a channel."""
    return str(getattr(settings, "MESSAGING_PROVIDERS", {}).get(channel, "outbox"))


def sending_hours() -> SendingHours:
    """Return the hours during which an SMS may leave."""
    policy: dict[str, Any] = department.load_yaml(POLICY_FILE) if department.has(POLICY_FILE) else {}
    return SendingHours(
        opens=time.fromisoformat(str(policy.get("sms_opens", DEFAULT_OPENS))),
        closes=time.fromisoformat(str(policy.get("sms_closes", DEFAULT_CLOSES))),
        rest_days=bool(policy.get("rest_days", False)),
    )


def first_moment(channel: str, at: datetime, *, immediate: bool) -> datetime:
    """Return when a message may leave: at once, except an SMS outside the hours of sending."""
    if channel != Channel.SMS or immediate:
        return at
    return next_moment(at.astimezone(clock.ZONE), sending_hours(), is_rest_day=_is_rest_day)


def moment_before(channel: str, wanted: datetime, *, at: datetime) -> datetime:
    """Return when a reminder leaves: its own moment, else the last allowed before it, else as soon as possible."""
    if channel != Channel.SMS:
        return wanted
    found = last_moment(wanted.astimezone(clock.ZONE), sending_hours(), is_rest_day=_is_rest_day)
    return found if found > at else first_moment(channel, at, immediate=False)


def sms_may_leave(at: datetime) -> bool:
    """Tell whether ordinary SMS may leave at that moment."""
    return may_leave(at.astimezone(clock.ZONE), sending_hours(), is_rest_day=_is_rest_day)


def _is_rest_day(day: Any) -> bool:
    # Saturday is not a rest day: people who work or train on weekdays read their messages then.
    return day.isoweekday() == 7 or clock.is_holiday(day)


def how_to_answer(channel: str) -> str:
    """Return the sentence that says a message may be answered; empty when nobody would read the answer."""
    if channel == Channel.SMS:
        return "Vous pouvez répondre à ce SMS." if settings.SMS_REPLY_NUMBER else ""
    if not addresses.is_open():
        return ""
    if channel == Channel.EMAIL:
        return "Vous pouvez répondre à cet e-mail : un agent du service lit les réponses."
    written_to = addresses.plain_address()
    return f"Vous pouvez aussi écrire à {written_to}." if written_to else ""
