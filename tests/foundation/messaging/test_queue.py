"""A message is written once, in the transaction that causes it, and nothing is dropped in silence."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.messaging.actions import cancel_messages, queue_message
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.rendering import UnknownTemplate
from tests.foundation.messaging.helpers import ADDRESS, BY, MONDAY_MORNING, outgoing, queue, queue_many, statuses

pytestmark = pytest.mark.django_db


def one(**changes):
    values = {
        "channel": "sms",
        "to": "0612345678",
        "template": "messaging/trial",
        "context": {"word": "bonjour"},
        "dedup_key": "invitation:1:sms",
        "by": BY,
        "at": MONDAY_MORNING,
        **changes,
    }
    return queue_message(**values)


def test_the_same_key_is_written_once() -> None:
    first = one()
    assert first is not None
    assert first.recipient == "+33612345678"
    assert one() is None
    assert queue(outgoing("a"), outgoing("a"), outgoing("invitation:1:sms")) == [Message.objects.get(dedup_key="a")]
    assert Message.objects.count() == 2


def test_what_caused_the_message_fails_then_there_is_no_message() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        one()
        raise RuntimeError("l'invitation n'a pas pu être écrite")
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("channel", "to", "problem"),
    [
        ("sms", "04 75 79 26 26", "mobile"),
        ("sms", "12", "mobile"),
        ("sms", "+44 7911 123456", "mobile"),
        ("email", "zoe@", "complète"),
        ("email", "zoe @exemple.fr", "complète"),
        ("letter", "Mme Zoé ŒUVRÉ\n  \n", "complète"),
    ],
)
def test_an_unusable_address_is_a_visible_failure(channel: str, to: str, problem: str) -> None:
    message = one(channel=channel, to=to, person_id=12)
    assert message.status == "failed"
    assert problem in message.error
    line = JournalEntry.objects.get(event="messaging.MessageFailed")
    assert line.person_id == 12
    assert to.strip() not in line.payload["error"]


def test_an_overseas_mobile_is_a_mobile() -> None:
    assert one(to="0692 12 34 56").recipient == "+262692123456"


def test_a_thousand_messages_cost_as_many_queries_as_two() -> None:
    counts = []
    for start, size in ((0, 2), (2, 300)):
        rows = [outgoing(f"k{start + number}") for number in range(size)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            queue(*rows)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert statuses() == {"queued": 302}


def test_a_text_nobody_wrote_is_a_defect_not_an_empty_message() -> None:
    with pytest.raises(UnknownTemplate):
        one(template="appointments/does_not_exist")


def test_a_reminder_is_withdrawn_with_its_appointment() -> None:
    queue_many(2)
    assert cancel_messages(dedup_keys=["m0", "absent"], reason="Rendez-vous annulé", by=BY, at=MONDAY_MORNING) == 1
    assert statuses() == {"cancelled": 1, "queued": 1}


def test_a_letter_keeps_its_address_by_lines() -> None:
    message = one(channel="letter", to=f"{ADDRESS}\n\n  ")
    assert message.recipient_lines == ["Mme Zoé Œuvré", "12 rue de l'Église", "99000 EXEMPLEVILLE"]
    assert message.subject == "Courrier d’essai – bonjour"


@pytest.mark.django_db(transaction=True)
def test_two_transactions_at_the_same_moment_write_it_once() -> None:
    start = Barrier(4)

    def attempt(_: int) -> bool:
        try:
            start.wait()
            return one(dedup_key="en même temps") is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(attempt, range(4)))
    assert sum(won) == 1
    assert Message.objects.filter(dedup_key="en même temps").count() == 1
