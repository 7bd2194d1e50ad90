"""An e-mail as received, read into what we keep of it; nothing of it is executed, fetched or answered."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any
from uuid import UUID

from lxml import html

from emploi.foundation import clock
from emploi.foundation.messaging.enums import ReplyKind
from emploi.foundation.messaging.rules.replies import without_quote

MAX_TEXT, MAX_ORIGINAL, MAX_FILES = 20_000, 60_000, 20
# Before it, nobody wrote to us: such a day is a clock never set, or a trap.
_FIRST_DAY = datetime(1990, 1, 1, tzinfo=clock.ZONE)
UNREADABLE = "Ce message n’a pas pu être lu : ouvrez-le dans la boîte aux lettres des réponses."
_RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
_PRECEDENCES = frozenset({"auto_reply", "bulk", "junk", "list"})
_REFERENCE = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BLOCKS = ("p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote")


@dataclass(frozen=True, slots=True)
class Failure:
    """What a notice says (RFC 3464): its action, its code (« 5.1.1 »), whom it was for, why."""

    action: str
    code: str
    recipient: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """What we keep of an e-mail."""

    key: str
    kind: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    references: tuple[UUID, ...]
    subject: str
    text: str
    original: str
    attachments: tuple[str, ...]
    said_at: datetime | None
    is_cut: bool
    failure: Failure | None = None


def read_mail(raw: bytes, *, is_cut: bool = False) -> ReceivedMail:
    """Read an e-mail; one that nobody could read is kept all the same, and says so."""
    mail = BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)
    sender_name, sender = _sender(mail)
    failure = _failure(mail)
    whole = _text(mail)
    said = without_quote(whole) if whole else ""
    return ReceivedMail(
        key=_key(mail, sender, raw),
        kind=_kind(mail, failure),
        sender=sender[:254],
        sender_name=sender_name[:120],
        recipients=tuple(address for _, address in _addresses(mail, _RECIPIENTS)),
        references=tuple(_references(mail)),
        subject=_header(mail, "Subject")[:250],
        text=(said or UNREADABLE)[:MAX_TEXT],
        original="" if said == whole and len(whole) <= MAX_TEXT else whole[:MAX_ORIGINAL],
        attachments=tuple(_attachments(mail))[:MAX_FILES],
        said_at=_date(mail),
        is_cut=is_cut or len(said) > MAX_TEXT or len(whole) > MAX_ORIGINAL,
        failure=failure,
    )


def unreadable(raw: bytes) -> ReceivedMail:
    """What is kept of an e-mail our reader fails on: that it came, known by its bytes, for somebody to open it."""
    return ReceivedMail(
        key=f"email:{hashlib.sha256(raw).hexdigest()}",
        kind=ReplyKind.ANSWER,
        sender="",
        sender_name="Expéditeur illisible",
        recipients=(),
        references=(),
        subject="",
        text=UNREADABLE,
        original="",
        attachments=(),
        said_at=None,
        is_cut=False,
    )


def believable(moment: datetime | None, at: datetime) -> datetime | None:
    """Return a day told by somebody else's clock, None when it is to come, or before anybody wrote to us."""
    return moment if moment is not None and _FIRST_DAY <= moment <= at else None


def _kind(mail: EmailMessage, failure: Failure | None) -> str:
    if failure is not None:
        return ReplyKind.BOUNCE
    submitted = _header(mail, "Auto-Submitted").lower().partition(";")[0].strip()
    is_automatic = (
        submitted not in ("", "no")
        or any(_header(mail, name) for name in ("X-Autoreply", "X-Autorespond", "List-Id"))
        or _header(mail, "Precedence").lower() in _PRECEDENCES
        or _header(mail, "Return-Path") == "<>"
    )
    return ReplyKind.AUTOMATIC if is_automatic else ReplyKind.ANSWER


def _failure(mail: EmailMessage) -> Failure | None:
    """What a notice of delivery says; an answer to a notice that quotes it is no notice."""
    if mail.get_content_type() != "multipart/report":
        return None
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        # The payload of a delivery status is a list of messages; the standard library does not type it (RFC 3464).
        fields = [block for block in part.get_payload() if hasattr(block, "get")]  # type: ignore[union-attr]
        said = next((block for block in fields if block.get("Action")), None)  # type: ignore[union-attr]
        if said is not None:
            told = {name: _clean(str(said.get(name, ""))) for name in  # type: ignore[union-attr]
                    ("Action", "Status", "Original-Recipient", "Final-Recipient", "Diagnostic-Code")}  # fmt: skip
            recipient = (told["Original-Recipient"] or told["Final-Recipient"]).rpartition(";")[2].strip()
            return Failure(told["Action"].lower(), told["Status"].split(" ")[0], recipient, told["Diagnostic-Code"])
    return None


