"""What people answer by e-mail: read in a mailbox over IMAP, matched by a signed address."""

import email
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from typing import Any

import pytest

from emploi.foundation.audit.writing import acting
from emploi.foundation.messaging.conf import how_to_answer
from emploi.foundation.messaging.delivery import deliver
from emploi.foundation.messaging.inbound import mailbox
from emploi.foundation.messaging.inbound.addresses import address_of, message_id_in, plain_address
from emploi.foundation.messaging.inbound.mail import UNREADABLE, read_mail
from emploi.foundation.messaging.inbound.mailbox import read_mailbox, trouble
from emploi.foundation.messaging.inbound.receiving import POST
from emploi.foundation.messaging.models import Mailbox, Message, Reply
from emploi.foundation.messaging.providers.smtp import _mail
from emploi.foundation.messaging.rules.replies import without_quote
from tests.foundation.messaging.helpers import MONDAY_MORNING, at_nine, later, outgoing, queue, sign_in
from tests.foundation.messaging.imap_server import ImapServer, imap_server
from tests.foundation.messaging.servers import mail_server, unused_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]


@pytest.fixture
def box(settings: Any) -> Iterator[ImapServer]:
    settings.REPLY_ADDRESS = "reponses+{jeton}@val.exemple.fr"
    settings.REPLY_IMAP_HOST, settings.REPLY_IMAP_TLS = "127.0.0.1", False
    settings.REPLY_IMAP_USER, settings.REPLY_IMAP_PASSWORD = "reponses", "secret"
    with imap_server() as server:
        settings.REPLY_IMAP_PORT = server.server_address[1]
        yield server


def sent(key: str = "invitation", to: str = "zoe@exemple.fr", **changes: Any) -> Message:
    message = queue(outgoing(key, channel="email", to=to, person_id=5, **changes))[0]
    deliver(now=at_nine)
    message.refresh_from_db()
    return message


def mail(to: str, text: str = "Je viendrai.", **headers: str) -> EmailMessage:
    written = EmailMessage()
    given = {"From": "Zoé Œuvré <Zoe@exemple.fr>", "Subject": "Re: rendez-vous", "Message-ID": "<1@exemple.fr>"}
    for name, value in {
        **given,
        "To": to,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }.items():
        written[name] = value
    written.set_content(text)
    return written


def notice(message: Message, *, code: str = "5.1.1", action: str = "failed", recipient: str = "") -> bytes:
    """What a server answers to a message it cannot deliver (RFC 3464)."""
    return (
        f"From: MAILER-DAEMON@exemple.fr\r\nTo: {address_of(message)}\r\nSubject: Undelivered\r\n"
        f"Message-ID: <{code}{action}@exemple.fr>\r\nReturn-Path: <>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; exemple.fr\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient or message.recipient}\r\nAction: {action}\r\nStatus: {code}\r\n"
        "Diagnostic-Code: smtp; 550 no such user\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{message.uuid}@val.exemple.fr>\r\n\r\n--b--\r\n"
    ).encode()


def read(server: ImapServer, *mails: EmailMessage | bytes, now: Any = at_nine) -> dict[str, int]:
    for one in mails:
        raw = one if isinstance(one, bytes) else one.as_bytes(policy=policy.SMTP)
        server.mails[max(server.mails, default=0) + 1] = raw
    return dict(read_mailbox(now=now))


