"""The dossiers of a flow of debts or of accounts, one at a time: memory stays flat whatever their number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from emploi.exchanges.caf.blocks import words
from emploi.exchanges.caf.blocks.reading import Block, Eyes, said_value, why_hidden
from emploi.exchanges.caf.reader import claim_key
from emploi.exchanges.caf.reading.frame import ROOT, RefusedFile

FRAME = ("IdentificationFlux", "TransmissionFlux", "TotalisationAcompte")
# Who the dossier is about is in the file of beneficiaries: never kept a second time.
IDENTITIES = frozenset(
    {
        "NIR",
        "NOM",
        "NOMNAI",
        "PRENOM",
        "PRENOM2",
        "PRENOM3",
        "DTNAI",
        "NOMCOMNAI",
        "MATRICULE",
        "QUAL",
        "SEXE",
        "NOMTIE",
    }
)
RAW_MAX = 64 * 1024
DEPTH_MAX = 12
NOT_YOURS = "Ces sommes concernent aussi une personne du foyer dont la fiche ne vous est pas ouverte."
NO_CLAIM = "Ce dossier ne dit pas son numéro de demande (NUMDEMRSA)."


@dataclass(frozen=True, slots=True)
class Found:
    """One dossier of the flow, or why it is refused."""

    number: int
    claim_number: str
    content: dict[str, Any]
    raw: bytes = b""
    reason: str = ""


def dossiers(path: Path) -> Iterator[Found]:
    """Yield every dossier. Raises RefusedFile when the XML stops being readable."""
    number = 0
    depth = 0
    stream = etree.iterparse(
        str(path),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for event, element in stream:
            depth += 1 if event == "start" else -1
            if event == "start" and depth == 1 and element.tag != ROOT:
                raise RefusedFile("wrong_root", "Ce fichier n’est pas un flux de la CAF ou de la MSA.")
            if event == "start" or depth != 1 or element.tag in FRAME:
                continue
            number += 1
            yield _found(element, number)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        reason = f"Ce fichier est coupé ou mal formé (ligne {error.lineno or 1}), après {number} dossiers. "
        raise RefusedFile("truncated", f"{reason}Rien n’a été enregistré. Demandez un nouvel envoi.") from error


def shown(content: dict[str, Any], eyes: Eyes, path: str = "") -> Block:
    """A kept dossier as a block of the page « Données CAF », as these eyes may read it."""
    tag = str(content["tag"])
    here, title = f"{path}/{tag}", words.block_title(tag)
    if hidden := why_hidden(tag, eyes):
        return Block(title, note=hidden)
    if not eyes.knows_adults:
        # Identities are not kept: whose debt it is cannot be told from the spouse's.
        return Block(title, note=NOT_YOURS)
    beside = dict(content["values"])
    values = (
        said_value(f"{here}/{leaf}", leaf, raw, lambda payer: str(beside.get(payer, "")), eyes)
        for leaf, raw in content["values"]
    )
    return Block(title, tuple(values), tuple(shown(inner, eyes, here) for inner in content["blocks"]))


def _found(element: etree._Element, number: int) -> Found:
    claim = claim_key(next((leaf.text or "" for leaf in element.iter("NUMDEMRSA")), ""))
    if not claim or len(claim) > len("12345678901"):
        return Found(number, "", {}, etree.tostring(element, encoding="unicode").encode()[:RAW_MAX], NO_CLAIM)
    return Found(number, claim, _tree(element))


def _tree(element: etree._Element, depth: int = 0) -> dict[str, Any]:
    leaves = [leaf for leaf in element if not len(leaf) and leaf.tag not in IDENTITIES]
    blocks = [block for block in element if len(block)] if depth < DEPTH_MAX else []
    return {
        "tag": str(element.tag),
        "values": [[str(leaf.tag), text] for leaf in leaves if (text := (leaf.text or "").strip())],
        "blocks": [_tree(block, depth + 1) for block in blocks],
    }
