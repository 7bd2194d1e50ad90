"""Where the bytes live: encrypted, under an opaque name, in Django's default storage (a folder or S3)."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from emploi.foundation.documents import crypto

PIECE = 256 * 1024
# Below this the clear text travels in memory; above, it goes through a temporary file already encrypted.
IN_MEMORY = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stored:
    """What was written: where, how long, and its fingerprint in clear."""

    path: str
    size: int
    sha256: str


def write(uuid: UUID, content: bytes | BinaryIO) -> Stored:
    """Encrypt and store a content; returns its path, its clear size and SHA-256."""
    digest = hashlib.sha256()
    size = 0

    def pieces() -> Iterator[bytes]:
        nonlocal size
        source = BytesIO(content) if isinstance(content, bytes) else content
        source.seek(0)
        while piece := source.read(PIECE):
            digest.update(piece)
            size += len(piece)
            yield piece

    name = f"documents/{uuid.hex[:2]}/{uuid.hex}.bin"
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as sealed:
        for chunk in crypto.seal(pieces(), _current_key()):
            sealed.write(chunk)
        sealed.seek(0)
        path = default_storage.save(name, File(sealed, name=name))
    return Stored(path, size, digest.hexdigest())


def stream(path: str) -> Iterator[bytes]:
    """Yield the clear pieces of a stored file. Raises crypto.DamagedFile."""
    with default_storage.open(path, "rb") as source:
        yield from crypto.unseal(cast(BinaryIO, source), _keys())


def passage(path: str, offset: int, length: int) -> bytes:
    """Return a passage of a stored file, in clear, without reading the rest. Raises crypto.DamagedFile."""
    with default_storage.open(path, "rb") as source:
        return crypto.unseal_range(cast(BinaryIO, source), _keys(), offset, length)


def read(path: str) -> bytes:
    """Return a stored file whole, in clear."""
    return b"".join(stream(path))


def remove(path: str) -> None:
    """Delete the bytes of a document that was never recorded."""
    default_storage.delete(path)


def _current_key() -> bytes:
    return crypto.derive_key(settings.FILES_ENCRYPTION_KEY)


def _keys() -> dict[bytes, bytes]:
    """The key in force and the former ones, by their id: a changed key still reads what it sealed."""
    former = getattr(settings, "FILES_FORMER_KEYS", ())
    keys = [crypto.derive_key(secret) for secret in (settings.FILES_ENCRYPTION_KEY, *former)]
    return {crypto.key_id(key): key for key in keys}
