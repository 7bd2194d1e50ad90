"""Signed links: one document, for a limited time, without an account."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.urls import reverse

SALT = "emploi.documents.link"
# Long enough to read a message a few days late, short enough for a lost telephone.
LIFETIME = timedelta(days=30)


def sign(uuid: UUID) -> str:
    """Return the token that opens one document."""
    return signing.dumps(uuid.hex, salt=SALT)


def signed_path(uuid: UUID) -> str:
    """Return the address (without the host) that opens one document without an account."""
    return reverse("documents:by_link", kwargs={"token": sign(uuid)})


def read(token: str) -> UUID | None:
    """Return the document a token opens, None when it is false or too old."""
    try:
        return UUID(signing.loads(token, salt=SALT, max_age=LIFETIME))
    except (signing.BadSignature, ValueError):
        return None
