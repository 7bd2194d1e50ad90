"""The code lists of the CAF and MSA files, with French labels: a code missing here is reported, never refused."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("codes.toml")


@cache
def lists() -> dict[str, dict[str, str]]:
    """Every list by the tag that carries its codes."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


# The Département's own wordings by (tag, code), told by the database where there is one (labels.py).
_local: Callable[[], Mapping[tuple[str, str], str]] = dict


def use_local(provider: Callable[[], Mapping[tuple[str, str], str]]) -> None:
    """Says where the Département's own wordings are; a process without a database has none."""
    global _local  # set once, when the application starts
    _local = provider


def is_known(tag: str, code: str) -> bool:
    """Whether a code belongs to its list or was named here; tags without a list accept everything."""
    known = lists().get(tag)
    return known is None or code in known or (tag, code) in _local()


def shipped(tag: str, code: str) -> str:
    """The label the product ships, empty for a code it does not know."""
    return lists().get(tag, {}).get(code, "")


def label(tag: str, code: str) -> str:
    """The French label of a code: the Département's own, else the shipped one, else the code itself."""
    return _local().get((tag, code)) or shipped(tag, code) or code


# What a reason of refusal calls a tag; a tag missing here is named by itself.
FIELDS = {
    "InfosFoyerRSA": "le dossier",
    "IdentificationRSA": "l'identification du dossier",
    "DonneesAdministratives": "la situation familiale et les adresses",
    "PrestationRSA": "le droit au RSA",
    "Personne": "la personne",
    "Identification": "l'identité de la personne",
    "Prestations": "le rôle de la personne",
    "SituationFamille": "la situation familiale",
    "Adresse": "l'adresse",
    "MATRICULE": "le numéro allocataire",
    "NUMDEMRSA": "le numéro de demande RSA",
    "DTDEMRSA": "la date de la demande",
    "DTORIDEMRSA": "la date d'origine du droit",
    "IDEPARTE": "le numéro du Département",
    "NUMORG": "le numéro de la caisse",
    "NOM": "le nom",
    "NOMNAI": "le nom de naissance",
    "PRENOM": "le prénom",
    "DTNAI": "la date de naissance",
    "NIR": "le numéro de sécurité sociale",
    "SEXE": "le sexe",
    "ROLEPERS": "le rôle de la personne",
    "ETATDOSRSA": "l'état du dossier",
    "TOPPERSDRODEVORSA": "l'indication droits et devoirs",
    "MTTOTDRORSA": "le montant du RSA",
    "NUMCOM": "le code de la commune",
    "CODEPOS": "le code postal",
    "DTCREAFLUX": "la date de création du fichier",
    "DTREF": "la date de référence du fichier",
}


def field_name(tag: str) -> str:
    """What a French sentence calls a tag, with the tag itself for the CAF's technicians."""
    name = FIELDS.get(tag)
    return f"{name} ({tag})" if name else f"la balise {tag}"
