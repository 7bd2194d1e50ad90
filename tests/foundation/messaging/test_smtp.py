"""E-mail through a real server: text and page, refusals now or for ever, a connection cut at the worst moment."""

import email
from collections.abc import Iterator
from email import policy

import pytest

from emploi.foundation.documents.actions import store
from emploi.foundation.messaging.delivery import deliver
from emploi.foundation.messaging.models import Message
from tests.foundation.messaging.helpers import BY, MONDAY_MORNING, at_nine, later, outgoing, queue, statuses
from tests.foundation.messaging.servers import MailServer, mail_server, unused_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]


@pytest.fixture
def server(settings, tmp_path) -> Iterator[MailServer]:
    settings.MEDIA_ROOT = tmp_path
    settings.MESSAGING_PROVIDERS = {"email": "smtp"}
    settings.DEFAULT_FROM_EMAIL = "ne-pas-repondre@val.exemple.fr"
    with mail_server() as listening:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", listening.server_address[1], 2
        yield listening


def write_to(*names: str, **changes) -> None:
    rows = [outgoing(name, channel="email", to=f"{name}@exemple.fr", **changes) for name in names]
    queue(*rows)


def test_the_mail_has_a_text_a_page_and_our_reference(server: MailServer) -> None:
    document = store(name="décision.pdf", content=b"%PDF-1.7 essai", kind="letters", by=BY, at=MONDAY_MORNING)
    write_to("zoe", context={"word": "<b>été</b>"}, document_id=document.pk)
    deliver(now=at_nine)
    message = Message.objects.get()
    assert (message.status, message.error) == ("sent", "")
    mail = email.message_from_bytes(server.mails[0], policy=policy.default)
    assert mail["Subject"] == "Message d'essai : <b>été</b>"
    assert mail["Message-ID"] == message.provider_ref == f"<{message.uuid}@val.exemple.fr>"
    assert "Val-d'Exemple" in mail["From"]
    assert "<b>été</b>" in mail.get_body(("plain",)).get_content()
    page = mail.get_body(("html",)).get_content()
    assert "&lt;b&gt;été&lt;/b&gt;" in page
    assert '<a href="http://localhost:8000"' in page
    assert [part.get_filename() for part in mail.iter_attachments()] == ["décision.pdf"]


def test_a_refused_address_fails_and_a_full_box_waits(server: MailServer) -> None:
    server.script = {"RCPT": ["550 inconnu", "452 boîte pleine"]}
    write_to("inconnue", "pleine", "bonne")
    deliver(now=at_nine)
    found = dict(Message.objects.values_list("dedup_key", "status"))
    assert found == {"inconnue": "failed", "pleine": "queued", "bonne": "sent"}
    deliver(now=later(minutes=5))
    assert statuses() == {"failed": 1, "sent": 2}


def test_a_connection_cut_after_the_text_is_never_taken_for_a_failure(server: MailServer) -> None:
    server.script = {"END": ["CUT"]}
    write_to("a", "b")
    deliver(now=at_nine)
    assert statuses() == {"unknown": 1, "sent": 1}


def test_a_server_away_is_tried_again(server: MailServer, settings) -> None:
    right_port, settings.EMAIL_PORT = settings.EMAIL_PORT, unused_port()
    write_to("a", "b")
    deliver(now=at_nine)
    assert statuses() == {"queued": 2}
    settings.EMAIL_PORT = right_port
    deliver(now=later(minutes=2))
    assert statuses() == {"sent": 2}


def test_a_name_in_the_subject_cannot_add_a_header(server: MailServer) -> None:
    write_to("zoe", context={"word": "bonjour\r\nBcc: tous@exemple.fr"})
    deliver(now=at_nine)
    mail = email.message_from_bytes(server.mails[0], policy=policy.default)
    assert mail["Bcc"] is None
