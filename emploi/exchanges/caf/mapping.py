"""From one valid dossier (an XML element) to the facts our tables understand: pure, no guess, no lookup."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

from emploi.exchanges.caf import codes
from emploi.exchanges.caf.reader import claim_key
from emploi.exchanges.caf.reading.nir import read_nir
from emploi.exchanges.caf.schema import InvalidDossier
from emploi.pathway.beneficiaries.facts import AddressFacts, HouseholdFacts, MemberFacts

Fields = dict[str, str]
ROLES = ("DEM", "CJT", "ENF", "AUT")
# Which block and which tag give the motive of each state (caf-flows.md §2.5).
MOTIVES = {
    "1": ("Refus", "MOTIREFURSA", "DTREFURSA"),
    "3": ("SuspensionDroit", "MOTISUSDRORSA", "DDSUSDRORSA"),
    "4": ("SuspensionVersement", "MOTISUSVERSRSA", "DDSUSVERSRSA"),
    "5": ("FinDroit", "MOTICLORSA", "DTCLORSA"),
    "6": ("FinDroitMoisAnterieur", "MOTICLORSA", "DTCLORSA"),
}
ENDED = ("5", "6")
_TRUE = ("1", "true")
_NO_FIELDS: Fields = {}


def household(dossier: etree._Element, content_hash: str, department: str = "") -> tuple[HouseholdFacts, int]:
    """Maps one dossier already validated by the schema; tells how many of its NIR are wrong.

    Raises InvalidDossier when a value has no meaning, or when the dossier is not for `department` (empty: any).
    """
    blocks = {block.tag: block for block in dossier}
    claim = {block.tag: _fields(block) for block in blocks["IdentificationRSA"]}
    _check_department(_text(claim["Partenaire"], "IDEPARTE"), department)
    organism, asked = claim["Organisme"], claim["DemandeRSA"]
    situation, detail = blocks["PrestationRSA"]
    family, *addresses = blocks["DonneesAdministratives"]
    common = _fields(detail[0])
    people = [_Person(node) for node in dossier.iterchildren("Personne")]
    state = _text(_fields(situation[0]), "ETATDOSRSA")
    facts = HouseholdFacts(
        claim_number=claim_key(asked["NUMDEMRSA"]),
        payer=_text(organism, "FONORG"),
        payer_organism=_text(organism, "NUMORG"),
        payer_number=payer_number(_text(organism, "FONORG"), _text(organism, "MATRICULE")),
        claimed_on=_date(asked, "DTDEMRSA"),
        right_origin_on=_date(common, "DTORIDEMRSA") or _first_benefit(detail),
        state=state,
        motive=_motive(situation, state),
        amount=_amount(detail),
        homeless=_flag(common, "TOPSANSDOMFIXE") is True,
        dependants=_number(common, "NBENFAUTCHA") or 0,
        family_situation=_text(_fields(family), "SITFAM"),
        previous_claim_number=_previous_claim(people),
        transfer_in_on=_date(claim.get("OrganismeCedant", _NO_FIELDS), "DDARRMUT"),
        transfer_out_on=_date(claim.get("OrganismePrenant", _NO_FIELDS), "DDDEPAMUT"),
        content_hash=content_hash,
        members=tuple(_once(person.facts() for person in people)),
        addresses=tuple(_address(node) for node in addresses),
        ended_on=_ended_on(situation, state, claim),
    )
    return facts, sum(person.has_wrong_nir for person in people)


def _check_department(addressed: str, department: str) -> None:
    if department and addressed.zfill(3) != department:
        reason = f"Ce dossier est adressé au Département « {addressed} », pas au vôtre (« {department} »)."
        raise InvalidDossier("other_department", reason, "/InfosFoyerRSA/IdentificationRSA/Partenaire/IDEPARTE")


def payer_number(payer: str, matricule: str) -> str:
    """MATRICULE: the first 7 of 15 digits for the CAF, the NIR for the MSA, leading zeros given back."""
    if payer == "MSA":
        return read_nir(matricule)[0]
    return matricule.zfill(7) if len(matricule) <= len("1234567") else matricule.zfill(15)[:7]


class _Person:
    """The blocks of one Personne that the facts are made of."""

    __slots__ = ("dossier", "has_wrong_nir", "identity", "jobcentre", "right", "role")

    def __init__(self, node: etree._Element) -> None:
        self.identity = self.dossier = self.right = self.jobcentre = _NO_FIELDS
        self.role = ""
        self.has_wrong_nir = False
        for block in node:
            tag = block.tag
            if tag == "Identification":
                self.identity = _fields(block)
            elif tag == "DossierCAF":
                self.dossier = _fields(block)
            elif tag == "Prestations":
                benefit = _fields(block)
                if _text(benefit, "NATPREST") == "RSA":
                    self.role = _text(benefit, "ROLEPERS")
            elif tag == "MontantCalculDroitRSAPersonne":
                self.right = _fields(block)
            elif tag == "DossierPoleEmploi":
                self.jobcentre = _fields(block)

    def facts(self) -> MemberFacts:
        """The person as our tables understand it."""
        identity = self.identity
        last_name = _text(identity, "NOM")
        given = _text(identity, "NIR")
        nir13, certain = read_nir(given)
        self.has_wrong_nir = bool(given) and not nir13
        return MemberFacts(
            # A role the CAF may invent, or none at all in the RSA, makes the person neither adult nor child of ours.
            role=self.role if self.role in ROLES else "AUT",
            title=_text(identity, "QUAL"),
            last_name=last_name,
            birth_name=_text(identity, "NOMNAI") or last_name,
            first_name=_text(identity, "PRENOM"),
            birth_date=_date(identity, "DTNAI"),
            birth_date_precision=_text(identity, "TYPEDTNAI") or "N",
            birth_rank=_number(identity, "RGNAI"),
            sex=_text(identity, "SEXE"),
            nir13=nir13,
            nir_valid=certain,
            subject=_flag(self.right, "TOPPERSDRODEVORSA"),
            pole_emploi_number=_text(self.jobcentre, "IDASSEDIC"),
        )


def _once(members: Iterable[MemberFacts]) -> Iterator[MemberFacts]:
    """Each person once: of a person written twice in a dossier, the last occurrence (caf-flows.md §2.7)."""
    kept: list[MemberFacts] = []
    for member in members:
        kept = [other for other in kept if not _same_person(member, other)]
        kept.append(member)
    yield from kept


def _same_person(one: MemberFacts, other: MemberFacts) -> bool:
    # Spouses may share a number by mistake and twins a birth date: one clue alone never makes one person of two.
    same_first_name = one.first_name == other.first_name
    if not same_first_name or one.birth_date != other.birth_date:
        return False
    both_numbered = bool(one.nir13 and other.nir13)
    return one.nir13 == other.nir13 if both_numbered else one.birth_name == other.birth_name


def _motive(situation: etree._Element, state: str) -> str:
    """The motive of the state; of several suspensions that run together, the most recent one."""
    if state not in MOTIVES:
        return ""
    block, tag, since = MOTIVES[state]
    found = [_fields(node) for node in situation.iterchildren(block)]
    if not found:
        return ""
    return _text(max(found, key=lambda fields: fields.get(since, "")), tag)


def _ended_on(situation: etree._Element, state: str, claim: dict[str, Fields]) -> date | None:
    """The day the right ended: the departure of a move (DDDEPAMUT), else the closing of the right (DTCLORSA)."""
    if state not in ENDED:
        return None
    block, _, ended = MOTIVES[state]
    closings = [_date(_fields(node), ended) for node in situation.iterchildren(block)]
    departed = _date(claim.get("OrganismePrenant", _NO_FIELDS), "DDDEPAMUT")
    return departed or max((day for day in closings if day), default=None)


def _first_benefit(detail: etree._Element) -> date | None:
    starts = [_date(_fields(line), "DDNATDRO") for line in detail.iterchildren("DetailCalculDroitRSA")]
    return min((start for start in starts if start), default=None)


def _amount(detail: etree._Element) -> Decimal | None:
    node = detail.find("MontantsCalculDroitRSA/MTTOTDRORSA")
    if node is None:
        return None
    try:
        return Decimal((node.text or "").strip())
    except InvalidOperation:
        raise InvalidDossier("value", "Le montant du RSA (MTTOTDRORSA) n'est pas un nombre.") from None


def _previous_claim(people: list[_Person]) -> str:
    """The former claim number, the claimant's first: it proves that a new number is the same household."""
    for person in sorted(people, key=lambda p: ROLES.index(p.role) if p.role in ROLES else len(ROLES)):
        number = _text(person.dossier, "NUMDEMRSAPRECE")
        if number:
            return claim_key(number)
    return ""


