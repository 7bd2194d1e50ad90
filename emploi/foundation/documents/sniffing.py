"""What a file really is, told from its bytes: a name or a declared type is only a claim."""

from __future__ import annotations

import zipfile
from collections.abc import Collection
from typing import BinaryIO

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
XML = "application/xml"
TEXT = "text/plain"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODT = "application/vnd.oasis.opendocument.text"
XLS = "application/vnd.ms-excel"
ZIP = "application/zip"
GZIP = "application/gzip"
UNKNOWN = "application/octet-stream"

EXTENSIONS = {
    PDF: ".pdf", PNG: ".png", JPEG: ".jpg", XML: ".xml", TEXT: ".txt", CSV: ".csv", XLSX: ".xlsx",
    DOCX: ".docx", ODS: ".ods", ODT: ".odt", XLS: ".xls", ZIP: ".zip", GZIP: ".gz",
}  # fmt: skip
NAMES = {
    PDF: "PDF", PNG: "image PNG", JPEG: "photo JPEG", XML: "fichier XML", TEXT: "texte", CSV: "tableau CSV",
    XLSX: "classeur Excel", DOCX: "document Word", ODS: "classeur LibreOffice", ODT: "document LibreOffice",
    XLS: "ancien classeur Excel", ZIP: "archive ZIP", GZIP: "archive compressée", UNKNOWN: "fichier de nature inconnue",
}  # fmt: skip
# What a person or a partner may hand us as a proof: shown in any browser, runs nothing.
PIECES = frozenset({PDF, PNG, JPEG})

_MAGIC = (
    (b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", XLS), (b"\x1f\x8b", GZIP),
)  # fmt: skip
_ZIP_MEMBERS = (("xl/workbook", XLSX), ("word/document", DOCX))
_ODF = {ODS.encode(): ODS, ODT.encode(): ODT}
_HEAD = 4096


def sniff(source: BinaryIO, name: str = "") -> str:
    """Return the media type read from the content; the name only tells a CSV from another text."""
    source.seek(0)
    head = source.read(_HEAD)
    source.seek(0)
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head.startswith(b"PK\x03\x04"):
        return _sniff_zip(source)
    return _sniff_text(head, name)


def is_allowed(media_type: str, allowed: Collection[str]) -> bool:
    """Tell whether a sniffed type is accepted; an XML or CSV file is a text too."""
    return media_type in allowed or (TEXT in allowed and media_type in {CSV, XML})


def _sniff_zip(source: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(source) as archive:
            names = archive.namelist()
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return _ODF.get(archive.read("mimetype").strip(), ZIP)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
        return UNKNOWN
    finally:
        source.seek(0)
    for prefix, media_type in _ZIP_MEMBERS:
        if any(member.startswith(prefix) for member in names):
            return media_type
    return ZIP


def _sniff_text(head: bytes, name: str) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "replace").encode()
    if not head or any(byte < 32 and byte not in (9, 10, 12, 13) for byte in head):
        return UNKNOWN
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<?xml"):
        return XML
    # A page of HTML handed as a "text" would run in our own site: it is none of the types we accept.
    if any(mark in head.lower() for mark in (b"<html", b"<script", b"<!doctype html", b"<svg")):
        return UNKNOWN
    return CSV if name.lower().endswith(".csv") else TEXT