def _sender(mail: EmailMessage) -> tuple[str, str]:
    name, address = next(iter(_addresses(mail, ("From", "Sender", "Return-Path"))), ("", ""))
    return name, address.lower()


def _addresses(mail: EmailMessage, names: tuple[str, ...]) -> list[tuple[str, str]]:
    written = [_clean(str(value)) for name in names for value in _all(mail, name)]
    return [(name, address) for name, address in getaddresses(written) if "@" in address]


def _all(mail: MIMEPart, name: str) -> list[str]:
    """Every header of that name; one the parser chokes on counts for nothing rather than losing the message."""
    try:
        return [str(value) for value in mail.get_all(name) or ()]
    except (MessageError, ValueError, LookupError, AttributeError, IndexError):
        return [str(value) for key, value in mail.raw_items() if key.lower() == name.lower()]


def _header(mail: MIMEPart, name: str) -> str:
    return " ".join(_clean(next(iter(_all(mail, name)), "")).split())


def _references(mail: EmailMessage) -> Iterator[UUID]:
    """Our references it names: in its headers, and in those of the message a notice gives back."""
    written = [_header(mail, name) for name in ("In-Reply-To", "References")]
    if mail.get_content_type() == "multipart/report":
        written += [_header(part, "Message-ID") for part in mail.walk() if part is not mail]
        written += [_content(part) for part in mail.walk() if part.get_content_type() == "text/rfc822-headers"]
    for text in written:
        yield from (UUID(found) for found in _REFERENCE.findall(text))


def _text(mail: EmailMessage) -> str:
    """What was written: the plain text, else the page without its tags."""
    try:
        part = mail.get_body(("plain", "html"))
    except (MessageError, ValueError, LookupError, AttributeError, KeyError):
        part = None
    if part is None:
        return ""
    content = _content(part)
    return _without_tags(content) if part.get_content_subtype() == "html" else content.replace("\r\n", "\n").strip()


def _content(part: MIMEPart) -> str:
    """The text of a part; an alphabet unknown, or not named, is guessed rather than refused."""
    try:
        content = str(part.get_content())
    except (MessageError, ValueError, LookupError, AttributeError):
        content = "\ufffd"
    if "\ufffd" not in content:
        return _clean(content)
    # No alphabet named, or a wrong one: UTF-8 cannot be mistaken for another.
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return _clean(payload.decode("utf-8"))
    except UnicodeDecodeError:
        return _clean(payload.decode("cp1252", "replace"))


def _without_tags(page: str) -> str:
    try:
        tree: Any = html.document_fromstring(page[: MAX_ORIGINAL * 8])
    except (ValueError, html.etree.ParserError):
        return ""
    for hidden in tree.xpath("//script|//style|//head"):
        hidden.drop_tree()
    for block in tree.iter(*_BLOCKS):
        block.tail = f"\n{block.tail or ''}"
    lines = (" ".join(line.split()) for line in tree.text_content().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _attachments(mail: EmailMessage) -> Iterator[str]:
    if mail.get_content_type() == "multipart/report":
        return
    for part in mail.walk():
        name = part.get_filename()
        if name or part.get_content_disposition() == "attachment":
            yield " ".join(_clean(name or "sans nom").split())[:120]


def _date(mail: EmailMessage) -> datetime | None:
    try:
        moment = parsedate_to_datetime(_header(mail, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.ZONE)


def _key(mail: EmailMessage, sender: str, raw: bytes) -> str:
    """What makes two deliveries the same e-mail: its Message-ID and its sender, else every byte of it."""
    given = _header(mail, "Message-ID")
    same = f"{given}\n{sender}".encode() if given else raw
    return f"email:{hashlib.sha256(same).hexdigest()}"


def _clean(text: str) -> str:
    """The text without what a database refuses: control signs, broken halves of letters."""
    return _CONTROL.sub("", text.encode("utf-8", "replace").decode("utf-8"))