def _address(node: etree._Element) -> AddressFacts:
    blocks = {block.tag: _fields(block) for block in node}
    common = blocks["TroncCommunAdresse"]
    here = blocks.get("AdresseDetailleeFrance", _NO_FIELDS)
    abroad = blocks.get("AdresseHorsFrance", _NO_FIELDS)
    postal_code = _text(here, "CODEPOS")
    complement = [
        _text(here, "COMPLIDEADR"),
        _text(here, "COMPLADR"),
        _text(abroad, "LIBLIG2ADR"),
        _text(abroad, "LIBLIG3ADR"),
    ]
    return AddressFacts(
        rank=_number(common, "RGADR") or 1,
        complement=" ".join(part for part in complement if part),
        number=_text(here, "NUMVOIE"),
        street_type=_text(here, "LIBTYPEVOIE"),
        street=_text(here, "NOMVOIE") or _text(abroad, "LIBLIG4ADR"),
        place=_text(here, "LIEUDIST") or _text(abroad, "LIBLIG5ADR"),
        postal_code=postal_code.zfill(5) if postal_code else "",
        insee=_text(here, "NUMCOM").zfill(5) if _text(here, "NUMCOM") else "",
        city=_text(here, "NOMCOM")
        or " ".join(filter(None, (_text(abroad, "LIBLIG6ADR"), _text(abroad, "LIBLIG7ADR")))),
        country=_text(common, "PAYS"),
        since=_date(common, "DTEMM"),
    )


