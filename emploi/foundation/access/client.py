"""Whose connection it is, behind the proxies we trust and no others."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of the client: that of the connection, or the one our TRUSTED_PROXY_HOPS proxies added.

    Each proxy appends on the right the address it saw; what stands further left was written by anybody.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    hops = settings.TRUSTED_PROXY_HOPS
    if hops <= 0:
        return direct
    seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return seen[-hops] if len(seen) >= hops else direct
