"""Where each dossier of a file lies: found by its tags in one pass over the bytes, in memory that stays flat.

The file is cut into dossiers before any XML is parsed, so that a damaged dossier is refused alone and the next one is
read; that a file cut short is known before anything is written; and that a dossier seen before, byte for byte, costs a
hash and no parsing. Each dossier is then parsed by lxml, alone, with entities and network off (schema.py, mapping.py).
"""

import hashlib
import os
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from emploi.exchanges.caf.reading.frame import (
    HEADER_MAX,
    Header,
    RefusedFile,
    Trailer,
    check_start,
    encoding_of,
    read_header,
    read_trailer,
)
from emploi.exchanges.caf.reading.spans import Span, Spans

CHUNK = 1 << 20
# A real dossier weighs 4 to 10 kB; the largest one imaginable stays far below this.
DOSSIER_MAX = 4 * 1024 * 1024
RAW_KEPT_MAX = 64 * 1024
NAME = b"InfosFoyerRSA"
_AFTER_NAME = frozenset(b" \t\r\n/>")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_KEYS = re.compile(
    rb"<FONORG>\s*([^<]*?)\s*</FONORG>\s*<NUMORG>\s*([^<]*?)\s*<"
    rb".{0,400}?<IDEPARTE>\s*([^<]*?)\s*<.{0,400}?<NUMDEMRSA>\s*([^<]*?)\s*<",
    re.DOTALL,
)
# To be raised when mapping.py reads a dossier differently: every dossier is then read again.
HASH_VERSION = b"caf-1 "


@dataclass(slots=True)
class Survey:
    """What one pass over a file tells: its frame, its dossiers and who they are addressed to."""

    header: Header
    trailer: Trailer
    encoding: str
    size: int
    spans: Spans = field(default_factory=Spans)
    departments: Counter[str] = field(default_factory=Counter)
    organisms: Counter[tuple[str, str]] = field(default_factory=Counter)


def survey(path: Path, *, progress: Callable[[int, int], None] | None = None) -> Survey:
    """Finds every dossier of a clear (uncompressed) file. Raises RefusedFile when the whole file must be refused."""
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        start = stream.read(HEADER_MAX)
        check_start(start)
        encoding = encoding_of(start)
        header = read_header(start.partition(b"<" + NAME)[0], encoding)
        stream.seek(0)
        tags = _Tags(array("q", _tags(stream)))
        found = Survey(header, Trailer(None, None), encoding, size)
        end = _end_of_dossiers(stream, tags, size)
        tail = _read(stream, end, size - end, HEADER_MAX)
        found.trailer = read_trailer(tail, encoding)
        _list_spans(stream, tags, end, found, progress)
    return found


def claim_key(text: str) -> str:
    """NUMDEMRSA as kept everywhere: trimmed, eleven characters, the leading zeros given back."""
    number = "".join(text.split())
    return number.zfill(11) if number.isdecimal() else number


def dossier_hash(raw: bytes) -> str:
    """The hash of a dossier, in hexadecimal."""
    return _digest(raw).hex()


def _digest(raw: bytes) -> bytes:
    """The hash of a dossier, the same whatever its indentation and the padding of its values."""
    if b"\n" in raw or b"  <" in raw:
        raw = b" ".join(raw.split())
    return hashlib.sha256(HASH_VERSION + raw.replace(b" <", b"<")).digest()


def read_span(stream: BinaryIO, span: Span) -> bytes:
    """The bytes of one dossier, or the beginning of a passage too long to be one."""
    limit = RAW_KEPT_MAX if span.problem else DOSSIER_MAX
    return _read(stream, span.offset, span.length, limit)


class _Tags:
    """The tags of dossiers in order, as (offset, is_closing); kept as one number each, negative when closing."""

    def __init__(self, signed: "array[int]") -> None:
        self._signed = signed

    def __iter__(self) -> Iterator[tuple[int, bool]]:
        return ((abs(offset), offset < 0) for offset in self._signed)

    def first(self) -> int | None:
        """The offset of the first one."""
        return abs(self._signed[0]) if self._signed else None

    def last(self) -> tuple[int, bool]:
        """The last one."""
        return (abs(self._signed[-1]), self._signed[-1] < 0) if self._signed else (0, False)


