"""The operator's gateway and its faults: away, busy, refusing, silent; its signed receipts."""

import json
from collections.abc import Iterator

import pytest
from django.test import Client

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.messaging.delivery import deliver
from emploi.foundation.messaging.models import Message, Receipt
from emploi.foundation.messaging.providers import http_sms
from emploi.foundation.messaging.receipts import signature
from tests.foundation.messaging.helpers import at_nine, later, queue_many, sign_in, statuses
from tests.foundation.messaging.servers import HANG, Gateway, gateway, unused_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]
SECRET = "secret-partagé"


@pytest.fixture
def operator(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    monkeypatch.setattr(http_sms, "TIMEOUT", 0.5)
    settings.MESSAGING_PROVIDERS = {"sms": "http_sms"}
    settings.SMS_HTTP_TOKEN = "jeton"
    settings.SMS_CALLBACK_SECRET = SECRET
    with gateway() as server:
        settings.SMS_HTTP_URL = f"http://127.0.0.1:{server.server_port}/v1/messages?x=1"
        yield server


def announce(content: object, *, secret: str = SECRET, age: int = 0, tamper: bool = False):
    body = json.dumps(content).encode()
    timestamp = str(int(clock.now().timestamp()) - age)
    headers = {"X-Emploi-Timestamp": timestamp, "X-Emploi-Signature": signature(secret, timestamp, body)}
    return Client(enforce_csrf_checks=True).post(
        "/envois/accuses/sms/",
        data=body + (b" " if tamper else b""),
        content_type="application/json",
        headers=headers,
    )


def test_an_sms_is_handed_over_with_our_reference(operator: Gateway) -> None:
    queue_many(2)
    deliver(now=at_nine)
    message = Message.objects.get(dedup_key="m0")
    handed = operator.received[0]
    assert handed["reference"] == str(message.uuid)
    assert (handed["to"], handed["sender"]) == ("+33612345678", "ValExemple")
    assert handed["authorization"] == "Bearer jeton"
    assert handed["callback_url"].endswith("/envois/accuses/sms/")
    assert (message.status, message.provider_ref) == ("sent", "op-1")
    assert len(operator.received) == 2


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_busy_operator_is_tried_again(operator: Gateway, status: int) -> None:
    operator.script = [status]
    queue_many(1)
    deliver(now=at_nine)
    assert statuses() == {"queued": 1}
    deliver(now=later(minutes=2))
    assert statuses() == {"sent": 1}


def test_a_refused_number_fails_with_the_operator_s_reason(operator: Gateway) -> None:
    operator.script = [400]
    queue_many(1)
    deliver(now=at_nine)
    message = Message.objects.get()
    assert message.status == "failed"
    assert "raison" in message.error


@pytest.mark.parametrize("answer", [(400, "invalid_number"), (404, "UNKNOWN_NUMBER"), (422, "unknown_number")])
def test_a_number_that_does_not_exist_is_dead_at_once(operator: Gateway, answer: tuple[int, str]) -> None:
    operator.script = [answer]
    queue_many(1, person_id=7)
    deliver(now=at_nine)
    message = Message.objects.get()
    assert (message.status, message.error) == ("failed", "raison")
    failed = JournalEntry.objects.get(event="messaging.MessageFailed", person_id=7)
    assert failed.payload["address_is_wrong"] is True
    deliver(now=later(days=1))
    assert len(operator.received) == 1


@pytest.mark.parametrize(("status", "tries"), [(401, 6), (404, 6), (400, 1), (413, 1), (302, 1)])
def test_a_fault_of_ours_condemns_no_number_is_told_and_ends(operator: Gateway, status: int, tries: int) -> None:
    operator.script = [status] * 20
    queue_many(1, person_id=7)
    for hour in range(12):
        deliver(now=later(hours=hour * 24))
    assert len(operator.received) == tries
    message = Message.objects.get()
    assert message.status == "failed"
    assert f"Réglage de la passerelle à revoir : l’opérateur répond {status}" in message.error
    assert JournalEntry.objects.get(event="messaging.MessageFailed").payload["address_is_wrong"] is False


def test_the_administrator_reads_it_on_my_day(operator: Gateway) -> None:
    administrator = sign_in("administrator")
    assert "envois-bloques" in administrator.get("/ma-journee/").content.decode()
    assert "La passerelle prend les messages" in administrator.get("/envois/bloques/").content.decode()
    operator.script = [401]
    queue_many(1)
    deliver(now=at_nine)
    page = administrator.get("/envois/bloques/").content.decode()
    assert "La passerelle refuse 1 message" in page
    assert "l’opérateur répond 401" in page


def test_a_silence_after_the_request_left_is_unknown_and_never_sent_again(operator: Gateway) -> None:
    operator.script = [HANG]
    queue_many(2)
    deliver(now=at_nine)
    assert statuses() == {"unknown": 1, "sent": 1}
    deliver(now=later(days=2))
    assert len(operator.received) == 2


def test_nobody_listening_is_tried_again(operator: Gateway, settings) -> None:
    settings.SMS_HTTP_URL = f"http://127.0.0.1:{unused_port()}/"
    queue_many(1)
    deliver(now=at_nine)
    assert statuses() == {"queued": 1}
    assert "ne répond pas" in Message.objects.get().error


def test_texts_never_travel_in_clear_outside_this_machine(operator: Gateway, settings) -> None:
    settings.SMS_HTTP_URL = "http://operateur.exemple.fr/"
    queue_many(1)
    deliver(now=at_nine)
    assert statuses() == {"queued": 1}
    assert operator.received == []


def test_a_receipt_settles_the_message_and_twice_is_once(operator: Gateway) -> None:
    operator.script = [HANG]
    queue_many(1)
    deliver(now=at_nine)
    content = {"reference": operator.received[0]["reference"], "status": "delivered", "at": "2026-11-23T09:01:00+01:00"}
    assert announce(content).json() == {"received": 1, "new": 1}
    assert announce(content).json() == {"received": 1, "new": 0}
    message = Message.objects.get()
    assert (message.status, message.error) == ("delivered", "")
    assert message.delivered_at.astimezone(clock.ZONE).hour == 9
    assert Receipt.objects.count() == 1


def test_a_bounce_is_a_failure_the_journal_tells(operator: Gateway) -> None:
    queue_many(1, person_id=7)
    deliver(now=at_nine)
    reference = operator.received[0]["reference"]
    announce({"receipts": [{"reference": reference, "status": "bounced", "detail": "Numéro non attribué"}]})
    announce({"receipts": [{"reference": reference, "status": "bounced", "detail": "Numéro non attribué"}]})
    message = Message.objects.get()
    assert (message.status, message.error) == ("failed", "Numéro non attribué")
    assert JournalEntry.objects.filter(event="messaging.MessageFailed", person_id=7).count() == 1


def test_a_receipt_that_comes_before_our_own_record_is_kept(operator: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    real = http_sms.HttpSms.send

    def send(self, messages):
        outcomes = real(self, messages)
        announce({"reference": str(messages[0].uuid), "status": "delivered"})
        return outcomes

    monkeypatch.setattr(http_sms.HttpSms, "send", send)
    queue_many(1)
    deliver(now=at_nine)
    message = Message.objects.get()
    assert (message.status, message.sent_at is not None) == ("delivered", True)


def test_what_reached_the_person_stays_received(operator: Gateway) -> None:
    queue_many(1)
    deliver(now=at_nine)
    reference = operator.received[0]["reference"]
    announce({"reference": reference, "status": "delivered"})
    announce({"reference": reference, "status": "expired"})
    announce({"reference": reference, "status": "a word nobody knows"})
    assert statuses() == {"delivered": 1}
    assert Receipt.objects.count() == 3


def test_a_false_receipt_changes_nothing(operator: Gateway) -> None:
    queue_many(1)
    deliver(now=at_nine)
    content = {"reference": operator.received[0]["reference"], "status": "failed"}
    assert announce(content, secret="autre").status_code == 403
    assert announce(content, age=3600).status_code == 403
    assert announce(content, tamper=True).status_code == 403
    assert announce([1]).status_code == 400
    assert announce({"receipts": [{"status": "failed"}]}).status_code == 400
    assert announce({"reference": "x", "status": "failed"}).json() == {"received": 1, "new": 0}
    assert statuses() == {"sent": 1}
