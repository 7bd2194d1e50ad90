"""From the place of a dossier in a file to its facts or its refusal: what one process, or its helper, does alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from emploi.exchanges.caf import mapping, schema
from emploi.exchanges.caf.reader import dossier_hash, read_span
from emploi.exchanges.caf.reading.frame import safe_parser
from emploi.exchanges.caf.reading.spans import Span
from emploi.exchanges.caf.schema import InvalidDossier, Refusal
from emploi.pathway.beneficiaries.facts import HouseholdFacts

_REDUCTIONS = "PrestationRSA/DetailDroitRSA/AvisPCGDroitRSA/ReductionRSA"
_NOT_WHOLE = {
    "unclosed": "Ce dossier n'est pas complet : le suivant commence avant sa fin.",
    "too_long": "Ce dossier est démesurément long : il n'a pas été lu.",
    "stray": "Ce passage du fichier n'est pas un dossier lisible : ses balises sont abîmées.",
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """One dossier read: its facts, or why it is refused; the codes nobody knows and the NIR that are wrong."""

    number: int
    facts: HouseholdFacts | None
    refusal: Refusal | None = None
    unknown: tuple[tuple[str, str], ...] = ()
    wrong_nirs: int = 0
    # ReductionRSA: its amount in euros and the day it ends, both empty when there is none.
    reduction: tuple[str, str] = ("", "")


class DossierReader:
    """Reads the dossiers of one file; `department` is the three-character IDEPARTE expected, empty to accept all."""

    def __init__(self, path: Path, encoding: str, department: str) -> None:
        self.encoding = encoding
        self.department = department
        self._stream: BinaryIO = path.open("rb")
        self._parser = safe_parser()

    def close(self) -> None:
        """Closes the file."""
        self._stream.close()

    def read(self, spans: Sequence[Span]) -> list[Parsed]:
        """Reads several dossiers; none can make another fail."""
        return [self.read_one(span) for span in spans]

    def read_one(self, span: Span) -> Parsed:
        """Reads one dossier: whole, well formed, valid, addressed to us, mapped."""
        if span.problem:
            return Parsed(span.number, None, Refusal(span.problem, _NOT_WHOLE[span.problem]))
        return read_dossier(
            read_span(self._stream, span),
            number=span.number,
            content_hash=span.content_hash,
            encoding=self.encoding,
            department=self.department,
            parser=self._parser,
        )


def read_dossier(
    raw: bytes, *, number: int, content_hash: str, encoding: str, department: str, parser: etree.XMLParser | None = None
) -> Parsed:
    """Reads the bytes of one dossier."""
    try:
        dossier = _parse(raw, encoding, parser or safe_parser())
        schema.check(dossier)
        facts, wrong_nirs = mapping.household(dossier, content_hash or dossier_hash(raw), department)
    except InvalidDossier as refused:
        return Parsed(number, None, refused.refusal)
    return Parsed(number, facts, None, tuple(mapping.unknown_codes(dossier)), wrong_nirs, _reduction(dossier))


def _reduction(dossier: etree._Element) -> tuple[str, str]:
    """The amount of the last reduction and the day it ends, empty when none is said."""
    last = max(dossier.iterfind(_REDUCTIONS), key=lambda found: found.findtext("DDREDRSA") or "", default=None)
    if last is None:
        return ("", "")
    return ((last.findtext("MTREDRSA") or "").strip().lstrip("0") or "0", (last.findtext("DFREDRSA") or "").strip())


def _parse(raw: bytes, encoding: str, parser: etree.XMLParser) -> etree._Element:
    try:
        # ASCII, nearly always, is UTF-8 already: only the dossiers with an accent are transcoded.
        text = raw if raw.isascii() else raw.decode(encoding).encode()
        return etree.fromstring(text, parser)
    except UnicodeDecodeError as error:
        reason = (
            f"Ce dossier contient un caractère illisible (à la position {error.start + 1}) dans l'encodage annoncé."
        )
        raise InvalidDossier("encoding", reason) from None
    except etree.XMLSyntaxError as error:
        reason = f"Le texte de ce dossier est abîmé : ses balises sont mal formées (ligne {error.lineno or 1})."
        raise InvalidDossier("malformed", reason) from None
