"""Who sees which messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from emploi.foundation.documents.access import register_access
from emploi.foundation.documents.models import Document
from emploi.foundation.messaging import queries
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.messaging.models import Message, PrintRun
from emploi.foundation.messaging.paper import REGISTERED_PROOF
from emploi.foundation.messaging.printing import KIND

SEE_OUTBOX = "see_outbox"
PRINT_LETTERS = "print_letters"
WRITE_TEXTS = "manage_reference"
# Messages whose template is named « account_… » carry a link that opens an account: their recipient alone reads them.
PRIVATE = "/account_"
PersonCheck = Callable[[Any, int], bool]
PersonNames = Callable[[Any, list[int]], dict[int, str]]
People = Callable[[Any], QuerySet[Any]]
_person_check: list[PersonCheck] = []
_people: list[People] = []
_person_names: list[PersonNames] = []


def register_persons(*, may_see: PersonCheck, names: PersonNames, visible: People) -> None:
    """Plug what knows persons: may this agent see this one, who are all those, and how they are called."""
    _person_check[:] = [may_see]
    _person_names[:] = [names]
    _people[:] = [visible]


def visible_to(agent: Any) -> QuerySet[Message]:
    """The messages an agent may read: all but the private ones for those who hold the outbox, none for the others."""
    if not agent.can(SEE_OUTBOX):
        return Message.objects.none()
    return Message.objects.exclude(template__contains=PRIVATE)


def letters_to_print(agent: Any, *, everybody: bool = True) -> QuerySet[Message]:
    """The waiting letters an agent may print: of the people she may see; those she asked for, unless `everybody`."""
    if not agent.can(PRINT_LETTERS):
        return Message.objects.none()
    letters = queries.letters_to_print().exclude(template__contains=PRIVATE)
    if agent.can(SEE_OUTBOX):
        return letters if everybody else letters.filter(_asked_by(agent))
    letters = _of_people_in_sight(agent, letters)
    return letters if everybody else letters.filter(_asked_by(agent))


def own_letters(agent: Any) -> QuerySet[Message]:
    """The letters on an agent's table: all of them for who holds « Envois », else those she asked for."""
    return letters_to_print(agent, everybody=agent.can(SEE_OUTBOX))


def registered_letters(agent: Any, letters: QuerySet[Message] | None = None) -> QuerySet[Message]:
    """The registered letters an agent may follow: of the people she may see."""
    found = Message.objects.filter(channel=Channel.LETTER, is_registered=True) if letters is None else letters
    if not agent.can(PRINT_LETTERS):
        return found.none()
    if agent.can(SEE_OUTBOX):
        return found.select_related("print_run")
    return _of_people_in_sight(agent, found).select_related("print_run")


def visible_runs(agent: Any) -> QuerySet[PrintRun]:
    """The print runs an agent may open: all of them for who holds « Envois », else those she asked for."""
    if agent.can(SEE_OUTBOX):
        return queries.print_runs()
    return queries.print_runs().filter(_asked_by(agent)) if agent.can(PRINT_LETTERS) else PrintRun.objects.none()


def _of_people_in_sight(agent: Any, letters: QuerySet[Message]) -> QuerySet[Message]:
    """Those of these letters that go to people this agent may see; none when nobody knows persons."""
    return letters.filter(person_id__in=_people[0](agent).order_by().values("pk")) if _people else letters.none()


def _asked_by(agent: Any) -> Q:
    return Q(created_by_kind="agent", created_by_id=agent.pk)


def may_see_messages_of(agent: Any, person_id: int) -> bool:
    """Tell whether an agent may read the messages of one person: whoever may open the person's page."""
    return agent.can(SEE_OUTBOX) or any(check(agent, person_id) for check in _person_check)


def names_for(agent: Any, person_ids: list[int]) -> dict[int, str]:
    """Return the names of persons, those this agent may see only."""
    return _person_names[0](agent, person_ids) if _person_names and person_ids else {}


def _may_open_letters(agent: Any, document: Document) -> bool:
    """« Envois » opens them all; else one's own print run, its people still in sight; a batch has its own rule."""
    if agent.can(SEE_OUTBOX):
        return True
    own = visible_runs(agent).filter(document=document, origin="").first()
    if own is None or not _people:
        return False
    people = _people[0](agent).order_by().values("pk")
    return not Message.objects.filter(print_run=own).exclude(person_id__in=people).exists()


def _may_open_receipt(agent: Any, document: Document) -> bool:
    """The receipt of a registered letter opens for who follows that letter."""
    return bool(registered_letters(agent).filter(registered__proof=document).exists())


register_access(REGISTERED_PROOF, _may_open_receipt)
register_access(KIND, _may_open_letters)
