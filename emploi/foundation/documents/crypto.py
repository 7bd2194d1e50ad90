"""Encryption of stored files: AES-256-GCM by chunks, so that a file of 1 GB never sits in memory.

The layout is the STREAM construction: a header (magic, key id, nonce prefix), then chunks, each sealed with
a counter and a "last chunk" mark. A chunk removed, added, swapped or cut is therefore refused.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"EMPL1"
CHUNK = 1024 * 1024
TAG = 16
PREFIX = 7
KEY_ID = 4
HEADER = len(MAGIC) + KEY_ID + PREFIX


class DamagedFile(Exception):
    """The stored file was cut, altered, or sealed with a key we no longer hold."""


def derive_key(secret: str) -> bytes:
    """Return the 32 bytes used to seal files from a secret of any length."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"emploi documents").derive(secret.encode())


def key_id(key: bytes) -> bytes:
    """Return the four bytes that say which key sealed a file, without saying the key."""
    return hashlib.sha256(b"id" + key).digest()[:KEY_ID]


def seal(pieces: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """Yield the encrypted form of a stream of pieces of any size."""
    prefix = os.urandom(PREFIX)
    cipher = AESGCM(key)
    yield MAGIC + key_id(key) + prefix
    for counter, (chunk, last) in enumerate(_marked(_rechunked(pieces))):
        yield cipher.encrypt(_nonce(prefix, counter, last), chunk, MAGIC)


def unseal(source: BinaryIO, keys: Mapping[bytes, bytes]) -> Iterator[bytes]:
    """Yield the clear pieces of an encrypted file; `keys` maps key ids to keys. Raises DamagedFile."""
    prefix, cipher = _opened(source, keys)
    for counter, (chunk, last) in enumerate(_marked(_sized(source, CHUNK + TAG))):
        yield _decrypted(cipher, _nonce(prefix, counter, last), chunk)


def unseal_range(source: BinaryIO, keys: Mapping[bytes, bytes], offset: int, length: int) -> bytes:
    """Return one passage of the clear text, decrypting only the chunks it touches. Raises DamagedFile."""
    source.seek(0)
    prefix, cipher = _opened(source, keys)
    sealed = source.seek(0, 2) - HEADER
    last = max(0, -(-sealed // (CHUNK + TAG)) - 1)
    first, end = offset // CHUNK, min(last, (offset + max(length, 1) - 1) // CHUNK)
    clear = bytearray()
    for counter in range(first, end + 1):
        source.seek(HEADER + counter * (CHUNK + TAG))
        clear += _decrypted(cipher, _nonce(prefix, counter, counter == last), source.read(CHUNK + TAG))
    start = offset - first * CHUNK
    return bytes(clear[start : start + length])


def _opened(source: BinaryIO, keys: Mapping[bytes, bytes]) -> tuple[bytes, AESGCM]:
    header = source.read(HEADER)
    key = keys.get(header[len(MAGIC) : len(MAGIC) + KEY_ID])
    if len(header) != HEADER or not header.startswith(MAGIC) or key is None:
        raise DamagedFile("Ce fichier n’est pas lisible : sa clé est absente ou son début est abîmé.")
    return header[-PREFIX:], AESGCM(key)


def _decrypted(cipher: AESGCM, nonce: bytes, chunk: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, chunk, MAGIC)
    except InvalidTag as error:
        raise DamagedFile("Ce fichier a été coupé ou modifié depuis son dépôt.") from error


def _nonce(prefix: bytes, counter: int, last: bool) -> bytes:
    return prefix + struct.pack(">IB", counter, last)


def _sized(source: BinaryIO, size: int) -> Iterator[bytes]:
    while chunk := source.read(size):
        yield chunk


def _rechunked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield full chunks and a last shorter one (possibly empty, so that an empty file has one chunk)."""
    pending = bytearray()
    for piece in pieces:
        pending += piece
        while len(pending) > CHUNK:
            yield bytes(pending[:CHUNK])
            del pending[:CHUNK]
    yield bytes(pending)


def _marked(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield each chunk with True beside the last one."""
    previous: bytes | None = None
    for chunk in chunks:
        if previous is not None:
            yield previous, False
        previous = chunk
    if previous is not None:
        yield previous, True
