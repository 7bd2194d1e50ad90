"""The mailbox of replies, read over IMAP: read only, never emptied nor marked, each message once.

What was read is remembered by number (UID), not by « seen »: somebody who opens a message in the mailbox hides nothing
from us. A mailbox read for the first time, or numbered anew by its server (UIDVALIDITY), gives its last days only:
years of mail are not today's answers, and what was erased since never comes back. What is known is known.
"""

from __future__ import annotations

import contextlib
import imaplib
import logging
import re
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.messaging.inbound import addresses
from emploi.foundation.messaging.inbound.mail import read_mail, unreadable
from emploi.foundation.messaging.inbound.receiving import POST, receive_mail
from emploi.foundation.messaging.models import Mailbox, Reply

log = logging.getLogger(__name__)
TIMEOUT = 20
# A message is read up to here: its words come before its attachments, which are not kept anyway.
MAX_BYTES = 512 * 1024
BATCH = 200
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
# Read every two minutes: after that, the worker is stopped or the mailbox shut.
SILENCE = timedelta(minutes=30)
NOT_READ = "Les e-mails disent qu’on peut y répondre, mais aucune boîte n’est relevée."
# What may have come just before the first reading, or between the last one and numbers given anew.
LOOK_BACK = timedelta(days=7)
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_VALIDITY = re.compile(rb"\d+")


class Shut(Exception):
    """The mailbox cannot be read, for a reason said in French."""


def is_set() -> bool:
    """Tell whether a mailbox is to be read."""
    return bool(settings.REPLY_IMAP_HOST)


def mailbox_name() -> str:
    """Return the name of the mailbox in force: another one is read from its own beginning."""
    return f"{settings.REPLY_IMAP_USER}@{settings.REPLY_IMAP_HOST}/{settings.REPLY_IMAP_FOLDER}"[:254]


def read_mailbox(*, now: Callable[[], datetime]) -> Counter[str]:
    """Read what came since the last time; a failure is written down and shown, and what was read before it is kept."""
    done: Counter[str] = Counter()
    error = ""
    try:
        with _opened() as (connection, validity):
            _read_new(connection, validity, done, now)
    except Shut as failure:
        error = str(failure)
    except (imaplib.IMAP4.error, OSError, EOFError) as failure:
        error = f"La boîte aux lettres des réponses ne répond plus ({type(failure).__name__})."
    note_reading(error=error, by=POST, at=now())
    if error:
        log.error("the mailbox of replies cannot be read: %s", error)
    return done


def _read_new(connection: imaplib.IMAP4, validity: str, done: Counter[str], now: Callable[[], datetime]) -> None:
    box = Mailbox.objects.filter(name=mailbox_name()).first()
    is_known = box is not None and box.validity == validity
    last = box.last_uid if box and is_known else 0
    since = None if is_known else ((box and box.read_at) or now()) - LOOK_BACK
    for uid in _uids(connection, last, since)[:BATCH]:
        raw, is_cut = _fetched(connection, uid)
        at = now()
        reply = _received(raw, is_cut, at) if raw else None
        # Kept first, noted as read next: a crash between the two reads it again, and finds it known.
        advance(validity=validity, uid=uid, by=POST, at=at)
        done[reply.kind if reply else "known"] += 1


def _received(raw: bytes, is_cut: bool, at: datetime) -> Reply | None:
    """Keep a message; one that our reader fails on is kept as unreadable, so that the next ones are read."""
    try:
        return receive_mail(mail=read_mail(raw, is_cut=is_cut), by=POST, at=at)
    except (OperationalError, InterfaceError):
        raise  # the database is away, the message is not at fault: it is read again
    except Exception:
        log.exception("an e-mail received cannot be read: kept as unreadable")
        return receive_mail(mail=unreadable(raw), by=POST, at=at)


@action
def advance(*, validity: str, uid: int, by: Actor, at: datetime) -> None:
    """Note how far the mailbox was read."""
    read = {"validity": validity, "last_uid": uid, "tried_at": at}
    Mailbox.objects.update_or_create(name=mailbox_name(), defaults=read)


