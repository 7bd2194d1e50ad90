"""A dossier laid out in sections: pure, from its XML, for one pair of eyes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from emploi.exchanges.caf.blocks import words
from emploi.exchanges.caf.reading.frame import safe_parser

PERSONAL = {
    "resources": ("Ressources",),
    "activities": ("Activite",),
    "others": (
        "PensionAlimentaire",
        "Grossesse",
        "InformationsAgricoles",
        "AvisPCGPersonne",
        "AvisCGSSDOMPersonne",
    ),
}
_SECTIONS = (
    ("dossier", "Dossier"),
    ("right", "Droit"),
    ("sums", "Calcul"),
    ("people", "Personnes"),
    ("resources", "Ressources"),
    ("activities", "Activités"),
    ("others", "Autres informations des personnes"),
    ("family", "Situation de famille"),
    ("addresses", "Adresses"),
    ("controls", "Contrôles"),
    ("events", "Événements"),
    ("anomalies", "Anomalies"),
)
# What tells one repeated block from its brothers, so that a version is compared with the former block by block.
_KEYS = {
    *("NATPREST", "TYPEPAR", "MOISRESS", "NATRESS", "ACT", "DDACT", "NATPF", "SOUSNATPF", "DDNATDRO", "RGADR"),
    *("DTLIQ", "HEULIQ", "FG", "MOTISUSDRORSA", "MOTISUSVERSRSA", "DDREDRSA", "CIBCONTRO", "DTEFFCIBCONTRO"),
    *("TYPEDERO", "DDAVISDERO", "DDASF", "DDCREALIM", "MOTICONDADMRSA", "LIBANO"),
    *("NATCRE", "RGCRE", "NATPFCRE", "TYPEOPECOMPTA", "DTIMPLCRE"),
}
_NUMBERS = {"NIR": None, "MATRICULE": "FONORG", "MATRICULEORGCEDMUT": "FONORGCEDMUT"}


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a Personne is, enough to be recognised among the household's people."""

    role: str
    first_name: str
    last_name: str
    birth_name: str
    born: str
    nir: str

    @property
    def name(self) -> str:
        """First name then name in use."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Eyes:
    """What the reader may see."""

    sees_nir: bool
    sees_health: bool
    sees_addresses: bool
    knows: Callable[[Identity], bool]  # whether the personal blocks of that person may be shown
    knows_adults: bool  # whether the page of every adult of the household may be opened

    @property
    def sees_all(self) -> bool:
        """Whether nothing of a dossier is hidden from them: the text received may then be given as it is."""
        return self.sees_nir and self.sees_health and self.sees_addresses and self.knows_adults


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a block; `mark` is "new" or "changed" against the former version, `before` what it was."""

    path: str
    label: str
    tag: str
    text: str
    code: str = ""
    is_unknown: bool = False
    mark: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Values and blocks under one title."""

    title: str
    values: tuple[Value, ...] = ()
    blocks: tuple[Block, ...] = ()
    note: str = ""

    def all_values(self) -> Iterator[tuple[str, Value]]:
        """Every value, with the title of the block it stands in."""
        yield from ((self.title, value) for value in self.values)
        for block in self.blocks:
            yield from block.all_values()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page."""

    slug: str
    title: str
    blocks: tuple[Block, ...]
    note: str = ""

    def all_values(self) -> Iterator[tuple[str, Value]]:
        """Every value of the section."""
        for block in self.blocks:
            yield from block.all_values()

    @property
    def changes(self) -> int:
        """How many of its values differ from the former version."""
        return sum(1 for _, value in self.all_values() if value.mark)


@dataclass(slots=True)
class _Sorted:
    found: dict[str, list[Block]] = field(default_factory=lambda: {slug: [] for slug, _ in _SECTIONS})
    notes: dict[str, str] = field(default_factory=dict)


def parsed(raw: bytes, encoding: str) -> etree._Element:
    """The element of a dossier, entities and network off."""
    return etree.fromstring(raw.decode(encoding, "replace").encode(), safe_parser())


def identities(dossier: etree._Element) -> list[Identity]:
    """Who is in the dossier."""
    return [_identity(person) for person in dossier.iterchildren("Personne")]


def laid_out(dossier: etree._Element, eyes: Eyes) -> list[Section]:
    """The sections of a dossier, the empty ones left out."""
    kept = _Sorted()
    for block, path in _numbered(dossier):
        if block.tag == "IdentificationRSA":
            kept.found["dossier"] += [_block(part, f"{path}/{part.tag}", eyes) for part in block]
        elif block.tag == "Personne":
            _sort_person(block, path, eyes, kept)
        elif block.tag == "DonneesAdministratives":
            _sort_family(block, path, eyes, kept)
        elif block.tag == "PrestationRSA":
            _sort_right(block, path, eyes, kept)
        else:
            slug = {"Evenement": "events", "Anomalie": "anomalies"}.get(str(block.tag), "controls")
            parts = _numbered(block) if block.tag == "Controle" else [(block, path)]
            kept.found[slug] += [_block(part, part_path, eyes) for part, part_path in parts]
    return [
        Section(slug, title, tuple(kept.found[slug]), kept.notes.get(slug, ""))
        for slug, title in _SECTIONS
        if kept.found[slug] or slug in kept.notes
    ]


