"""One cell to one value: telephones that lost their zero, NIR, roles, civilities, several e-mails in one cell."""

from __future__ import annotations

import re
from collections.abc import Mapping

import phonenumbers

from emploi.pathway.beneficiaries.identifiers import (
    NirCheck,
    check_nir,
    looks_like_email,
    normalise_name,
    phone_kind,
)

DANGEROUS = ("=", "+", "-", "@", "|", "%")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None) | {0xA0: " ", 0x202F: " "}
_SHEET_ERRORS = frozenset({"#N/A", "#REF!", "#VALEUR!", "#VALUE!", "#NOM?", "#NAME?", "#DIV/0!", "#NUL!", "#NULL!",
                           "#NUM!", "#NOMBRE!", "#DATA!"})  # fmt: skip
_EXPONENT = re.compile(r"\d+[.,]?\d*E\+?\d+", re.IGNORECASE)
_PHONE_CUT = re.compile(r"[/;,|\n]|\bou\b|\bet\b", re.IGNORECASE)
_EMAIL_CUT = re.compile(r"[\s;,/|<>()\[\]]+|\bmailto:", re.IGNORECASE)
_OVERSEAS = {"0690": "GP", "0691": "GP", "0692": "RE", "0693": "RE", "0694": "GF", "0696": "MQ", "0697": "MQ"}
# A French number as nearly every list writes it; those of overseas are left to the library, which knows their country.
_FRENCH = re.compile(r"0[1-9]\d{8}")
# A French number without its first zero.
_LOST_ZERO = 9
_CAF_LENGTH, _CLAIM_LENGTH, _NUMBER_MAX = 7, 11, 15

ROLES = {
    **dict.fromkeys(("dem", "demandeur", "demandeuse", "demandeur rsa", "usager", "allocataire", "beneficiaire",
                     "responsable", "responsable dossier", "responsable du dossier", "rdo", "titulaire", "d"), "DEM"),
    **dict.fromkeys(("cjt", "conjoint", "conjointe", "conjoint e", "concubin", "concubine", "concubin e", "epoux",
                     "epouse", "partenaire", "pacs", "pacse", "pacsee", "c"), "CJT"),
    **dict.fromkeys(("enf", "enfant", "enfants", "enfant a charge"), "ENF"),
    **dict.fromkeys(("aut", "autre", "autre personne", "autre personne a charge"), "AUT"),
}  # fmt: skip
TITLES = {
    **dict.fromkeys(("m", "mr", "monsieur", "h", "homme", "mister", "masculin"), "MR"),
    **dict.fromkeys(("mme", "madame", "mlle", "melle", "mademoiselle", "f", "femme", "feminin", "mrs"), "MME"),
}
SEXES = {**dict.fromkeys(("m", "h", "homme", "masculin", "1", "monsieur", "mr"), "1"),
         **dict.fromkeys(("f", "femme", "feminin", "2", "madame", "mme"), "2")}  # fmt: skip
YES_NO = {
    **dict.fromkeys(("oui", "o", "x", "1", "vrai", "true", "yes", "y", "sdd"), True),
    **dict.fromkeys(("non", "n", "0", "faux", "false", "no"), False),
}
PAYERS = {"caf": "CAF", "msa": "MSA"}