def unknown_codes(dossier: etree._Element) -> list[tuple[str, str]]:
    """The (tag, code) pairs of a dossier that no list knows: accepted, and reported."""
    known = codes.lists()
    found = []
    for node in dossier.iter(*known):
        code = (node.text or "").strip()
        if code and code not in known[node.tag]:
            found.append((str(node.tag), code))
    return found


def _fields(block: etree._Element) -> Fields:
    return {leaf.tag: leaf.text or "" for leaf in block}


def _text(fields: Fields, tag: str) -> str:
    value = fields.get(tag, "").strip()
    # Names such as « DE  LA  TOUR » or a value cut by a line end: single blanks only.
    return " ".join(value.split()) if "  " in value or "\n" in value or "\t" in value else value


def _flag(fields: Fields, tag: str) -> bool | None:
    """Three answers: yes, no, and not said."""
    value = fields.get(tag, "").strip()
    return None if not value else value in _TRUE


def _number(fields: Fields, tag: str) -> int | None:
    value = fields.get(tag, "").strip()
    return int(value) if value.isdecimal() else None


def _date(fields: Fields, tag: str) -> date | None:
    value = fields.get(tag, "").strip()
    if not value:
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        reason = f"{codes.field_name(tag).capitalize()} contient « {value[:20]} », une date qui n'existe pas."
        raise InvalidDossier("value", reason, f"//{tag}") from None
