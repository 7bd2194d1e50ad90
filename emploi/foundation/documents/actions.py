"""Keeping files."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from io import BytesIO
from typing import BinaryIO
from uuid import uuid4

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.documents import sniffing, storage
from emploi.foundation.documents.events import DocumentStored
from emploi.foundation.documents.models import Document
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish

MAX_NAME = 200


@action
def store(
    *,
    name: str,
    content: bytes | BinaryIO,
    kind: str,
    person_id: int | None = None,
    media_type: str = "",
    by: Actor,
    at: datetime,
) -> Document:
    """Encrypt and keep a file (bytes or an open file, up to 1 GB streamed); its format is read from the content."""
    identifier = uuid4()
    stored = storage.write(identifier, content)
    document = Document(
        uuid=identifier,
        kind=kind,
        name=clean_name(name),
        media_type=media_type or sniffing.sniff(_opened(content), name),
        size=stored.size,
        sha256=stored.sha256,
        path=stored.path,
        person_id=person_id,
        created_at=at,
        created_by_kind=by.kind,
        created_by_id=by.id,
        created_by_label=by.label[:120],
    )
    try:
        document.save()
    except Exception:
        storage.remove(stored.path)
        raise
    publish(DocumentStored(person_id=person_id, document_id=document.pk, kind=kind, name=document.name), by=by, at=at)
    return document


@action
def accept_upload(
    *,
    upload: BinaryIO,
    name: str,
    kind: str,
    allowed: Collection[str],
    max_bytes: int,
    person_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Document:
    """Keep a file handed by somebody after reading what it really is. Raises DomainError in plain French."""
    check_upload(upload, name=name, allowed=allowed, max_bytes=max_bytes)
    return store(name=name, content=upload, kind=kind, person_id=person_id, by=by, at=at)


def check_upload(upload: BinaryIO, *, name: str, allowed: Collection[str], max_bytes: int) -> str:
    """Return the media type of an upload, or refuse it with a sentence (field `file`)."""
    upload.seek(0, 2)
    size = upload.tell()
    if size == 0:
        raise DomainError("Ce fichier est vide. Choisissez-en un autre.", field="file")
    if size > max_bytes:
        limit = max_bytes // (1024 * 1024)
        raise DomainError(f"Ce fichier est trop lourd : {limit} Mo au plus.", field="file")
    media_type = sniffing.sniff(upload, name)
    if not sniffing.is_allowed(media_type, allowed):
        accepted = ", ".join(sorted(sniffing.NAMES[item] for item in allowed))
        raise DomainError(
            f"Ce fichier est en réalité : {sniffing.NAMES.get(media_type, media_type)}. Formats acceptés : {accepted}.",
            field="file",
        )
    return media_type


def clean_name(name: str) -> str:
    """Return a file name without path or control character, short enough, never empty."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(character for character in last if character.isprintable()).strip(" .")
    if len(kept) > MAX_NAME:
        stem, dot, extension = kept.rpartition(".")
        kept = f"{stem[: MAX_NAME - len(extension) - 1]}.{extension}" if dot and len(extension) < 8 else kept[:MAX_NAME]
    return kept or "document"


def _opened(content: bytes | BinaryIO) -> BinaryIO:
    return BytesIO(content) if isinstance(content, bytes) else content
