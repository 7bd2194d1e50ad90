"""The folder where the payer's files wait: what a transfer deposits, before anybody reads it."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from emploi.exchanges.caf import contacts_inbound, inbound
from emploi.exchanges.caf.contacts import looks_like_contacts
from emploi.exchanges.caf.flows import inbound as flows_inbound
from emploi.exchanges.caf.flows.frame import looks_like_flow
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.intake import actions
from emploi.foundation.intake.models import Run

HEAD = 64 * 1024


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
    """The files that wait, the oldest first; hidden and half-written ones are left alone."""
    if not folder().is_dir():
        return []
    found = [_described(path) for path in folder().iterdir() if _is_ready(path)]
    return sorted(found, key=lambda file: (file.deposited_at, file.name))


def take(*, name: str, by: Actor, at: datetime) -> Run:
    """Archives a waiting file, encrypted, opens its run and takes it out of the folder."""
    path = next((path for path in folder().iterdir() if path.name == name and _is_ready(path)), None)
    if path is None:
        raise DomainError("Ce fichier n'attend plus : un autre agent l'a peut-être déjà pris.")
    deposited_on = _described(path).deposited_at.date()
    with path.open("rb") as content:
        run = receive(file_name=name, content=content, received_on=min(deposited_on, at.date()), by=by, at=at)
    # The encrypted archive now holds it: a clear copy of everybody's data must not linger.
    path.unlink()
    return run


def receive(*, file_name: str, content: BinaryIO, received_on: date | None, by: Actor, at: datetime) -> Run:
    """Archives a file handed on screen; its kind is read from its first bytes."""
    head = content.read(HEAD)
    content.seek(0)
    return actions.receive(
        kind=_kind_of(head), file_name=file_name, content=content, received_on=received_on, by=by, at=at
    )


def _kind_of(head: bytes) -> str:
    if looks_like_contacts(head):
        return contacts_inbound.KIND
    return flows_inbound.KIND if looks_like_flow(head) else inbound.KIND


def _is_ready(path: Path) -> bool:
    hidden = path.name.startswith(".") or path.name.endswith((".part", ".tmp", ".filepart"))
    return path.is_file() and not path.is_symlink() and not hidden


def _described(path: Path) -> WaitingFile:
    stat = path.stat()
    return WaitingFile(path.name, stat.st_size, datetime.fromtimestamp(stat.st_mtime, clock.ZONE))
