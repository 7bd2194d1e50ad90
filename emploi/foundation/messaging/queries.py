"""Reading messages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db.models import Count, Max, Q, QuerySet

from emploi.foundation.documents.models import Document
from emploi.foundation.messaging.enums import Channel, Status
from emploi.foundation.messaging.models import Mailbox, Message, PrintRun, Reply, SmsStop, TextVersion
from emploi.foundation.messaging.paper.origins import origin_key
from emploi.foundation.messaging.providers.base import MISCONFIGURED
from emploi.foundation.messaging.rendering import Wording

# The reason of a message whose address died with no other: another address gives it back.
NO_WAY_LEFT = "Cette coordonnée ne sert plus et la personne n’en a pas d’autre pour ce moyen."


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


def misconfigured(*, since: datetime) -> QuerySet[Message]:
    """The messages a setting of ours holds back or lost, the newest first: repaired, none comes after."""
    found = Message.objects.filter(status__in=(Status.QUEUED, Status.FAILED), created_at__gte=since)
    return found.filter(error__startswith=MISCONFIGURED).order_by("-created_at", "-pk")


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


def posted_days(app_label: str, batch_ids: Collection[int]) -> dict[int, date]:
    """Return the last day on which letters of each of these batches of an app were posted."""
    keys = {origin_key(app_label, pk): pk for pk in batch_ids}
    runs = PrintRun.objects.filter(origin__in=list(keys)).exclude(posted_on=None)
    rows = runs.order_by().values_list("origin").annotate(last=Max("posted_on"))
    return {keys[origin]: last for origin, last in rows}


def batch_of(document: Document, app_label: str) -> int | None:
    """Return the batch of an app whose letters this document holds, all of them and nothing else."""
    runs = PrintRun.objects.filter(document=document, origin__startswith=origin_key(app_label, ""))
    origin = runs.values_list("origin", flat=True).first()
    return int(origin.partition(":")[2]) if origin else None


def dated_keys(prefix: str) -> list[str]:
    """Return the keys of the messages still waiting that begin so; a few at most."""
    waiting = Message.objects.filter(status=Status.QUEUED, dedup_key__startswith=prefix)
    return list(waiting.values_list("dedup_key", flat=True))


def waiting_keys(person_ids: Collection[int]) -> list[str]:
    """Return the keys of everything that waits to leave for these people."""
    waiting = Message.objects.filter(status=Status.QUEUED, person_id__in=person_ids)
    return list(waiting.values_list("dedup_key", flat=True))


def to_redirect(person_ids: Collection[int], at: datetime) -> QuerySet[Message]:
    """What still waits for these people, or waits for a new address; an attached document names its address itself."""
    useful = Q(expires_at=None) | Q(expires_at__gt=at)
    waiting = Q(status=Status.QUEUED, print_run=None) | Q(status=Status.FAILED, error=NO_WAY_LEFT)
    return Message.objects.filter(waiting, useful, person_id__in=person_ids, document=None).order_by("pk")


def texts_in_force() -> dict[tuple[str, str, str], TextVersion]:
    """Return the texts the Département wrote and uses, by message, channel and case (empty: for everybody)."""
    return {(text.template, text.channel, text.variant): text for text in TextVersion.objects.filter(replaced_at=None)}


def own_wordings() -> dict[tuple[str, str, str], Wording]:
    """Return the same, ready to be filled."""
    return {key: Wording(text.body, text.subject) for key, text in texts_in_force().items()}


def versions_of(template: str, channel: str, variant: str = "") -> QuerySet[TextVersion]:
    """Everything the Département ever wrote for a message, a channel and a case, the newest first."""
    found = TextVersion.objects.filter(template=template, channel=channel, variant=variant)
    return found.order_by("-created_at", "-pk")


def stopped_numbers(numbers: Collection[str]) -> set[str]:
    """Return those of these numbers whose holder wants no SMS."""
    return set(stops(numbers).values_list("number", flat=True)) if numbers else set()


def numbers_in_stop() -> QuerySet[SmsStop, str]:
    """Every number whose holder wants no SMS, to narrow another query."""
    return SmsStop.objects.filter(lifted_at=None).values_list("number", flat=True)


def stops(numbers: Collection[str]) -> QuerySet[SmsStop]:
    """The stops in force of these numbers, the oldest first."""
    return SmsStop.objects.filter(number__in=numbers, lifted_at=None).order_by("stopped_at", "pk")


def mailbox(name: str) -> Mailbox | None:
    """Return what is known of the mailbox of replies, None before its first reading."""
    return Mailbox.objects.filter(name=name).first()


def replies(since: datetime) -> QuerySet[Reply]:
    """What was received since a moment, the latest first."""
    return Reply.objects.filter(received_at__gte=since).select_related("message").order_by("-received_at", "-pk")


def received_counts(since: datetime) -> dict[str, int]:
    """Return how many of each nature were received since a moment."""
    rows = Reply.objects.filter(received_at__gte=since).order_by().values_list("kind").annotate(Count("pk"))
    return dict(rows)
