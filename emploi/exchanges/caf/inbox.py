"""The folder where the payer's files wait: what a transfer deposits, before anybody reads it."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from emploi.exchanges.caf import contacts_inbound, inbound
from emploi.exchanges.caf.contacts import looks_like_contacts
from emploi.exchanges.caf.engine.deposits import Deposits, Seen
from emploi.exchanges.caf.flows import inbound as flows_inbound
from emploi.exchanges.caf.flows.frame import looks_like_flow
from emploi.exchanges.caf.reading.sources import head_in
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.intake import actions
from emploi.foundation.intake.models import Run

GONE = "Ce fichier n'attend plus : un autre agent l'a peut-être déjà pris."


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """One file of the folder."""

    name: str
    size: int
    deposited_at: datetime


def folder() -> Path:
    """The folder of waiting files."""
    return Path(settings.INBOX_DIR)


def waiting() -> list[WaitingFile]:
    """The files that wait, the oldest first; hidden and half-written ones, links and pipes are left alone.

    No folder yet is no file. Raises DomainError when the folder is there and refused.
    """
    try:
        with Deposits(folder()) as deposits:
            found = [_described(seen) for seen in deposits.seen() if seen.is_plain]
    except DomainError as refusal:
        if isinstance(refusal.__cause__, FileNotFoundError):
            return []
        raise
    return sorted(found, key=lambda file: (file.deposited_at, file.name))


def take(*, name: str, by: Actor, at: datetime) -> Run:
    """Archives a waiting file, encrypted, opens its run and takes it out of the folder."""
    with Deposits(folder()) as deposits:
        if name not in {seen.name for seen in deposits.seen() if seen.is_plain}:
            raise DomainError(GONE)
        with deposits.opened(name) as (content, seen):
            received_on = min(_described(seen).deposited_at.date(), at.date())
            run = receive(file_name=name, content=content, received_on=received_on, by=by, at=at)
        # The encrypted archive now holds it: a clear copy of everybody's data must not linger.
        deposits.erase(seen)
    return run


def receive(
    *,
    file_name: str,
    content: BinaryIO,
    received_on: date | None,
    approved: bool = False,
    kind: str = "",
    by: Actor,
    at: datetime,
) -> Run:
    """Archives a file handed on screen or deposited; its kind is read from its first bytes when it is not said."""
    return actions.receive(
        kind=kind or kind_of(content),
        file_name=file_name,
        content=content,
        received_on=received_on,
        approved=approved,
        by=by,
        at=at,
    )


def kind_of(content: BinaryIO) -> str:
    """The kind of an open file, from its first bytes in clear."""
    head = head_in(content)
    if looks_like_contacts(head):
        return contacts_inbound.KIND
    return flows_inbound.KIND if looks_like_flow(head) else inbound.KIND


def _described(seen: Seen) -> WaitingFile:
    return WaitingFile(seen.name, seen.size, datetime.fromtimestamp(seen.modified_at, clock.ZONE))
