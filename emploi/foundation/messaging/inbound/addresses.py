"""The address a message may be answered at: one a message, signed, so that nobody guesses another's."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from emploi.foundation.messaging.models import Message

TOKEN = "{jeton}"  # noqa: S105 - where the token goes in the setting
_SALT = "messaging.reply"
_BYTES = 10  # 80 bits


def is_open() -> bool:
    """Tell whether e-mails may be answered: somebody set an address, and what is written there is read."""
    return bool(settings.REPLY_ADDRESS)


def address_of(message: Message) -> str:
    """Return where to answer this message; empty when answers are not read, or when it is not to a person."""
    if not is_open() or message.person_id is None:
        return ""
    return str(settings.REPLY_ADDRESS).replace(TOKEN, f"{message.pk}-{_signature(message.pk)}")


def plain_address() -> str:
    """Return the address to write to without answering a message, as a letter says it."""
    local, _, domain = str(settings.REPLY_ADDRESS).rpartition("@")
    bare = local.replace(TOKEN, "").rstrip("+-_.")
    return f"{bare}@{domain}" if bare else ""


def message_id_in(addresses: Iterable[str]) -> int | None:
    """Return the message one of these addresses answers, None when none carries a signature of ours."""
    pattern = _pattern()
    for address in addresses if pattern else ():
        found = pattern.fullmatch(address.strip()) if pattern else None
        if found and constant_time_compare(found["signature"].lower(), _signature(int(found["pk"]))):
            return int(found["pk"])
    return None


def _pattern() -> re.Pattern[str] | None:
    before, sign, after = str(settings.REPLY_ADDRESS).partition(TOKEN)
    if not sign:
        return None
    token = r"(?P<pk>[0-9]{1,18})-(?P<signature>[a-z2-7]{16})"  # noqa: S105 - its shape
    return re.compile(re.escape(before) + token + re.escape(after), re.IGNORECASE)


def _signature(pk: int) -> str:
    digest = salted_hmac(_SALT, str(pk), algorithm="sha256").digest()[:_BYTES]
    return base64.b32encode(digest).decode().lower()
