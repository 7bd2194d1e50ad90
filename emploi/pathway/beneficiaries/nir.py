"""The NIR at rest: encrypted with AES-GCM, found by a keyed fingerprint. The only module that sees it in clear."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from emploi.pathway.beneficiaries.rules import identity

_VERSION = b"\x01"
_NONCE_BYTES = 12


class UnreadableNir(Exception):
    """The stored NIR cannot be read with the key in force."""


def encrypt(thirteen: str) -> bytes | None:
    """Return the NIR encrypted (version, nonce, ciphertext and tag), or None when there is none."""
    if not thirteen:
        return None
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + _cipher(settings.NIR_ENCRYPTION_KEY).encrypt(nonce, thirteen.encode("ascii"), None)


def decrypt(stored: bytes | memoryview | None) -> str:
    """Return the 13 characters of a stored NIR, or nothing when there is none."""
    if stored is None:
        return ""
    raw = bytes(stored)
    nonce, body = raw[1 : 1 + _NONCE_BYTES], raw[1 + _NONCE_BYTES :]
    try:
        return _cipher(settings.NIR_ENCRYPTION_KEY).decrypt(nonce, body, None).decode("ascii")
    except InvalidTag as error:
        raise UnreadableNir(
            "Le numéro de sécurité sociale enregistré ne peut pas être lu avec la clé en place."
        ) from error


def fingerprint(thirteen: str) -> str:
    """Return the keyed fingerprint by which a NIR is found (64 characters), or nothing."""
    return identity.nir_hash(thirteen, settings.NIR_HASH_KEY.encode())


def display(thirteen: str) -> str:
    """Return a NIR as printed on a card: « 2 69 05 49 588 157 80 »."""
    if not thirteen:
        return ""
    cuts = ((0, 1), (1, 3), (3, 5), (5, 7), (7, 10), (10, 13))
    return " ".join(thirteen[start:end] for start, end in cuts) + f" {identity.nir_key(thirteen):02d}"


@lru_cache(maxsize=4)
def _cipher(key: str) -> AESGCM:
    # Any secret is accepted and stretched to 256 bits, so that production may use a passphrase or a base64 key.
    return AESGCM(hashlib.sha256(b"emploi.nir\x00" + key.encode()).digest())
