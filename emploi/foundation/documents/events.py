"""What happens to documents."""

from dataclasses import dataclass

from emploi.foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class DocumentStored(Event):
    """A file was kept, about a person or not."""

    document_id: int
    kind: str
    name: str
