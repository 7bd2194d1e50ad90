"""The schema of one dossier: what it takes, what it refuses, and in which words."""

import pytest
from lxml import etree

from emploi.exchanges.caf.schema import InvalidDossier, check
from tests.exchanges.caf.builder import Dossier, Someone, stopped_payment
from tests.exchanges.caf.test_mapping import COUPLE

RESOURCES = """<Ressources><GeneraliteRessourcesTrimestre><TOPRESSNUL>0</TOPRESSNUL><DDRESS>2026-07-01</DDRESS>
<DFRESS>2026-09-30</DFRESS></GeneraliteRessourcesTrimestre><RessourcesMensuelles>{month}<DetailRessourcesMensuelles>
<NATRESS>001</NATRESS><MTNATRESSMEN>0001675.00</MTNATRESSMEN></DetailRessourcesMensuelles></RessourcesMensuelles>
</Ressources>"""
MONTH = "<MOISRESS>2026-07-01</MOISRESS><NBHEUMENTRA>000</NBHEUMENTRA>"
CONTROL = """<Controle><ControleAdministratif><IdentificationCibleControleAdministratif>
<DTEFFCIBCONTRO>2026-09-01</DTEFFCIBCONTRO><CIBCONTRO>ABC</CIBCONTRO></IdentificationCibleControleAdministratif>
<IdentificationControleAdministratif><DTDETECCONTRO>2026-09-01</DTDETECCONTRO><DTCLOCONTRO>2026-10-01</DTCLOCONTRO>
</IdentificationControleAdministratif><ModaliteControleAdministratif><LIBCIBCONTRO>RESSOURCES</LIBCIBCONTRO>
<FAMCIBCONTRO>04</FAMCIBCONTRO><NATCIBCONTRO>RSA</NATCIBCONTRO><COMMACONTRO>CAF</COMMACONTRO><TYPECONTRO>EE</TYPECONTRO>
</ModaliteControleAdministratif><ResultatControleAdministratif><TYPEIMPACCONTRO>1</TYPEIMPACCONTRO>
<MTINDURSACGCONTRO>-00000120.50</MTINDURSACGCONTRO></ResultatControleAdministratif></ControleAdministratif></Controle>"""


def validate(text: str) -> None:
    check(etree.fromstring(text.encode()))


def reason(text: str) -> tuple[str, str]:
    with pytest.raises(InvalidDossier) as caught:
        validate(text)
    return caught.value.refusal.reason, caught.value.refusal.xpath


def test_what_the_payers_send_is_taken() -> None:
    validate(COUPLE)
    validate(Dossier().xml())
    validate(Dossier(state="4", situation=stopped_payment("35 ")).xml())  # a padded code is as long as its letters
    validate(Dossier(state="Q", situation=stopped_payment("!!")).xml())  # no list of codes is closed


@pytest.mark.parametrize("month", [f"<GeneraliteRessourcesMensuelles>{MONTH}</GeneraliteRessourcesMensuelles>", MONTH])
def test_resources_and_controls_are_taken_grouped_or_flat(month: str) -> None:
    text = Dossier().xml().replace("<MontantCalculDroitRSAP", f"{RESOURCES.format(month=month)}<MontantCalculDroitRSAP")
    validate(text)
    validate(text.replace("</InfosFoyerRSA>", f"{CONTROL}</InfosFoyerRSA>"))
    event = "<Evenement><DTLIQ>2026-11-03</DTLIQ><HEULIQ>10:00:00.0000</HEULIQ><FG>ENTDED</FG></Evenement>"
    validate(text.replace("</InfosFoyerRSA>", f"{event}</InfosFoyerRSA>"))


@pytest.mark.parametrize(
    ("found", "put", "words", "place"),
    [
        ("<DTDEMRSA>2026-09-14<", "<DTDEMRSA>14/09/2026<", "« 14/09/2026 » : une date de la forme", "/DTDEMRSA"),
        ("<DTNAI>1985-04-12</DTNAI>", "", "il manque sans doute la date de naissance (DTNAI)", "/Identification/RGNAI"),
        ("<MTTOTDRORSA>0000534.82<", "<MTTOTDRORSA>beaucoup<", "un montant était attendu", "/MTTOTDRORSA"),
        ("<TOPSANSDOMFIXE>0<", "<TOPSANSDOMFIXE>peut-être<", "0 ou 1 était attendu", "/TOPSANSDOMFIXE"),
        ("<NOM>VIRELANGE<", f"<NOM>{'A' * 40}<", "Le nom (NOM)", "/NOM"),
        ("<NUMDEMRSA>00000001099<", "<NUMDEMRSA><", "Le numéro de demande RSA (NUMDEMRSA)", "/NUMDEMRSA"),
        ("<SEXE>2</SEXE>", "<SEXE>2</SEXE><AGE>12</AGE>", "La balise AGE ne devrait pas se trouver là", "/AGE"),
        ("<MATRICULE>205599000000000<", "<MATRICULE>ABC<", "Le numéro allocataire (MATRICULE)", "/MATRICULE"),
    ],
)
def test_each_fault_is_said_in_french_with_its_place(found: str, put: str, words: str, place: str) -> None:
    text = Dossier().xml()
    assert found in text
    said, xpath = reason(text.replace(found, put, 1))
    assert words in said
    assert said.endswith(".")
    assert xpath.endswith(place)


def test_a_missing_block_is_named() -> None:
    text = Dossier().xml()
    start, end = text.index("<PrestationRSA>"), text.index("</PrestationRSA>") + len("</PrestationRSA>")
    said, _ = reason(text[:start] + text[end:])
    assert said == "Il manque le droit au RSA (PrestationRSA) dans le dossier (InfosFoyerRSA)."


def test_a_reason_never_tells_a_name_nor_a_number_of_a_person() -> None:
    nir = "28504999901239999999"
    said, _ = reason(Dossier(people=(Someone("ADELINE", nir=nir),)).xml())
    assert "sécurité sociale (NIR)" in said
    assert nir not in said
    said, _ = reason(Dossier(people=(Someone("A" * 60),)).xml())
    assert "AAAA" not in said


def test_a_person_has_exactly_two_roles() -> None:
    text = Dossier().xml()
    one = "<Prestations><NATPREST>PFA</NATPREST><ROLEPERS>RDO</ROLEPERS><TOPCHAPERS>1</TOPCHAPERS></Prestations>"
    said, _ = reason(text.replace(one, "", 1))
    assert "le rôle de la personne (Prestations)" in said
