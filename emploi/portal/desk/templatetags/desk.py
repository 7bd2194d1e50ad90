"""Words of the desk's screens."""

from __future__ import annotations

from django import template

from emploi.foundation.messaging.enums import Channel
from emploi.portal.desk.web.standing import ShownStanding, shown_standing

register = template.Library()


@register.filter
def channel_label(channel: str) -> str:
    """Return "SMS" for "sms"."""
    return str(Channel(channel).label)


@register.filter
def standing(status: str | None) -> ShownStanding | None:
    """Return a follow-up status ready to be shown."""
    return shown_standing(status)
