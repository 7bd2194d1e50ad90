"""The CNAF contact file (caf-flows.md §2.6): lines of text to facts, whatever the delimiter, encoding or lost zeros."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

import phonenumbers

from emploi.exchanges.caf.mapping import payer_number
from emploi.exchanges.caf.reader import claim_key
from emploi.exchanges.caf.reading.frame import RefusedFile
from emploi.exchanges.caf.reading.nir import LENGTH, WITH_KEY, read_nir
from emploi.pathway.beneficiaries.facts import ContactFacts

DELIMITERS = ";,\t|"
START = 64 * 1024
LINE_MAX = 100_000
# A French number without its first zero.
LOST_ZERO = 9
ROLES = {"DEMANDEUR": "DEM", "DEM": "DEM", "CONJOINT": "CJT", "CJT": "CJT", "ENFANT": "ENF", "AUTRE": "AUT"}
# Field of ours → the headings that mean it, compared in capitals without accents nor punctuation.
HEADINGS = {
    "matricule": ("MATRICULE", "NUMERO ALLOCATAIRE", "NUM ALLOCATAIRE"),
    "role": ("ROLE PERSONNE", "ROLE"),
    "nir": ("NIR", "NUMERO SECURITE SOCIALE", "NUMERO DE SECURITE SOCIALE"),
    "claim": ("NUMERO DEMANDE RSA", "NUMDEMRSA"),
    "duties": ("DATE DEBUT DROITS DEVOIRS",),
    "claimed": ("DATE DEMANDE RSA", "DATE DE DEMANDE RSA"),
    "phone": ("NUMERO TELEPHONE DOSSIER", "TELEPHONE", "NUMERO TELEPHONE"),
    "phone2": ("NUMERO TELEPHONE 2 DOSSIER", "TELEPHONE 2", "NUMERO TELEPHONE 2"),
    "email": ("ADRESSE ELECTRONIQUE DOSSIER", "ADRESSE ELECTRONIQUE", "EMAIL", "COURRIEL"),
}
_NOT_A_WORD = re.compile(r"[^A-Z0-9]+")
_EMAIL = re.compile(r"[^\s@;,<>()\[\]]+@[^\s@;,<>()\[\]]+\.[A-Za-z]{2,}")
_FRENCH_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:\s.*)?")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T\s].*)?")
_SPOILT_NUMBER = re.compile(r"\d+[.,]\d*E\+?\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One line read: its facts, or the reason it is refused; `raw` is the line as received."""

    number: int
    key: str
    raw: str  # with the heading of its file, so that it can be read again alone
    facts: ContactFacts | None
    code: str = ""
    reason: str = ""


def read_contacts(path: Path) -> Iterator[ContactLine]:
    """Yields each line after the heading. Raises RefusedFile, at the first one, when it is not a contact file."""
    with path.open("rb") as stream:
        start = stream.read(START)
    encoding = _encoding(start, path)
    delimiter = _delimiter(start.decode(encoding, "replace"))
    with path.open(encoding=encoding, newline="") as text:
        rows = _rows(text, delimiter)
        heading = next(rows, None)
        columns = _columns(heading or [])
        for number, row in enumerate(rows, start=1):
            if any(cell.strip() for cell in row):
                yield _line(number, row, columns, heading or [])


def looks_like_contacts(start: bytes) -> bool:
    """Whether the first bytes of a file are the heading of a contact file."""
    text = _without_accents(start[:2000].decode("latin-1").splitlines()[0] if start.strip() else "")
    return "MATRICULE" in text.upper() and any(delimiter in text for delimiter in DELIMITERS)


def phone(text: str) -> str:
    """A telephone in E.164 (« 698943255 » is « +33698943255 »), empty when it cannot be one."""
    digits = re.sub(r"[^\d+]", "", text.strip().removesuffix(".0"))
    if len(digits) == LOST_ZERO and digits[0] != "0":
        digits = f"0{digits}"  # a spreadsheet ate the zero
    try:
        number = phonenumbers.parse(digits, "FR")
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if _is_plausible(number) else ""


