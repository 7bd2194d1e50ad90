"""Sent once, whatever happens to the worker; retried when the provider is away; never guessed."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Lock
from typing import ClassVar

import pytest
from django.db import connection

from emploi.foundation.errors import DomainError
from emploi.foundation.messaging import delivery
from emploi.foundation.messaging.actions import cancel_messages, resend
from emploi.foundation.messaging.delivery import WORKER, begin, claim_batch, deliver, record
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.providers import Outcome, Provider
from tests.foundation.messaging.helpers import (
    ADDRESS,
    MONDAY_MORNING,
    at_nine,
    later,
    outgoing,
    queue,
    queue_many,
    statuses,
)

pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """The machine stops here."""


class Scripted(Provider):
    """A provider that answers what the test wrote, and remembers what it was handed."""

    name = "scripted"
    chunk = 1
    handed: ClassVar[list[str]] = []
    answers: ClassVar[list[Outcome | BaseException]] = []
    lock = Lock()

    def send(self, messages: Sequence[Message]) -> list[Outcome]:
        outcomes = []
        for message in messages:
            with self.lock:
                self.handed.append(message.dedup_key)
                answer = self.answers.pop(0) if self.answers else Outcome("accept", ref=f"ref-{message.pk}")
            if isinstance(answer, BaseException):
                raise answer
            outcomes.append(answer)
        return outcomes


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> type[Scripted]:
    Scripted.handed, Scripted.answers = [], []
    monkeypatch.setattr(delivery, "provider", lambda name: Scripted())
    return Scripted


def test_messages_leave_and_their_state_says_so() -> None:
    queue_many(3)
    assert deliver(now=at_nine)["accept"] == 3
    message = Message.objects.get(dedup_key="m0")
    assert (message.status, message.provider, message.attempts) == ("sent", "outbox", 1)
    assert message.sent_at == MONDAY_MORNING


def test_a_message_for_later_waits(scripted: type[Scripted]) -> None:
    queue(outgoing("rappel", send_after=MONDAY_MORNING + timedelta(days=2)))
    deliver(now=at_nine)
    assert scripted.handed == []
    deliver(now=later(days=2))
    assert scripted.handed == ["rappel"]


def test_a_late_worker_does_not_wake_people_at_night(scripted: type[Scripted]) -> None:
    queue(outgoing("sms"), outgoing("code", immediate=True), outgoing("mail", channel="email", to="zoe@exemple.fr"))
    deliver(now=later(hours=14))  # 23 h
    assert sorted(scripted.handed) == ["code", "mail"]
    deliver(now=later(hours=23))
    assert sorted(scripted.handed) == ["code", "mail", "sms"]


def test_letters_are_printed_by_people_not_sent_by_the_worker(scripted: type[Scripted]) -> None:
    queue(outgoing("lettre", channel="letter", to="Mme A\n99000 EXEMPLEVILLE"))
    assert deliver(now=at_nine)["accept"] == 0
    assert scripted.handed == []


def test_past_its_use_a_message_is_withdrawn_and_says_why(scripted: type[Scripted]) -> None:
    queue(outgoing("rappel", expires_at=MONDAY_MORNING + timedelta(hours=2)))
    queue(outgoing("courrier", channel="letter", to=ADDRESS, expires_at=MONDAY_MORNING + timedelta(hours=2)))
    assert deliver(now=later(hours=2))["expired"] == 2
    assert scripted.handed == []
    assert statuses() == {"cancelled": 2}
    late = Message.objects.get(dedup_key="rappel")
    assert late.error == "Trop tard : ce message n’était plus utile après le lundi 23 novembre à 11 h."
    with pytest.raises(DomainError, match="Trop tard"):
        resend(message=late, reason="Je veux qu’il parte", by=WORKER, at=MONDAY_MORNING + timedelta(hours=3))


def test_a_provider_away_too_long_does_not_send_what_is_useless(scripted: type[Scripted]) -> None:
    queue(outgoing("rappel", expires_at=MONDAY_MORNING + timedelta(minutes=3)))
    scripted.answers = [Outcome("put_back", error="L’opérateur ne répond pas.")]
    deliver(now=at_nine)
    deliver(now=later(minutes=4))
    assert len(scripted.handed) == 1
    assert "Trop tard" in Message.objects.get().error
    assert "L’opérateur ne répond pas." in Message.objects.get().error


def test_what_could_only_leave_too_late_fails_when_it_is_written() -> None:
    evening = MONDAY_MORNING + timedelta(hours=12)
    (late,) = queue(outgoing("tard", expires_at=MONDAY_MORNING + timedelta(hours=23)), at=evening)
    assert (late.status, late.error[:10]) == ("failed", "Trop tard ")


def test_what_a_worker_reserved_is_withdrawn_all_the_same(scripted: type[Scripted]) -> None:
    queue_many(2)
    claimed = claim_batch(size=10, by=WORKER, at=MONDAY_MORNING)
    assert cancel_messages(dedup_keys=["m0"], reason="Le rendez-vous a changé", by=WORKER, at=MONDAY_MORNING) == 1
    ours = begin(messages=claimed, provider_name="scripted", by=WORKER, at=MONDAY_MORNING)
    assert [message.dedup_key for message in ours] == ["m1"]


def test_a_provider_away_is_tried_again_then_given_up(scripted: type[Scripted]) -> None:
    queue_many(1)
    moment = MONDAY_MORNING
    waits = []
    for _ in range(6):
        scripted.answers = [Outcome("put_back", error="L’opérateur ne répond pas.")]
        deliver(now=lambda moment=moment: moment)
        message = Message.objects.get()
        waits.append(message.status)
        moment = message.send_after
    assert waits == ["queued"] * 5 + ["failed"]
    assert message.attempts == 6
    assert "Abandonné" in message.error
    deliver(now=later(days=1))
    assert len(scripted.handed) == 6


def test_a_refused_message_fails_at_once(scripted: type[Scripted]) -> None:
    queue_many(1)
    scripted.answers = [Outcome("fail", error="Numéro inconnu.")]
    deliver(now=at_nine)
    assert statuses() == {"failed": 1}
    deliver(now=later(days=1))
    assert len(scripted.handed) == 1


def test_killed_between_claim_and_receipt_the_message_is_never_sent_again(scripted: type[Scripted]) -> None:
    queue_many(3)
    scripted.answers = [Outcome("accept"), Killed()]
    with pytest.raises(Killed):
        deliver(now=at_nine)
    # The first left, the second was handed over and nobody knows, the third was only reserved.
    assert statuses() == {"sent": 1, "sending": 1, "queued": 1}
    deliver(now=later(minutes=1))
    assert statuses() == {"sent": 1, "sending": 1, "queued": 1}, "its reservation still runs"
    deliver(now=later(minutes=11))
    assert statuses() == {"sent": 2, "unknown": 1}
    assert Counter(scripted.handed) == {"m0": 1, "m1": 1, "m2": 1}
    lost = Message.objects.get(status="unknown")
    assert lost.dedup_key == "m1"
    assert "interrompu" in lost.error


def test_killed_with_the_default_provider_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    from emploi.foundation.messaging.providers.outbox import Outbox

    queue_many(3)
    monkeypatch.setattr(Outbox, "send", lambda self, messages: (_ for _ in ()).throw(Killed()))
    with pytest.raises(Killed):
        deliver(now=at_nine)
    monkeypatch.undo()
    deliver(now=later(minutes=11))
    assert statuses() == {"sent": 3}


def test_a_slow_worker_whose_reservation_ran_out_does_not_send_what_another_took(scripted: type[Scripted]) -> None:
    queue_many(2)
    slow = claim_batch(size=10, by=WORKER, at=MONDAY_MORNING)
    deliver(now=later(minutes=11))
    assert begin(messages=slow, provider_name="scripted", by=WORKER, at=MONDAY_MORNING + timedelta(minutes=12)) == []
    assert Counter(scripted.handed) == {"m0": 1, "m1": 1}


def test_a_late_answer_settles_what_was_held_for_lost(scripted: type[Scripted]) -> None:
    queue_many(1)
    ours = begin(
        messages=claim_batch(size=1, by=WORKER, at=MONDAY_MORNING),
        provider_name="scripted",
        by=WORKER,
        at=MONDAY_MORNING,
    )
    deliver(now=later(minutes=11))
    assert statuses() == {"unknown": 1}
    record(
        messages=ours, outcomes=[Outcome("accept", ref="tardive")], by=WORKER, at=MONDAY_MORNING + timedelta(minutes=12)
    )
    assert Message.objects.get().provider_ref == "tardive"
    assert statuses() == {"sent": 1}


def test_the_message_is_marked_before_the_provider_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    class Watching(Scripted):
        def send(self, messages: Sequence[Message]) -> list[Outcome]:
            with ThreadPoolExecutor(1) as pool:  # another connection: it sees committed rows only
                seen.append(pool.submit(self._look).result())
            return super().send(messages)

        @staticmethod
        def _look() -> list[str]:
            try:
                return list(Message.objects.values_list("status", flat=True))
            finally:
                connection.close()

    monkeypatch.setattr(delivery, "provider", lambda name: Watching())
    queue_many(1)
    deliver(now=at_nine)
    assert seen == [["sending"]]


def test_four_workers_at_once_send_each_message_once(scripted: type[Scripted]) -> None:
    queue_many(200)

    def work(_: int) -> int:
        try:
            return deliver(now=at_nine, batch=7)["accept"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(work, range(4)))
    assert sum(done) == 200
    assert set(Counter(scripted.handed).values()) == {1}
    assert statuses() == {"sent": 200}
    assert sum(1 for count in done if count) > 1, "more than one worker took its share"
