"""The clear file behind what was handed: itself, or the one file of a gzip or zip archive, within limits."""

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from emploi.exchanges.caf.reading.frame import RefusedFile
from emploi.foundation.intake.clear_copies import hold

PIECE = 1 << 20
HEAD = 64 * 1024
CLEAR_MAX = 4 * 1024**3
# XML shrinks 20 to 60 times; an archive that swells far more is a trap.
SWELL_FROM = 64 * 1024**2
SWELL_MAX = 250
GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
_BROKEN = (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError)


def head_of(path: Path, size: int = HEAD) -> bytes:
    """The first bytes in clear of a file, archived or not; empty when the archive does not open."""
    with path.open("rb") as stream:
        return head_in(stream, size)


def head_in(stream: IO[bytes], size: int = HEAD) -> bytes:
    """The same of an open file, left at its beginning."""
    start = stream.read(size)
    stream.seek(0)
    try:
        if start.startswith(GZIP):
            with gzip.open(stream, "rb") as source:
                return source.read(size)
        if start.startswith(ZIP):
            with zipfile.ZipFile(stream) as archive, archive.open(archive.infolist()[0]) as member:
                return member.read(size)
    except (*_BROKEN, IndexError):
        return b""
    finally:
        stream.seek(0)
    return start


@contextmanager
def clear_file(path: Path, work: Path) -> Iterator[Path]:
    """Yields the path of the clear file; a decompressed copy lives in `work` and only as long as needed."""
    with path.open("rb") as stream:
        start = stream.read(4)
    if not start.startswith((GZIP, ZIP)):
        yield path
        return
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=work, prefix="clear-", suffix=".xml") as copy:
        hold(copy)
        try:
            _expand(path, start, copy)
        except RefusedFile:
            raise
        except _BROKEN as error:
            raise RefusedFile(
                "bad_archive", "Cette archive compressée est abîmée ou protégée : elle ne s'ouvre pas."
            ) from error
        copy.flush()
        yield Path(copy.name)


def _expand(path: Path, start: bytes, copy: IO[bytes]) -> None:
    packed = path.stat().st_size
    if start.startswith(GZIP):
        with gzip.open(path, "rb") as source:
            _pour(source, copy, packed)
        return
    with zipfile.ZipFile(path) as archive:
        members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
        if len(members) != 1:
            raise RefusedFile("bad_archive", f"Cette archive contient {len(members)} fichiers ; il en faut un seul.")
        if members[0].file_size > CLEAR_MAX:
            raise _swollen()
        with archive.open(members[0]) as source:
            _pour(source, copy, packed)


def _pour(source: IO[bytes] | gzip.GzipFile, copy: IO[bytes], packed: int) -> None:
    written = 0
    while piece := source.read(PIECE):
        written += len(piece)
        if written > CLEAR_MAX or (written > SWELL_FROM and written > SWELL_MAX * packed):
            raise _swollen()
        copy.write(piece)


def _swollen() -> RefusedFile:
    return RefusedFile(
        "archive_bomb", "Cette archive gonfle démesurément à l'ouverture. Par sécurité, elle n'a pas été lue."
    )
