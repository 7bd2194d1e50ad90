"""Who handles files on their way in."""

from typing import Any

from django.db.models import QuerySet

from emploi.foundation.documents.access import register_access
from emploi.foundation.documents.models import Document
from emploi.foundation.intake import queries, registry
from emploi.foundation.intake.models import Run

IMPORT_FILES = "import_files"
SEE_NIR = "see_nir"
EXPORT = "export"


def visible_to(agent: Any) -> QuerySet[Run]:
    """The runs of the kinds of files an agent may handle, the newest first."""
    slugs = [kind.slug for kind in registry.registered() if agent.can(kind.permission)]
    return queries.runs().filter(kind__in=slugs)


def may_open_original(agent: Any, document: Document) -> bool:
    """Whether an agent may download the original of a file: who may import its kind and read all that it holds."""
    needed = [
        {SEE_NIR, kind.permission, *kind.original_needs} for kind in registry.registered() if kind.slug == document.kind
    ]
    return any(all(agent.can(permission) for permission in permissions) for permissions in needed)


def open_originals_of(slug: str) -> None:
    """Lets the originals of a kind of file be downloaded by those who import it."""
    register_access(slug, may_open_original)