def _tags(stream: BinaryIO) -> Iterator[int]:
    """Yields the offset of each tag of a dossier, negative when it closes one (no tag stands at offset 0)."""
    carry, base, last = b"", 0, -1
    while chunk := stream.read(CHUNK):
        data = carry + chunk
        at = data.find(NAME)
        while 0 <= at < len(data) - len(NAME):
            if base + at > last and data[at + len(NAME)] in _AFTER_NAME:
                if data[at - 1 : at] == b"<":
                    yield base + at - 1
                elif data[at - 2 : at] == b"</":
                    yield 2 - base - at
                last = base + at
            at = data.find(NAME, at + 1)
        carry = data[-(len(NAME) + 2) :]
        base += len(data) - len(carry)


def _end_of_dossiers(stream: BinaryIO, tags: _Tags, size: int) -> int:
    """Where the trailer begins. Raises RefusedFile when the root is never closed: the file was cut."""
    last = tags.last()
    after = _close(stream, last[0]) if last[1] else last[0]
    window = max(after, size - HEADER_MAX)
    tail = _read(stream, window, size - window, HEADER_MAX)
    closing = tail.rfind(b"</Racine>")
    if closing < 0:
        count = sum(1 for _, closed in tags if closed)
        raise RefusedFile(
            "truncated",
            f"Ce fichier est coupé : il s'arrête avant sa fin, après {count} dossiers complets. "
            "Rien n'a été enregistré. Demandez un nouvel envoi.",
        )
    trailer = tail.find(b"<TransmissionFlux")
    return window + (trailer if trailer >= 0 else closing)


def _list_spans(
    stream: BinaryIO, tags: _Tags, end: int, found: Survey, progress: Callable[[int, int], None] | None
) -> None:
    position = _after_header(stream, tags, end)
    for start, stop, problem in _bounds(stream, tags, end):
        data = _read(stream, position, stop - position, DOSSIER_MAX + CHUNK)
        _add_stray(found, position, data[: start - position])
        if not problem and (stop - start > DOSSIER_MAX or stop - position > len(data)):
            problem = "too_long"
        _add_span(found, start, stop - start, b"" if problem else data[start - position :], problem)
        position = stop
        if progress and len(found.spans) % 2000 == 0:
            progress(stop, found.size)
    _add_stray(found, position, _read(stream, position, end - position, DOSSIER_MAX))


def _bounds(stream: BinaryIO, tags: _Tags, end: int) -> Iterator[tuple[int, int, str]]:
    """Yields (start, stop, problem) of each dossier; an opening that meets another opening was never closed."""
    opened: int | None = None
    for offset, closing in tags:
        if offset > end:
            break
        if closing and opened is not None:
            yield opened, _close(stream, offset), ""
            opened = None
        elif not closing:
            if opened is not None:
                yield opened, offset, "unclosed"
            opened = offset
    if opened is not None:
        yield opened, end, "unclosed"


def _add_span(found: Survey, offset: int, length: int, raw: bytes, problem: str) -> None:
    keys = _KEYS.search(raw, 0, 4096)
    claim = ""
    if keys:
        *sender, number = keys.groups()
        fonorg, numorg, department = _sender(found.encoding, *sender)
        found.organisms[(fonorg, numorg)] += 1
        found.departments[department] += 1
        claim = claim_key(number.decode(found.encoding, "replace"))
    found.spans.add(offset, length, claim, _digest(raw) if raw else b"", problem)


@lru_cache(maxsize=64)
def _sender(encoding: str, *values: bytes) -> tuple[str, ...]:
    """Who sends a dossier and to whom: the same few words all along a file."""
    return tuple(value.decode(encoding, "replace") for value in values)


def _add_stray(found: Survey, offset: int, gap: bytes) -> None:
    """Keeps what stands between two dossiers and is not one: a dossier whose tags are damaged, most often."""
    if gap.strip() and _COMMENT.sub(b"", gap).strip():
        found.spans.add(offset, len(gap), problem="stray")


def _after_header(stream: BinaryIO, tags: _Tags, end: int) -> int:
    first = tags.first()
    start = _read(stream, 0, end if first is None else first, HEADER_MAX)
    closing = b"</IdentificationFlux>"
    return start.find(closing) + len(closing)


def _close(stream: BinaryIO, offset: int) -> int:
    """The offset just after a closing tag."""
    tag = _read(stream, offset, 64, 64)
    return offset + (tag.find(b">") + 1 or len(NAME) + 2)


def _read(stream: BinaryIO, offset: int, length: int, limit: int) -> bytes:
    return os.pread(stream.fileno(), max(0, min(length, limit)), offset)
