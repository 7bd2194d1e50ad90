"""What people answer by SMS: told by the operator, signed, kept once; STOP stops, and nothing else is understood."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging import actions
from emploi.foundation.messaging.delivery import deliver
from emploi.foundation.messaging.inbound.receiving import resume_sms
from emploi.foundation.messaging.models import Message, Reply, SmsStop
from emploi.foundation.messaging.providers.http_sms import _payload
from emploi.foundation.messaging.receipts import signature
from emploi.foundation.messaging.rules.replies import is_stop
from emploi.foundation.messaging.web import throttle
from tests.foundation.messaging.helpers import BY, MONDAY_MORNING, at_nine, outgoing, queue, sign_in

pytestmark = [pytest.mark.django_db]
SECRET = "secret-partagé"
SAID = {"id": "in-1", "from": "+33612345678", "text": "Je ne peux pas venir", "at": "2026-11-23T09:30:00+01:00"}


@pytest.fixture(autouse=True)
def operator(settings: Any) -> None:
    settings.SMS_CALLBACK_SECRET = SECRET
    cache.clear()


def tell(content: object, *, secret: str = SECRET, age: int = 0, body: bytes | None = None) -> Any:
    raw = json.dumps(content).encode() if body is None else body
    timestamp = str(int(clock.now().timestamp()) - age)
    headers = {"X-Emploi-Timestamp": timestamp, "X-Emploi-Signature": signature(secret, timestamp, raw)}
    browser = Client(enforce_csrf_checks=True)
    return browser.post("/envois/reponses/sms/", data=raw, content_type="application/json", headers=headers)


def sent(key: str = "invitation", **changes: Any) -> Message:
    message = queue(outgoing(key, person_id=5, **changes))[0]
    deliver(now=at_nine)
    message.refresh_from_db()
    return message


def test_an_answer_is_kept_once_with_the_message_it_answers() -> None:
    sent("earlier")
    message = sent()
    with clock.frozen("2026-11-23T10:00"):
        assert tell(SAID).json() == {"received": 1, "new": 1, "refused": 0}
        assert tell(SAID).json() == {"received": 1, "new": 0, "refused": 0}
    reply = Reply.objects.get()
    assert (reply.message, reply.link, reply.kind) == (message, "number", "answer")
    assert (reply.text, reply.sender) == ("Je ne peux pas venir", "+33612345678")
    line = JournalEntry.objects.get(event="messaging.ReplyReceived")
    assert sentence_of(line) == "Réponse reçue par SMS"
    assert "612345678" not in json.dumps(line.payload)
    assert "venir" not in json.dumps(line.payload)


def test_replies_told_out_of_order_are_all_kept() -> None:
    late = {**SAID, "id": "in-2", "at": "2026-11-23T09:40:00+01:00", "text": "deuxième"}
    with clock.frozen("2026-11-23T10:00"):
        assert tell({"replies": [late]}).json()["new"] == 1
        assert tell({"replies": [SAID, late]}).json() == {"received": 2, "new": 1, "refused": 0}
    assert list(Reply.objects.order_by("said_at").values_list("text", flat=True)) == [SAID["text"], "deuxième"]


def test_the_reference_of_the_operator_prevails_unless_it_names_another_number() -> None:
    first, other = sent("first"), sent("other", to="06 98 76 54 32")
    sent("last")
    tell({**SAID, "reference": str(first.uuid)})
    tell({**SAID, "id": "in-2", "reference": str(other.uuid)})
    found = dict(Reply.objects.values_list("key", "message__dedup_key"))
    assert found == {"sms:in-1": "first", "sms:in-2": "last"}


def test_an_unknown_number_and_a_short_one_are_kept_too() -> None:
    tell({"replies": [{**SAID, "from": "+33698765432"}, {**SAID, "id": "in-2", "from": "36179"}]})
    assert set(Reply.objects.values_list("sender", "link")) == {("+33698765432", "none"), ("36179", "none")}


@pytest.mark.parametrize(
    ("how", "status"),
    [({"secret": "autre"}, 403), ({"age": 3600}, 403), ({"body": b"{pas du json"}, 400), ({"body": b"[]"}, 400),
     ({"body": b"{" + b" " * (513 * 1024) + b"}"}, 413), ({"body": b'{"replies": []}'}, 400)],
)  # fmt: skip
def test_a_call_that_is_not_the_operator_s_or_cannot_be_read_is_refused(how: dict[str, Any], status: int) -> None:
    assert tell(SAID, **how).status_code == status
    assert not Reply.objects.exists()


def test_without_a_secret_nobody_may_tell_anything(settings: Any) -> None:
    settings.SMS_CALLBACK_SECRET = ""
    assert tell(SAID, secret="").status_code == 403


def test_one_that_cannot_be_read_does_not_lose_the_others() -> None:
    wrong: list[Any] = [{"from": "+33612345678", "text": "sans numéro"}, "bonjour", {**SAID, "id": "in-3", "text": 7}]
    assert tell({"replies": [*wrong, SAID]}).json() == {"received": 1, "new": 1, "refused": 3}


def test_a_text_that_no_database_takes_is_kept_without_its_wrong_signs() -> None:
    tell({**SAID, "text": "oui\x00\ud83d merci" + "x" * 5000, "id": "a" * 300})
    reply = Reply.objects.get()
    assert reply.text.startswith("oui? merci")
    assert (len(reply.text), reply.is_cut) == (2000, True)


def test_who_calls_with_a_wrong_signature_is_soon_kept_out() -> None:
    statuses = [tell(SAID, secret="autre").status_code for _ in range(throttle.ALLOWED // throttle.FORGED + 1)]
    assert statuses == [403] * 10 + [429]
    assert tell(SAID).status_code == 429
    cache.clear()
    assert tell(SAID).status_code == 200


class TestStop:
    @pytest.mark.parametrize("text", ["STOP", " Stop ! ", "stop sms", "Arrêt", "ARRÊTEZ.", "STOP\n", "Désabonnement"])
    def test_stop_alone_is_understood(self, text: str) -> None:
        assert is_stop(text)

    @pytest.mark.parametrize("text", ["stop je suis à l'hôpital", "oui", "NON", "annuler", "", "Arrêt de bus ?"])
    def test_everything_else_is_read_by_somebody(self, text: str) -> None:
        assert not is_stop(text)

    def test_no_sms_leaves_any_more_and_it_is_said(self) -> None:
        sent("before")
        waiting = queue(outgoing("waiting"))[0]
        tell({**SAID, "text": "STOP"})
        waiting.refresh_from_db()
        assert (waiting.status, waiting.error) == ("cancelled", actions.STOPPED)
        after, other = queue(outgoing("after"), outgoing("other", to="06 98 76 54 32"))
        assert (after.status, after.error, other.status) == ("failed", actions.STOPPED, "queued")
        mail = queue(outgoing("mail", channel="email", to="zoe@exemple.fr"))[0]
        assert mail.status == "queued"
        with pytest.raises(DomainError, match="STOP"):
            actions.resend(message=after, reason="essai", by=BY, at=MONDAY_MORNING)
        failed = JournalEntry.objects.get(event="messaging.MessageFailed")
        assert failed.payload["address_is_wrong"] is False  # the telephone works: somebody may call it
        assert "STOP" in sentence_of(JournalEntry.objects.get(event="messaging.SmsStopped"))

    def test_twice_stop_is_one_stop_and_it_can_be_lifted(self) -> None:
        tell({"replies": [{**SAID, "text": "stop"}, {**SAID, "id": "in-2", "text": "STOP SMS"}]})
        assert SmsStop.objects.count() == 1
        resume_sms(number=SAID["from"], by=BY, at=MONDAY_MORNING)
        assert queue(outgoing("again"))[0].status == "queued"
        with pytest.raises(DomainError, match="partent déjà"):
            resume_sms(number=SAID["from"], by=BY, at=MONDAY_MORNING)

    def test_a_thousand_messages_cost_one_query_more_for_the_stops(self, django_assert_max_num_queries: Any) -> None:
        with django_assert_max_num_queries(20):
            queue(*(outgoing(f"m{number}") for number in range(300)))


def test_the_operator_is_told_where_answers_go_when_there_is_a_number_to_answer(settings: Any) -> None:
    message = sent()
    assert "reply_url" not in _payload(message)
    settings.SMS_REPLY_NUMBER = "36180"
    assert _payload(message)["sender"] == "36180"
    assert _payload(message)["reply_url"].endswith("/envois/reponses/sms/")


def test_a_message_says_that_it_may_be_answered_only_when_somebody_reads(settings: Any) -> None:
    assert "répond" not in queue(outgoing("a"))[0].body.lower()
    settings.SMS_REPLY_NUMBER = "36180"
    assert "Vous pouvez repondre à ce SMS." in queue(outgoing("b"))[0].body.replace("é", "e").replace("ê", "e")


def test_the_page_of_what_was_received_holds_no_words() -> None:
    tell(SAID)
    page = sign_in("rsa_office").get("/envois/reponses/").content.decode()
    assert "Réponses reçues" in page
    assert "venir" not in page
    assert "12345678" not in page
    assert sign_in("counsellor").get("/envois/reponses/").status_code == 403
