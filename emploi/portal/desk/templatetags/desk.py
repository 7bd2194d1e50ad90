"""Words of the desk's screens."""

from __future__ import annotations

from django import template

from emploi.foundation.messaging.enums import Channel

register = template.Library()


@register.filter
def channel_label(channel: str) -> str:
    """Return "SMS" for "sms"."""
    return str(Channel(channel).label)
