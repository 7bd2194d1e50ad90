"""Who sees which messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from emploi.foundation.documents.access import register_access
from emploi.foundation.documents.models import Document
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.printing import KIND

SEE_OUTBOX = "see_outbox"
WRITE_TEXTS = "manage_reference"
# Messages whose template is named « account_… » carry a link that opens an account: their recipient alone reads them.
PRIVATE = "/account_"
PersonCheck = Callable[[Any, int], bool]
PersonNames = Callable[[Any, list[int]], dict[int, str]]
_person_check: list[PersonCheck] = []
_person_names: list[PersonNames] = []


def register_persons(*, may_see: PersonCheck, names: PersonNames) -> None:
    """Plug what knows persons: may this agent see this one, and how the ones this agent may see are called."""
    _person_check[:] = [may_see]
    _person_names[:] = [names]


def visible_to(agent: Any) -> QuerySet[Message]:
    """The messages an agent may read: all but the private ones for those who hold the outbox, none for the others."""
    if not agent.can(SEE_OUTBOX):
        return Message.objects.none()
    return Message.objects.exclude(template__contains=PRIVATE)


def may_see_messages_of(agent: Any, person_id: int) -> bool:
    """Tell whether an agent may read the messages of one person: whoever may open the person's page."""
    return agent.can(SEE_OUTBOX) or any(check(agent, person_id) for check in _person_check)


def names_for(agent: Any, person_ids: list[int]) -> dict[int, str]:
    """Return the names of persons, those this agent may see only."""
    return _person_names[0](agent, person_ids) if _person_names and person_ids else {}


def _may_open_letters(agent: Any, document: Document) -> bool:
    return bool(agent.can(SEE_OUTBOX))


register_access(KIND, _may_open_letters)
