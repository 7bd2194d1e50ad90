"""The payer's files of the demonstration: those that wait in the inbox, those received while nobody looked."""

from __future__ import annotations

import os
import tempfile
from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from emploi.exchanges.caf.blocks.indexing import index_archive
from emploi.exchanges.caf.contacts_inbound import import_contacts
from emploi.exchanges.caf.inbound import import_caf
from emploi.exchanges.caf.models import ReceivedFile
from emploi.exchanges.caf.quality.examining import examine_archive
from emploi.foundation.actor import Actor
from emploi.foundation.documents.actions import store
from emploi.foundation.intake.models import Run
from emploi.simulator.caf_files.daily import write_daily_file
from emploi.simulator.caf_files.monthly import Month, write_month_file
from emploi.simulator.caf_files.writing import write_files
from emploi.simulator.life.dossier import Snapshot, World
from emploi.simulator.life.months import first_day, last_day, month_number

ARCHIVED_MONTHS = 2  # whose original is kept: two versions of a dossier are enough to see what changed
CUT_SHORT = 0.6  # of the file that arrives damaged


def waiting_month(today: date) -> int:
    """The month whose file waits: the one before."""
    return month_number(today) - 1


def put_waiting_files(world: World, households: int, now: datetime) -> list[Path]:
    """Leaves in the inbox the month's file, its contacts, and a third one cut short on its way."""
    month = waiting_month(now.date())
    good, contacts = month_path(month), contacts_path(month)
    bad = inbox() / f"RSABEM-{_name(month)}-transfert-interrompu.xml"
    write_files(good, Month(month, households, created_on=now.date()), world, contacts=contacts)
    for left in [*inbox().glob("RSABEM-*"), *inbox().glob("contacts-*")]:
        # Everything older was imported, by somebody or by the days that passed.
        if _name(month) not in left.name:
            left.unlink()
    content = good.read_bytes()
    bad.write_bytes(content[: int(len(content) * CUT_SHORT)])
    for path in (good, contacts, bad):
        # The day of deposit is J0: that of the demonstration's clock.
        os.utime(path, (now.timestamp(), now.timestamp()))
    return [good, contacts, bad]


def archive_last_months(world: World, households: int, now: datetime, *, by: Actor) -> None:
    """Gives the last recorded months their original file: every block of a dossier reads, the last one is examined."""
    for month in range(waiting_month(now.date()) - ARCHIVED_MONTHS, waiting_month(now.date())):
        frame = ReceivedFile.objects.filter(flow_type="M", reference_on=last_day(month)).select_related("run").first()
        if frame is None:
            continue
        with tempfile.TemporaryDirectory(dir=work_folder()) as folder:
            path = Path(folder) / frame.run.file_name
            write_month_file(path, Month(month, households, created_on=frame.created_on), world)
            with path.open("rb") as content:
                document = store(name=path.name, content=content, kind=frame.run.kind, by=by, at=now)
        frame.run.document = document
        Run.objects.filter(pk=frame.run_id).update(document=document, sha256=document.sha256, size=document.size)
        index_archive(frame=frame, by=by, at=now)
        if month == waiting_month(now.date()) - 1:
            # Who cannot be reached is known of today only: an older file would look better than it was.
            examine_archive(frame=frame, by=by, at=now)


def is_imported(month: int) -> bool:
    """Whether the monthly file of a month was applied."""
    return ReceivedFile.objects.filter(
        flow_type="M", reference_on=last_day(month), run__status__in=("done", "partial")
    ).exists()


def import_month(world: World, households: int, month: int, created_on: date, *, by: Actor, at: datetime) -> None:
    """Imports a month nobody imported: the file that waited if it is there, else the one the payer made."""
    waiting, contacts = month_path(month), contacts_path(month)
    with tempfile.TemporaryDirectory(dir=work_folder()) as folder:
        path = waiting if waiting.is_file() else Path(folder) / waiting.name
        if path != waiting:
            write_month_file(path, Month(month, households, created_on=created_on), world)
        import_caf(path=path, received_on=created_on, by=by, at=at)
    if contacts.is_file():
        import_contacts(path=contacts, received_on=created_on, by=by, at=at)
    for left in inbox().glob(f"*{_name(month)}*"):
        left.unlink()


def import_day(world: World, day: date, views: list[Snapshot], *, by: Actor, at: datetime) -> None:
    """Imports the daily file of a day."""
    with tempfile.TemporaryDirectory(dir=work_folder()) as folder:
        path = Path(folder) / f"RSABEI-{day:%Y-%m-%d}.xml"
        write_daily_file(path, day, views, world)
        import_caf(path=path, received_on=day, by=by, at=at)


def inbox() -> Path:
    """Where the payer's files wait."""
    return Path(settings.INBOX_DIR)


def month_path(month: int) -> Path:
    """The file of a month, in the inbox."""
    return inbox() / f"RSABEM-{_name(month)}.xml"


def contacts_path(month: int) -> Path:
    """The contact file of a month, in the inbox."""
    return inbox() / f"contacts-{_name(month)}.csv"


def _name(month: int) -> str:
    return f"{first_day(month):%Y-%m}"


def work_folder() -> Path:
    """Where a file is written before it is read."""
    folder = Path(settings.DATA_DIR) / "work"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
