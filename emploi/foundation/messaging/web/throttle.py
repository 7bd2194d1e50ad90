"""How many calls one address may make to our webhooks, counted by minute; refused ones count far more."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from emploi.foundation.access.client import client_address

# An operator gathers replies in lists; a forged call costs a tenth of what is allowed in a minute.
ALLOWED, FORGED, WINDOW_SECONDS = 600, 60, 60


def is_throttled(request: HttpRequest) -> bool:
    """Tell whether this address called too much in the last minute."""
    return int(cache.get(_key(request), 0)) >= ALLOWED


def count(request: HttpRequest, *, is_forged: bool = False) -> None:
    """Count a call of this address."""
    key, weight = _key(request), FORGED if is_forged else 1
    if not cache.add(key, weight, WINDOW_SECONDS):
        try:
            cache.incr(key, weight)
        except ValueError:  # it expired between the two
            cache.add(key, weight, WINDOW_SECONDS)


def _key(request: HttpRequest) -> str:
    """The address is only kept as a keyed hash."""
    address = f"{settings.SECRET_KEY}:{client_address(request)}"
    return f"messaging-calls-{hashlib.sha256(address.encode()).hexdigest()[:32]}"