def french_date(text: str) -> date | None:
    """A day written day/month/year or year-month-day; never swapped, None when it does not exist."""
    text = text.strip()
    french, iso = _FRENCH_DATE.fullmatch(text), _ISO_DATE.fullmatch(text)
    if french:
        day, month, year = (int(part) for part in french.groups())
    elif iso:
        year, month, day = (int(part) for part in iso.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _rows(text: IO[str], delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader((line.replace("\0", "") for line in text), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error as error:
        raise RefusedFile("bad_csv", f"Ce fichier n'est pas lisible à partir de la ligne {reader.line_num}.") from error


def _encoding(start: bytes, path: Path) -> str:
    if not start.strip():
        raise RefusedFile("empty", "Ce fichier est vide.")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        with path.open(encoding="utf-8") as text:
            while text.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "cp1252" if not _undefined_in_cp1252(path) else "latin-1"
    return "utf-8-sig"


def _undefined_in_cp1252(path: Path) -> bool:
    try:
        with path.open(encoding="cp1252") as text:
            while text.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return True
    return False


def _delimiter(start: str) -> str:
    heading = start.splitlines()[0] if start.splitlines() else ""
    best = max(DELIMITERS, key=heading.count)
    if not heading.count(best):
        raise RefusedFile(
            "not_contacts", "Ce fichier n'est pas un fichier de contacts : ses colonnes sont introuvables."
        )
    return best


def _columns(heading: list[str]) -> dict[str, int]:
    wanted = {name: field for field, names in HEADINGS.items() for name in names}
    found: dict[str, int] = {}
    for position, title in enumerate(heading):
        field = wanted.get(_plain(title))
        if field and field not in found:
            found[field] = position
    if not ({"nir", "matricule", "claim"} & set(found)) or not ({"phone", "phone2", "email"} & set(found)):
        raise RefusedFile(
            "not_contacts",
            "Ce fichier n'est pas un fichier de contacts de la CAF : il y faut au moins une colonne MATRICULE ou NIR, "
            "et une colonne de téléphone ou d'adresse électronique.",
        )
    return found


def _line(number: int, row: list[str], columns: dict[str, int], heading: list[str]) -> ContactLine:
    def cell(field: str) -> str:
        position = columns.get(field, -1)
        return row[position].strip().lstrip("'") if 0 <= position < len(row) else ""

    raw = _joined(heading, row)
    key = cell("claim") or cell("matricule")
    if len(raw) > LINE_MAX:
        return ContactLine(number, key[:20], raw[:LINE_MAX], None, "too_long", "Cette ligne est démesurément longue.")
    numbers = (cell("matricule"), cell("nir"), cell("claim"))
    if not any(numbers):
        return ContactLine(number, key, raw, None, "nobody", "Cette ligne ne dit pas de qui il s'agit.")
    if any(_SPOILT_NUMBER.fullmatch(value) for value in numbers):
        reason = "Un tableur a abîmé un numéro (forme 1,23E+14) : ouvrez le fichier d'origine sans l'enregistrer."
        return ContactLine(number, key, raw, None, "spoilt_number", reason)
    nir, _ = read_nir(_spoken(cell("nir")))
    phones = tuple(dict.fromkeys(filter(None, (phone(cell("phone")), phone(cell("phone2"))))))
    facts = ContactFacts(
        payer_number=_payer_number(cell("matricule")),
        role=ROLES.get(_plain(cell("role")), "DEM"),
        nir13=nir,
        claim_number=claim_key(cell("claim")) if cell("claim") else "",
        phones=tuple(sorted(phones, key=lambda value: not _is_mobile(value))),
        email=_email(cell("email")),
        duties_since_on=french_date(cell("duties")),
        claimed_on=french_date(cell("claimed")),
    )
    return ContactLine(number, key, raw, facts)


def _payer_number(text: str) -> str:
    number = _spoken(text)
    if not number.isdecimal():
        return read_nir(number)[0] or number.upper()
    # Thirteen digits, or fifteen that do not end like a padded CAF number, are a NIR: the MSA's way.
    is_nir = len(number) == LENGTH or (len(number) == WITH_KEY and not number.endswith("00000000"))
    return payer_number("MSA" if is_nir else "CAF", number)


def _email(text: str) -> str:
    found = _EMAIL.search(text)
    return found.group(0).strip(".").lower() if found else ""


def _is_plausible(number: phonenumbers.PhoneNumber) -> bool:
    # Fictitious ranges kept for films and demonstrations are « possible » numbers, not « valid » ones.
    return phonenumbers.is_possible_number(number)


def _is_mobile(number: str) -> bool:
    return number.startswith(("+336", "+337"))


def _spoken(text: str) -> str:
    return "".join(text.split()).removesuffix(".0").replace(".", "")


def _plain(text: str) -> str:
    return _NOT_A_WORD.sub(" ", _without_accents(text).upper()).strip()


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _joined(heading: list[str], row: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\n").writerows((heading, row))
    return buffer.getvalue()
