"""One dossier against the schema (household.xsd), and the refusal said in French with the place of the fault."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from emploi.exchanges.caf import codes

FILE = Path(__file__).with_name("household.xsd")
# Values that may be shown in a reason: never a name nor a number of a person.
_SHOWN = re.compile(r"^(DT|DD|DF|MT|TOP|NB|MOIS|RG|CODEPOS|HEU|ETATDOS)")
_TAG = re.compile(r"Element '([^']+)'")
_VALUE = re.compile(
    r"Element '[^']+': '(.*?)' is not a valid value of the (?:atomic|local atomic|union) type '([^']+)'"
)
_EXPECTED = re.compile(r"Expected is (?:one of )?\( (.+?) \)")
_LENGTH = re.compile(r"allowed maximum length of '(\d+)'")
_TYPES = {
    "xs:date": "une date de la forme AAAA-MM-JJ était attendue",
    "xs:time": "une heure était attendue",
    "xs:boolean": "0 ou 1 était attendu",
    "Amount": "un montant était attendu",
    "Number": "un nombre était attendu",
    "Small": "un petit nombre était attendu",
    "State": "un seul caractère était attendu",
    "ClaimNumber": "un numéro de 11 caractères au plus était attendu",
    "Name": "un nom de 1 à 32 lettres était attendu",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one dossier is not taken: a code for programs, a French reason for people, the XPath of the fault."""

    code: str
    reason: str
    xpath: str = ""


class InvalidDossier(Exception):
    """A dossier that cannot be taken as it is."""

    def __init__(self, code: str, reason: str, xpath: str = "") -> None:
        super().__init__(reason)
        self.refusal = Refusal(code, reason, xpath)


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(FILE)))


def check(dossier: etree._Element) -> None:
    """Validates one InfosFoyerRSA. Raises InvalidDossier at its first fault."""
    schema = _schema()
    if schema.validate(dossier):
        return
    fault = schema.error_log[0]  # type: ignore[index]  # the stubs forget it is a sequence
    raise InvalidDossier("schema", _in_french(fault), str(fault.path or ""))


def _in_french(fault: Any) -> str:
    found = _TAG.search(fault.message)
    tag = found.group(1) if found else ""
    for explain in (_misplaced, _wrong_value, _too_long):
        sentence = explain(fault.message, tag)
        if sentence:
            return sentence
    return f"{_capital(codes.field_name(tag))} n'a pas la forme prévue par la CAF."


def _misplaced(message: str, tag: str) -> str:
    expected = _EXPECTED.search(message)
    wanted = [name.strip() for name in expected.group(1).split(",")] if expected else []
    if "Missing child element" in message:
        missing = codes.field_name(wanted[0]) if wanted else "une information"
        return f"Il manque {missing} dans {codes.field_name(tag)}."
    if "This element is not expected" in message:
        if not wanted:
            return f"La balise {tag} ne devrait pas se trouver là : elle est en trop."
        return f"La balise {tag} ne devrait pas se trouver là : il manque sans doute {codes.field_name(wanted[0])}."
    if "is not allowed" in message:
        return f"{_capital(codes.field_name(tag))} contient un attribut ou un texte qui n'est pas prévu."
    return ""


def _wrong_value(message: str, tag: str) -> str:
    found = _VALUE.search(message)
    if found is None:
        return ""
    value, kind = found.groups()
    expected = _TYPES.get(kind)
    if expected is None and kind.startswith("T") and kind[1:].isdecimal():
        expected = f"un texte de {kind[1:]} caractères au plus était attendu"
    shown = f" contient « {value[:40]} »" if _SHOWN.match(tag) else " n'est pas lisible"
    return f"{_capital(codes.field_name(tag))}{shown} : {expected or 'une autre valeur était attendue'}."


def _too_long(message: str, tag: str) -> str:
    limit = _LENGTH.search(message)
    if limit:
        return f"{_capital(codes.field_name(tag))} est trop long : {limit.group(1)} caractères au plus."
    if "minimum length" in message:
        return f"{_capital(codes.field_name(tag))} est vide."
    if "fraction digits" in message or "digits" in message:
        return f"{_capital(codes.field_name(tag))} contient un nombre trop long."
    return ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
