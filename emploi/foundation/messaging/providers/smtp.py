"""E-mail through the Département's own server."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from emploi.foundation import department
from emploi.foundation.documents.queries import content_of
from emploi.foundation.messaging.inbound.addresses import address_of
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.providers.base import Outcome, Provider
from emploi.foundation.messaging.rendering import email_html

BACKEND = "django.core.mail.backends.smtp.EmailBackend"
PERMANENT = 500


class Smtp(Provider):
    """One connection a batch; a silence after the text was handed over is never taken for a failure."""

    name = "smtp"

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def open(self) -> None:
        """Prepare a connection, opened at the first message."""
        self._connection = get_connection(BACKEND)

    def close(self) -> None:
        """Say goodbye to the server."""
        if self._connection is not None:
            self._connection.close()

    def send(self, messages: Sequence[Message]) -> list[Outcome]:
        """Send e-mails one by one."""
        return [self._send_one(message) for message in messages]

    def _send_one(self, message: Message) -> Outcome:
        connection = self._connection or get_connection(BACKEND)
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            self._forget()
            return Outcome("put_back", error=f"Le serveur de messagerie ne répond pas ({_short(error)}).")
        mail = _mail(message)
        try:
            connection.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            refused = _refused(max(codes, default=PERMANENT), "L’adresse e-mail est refusée par le serveur.")
            return replace(refused, address_is_wrong=refused.result == "fail")
        except smtplib.SMTPResponseException as error:
            return _refused(error.smtp_code, f"Le serveur de messagerie a répondu {error.smtp_code}.")
        except (OSError, smtplib.SMTPException) as error:
            self._forget()
            return Outcome("lose", error=f"La connexion s’est coupée pendant l’envoi ({_short(error)}).")
        return Outcome("accept", ref=str(mail.extra_headers["Message-ID"]))

    def _forget(self) -> None:
        """Drop a broken connection: the next message opens another."""
        self._connection = get_connection(BACKEND)


def _refused(code: int, words: str) -> Outcome:
    """A 4xx answer means "later", a 5xx "never" (RFC 5321 §4.2.1)."""
    return Outcome("fail" if code >= PERMANENT else "put_back", error=words)


def _mail(message: Message) -> EmailMultiAlternatives:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    reply_to = address_of(message)
    headers = {"Message-ID": f"<{message.uuid}@{domain}>", "Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body,
        # The envelope: where notices of failure come back. The mailbox of replies reads them.
        from_email=reply_to or settings.DEFAULT_FROM_EMAIL,
        to=[message.recipient],
        reply_to=[reply_to] if reply_to else None,
        headers={**headers, "From": f'"{department.identity().name}" <{settings.DEFAULT_FROM_EMAIL}>'},
    )
    mail.attach_alternative(email_html(message.body), "text/html")
    if message.document is not None:
        mail.attach(message.document.name, content_of(message.document), message.document.media_type)
    return mail


def _short(error: Exception) -> str:
    return type(error).__name__