@action
def note_reading(*, error: str, by: Actor, at: datetime) -> Mailbox:
    """Note that the mailbox answered, or since when it does not."""
    box, _ = Mailbox.objects.select_for_update().get_or_create(name=mailbox_name(), defaults={"tried_at": at})
    box.tried_at, box.error = at, error[:250]
    box.failing_since = (box.failing_since or at) if error else None
    box.read_at = box.read_at if error else at
    box.save(update_fields=["tried_at", "error", "failing_since", "read_at"])
    return box


@contextlib.contextmanager
def _opened() -> Iterator[tuple[imaplib.IMAP4, str]]:
    """The folder, opened for reading only, and the generation of its numbers."""
    connection = _connected()
    try:
        try:
            connection.login(settings.REPLY_IMAP_USER, settings.REPLY_IMAP_PASSWORD)
        except imaplib.IMAP4.error as refused:
            raise Shut("La boîte aux lettres des réponses refuse le nom ou le mot de passe donné.") from refused
        answer, _ = connection.select(_quoted(settings.REPLY_IMAP_FOLDER), readonly=True)
        if answer != "OK":
            raise Shut(f"Le dossier « {settings.REPLY_IMAP_FOLDER} » n’existe pas dans la boîte des réponses.")
        found = _VALIDITY.search((connection.response("UIDVALIDITY")[1] or [b""])[0] or b"")
        yield connection, found.group().decode() if found else "0"
    finally:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            connection.logout()


def _connected() -> imaplib.IMAP4:
    """TLS from the first byte, its certificate checked; a test server of this machine alone may go without."""
    host, port = settings.REPLY_IMAP_HOST, settings.REPLY_IMAP_PORT
    try:
        if host in LOCAL_HOSTS and not settings.REPLY_IMAP_TLS:
            return imaplib.IMAP4(host, port, timeout=TIMEOUT)
        return imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)
    except ssl.SSLError as error:
        raise Shut("La boîte aux lettres des réponses ne présente pas de certificat valable.") from error
    except OSError as error:
        raise Shut(f"La boîte aux lettres des réponses ne répond pas ({type(error).__name__}).") from error


def _uids(connection: imaplib.IMAP4, last: int, since: datetime | None) -> list[int]:
    """What is after the last one read, arrived since a day; « n:* » always gives one back, even when it is older."""
    arrived = ("SINCE", _imap_day(since)) if since else ()
    answer, found = connection.uid("SEARCH", "UID", f"{last + 1}:*", *arrived)
    if answer != "OK":
        raise Shut("La boîte aux lettres des réponses ne dit pas ce qu’elle contient.")
    return sorted(uid for text in (found[0] or b"").split() if (uid := int(text)) > last)


def _imap_day(moment: datetime) -> str:
    """A day as IMAP writes it (« 16-Nov-2026 »), whatever the language of this machine."""
    _, day, month, year, *_ = format_datetime(moment).split()
    return f"{day}-{month}-{year}"


def _fetched(connection: imaplib.IMAP4, uid: int) -> tuple[bytes, bool]:
    """The bytes of a message, cut when it is too long, without marking it as read; none when it was removed."""
    answer, found = connection.uid("FETCH", str(uid), f"(RFC822.SIZE BODY.PEEK[]<0.{MAX_BYTES}>)")
    if answer != "OK":
        raise Shut("La boîte aux lettres des réponses ne donne pas un de ses messages.")
    parts = [part for part in found if isinstance(part, tuple)]
    if not parts:
        return b"", False
    size = next((int(said.group(1)) for part in found if (said := _SIZE.search(_flat(part)))), 0)
    return parts[0][1], size > MAX_BYTES


def _flat(part: object) -> bytes:
    if isinstance(part, tuple):
        return b" ".join(piece for piece in part[:1] if isinstance(piece, bytes))
    return part if isinstance(part, bytes) else b""


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def trouble(at: datetime) -> str:
    """Return why replies by e-mail do not reach us, in a sentence; empty when they do, or when none is awaited."""
    if not is_set():
        return NOT_READ if addresses.is_open() else ""
    box = Mailbox.objects.filter(name=mailbox_name()).first()
    if box is None:
        return "La boîte aux lettres des réponses n’a pas encore été relevée."
    if box.error:
        return box.error
    if at - (box.read_at or box.tried_at) > SILENCE:
        return "La boîte aux lettres des réponses n’est plus relevée : le travail de fond est arrêté."
    return ""
