"""XLSX, XLS and ODS: checked before they are opened, opened by a process that may die, read row by row."""

import json
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from emploi.exchanges.spreadsheets.reading import child
from emploi.exchanges.spreadsheets.reading.refusals import RefusedFile

MEGABYTE = 1024**2
PACKED_MAX = 100 * MEGABYTE
CLEAR_MAX = 600 * MEGABYTE
# XML shrinks ten to forty times; a workbook that swells far more is a trap.
SWELL_FROM, SWELL_MAX = 64 * MEGABYTE, 200
MEMBERS_MAX = 5000
MEMORY, SECONDS = 1536 * MEGABYTE, 180
CHILD = Path(child.__file__)

_BROKEN = (
    zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, NotImplementedError, EOFError, KeyError,
)  # fmt: skip
_EXITS = {child.PASSWORD: "password", child.BROKEN: "broken", child.TOO_BIG: "too_big"}


def check_zip(path: Path) -> str:
    """What a zip file really is: `xlsx` or `ods`. Raises RefusedFile for a bomb, macros or something else."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except _BROKEN as error:
        raise RefusedFile.because("broken") from error
    names = {member.filename for member in members}
    clear = sum(member.file_size for member in members)
    swollen = clear > SWELL_FROM and clear > SWELL_MAX * max(1, path.stat().st_size)
    if len(members) > MEMBERS_MAX or clear > CLEAR_MAX or swollen:
        raise RefusedFile.because("bomb")
    if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names):
        raise RefusedFile.because("macros")
    if "xl/workbook.xml" in names:
        return "xlsx"
    if b"opendocument.spreadsheet" in _start_of(path, "mimetype", 100):
        if b"encryption-data" in _start_of(path, "META-INF/manifest.xml", MEGABYTE):
            raise RefusedFile.because("password")
        return "ods"
    if "xl/workbook.bin" in names:
        raise RefusedFile.because("xlsb")
    raise RefusedFile.because("not_a_sheet")


def check_ole(path: Path) -> None:
    """An old .xls, or a workbook locked by a password, or one with macros: told by the names of its streams."""
    start = path.read_bytes() if path.stat().st_size <= PACKED_MAX else b""
    if _named(start, "EncryptedPackage"):
        raise RefusedFile.because("password")
    if _named(start, "_VBA_PROJECT"):
        raise RefusedFile.because("macros")
    if not (_named(start, "Workbook") or _named(start, "Book")):
        raise RefusedFile.because("not_a_sheet")


def inspect(path: Path) -> list[dict[str, Any]]:
    """Every sheet: name, visible, height and first rows."""
    with _opened(path, "inspect", "") as lines:
        return [json.loads(line) for line in lines]


def rows(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Every row of a sheet that is not blank, with its number counted from 1."""
    with _opened(path, "rows", sheet) as lines:
        for line in lines:
            number, texts = json.loads(line)
            yield number, texts


@contextmanager
def _opened(path: Path, order: str, sheet: str) -> Iterator[IO[str]]:
    """The answers of the child; once they are all read, its end is looked at. Raises RefusedFile."""
    command = [sys.executable, "-I", str(CHILD), str(path), order, sheet, str(MEMORY), str(SECONDS)]
    # Our own interpreter on our own file: nothing of it comes from the person who hands the workbook.
    with subprocess.Popen(  # noqa: S603 - our own child, no shell
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True
    ) as process:
        try:
            if process.stdout is None:
                raise RefusedFile.because("broken")
            yield process.stdout
        finally:
            if process.poll() is None and sys.exc_info()[0] is not None:
                process.kill()
            elif process.stdout is not None:
                process.stdout.close()
    if process.returncode:
        # Killed by a signal: the memory or the time it was given ran out.
        raise RefusedFile.because(_EXITS.get(process.returncode, "too_big"))


def _start_of(path: Path, member: str, size: int) -> bytes:
    """The beginning of a member, never inflated further; nothing when it is not there. Raises RefusedFile."""
    try:
        with zipfile.ZipFile(path) as archive:
            if member not in archive.namelist():
                return b""
            with archive.open(member) as content:
                return content.read(size)
    except _BROKEN as error:
        raise RefusedFile.because("broken") from error


def _named(content: bytes, name: str) -> bool:
    return name.encode("utf-16-le") in content
