"""CSV: its encoding and its delimiter found by looking, its rows streamed whatever its size."""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from charset_normalizer import from_bytes

from emploi.exchanges.spreadsheets.reading.refusals import RefusedFile

DELIMITERS = ";,\t|"
PIECE = 1 << 20
SAMPLE = 256 * 1024
LINE_MAX = 200_000
TEXT_MAX = 2000
WIDTH_MAX = 256
LOOKED_AT = 60
# What French software writes when it does not write UTF-8: Windows, old DOS, old Macintosh.
OLD_ENCODINGS = ["cp1252", "cp850", "mac_roman"]
LETTERS = frozenset("éèêëàâäîïôöùûüçœæÉÈÊËÀÂÄÎÏÔÖÙÛÜÇŒÆ°’«»€")


@dataclass(frozen=True, slots=True)
class TextShape:
    """How a text file is written, and how many lines it has."""

    encoding: str
    delimiter: str
    lines: int


def look(path: Path) -> TextShape:
    """Finds the encoding, then the delimiter. Raises RefusedFile when it is no text."""
    encoding, lines = _encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as text:
        start = list(islice(_lines(text), LOOKED_AT))
    return TextShape(encoding, _delimiter(start), lines)


def rows(path: Path, shape: TextShape) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not blank, with its number counted from 1. Raises RefusedFile on the way."""
    with path.open(encoding=shape.encoding, errors="replace", newline="") as text:
        reader = csv.reader(_lines(text), delimiter=shape.delimiter)
        try:
            for number, cells in enumerate(reader, start=1):
                texts = [cell.strip()[:TEXT_MAX] for cell in cells[:WIDTH_MAX]]
                while texts and not texts[-1]:
                    texts.pop()
                if texts:
                    yield number, texts
        except csv.Error as error:
            raise RefusedFile(
                "bad_csv", f"Ce fichier n’est plus lisible à partir de la ligne {reader.line_num}."
            ) from error


def _lines(text: IO[str]) -> Iterator[str]:
    while line := text.readline(LINE_MAX):
        if len(line) == LINE_MAX:
            raise RefusedFile.because("long_line")
        yield line.replace("\0", "")


def _encoding(path: Path) -> tuple[str, int]:
    with path.open("rb") as stream:
        start = stream.read(SAMPLE)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", start.count(b"\n")
    if b"\0" in start[:4096]:
        raise RefusedFile.because("not_text")
    decoder, lines, is_utf8, strange = codecs.getincrementaldecoder("utf-8")(), 0, True, b""
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            lines += piece.count(b"\n") or piece.count(b"\r")
            if is_utf8:
                try:
                    decoder.decode(piece)
                except UnicodeDecodeError:
                    is_utf8 = False
            if not is_utf8 and len(strange) < SAMPLE:
                strange += piece[:SAMPLE]
    if is_utf8:
        return "utf-8-sig", lines
    return _old_encoding(strange or start), lines


def _old_encoding(sample: bytes) -> str:
    """The encoding under which the accents are those of French; charset-normalizer settles a tie."""
    scores = {name: _french(sample, name) for name in OLD_ENCODINGS}
    best = max(scores.values())
    tied = [name for name in OLD_ENCODINGS if scores[name] == best]
    if len(tied) == 1:
        return tied[0]
    found = from_bytes(sample, cp_isolation=tied).best()
    return found.encoding if found is not None and found.encoding in tied else tied[0]


def _french(sample: bytes, encoding: str) -> int:
    strange = [letter for letter in sample.decode(encoding, "replace") if not letter.isascii()]
    return sum(1 if letter in LETTERS else -2 for letter in strange)


def _delimiter(start: list[str]) -> str:
    """The delimiter that gives the most rows of one same width."""
    best, best_score = ";", 0
    for delimiter in DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(start, delimiter=delimiter) if any(row))
        except csv.Error:
            continue
        wide = [(count, width) for width, count in widths.items() if width > 1]
        score = max((count * 100 + min(width, 99) for count, width in wide), default=0)
        if score > best_score:
            best, best_score = delimiter, score
    return best