class TestAddresses:
    def test_each_message_has_its_own_and_another_cannot_be_guessed(self, box: ImapServer) -> None:
        one, two = sent("one"), sent("two")
        assert message_id_in(["x@y.fr", address_of(one).upper()]) == one.pk
        forged = address_of(one).replace(f"+{one.pk}-", f"+{two.pk}-")
        assert message_id_in([forged]) is None
        assert len(address_of(one).partition("@")[0]) <= 64
        assert plain_address() == "reponses@val.exemple.fr"

    def test_an_account_s_or_a_service_s_message_has_none(self, box: ImapServer) -> None:
        message = queue(outgoing("service", channel="email", to="pole@exemple.fr"))[0]
        assert address_of(message) == ""

    def test_the_mail_says_where_to_answer_and_where_failures_come_back(self, box: ImapServer, settings: Any) -> None:
        settings.MESSAGING_PROVIDERS = {"email": "smtp"}
        with mail_server() as server:
            settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.server_address[1], 2
            message = sent()
            mail_ = email.message_from_bytes(server.mails[0], policy=policy.default)
        assert mail_["Reply-To"] == address_of(message)
        assert "Val-d'Exemple" in mail_["From"]
        assert settings.DEFAULT_FROM_EMAIL in mail_["From"]
        assert mail_["Auto-Submitted"] == "auto-generated"
        assert _mail(message).from_email == address_of(message)
        assert "Vous pouvez répondre" in how_to_answer("email")
        assert how_to_answer("letter") == "Vous pouvez aussi écrire à reponses@val.exemple.fr."


