"""Where each dossier of a file lies: found by its tags in one pass over the bytes, in memory that does not grow with them.

The file is cut into dossiers before any XML is parsed, so that a damaged dossier is refused alone and the next one is
read; that a file cut short is known before anything is written; and that a dossier seen before, byte for byte, costs a
hash and no parsing. Each dossier is then parsed by lxml, alone, with entities and network off (schema.py, mapping.py).
"""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from emploi.exchanges.caf.frame import (
    HEADER_MAX,
    Header,
    RefusedFile,
    Trailer,
    check_start,
    encoding_of,
    read_header,
    read_trailer,
)

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


class Span(NamedTuple):
    """One dossier of a file: its rank from 1, where it lies, its number and hash; `problem` when it is not whole."""

    number: int
    offset: int
    length: int
    claim_number: str
    content_hash: str
    problem: str = ""


@dataclass(slots=True)
class Survey:
    """What one pass over a file tells: its frame, its dossiers and who they are addressed to."""

    header: Header
    trailer: Trailer
    encoding: str
    sha256: str
    size: int
    spans: list[Span] = field(default_factory=list)
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
        digest = hashlib.sha256()
        tags = list(_tags(stream, digest))
        found = Survey(header, Trailer(None, None), encoding, digest.hexdigest(), size)
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
    """The hash of a dossier, the same whatever its indentation and the padding of its values."""
    if b"\n" in raw or b"  <" in raw:
        raw = b" ".join(raw.split())
    return hashlib.sha256(HASH_VERSION + raw.replace(b" <", b"<")).hexdigest()


def read_span(stream: BinaryIO, span: Span) -> bytes:
    """The bytes of one dossier, or the beginning of a passage too long to be one."""
    limit = RAW_KEPT_MAX if span.problem else DOSSIER_MAX
    return _read(stream, span.offset, span.length, limit)


def _tags(stream: BinaryIO, digest: "hashlib._Hash") -> Iterator[tuple[int, bool]]:
    """Yields (offset, is_closing) of each tag of a dossier."""
    carry, base, last = b"", 0, -1
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        data = carry + chunk
        at = data.find(NAME)
        while 0 <= at < len(data) - len(NAME):
            if base + at > last and data[at + len(NAME)] in _AFTER_NAME:
                if data[at - 1 : at] == b"<":
                    yield base + at - 1, False
                elif data[at - 2 : at] == b"</":
                    yield base + at - 2, True
                last = base + at
            at = data.find(NAME, at + 1)
        carry = data[-(len(NAME) + 2) :]
        base += len(data) - len(carry)


def _end_of_dossiers(stream: BinaryIO, tags: list[tuple[int, bool]], size: int) -> int:
    """Where the trailer begins. Raises RefusedFile when the root is never closed: the file was cut."""
    last = tags[-1] if tags else (0, False)
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
    stream: BinaryIO, tags: list[tuple[int, bool]], end: int, found: Survey, progress: Callable[[int, int], None] | None
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


def _bounds(stream: BinaryIO, tags: list[tuple[int, bool]], end: int) -> Iterator[tuple[int, int, str]]:
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
        fonorg, numorg, department, claim = (value.decode(found.encoding, "replace") for value in keys.groups())
        found.organisms[(fonorg, numorg)] += 1
        found.departments[department] += 1
        claim = claim_key(claim)
    content_hash = dossier_hash(raw) if raw else ""
    found.spans.append(Span(len(found.spans) + 1, offset, length, claim, content_hash, problem))


def _add_stray(found: Survey, offset: int, gap: bytes) -> None:
    """Keeps what stands between two dossiers and is not one: a dossier whose tags are damaged, most often."""
    if gap.strip() and _COMMENT.sub(b"", gap).strip():
        found.spans.append(Span(len(found.spans) + 1, offset, len(gap), "", "", "stray"))


def _after_header(stream: BinaryIO, tags: list[tuple[int, bool]], end: int) -> int:
    start = _read(stream, 0, tags[0][0] if tags else end, HEADER_MAX)
    closing = b"</IdentificationFlux>"
    return start.find(closing) + len(closing)


def _close(stream: BinaryIO, offset: int) -> int:
    """The offset just after a closing tag."""
    tag = _read(stream, offset, 64, 64)
    return offset + (tag.find(b">") + 1 or len(NAME) + 2)


def _read(stream: BinaryIO, offset: int, length: int, limit: int) -> bytes:
    return os.pread(stream.fileno(), max(0, min(length, limit)), offset)
