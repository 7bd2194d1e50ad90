"""One-time links: a random token sent or printed, of which only the hash is kept."""

import hashlib
import secrets

from django.conf import settings
from django.urls import reverse

# Long enough for a week of leave, short enough for a forgotten e-mail.
LINK_LIFE_DAYS = 7
TOKEN_BYTES = 32


def new_token() -> str:
    """A token nobody can guess."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def address_of(token: str) -> str:
    """The whole address to open."""
    return f"{settings.PUBLIC_URL}{reverse('agents:activate', kwargs={'token': token})}"
