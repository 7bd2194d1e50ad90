"""Documents in words: sentences of the journal."""

from __future__ import annotations

from emploi.foundation.audit.presenters import presents
from emploi.foundation.documents.events import DocumentStored


@presents(DocumentStored)
def document_stored(event: DocumentStored) -> str:
    """A file was kept."""
    return f"Document enregistré : {event.name}"