def _sort_person(person: etree._Element, path: str, eyes: Eyes, kept: _Sorted) -> None:
    who = _identity(person)
    role = words.said("ROLEPERS", who.role).text or "rôle non dit"
    title = f"{who.name} ({role.lower()})"
    is_adult = who.role != "ENF"
    if is_adult and not eyes.knows(who):
        note = "Ses informations personnelles se lisent sur sa propre fiche, par qui peut l’ouvrir."
        kept.found["people"].append(Block(title, note=note))
        return
    personal = {tag: slug for slug, tags in PERSONAL.items() for tag in tags}
    parts: dict[str, list[Block]] = {slug: [] for slug in ("people", *PERSONAL)}
    for part, part_path in _numbered(person, path):
        slug = personal.get(str(part.tag), "people")
        if hidden := why_hidden(str(part.tag), eyes):
            kept.notes["others"] = hidden
            continue
        parts[slug].append(_block(part, part_path, eyes))
    for slug, blocks in parts.items():
        if blocks:
            kept.found[slug].append(Block(title, blocks=tuple(blocks)))


def _sort_family(block: etree._Element, path: str, eyes: Eyes, kept: _Sorted) -> None:
    for part, part_path in _numbered(block, path):
        if part.tag != "Adresse":
            kept.found["family"].append(_block(part, part_path, eyes))
        elif eyes.sees_addresses:
            rank = words.said("RGADR", part.findtext("TroncCommunAdresse/RGADR") or "").text
            shown = _block(part, part_path, eyes)
            kept.found["addresses"].append(replace(shown, title=rank or shown.title))
        else:
            kept.notes["addresses"] = words.HIDDEN_ADDRESS


def _sort_right(block: etree._Element, path: str, eyes: Eyes, kept: _Sorted) -> None:
    sums = ("MontantsCalculDroitRSA", "DetailCalculDroitRSA")
    for half, half_path in _numbered(block, path):
        for part, part_path in _numbered(half, half_path):
            slug = "sums" if part.tag in sums else "right"
            kept.found[slug].append(_block(part, part_path, eyes))


def _block(element: etree._Element, path: str, eyes: Eyes) -> Block:
    values: list[Value] = []
    blocks: list[Block] = []
    if hidden := why_hidden(str(element.tag), eyes):
        return Block(words.block_title(str(element.tag)), note=hidden)
    if not len(element):
        values.append(_value(element, path, eyes))
    for part, part_path in _numbered(element, path):
        if len(part):
            blocks.append(_block(part, part_path, eyes))
        elif (part.text or "").strip():
            values.append(_value(part, part_path, eyes))
    return Block(words.block_title(str(element.tag)), tuple(values), tuple(blocks))


def why_hidden(tag: str, eyes: Eyes) -> str:
    """The sentence that stands for a block these eyes may not read, empty when they may."""
    if words.is_health_block(tag) and not eyes.sees_health:
        return words.HEALTH
    return words.HIDDEN_ADDRESS if words.is_address(tag) and not eyes.sees_addresses else ""


def said_value(path: str, tag: str, raw: str, payer_of: Callable[[str], str], eyes: Eyes) -> Value:
    """A value as these eyes may read it; `payer_of` gives the payer written beside a number."""
    label = words.field_label(tag)
    if _is_secret_number(tag, payer_of) and not eyes.sees_nir:
        return Value(path, label, tag, f"{words.HIDDEN} (réservé à qui peut voir ce numéro)")
    if words.is_health(tag, " ".join(raw.split())) and not eyes.sees_health:
        return Value(path, label, tag, f"{words.HIDDEN} (touche à la santé)")
    if words.is_address(tag) and not eyes.sees_addresses:
        return Value(path, label, tag, f"{words.HIDDEN} (adresse confidentielle)")
    said = words.said(tag, raw)
    return Value(path, label, tag, said.text, said.code, said.is_unknown)


def _value(leaf: etree._Element, path: str, eyes: Eyes) -> Value:
    def payer_of(tag: str) -> str:
        parent = leaf.getparent()
        return "" if parent is None else parent.findtext(tag) or ""

    return said_value(path, str(leaf.tag), leaf.text or "", payer_of, eyes)


def _is_secret_number(tag: str, payer_of: Callable[[str], str]) -> bool:
    """The NIR wherever it stands: the MSA uses it as an allocataire's number."""
    if tag not in _NUMBERS:
        return False
    payer = _NUMBERS[tag]
    return payer is None or payer_of(payer).strip() != "CAF"


def _numbered(parent: etree._Element, path: str = "") -> Iterable[tuple[etree._Element, str]]:
    """Each child with a path that stays the same from one version to the next."""
    seen: Counter[str] = Counter()
    repeated = Counter(str(child.tag) for child in parent)
    for child in parent:
        step = str(child.tag)
        if step == "Personne":
            who = _identity(child)
            step = f"Personne[{who.first_name}|{who.born}]"
        elif repeated[step] > 1:
            keys = [(leaf.text or "").strip() for leaf in child.iter(etree.Element) if leaf.tag in _KEYS]
            step = f"{step}[{'|'.join(keys)}]"
        seen[step] += 1
        yield child, f"{path}/{step}#{seen[step]}" if seen[step] > 1 else f"{path}/{step}"


def _identity(person: etree._Element) -> Identity:
    def text(where: str) -> str:
        return " ".join((person.findtext(f"Identification/{where}") or "").split())

    roles = {b.findtext("NATPREST", "").strip(): b.findtext("ROLEPERS", "").strip() for b in person.iter("Prestations")}
    return Identity(roles.get("RSA", ""), text("PRENOM"), text("NOM"), text("NOMNAI"), text("DTNAI"), text("NIR"))
