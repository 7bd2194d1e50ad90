"""Opening a document: by an agent who may see it, or by whoever holds a signed link."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from urllib.parse import quote
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import public, requires
from emploi.foundation.audit.actions import record_consultation
from emploi.foundation.documents import crypto, links, sniffing
from emploi.foundation.documents.access import may_open
from emploi.foundation.documents.models import Document
from emploi.foundation.documents.queries import stream_of

# Shown in the browser; anything else is downloaded, so that no stored file ever runs in our own site.
SHOWN = {sniffing.PDF, sniffing.PNG, sniffing.JPEG}


@requires("see_persons", "see_outbox", "import_files")
@require_safe
def download(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Open a document its kind's owner lets this agent see; opening a person's document leaves a trace."""
    document = get_object_or_404(Document, uuid=uuid)
    if not may_open(request.user, document):
        raise PermissionDenied("Votre rôle ne donne pas accès à ce document.")
    if document.person_id:
        record_consultation(
            agent_id=request.user.pk,
            agent_label=str(request.user),
            person_id=document.person_id,
            page=f"Document {document.kind}"[:80],
            at=clock.now(),
        )
    return _served(request, document)


@public
@require_safe
def by_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Open the one document a signed link names, for a limited time."""
    uuid = links.read(token)
    document = Document.objects.filter(uuid=uuid).first() if uuid else None
    if document is None:
        return render(request, "documents/page_dead_link.html", status=404)
    return _served(request, document)


def _served(request: HttpRequest, document: Document) -> HttpResponseBase:
    pieces = stream_of(document)
    try:
        first = next(pieces, b"")
    except (crypto.DamagedFile, FileNotFoundError):
        return render(request, "documents/page_unreadable.html", {"document": document}, status=500)
    response = StreamingHttpResponse(_chain(first, pieces), content_type=document.media_type)
    response["Content-Length"] = str(document.size)
    response["Content-Disposition"] = _disposition(document)
    response["X-Content-Type-Options"] = "nosniff"
    # Not `sandbox`: Chromium then refuses to show a PDF.
    response["Content-Security-Policy"] = "default-src 'self'; script-src 'none'; frame-ancestors 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _disposition(document: Document) -> str:
    way = "inline" if document.media_type in SHOWN else "attachment"
    plain = unicodedata.normalize("NFKD", document.name).encode("ascii", "ignore").decode().replace('"', "")
    return f"{way}; filename=\"{plain or 'document'}\"; filename*=UTF-8''{quote(document.name)}"
