"""Reading documents."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from emploi.foundation.documents import storage
from emploi.foundation.documents.models import Document


def about_person(person_id: int) -> QuerySet[Document]:
    """The documents about a person, the newest first."""
    return Document.objects.filter(person_id=person_id).order_by("-created_at", "-pk")


def content_of(document: Document) -> bytes:
    """Return a document's bytes in clear. Raises crypto.DamagedFile."""
    return storage.read(document.path)


def stream_of(document: Document) -> Iterator[bytes]:
    """Yield a document's bytes in clear, by pieces of one megabyte."""
    return storage.stream(document.path)


def passage_of(document: Document, offset: int, length: int) -> bytes:
    """Return a passage of a document in clear, without reading the rest. Raises crypto.DamagedFile."""
    return storage.passage(document.path, offset, length)