class Wrong(Exception):
    """A cell that cannot be taken; `reason` follows « <champ> : « texte » » in a sentence."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def clean(text: str) -> str:
    """A cell without what nobody sees, nor the apostrophe that keeps a spreadsheet from running it."""
    text = (text if text.isascii() else text.translate(_INVISIBLE)).strip()
    if text.startswith("'") and text[1:].lstrip().startswith((*DANGEROUS, *"0123456789")):
        text = text[1:].strip()
    return text


def check_cell(text: str) -> None:
    """Refuse an error of the spreadsheet, a formula, or a number the spreadsheet has rounded away."""
    if text.upper() in _SHEET_ERRORS:
        raise Wrong("sheet_error", "est une erreur du tableur")
    if text.startswith(("=", "@")):
        raise Wrong("formula", "est une formule, pas une valeur")


def integer_text(text: str) -> str:
    """A number stored as a float or with spaces, as the figures people read: « 612345678.0 » → « 612345678 »."""
    text = "".join(text.split())
    if _EXPONENT.fullmatch(text):
        raise Wrong("spoilt_number", "a été abîmé par un tableur (forme 1,23E+14) : reprenez le numéro d’origine")
    whole, _, rest = text.replace(",", ".").partition(".")
    return whole if whole.isdigit() and rest and not rest.strip("0") else text


def chosen(text: str, choices: Mapping[str, object], examples: str) -> object:
    """The value of a closed list, by any of its spellings."""
    key = normalise_name(text)
    if key not in choices:
        raise Wrong("unknown_word", f"n’est pas connu (attendu : {examples})")
    return choices[key]


def name(text: str) -> str:
    """A name as people write it, spaces reduced."""
    text = " ".join(text.split())
    if any(letter.isdigit() for letter in text):
        raise Wrong("digits_in_name", "contient un chiffre")
    if len(text) > 80:
        raise Wrong("too_long", "est trop long (80 caractères au plus)")
    if not normalise_name(text):
        raise Wrong("no_letter", "ne contient aucune lettre")
    return text


def short(text: str, most: int) -> str:
    """A free text within its length."""
    text = " ".join(text.split())
    if len(text) > most:
        raise Wrong("too_long", f"est trop long ({most} caractères au plus)")
    return text


def nir(text: str) -> NirCheck:
    """A NIR with or without its key, whatever its spaces; one that cannot be is refused, saying why."""
    digits = integer_text(text)
    if len(digits) == _NUMBER_MAX and digits.endswith("00"):
        digits = digits[:-2]  # 00 is never a key: two places filled with zeros
    found = check_nir(digits)
    reasons = {
        "length": "doit avoir 13 caractères, ou 15 avec la clé",
        "characters": "contient un caractère impossible (13 chiffres, A ou B pour la Corse, puis la clé)",
        "key": "a une clé (les deux derniers chiffres) qui ne correspond pas : vérifiez chaque chiffre",
    }
    if found.reason in reasons:
        raise Wrong(f"nir_{found.reason}", reasons[found.reason])
    return found


def payer_number(text: str, payer: str) -> tuple[str, str]:
    """The payer and the number: seven figures at the CAF, its zeros given back; a NIR at the MSA."""
    number = integer_text(text).upper().replace(".", "").replace("-", "")
    if number.isdigit() and len(number) <= _CAF_LENGTH and payer != "MSA":
        return payer or "CAF", number.zfill(_CAF_LENGTH)
    padded = number.isdigit() and not number[_CAF_LENGTH:].strip("0")
    if padded and payer != "MSA":
        return payer or "CAF", number[:_CAF_LENGTH]
    as_nir = check_nir(number)
    if as_nir.nir13 and payer != "CAF":
        return "MSA", as_nir.nir13
    if not number.isalnum() or len(number) > _NUMBER_MAX:
        raise Wrong("payer_number", "n’est pas un numéro allocataire (7 chiffres à la CAF, un NIR à la MSA)")
    return payer, number


def claim_number(text: str) -> str:
    """A number of RSA claim, its zeros given back."""
    number = integer_text(text).upper()
    if not number.isalnum() or len(number) > _CLAIM_LENGTH:
        raise Wrong("claim_number", "n’est pas un numéro de demande RSA (11 chiffres)")
    return number.zfill(_CLAIM_LENGTH) if number.isdigit() else number


def postal_code(text: str) -> str:
    """Five figures, the first zero given back; a foreign one is kept as it is."""
    code = integer_text(text)
    return code.zfill(5) if code.isdigit() and len(code) == 4 else code[:10]


def phones(text: str) -> tuple[list[str], list[str]]:
    """The telephones of a cell in E.164, mobiles first, and the pieces that are none."""
    found: list[str] = []
    wrong: list[str] = []
    for piece in filter(None, (part.strip(" .:") for part in _PHONE_CUT.split(text))):
        number = _phone(piece)
        (found if number else wrong).append(number or piece)
    return sorted(dict.fromkeys(found), key=lambda number: phone_kind(number) != "mobile"), wrong


def emails(text: str) -> tuple[list[str], list[str]]:
    """The e-mail addresses of a cell, in small letters, and the pieces that are none."""
    pieces = [piece.strip(".:'\"").lower() for piece in _EMAIL_CUT.split(text)]
    pieces = [piece for piece in pieces if piece and piece not in ("ou", "et", "-")]
    found = [piece for piece in pieces if looks_like_email(piece) and len(piece) <= 120]
    return list(dict.fromkeys(found)), [piece for piece in pieces if piece not in found]


def _phone(text: str) -> str:
    try:
        digits = re.sub(r"[^\d+]", "", integer_text(text).replace("(0)", ""))
    except Wrong:
        return ""
    if len(digits) == _LOST_ZERO and digits[0] not in "0+":
        digits = f"0{digits}"
    if digits.startswith("33") and len(digits) == _LOST_ZERO + 2:
        digits = f"+{digits}"
    if _FRENCH.fullmatch(digits) and digits[:4] not in _OVERSEAS:
        return f"+33{digits[1:]}"
    try:
        number = phonenumbers.parse(digits, _OVERSEAS.get(digits[:4], "FR"))
    except phonenumbers.NumberParseException:
        return ""
    french = number.country_code == phonenumbers.country_code_for_region("FR")
    if not phonenumbers.is_possible_number(number) or (french and len(str(number.national_number)) != _LOST_ZERO):
        return ""
    # Ranges kept for films and demonstrations are possible numbers, not valid ones: they are taken.
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
