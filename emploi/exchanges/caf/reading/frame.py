"""The frame of a file: what it declares of itself before the first dossier and after the last one."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from lxml import etree

from emploi.exchanges.caf import codes
from emploi.foundation.errors import DomainError

# The header of a real file is under one kilobyte; beyond this, it is something else.
HEADER_MAX = 64 * 1024
ENCODINGS = {
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "iso-8859-15": "iso-8859-15",
    "utf-8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
}
ROOT = "Racine"
_NOT_SHOWN = re.compile(rb"<\?.*?\?>|<!--.*?-->", re.DOTALL)
_FIRST_TAG = re.compile(rb"<([^\s<>/!?]+)")
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_IDENTIFICATION = re.compile(rb"<IdentificationFlux>.*?</IdentificationFlux>", re.DOTALL)
_TRANSMISSION = re.compile(rb"<TransmissionFlux>.*?</TransmissionFlux>", re.DOTALL)
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")


class RefusedFile(DomainError):
    """A file that cannot be read at all; `code` names the reason for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Header:
    """IdentificationFlux: who made the file, of which kind, when, about which day."""

    application: str
    version: str
    flow_type: str
    flow_nature: str
    created_on: date
    reference_on: date

    @property
    def source(self) -> str:
        """The word our tables keep: daily files are « infra-mensuel » (I), the others are whole months."""
        return "daily" if self.flow_type == "I" else "monthly"

    @property
    def series(self) -> str:
        """Files of one series follow each other by reference date: one series a payer and a cadence."""
        return f"{self.application or '?'}-{self.flow_type or '?'}"


@dataclass(frozen=True, slots=True)
class Trailer:
    """TransmissionFlux: how many dossiers the sender counted."""

    transmitted: int | None
    anomalies: int | None


def safe_parser() -> etree.XMLParser:
    """A parser that resolves nothing, loads nothing and reaches nothing outside the bytes it is given."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=False,
    )


def encoding_of(start: bytes) -> str:
    """The Python name of the declared encoding; XML without a declaration is UTF-8. Raises RefusedFile."""
    found = _DECLARED.search(start[:400])
    declared = found.group(1).decode().lower() if found else "utf-8"
    if declared not in ENCODINGS:
        raise RefusedFile("encoding", f"L'encodage annoncé par ce fichier, « {declared} », n'est pas accepté.")
    return ENCODINGS[declared]


def check_start(start: bytes) -> None:
    """Refuses what is not a CAF file of beneficiaries, from its first bytes."""
    if not start.strip(b"\x00 \t\r\n"):
        raise RefusedFile("empty", "Ce fichier est vide.")
    if start.startswith(_UTF16):
        raise RefusedFile(
            "encoding", "Ce fichier est encodé en UTF-16 ; la CAF envoie du windows-1252. Demandez un nouvel envoi."
        )
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith(b"<"):
        raise RefusedFile(
            "not_xml", "Ce fichier n'est pas un fichier XML : déposez le fichier tel que la CAF l'envoie."
        )
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise RefusedFile(
            "forbidden_definitions",
            "Ce fichier contient des définitions interdites (DOCTYPE). Par sécurité, il n'a pas été lu.",
        )
    root = _FIRST_TAG.search(_NOT_SHOWN.sub(b"", text))
    name = root.group(1).decode("ascii", "replace") if root else ""
    if name != ROOT:
        shown = f" : sa première balise est « {name[:40]} »" if name else ""
        raise RefusedFile("wrong_root", f"Ce fichier n'est pas un fichier de bénéficiaires du RSA{shown}.")


def read_header(start: bytes, encoding: str, *, natures: Collection[str] | None = ("D",)) -> Header:
    """Reads IdentificationFlux. Raises RefusedFile when it is absent, unreadable or not of one of these natures."""
    found = _IDENTIFICATION.search(start)
    if found is None:
        raise RefusedFile(
            "no_header", "L'en-tête du fichier (IdentificationFlux) est absent : le fichier est incomplet."
        )
    values = _leaves(found.group(0), encoding)
    if values is None:
        raise RefusedFile("bad_header", "L'en-tête du fichier (IdentificationFlux) est illisible.")
    header = Header(
        application=values.get("APPLIEME", ""),
        version=values.get("NUMVERSIONAPPLIEME", ""),
        flow_type=values.get("TYPEFLUX", ""),
        flow_nature=values.get("NATFLUX", ""),
        created_on=_date(values, "DTCREAFLUX"),
        reference_on=_date(values, "DTREF"),
    )
    if natures is not None and header.flow_nature not in natures:
        nature = (codes.shipped("NATFLUX", header.flow_nature) or header.flow_nature).lower() or "inconnu"
        raise RefusedFile(
            "wrong_nature",
            f"Ce fichier est un flux « {nature} » (NATFLUX {header.flow_nature or 'absent'}) ; "
            "cette page lit le flux des bénéficiaires (NATFLUX D).",
        )
    return header


def read_trailer(end: bytes, encoding: str) -> Trailer:
    """Reads TransmissionFlux; a missing or unreadable count is None."""
    found = _TRANSMISSION.search(end)
    values = _leaves(found.group(0), encoding) if found else None
    if values is None:
        return Trailer(None, None)
    return Trailer(_count(values.get("NBTOTDOSRSATRANSM")), _count(values.get("NBTOTDOSRSATRANSMANO")))


def _leaves(block: bytes, encoding: str) -> dict[str, str] | None:
    try:
        root = etree.fromstring(block.decode(encoding).encode(), safe_parser())
    except (etree.XMLSyntaxError, UnicodeDecodeError):
        return None
    return {str(leaf.tag): (leaf.text or "").strip() for leaf in root}


def _date(values: dict[str, str], tag: str) -> date:
    try:
        return date.fromisoformat(values.get(tag, "")[:10])
    except ValueError:
        raise RefusedFile("bad_header", f"Dans l'en-tête du fichier, {codes.field_name(tag)} est illisible.") from None


def _count(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None
