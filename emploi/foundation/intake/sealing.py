"""Refused lines at rest: sealed with the key of stored files, read back with the key in force or a former one."""

from functools import lru_cache
from io import BytesIO

from django.conf import settings

from emploi.foundation.documents import crypto


def seal(raw: bytes) -> bytes:
    """The encrypted form of one line."""
    return b"".join(crypto.seal([raw], _key(settings.FILES_ENCRYPTION_KEY)))


def unseal(sealed: bytes | memoryview) -> bytes:
    """A line in clear. Raises crypto.DamagedFile."""
    secrets = (settings.FILES_ENCRYPTION_KEY, *getattr(settings, "FILES_FORMER_KEYS", ()))
    keys = {crypto.key_id(key): key for key in map(_key, secrets)}
    return b"".join(crypto.unseal(BytesIO(bytes(sealed)), keys))


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    return crypto.derive_key(secret)
