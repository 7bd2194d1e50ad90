"""Reading messages."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, QuerySet

from emploi.foundation.messaging.enums import Channel, Status
from emploi.foundation.messaging.models import Message, PrintRun


def messages_about(person_id: int) -> QuerySet[Message]:
    """The messages of a person, the newest first."""
    return Message.objects.filter(person_id=person_id).order_by("-created_at", "-pk")


def last_messages(person_ids: Sequence[int]) -> dict[int, Message]:
    """Return the last message of each person, in one query (the list of entrants shows it)."""
    found = Message.objects.filter(person_id__in=person_ids).order_by("person_id", "-created_at", "-pk")
    return {message.person_id: message for message in found.distinct("person_id") if message.person_id}


def by_dedup_keys(keys: Sequence[str]) -> dict[str, Message]:
    """Return messages by their unique key."""
    return {message.dedup_key: message for message in Message.objects.filter(dedup_key__in=keys)}


def counts_by_status(messages: QuerySet[Message]) -> dict[str, int]:
    """Return how many messages are in each state, every state named."""
    rows = messages.order_by().values_list("status").annotate(Count("pk"))
    found = dict(rows)
    return {status.value: found.get(status.value, 0) for status in Status}


def letters_to_print() -> QuerySet[Message]:
    """The letters waiting for a print run, the oldest first."""
    return Message.objects.filter(channel=Channel.LETTER, status=Status.QUEUED, print_run=None).order_by("pk")


def print_runs() -> QuerySet[PrintRun]:
    """The print runs, the newest first."""
    return PrintRun.objects.select_related("document").order_by("-pk")
