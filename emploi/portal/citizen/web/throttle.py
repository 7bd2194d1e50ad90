"""How many wrong codes one connection may type: a library or a CCAS shares one address, so the limit is generous."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from emploi.foundation.access.client import client_address

FAILURES = 30
WINDOW_SECONDS = 15 * 60


def is_throttled(request: HttpRequest) -> bool:
    """True when this connection has already failed too often lately."""
    return int(cache.get(_key(request), 0)) >= FAILURES


def note_failure(request: HttpRequest) -> None:
    """Count one more failure of this connection."""
    key = _key(request)
    if not cache.add(key, 1, WINDOW_SECONDS):
        try:
            cache.incr(key)
        except ValueError:  # it expired between the two
            cache.add(key, 1, WINDOW_SECONDS)


def _key(request: HttpRequest) -> str:
    """The address is only kept as a keyed hash."""
    address = f"{settings.SECRET_KEY}:{client_address(request)}"
    return f"citizen-code-{hashlib.sha256(address.encode()).hexdigest()[:32]}"