class TestMailbox:
    def test_an_answer_is_kept_once_whoever_opened_it_in_the_mailbox(self, box: ImapServer) -> None:
        message = sent()
        assert read(box, mail(address_of(message))) == {"answer": 1}
        assert read(box) == {}
        reply = Reply.objects.get()
        assert (reply.message, reply.link, reply.sender) == (message, "token", "zoe@exemple.fr")
        assert (reply.text, reply.sender_name, reply.subject) == ("Je viendrai.", "Zoé Œuvré", "Re: rendez-vous")
        assert not [order for order in box.commands if "STORE" in order or "EXPUNGE" in order or order == "SELECT"]

    def test_numbers_given_anew_read_everything_again_and_double_nothing(self, box: ImapServer) -> None:
        message = sent()
        read(box, mail(address_of(message)), mail(address_of(message), Message_ID="<2@exemple.fr>"))
        box.validity = 8
        assert read(box) == {"known": 2}
        assert Reply.objects.count() == 2

    @pytest.mark.parametrize(
        ("fault", "sentence"),
        [("LOGIN", "refuse le nom ou le mot de passe"), ("EXAMINE", "n’existe pas"), ("SEARCH", "ne dit pas")],
    )
    def test_a_fault_is_said_then_forgotten_once_mended(self, box: ImapServer, fault: str, sentence: str) -> None:
        message = sent()
        box.refuses = {fault}
        read(box, mail(address_of(message)))
        assert sentence in trouble(MONDAY_MORNING)
        page = sign_in("rsa_office").get("/envois/")
        assert sentence in page.content.decode()
        read(box, now=later(minutes=4))
        assert Mailbox.objects.get().failing_since == MONDAY_MORNING
        box.refuses = set()
        assert read(box, now=later(minutes=6)) == {"answer": 1}
        assert trouble(later(minutes=7)()) == ""

    def test_a_line_cut_in_the_middle_keeps_what_was_read_and_loses_nothing(self, box: ImapServer) -> None:
        message = sent()
        read(box, mail(address_of(message)))
        box.cuts = {"FETCH"}
        read(box, mail(address_of(message), Message_ID="<2@exemple.fr>"))
        assert "ne répond plus" in trouble(MONDAY_MORNING)
        box.cuts = set()
        assert read(box) == {"answer": 1}

    def test_a_server_away_and_a_worker_that_stopped_are_said(self, box: ImapServer, settings: Any) -> None:
        assert "pas encore été relevée" in trouble(MONDAY_MORNING)
        right, settings.REPLY_IMAP_PORT = settings.REPLY_IMAP_PORT, unused_port()
        read(box)
        assert "ne répond pas" in trouble(MONDAY_MORNING)
        settings.REPLY_IMAP_PORT = right
        read(box)
        assert "travail de fond est arrêté" in trouble(later(hours=2)())

    def test_a_distant_mailbox_is_never_read_without_tls(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.REPLY_IMAP_HOST, settings.REPLY_IMAP_TLS = "imap.exemple.fr", False
        opened: list[str] = []

        def over_tls(host: str, *args: Any, **how: Any) -> None:
            opened.append(host)
            assert how["ssl_context"].check_hostname
            raise OSError

        monkeypatch.setattr("imaplib.IMAP4_SSL", over_tls)
        read_mailbox(now=at_nine)
        assert opened == ["imap.exemple.fr"]

    def test_addresses_to_answer_without_a_mailbox_are_a_fault(self, settings: Any) -> None:
        settings.REPLY_ADDRESS = "reponses+{jeton}@val.exemple.fr"
        assert trouble(MONDAY_MORNING) == mailbox.NOT_READ

    def test_a_mailbox_that_served_before_gives_its_last_days_only(self, box: ImapServer) -> None:
        box.mails[4], box.mails[5] = (
            mail("reponses@val.exemple.fr", Message_ID=f"<{n}@x>").as_bytes(policy=policy.SMTP) for n in (4, 5)
        )
        box.arrived[4] = (MONDAY_MORNING - timedelta(days=400)).date()
        box.arrived[5] = (MONDAY_MORNING - timedelta(days=1)).date()
        assert read(box) == {"answer": 1}
        assert read(box) == {}

    def test_numbers_given_anew_never_bring_back_what_was_erased(self, box: ImapServer) -> None:
        read(box, mail("reponses@val.exemple.fr"))
        box.arrived[1] = MONDAY_MORNING.date()
        with acting(POST):
            Reply.objects.get().reception.delete()
            Reply.objects.all().delete()
        months_later = later(days=200)
        assert read(box, now=months_later) == {}
        box.validity = 8
        assert read(box, mail("reponses@val.exemple.fr", Message_ID="<2@x>"), now=months_later) == {"answer": 1}

    def test_a_huge_message_gives_its_words_and_the_names_of_its_files(self, box: ImapServer) -> None:
        written = mail(address_of(sent()), "Voici mon bail.")
        written.add_attachment(b"%PDF" + b"0" * 1_000_000, maintype="application", subtype="pdf", filename="bail.pdf")
        read(box, written)
        reply = Reply.objects.get()
        assert (reply.text, reply.attachments, reply.is_cut) == ("Voici mon bail.", ["bail.pdf"], True)


class TestMatching:
    def test_without_the_signed_address_our_reference_then_the_address_tell(self, box: ImapServer) -> None:
        first = sent("first")
        last = sent("last")
        named = mail("reponses@val.exemple.fr", In_Reply_To=f"<{first.uuid}@val.exemple.fr>")
        from_address = mail("reponses@val.exemple.fr", Message_ID="<2@exemple.fr>")
        stranger = mail("reponses@val.exemple.fr", Message_ID="<3@exemple.fr>", From="moi@ailleurs.fr")
        read(box, named, from_address, stranger)
        found = list(Reply.objects.order_by("pk").values_list("link", "message"))
        assert found == [("reference", first.pk), ("number", last.pk), ("none", None)]


class TestMachines:
    @pytest.mark.parametrize(
        "headers",
        [{"Auto_Submitted": "auto-replied"}, {"X_Autoreply": "yes"}, {"Precedence": "auto_reply"},
         {"List_Id": "<annonces.exemple.fr>"}, {"Auto_Submitted": "auto-generated; x=1"}],
    )  # fmt: skip
    def test_an_out_of_office_is_no_answer(self, box: ImapServer, headers: dict[str, str]) -> None:
        assert read(box, mail(address_of(sent()), **headers)) == {"automatic": 1}

    def test_a_person_who_says_so_is_no_machine(self, box: ImapServer) -> None:
        assert read(box, mail(address_of(sent()), Auto_Submitted="no")) == {"answer": 1}

    def test_our_own_message_coming_back_is_no_answer_and_nothing_is_ever_sent_back(
        self, box: ImapServer, settings: Any
    ) -> None:
        settings.MESSAGING_PROVIDERS = {"email": "smtp"}
        with mail_server() as server:
            settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.server_address[1], 2
            message = sent()
            assert read(box, server.mails[0], mail(address_of(message)), notice(message)) == {
                "automatic": 1, "answer": 1, "bounce": 1,
            }  # fmt: skip
            deliver(now=later(minutes=5))
            assert len(server.mails) == 1
        assert Message.objects.count() == 1

    @pytest.mark.parametrize(
        ("how", "status", "is_wrong"),
        [({"code": "5.1.1"}, "failed", True), ({"code": "5.2.2"}, "failed", False),
         ({"code": "5.7.1"}, "failed", False),
         ({"code": "4.4.1", "action": "delayed"}, "sent", None),
         # About somebody else it was also sent to, or forwarded to: nothing is known of hers.
         ({"recipient": "autre@exemple.fr"}, "sent", None),
         ({"recipient": "autre@exemple.fr", "action": "delivered"}, "sent", None)],
    )  # fmt: skip
    def test_a_notice_fails_the_message_and_condemns_the_address_only_when_it_says_so(
        self, box: ImapServer, how: dict[str, str], status: str, is_wrong: bool | None
    ) -> None:
        from emploi.foundation.audit.models import JournalEntry

        message = sent()
        assert read(box, notice(message, **how)) == {"bounce": 1}
        message.refresh_from_db()
        assert message.status == status
        failed = JournalEntry.objects.filter(event="messaging.MessageFailed").values_list("payload", flat=True)
        assert [line["address_is_wrong"] for line in failed] == ([] if is_wrong is None else [is_wrong])

    def test_a_notice_about_nobody_s_message_is_kept_and_changes_nothing(self, box: ImapServer) -> None:
        message = sent()
        stranger = notice(message).replace(str(message.uuid).encode(), b"0" * 8)
        read(box, stranger.replace(address_of(message).encode(), b"reponses@val.exemple.fr"))
        message.refresh_from_db()
        assert (Reply.objects.get().link, message.status) == ("none", "sent")


class TestWords:
    @pytest.mark.parametrize(
        ("text", "kept"),
        [
            ("Oui.\n\nLe lun. 23 nov. 2026 à 09:12, Département <a@b.fr> a écrit :\n> Choisissez\n> ici", "Oui."),
            ("Oui.\n\nLe lun. 23 nov. 2026 à 09:12, Département du Val\n<a@b.fr> a écrit :\n\n> Choisissez", "Oui."),
            ("Oui.\n\n-----Message d'origine-----\nDe : Département\nChoisissez", "Oui."),
            (
                "Oui.\n\n________________________________\nDe : D <a@b.fr>\nEnvoyé : lundi\nÀ : Zoé\n\nChoisissez",
                "Oui.",
            ),
            ("On Mon, D <a@b.fr> wrote:\n> Quand ?\nLundi.\n> Où ?\nÀ Valence.", "Lundi.\nÀ Valence."),
            ("> Quand ?\nLundi.", "Lundi."),
            ("> Choisissez", "> Choisissez"),
            ("Le médecin m'a écrit : je viens lundi", "Le médecin m'a écrit : je viens lundi"),
            ("De : moi\nje voudrais un rendez-vous", "De : moi\nje voudrais un rendez-vous"),
        ],
    )
    def test_what_was_written_is_parted_from_what_is_quoted(self, text: str, kept: str) -> None:
        assert without_quote(text) == kept

    def test_the_whole_is_kept_when_it_is_more(self) -> None:
        read_ = read_mail(mail("a@b.fr", "Oui.\n\n> Quand ?").as_bytes())
        assert (read_.text, read_.original) == ("Oui.", "Oui.\n\n> Quand ?")

    def test_a_page_without_a_plain_text_is_read_without_its_tags(self) -> None:
        written = mail("a@b.fr")
        written.set_content(
            "<style>p{}</style><p>Je viens&nbsp;<b>lundi</b>.</p><script>x</script><div>Zoé</div>", "html"
        )
        assert read_mail(written.as_bytes()).text.split() == ["Je", "viens", "lundi.", "Zoé"]

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"\x00\xff\xfe",
            b"Content-Type: multipart/mixed\r\n\r\nrien",
            b"From: =?utf-8?b?!!!?= <\xff>\r\nTo: ;;;<<>>\r\nDate: hier\r\nSubject: =?x?q?=FF?=\r\n\r\n\xff\xfe",
            b"Content-Type: text/plain; charset=inconnu\r\n\r\nbonjour \xe9",
            b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n@@@",
            b"Content-Type: multipart/report; boundary=b\r\n\r\n"
            b"--b\r\nContent-Type: message/delivery-status\r\n\r\nx\r\n--b--",
            b"In-Reply-To: <" + b"<" * 5000 + b"\r\nMessage-ID: \x00\r\n\r\nbonjour",
        ],
    )
    def test_whatever_comes_is_kept_and_nothing_stops_the_others(self, box: ImapServer, raw: bytes) -> None:
        read(box, raw or b"\r\n", mail("reponses@val.exemple.fr"))
        assert Reply.objects.count() == 2

    @pytest.mark.parametrize(
        "raw",
        [
            b"Date: Mon, 1 Jan 99999999999 00:00:00 +0000\r\n\r\nbonjour",
            b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nx\r\n"
            b"--b\r\nMessage-ID: <[>\r\n\r\ny\r\n--b--",
            b"Date: Fri, 31 Dec 9999 23:59:59 -1200\r\n\r\nbonjour",
        ],
    )
    def test_one_that_was_made_to_break_the_reading_stops_nothing(self, box: ImapServer, raw: bytes) -> None:
        assert read(box, raw, mail("reponses@val.exemple.fr")) == {"answer": 2}
        assert Reply.objects.earliest("pk").said_at is None
        assert trouble(MONDAY_MORNING) == ""

    def test_one_our_reader_fails_on_is_kept_as_unreadable_and_said(
        self, box: ImapServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fails(raw: bytes, **_: Any) -> Any:
            if b"mauvais" in raw:
                raise RuntimeError("a parser of another day")
            return read_mail(raw)

        monkeypatch.setattr(mailbox, "read_mail", fails)
        assert read(box, b"Subject: x\r\n\r\nmauvais", mail("reponses@val.exemple.fr")) == {"answer": 2}
        assert Reply.objects.earliest("pk").text == UNREADABLE
        assert "cannot be read" in caplog.text
        box.validity = 8
        assert read(box) == {"known": 2}

    @pytest.mark.parametrize("alphabet", ["utf-8", "cp1252"])
    @pytest.mark.parametrize("named", ["", "Content-Type: text/plain; charset=inconnu\r\n"])
    def test_an_alphabet_that_is_not_named_is_guessed(self, alphabet: str, named: str) -> None:
        raw = f"Subject: x\r\n{named}\r\nBonne journée, à demain".encode(alphabet)
        assert read_mail(raw).text == "Bonne journée, à demain"

    def test_one_that_nobody_could_read_says_so(self) -> None:
        assert read_mail(b"Content-Type: image/png\r\n\r\nabc").text == UNREADABLE

    def test_a_day_that_is_no_day_is_left_out(self) -> None:
        assert read_mail(
            mail("a@b.fr", Date="Mon, 23 Nov 2026 09:30:00 +0100").as_bytes()
        ).said_at == datetime.fromisoformat("2026-11-23T09:30:00+01:00")
        assert read_mail(b"Date: hier\r\n\r\nx").said_at is None
