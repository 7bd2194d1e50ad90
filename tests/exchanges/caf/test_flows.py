"""Debts and accounts: read one dossier at a time, kept whole, shown with the words « à confirmer »."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from emploi.exchanges.caf.engine.ledger import Report
from emploi.exchanges.caf.flows.frame import flow_of
from emploi.exchanges.caf.flows.inbound import import_flow
from emploi.exchanges.caf.flows.reading import shown
from emploi.exchanges.caf.models import FlowRecord
from emploi.exchanges.caf.models.flows import Flow
from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.foundation.intake.models import Run
from emploi.pathway.beneficiaries.models import Person
from tests.exchanges.caf.builder import Dossier, file_of, written
from tests.exchanges.caf.conftest import BY
from tests.exchanges.caf.test_payer_data import eyes

DEBT = (
    "<Creance><DTIMPLCRE>2026-09-01</DTIMPLCRE><NATCRE>INK</NATCRE><RESPINDU>54</RESPINDU>"
    "<MTINICRE>0000450.10</MTINICRE><MTSOLREELCRETRANS>0000300.00</MTSOLREELCRETRANS></Creance>"
)
ACCOUNT = (
    "<AcompteRSA><IndusConstates><NATPFCRE>INK</NATPFCRE><TYPEOPECOMPTA>CIC</TYPEOPECOMPTA>"
    "<SENSOPECOMPTA>DE</SENSOPECOMPTA><MTOPECOMPTA>0000100.00</MTOPECOMPTA></IndusConstates></AcompteRSA>"
)


def flow_file(*blocks: str, nature: str = "F") -> bytes:
    text = (
        '<?xml version="1.0" encoding="windows-1252"?>\n<Racine><IdentificationFlux><APPLIEME>CRI</APPLIEME>'
        f"<TYPEFLUX>M</TYPEFLUX><NATFLUX>{nature}</NATFLUX><DTCREAFLUX>2026-12-05</DTCREAFLUX><DTREF>2026-11-30</DTREF>"
        f"</IdentificationFlux>{''.join(blocks)}<TransmissionFlux><NBTOTDOSRSATRANSM>1</NBTOTDOSRSATRANSM>"
        "</TransmissionFlux></Racine>"
    )
    return text.encode("cp1252")


def one(content: str, claim: str = "00000001099") -> str:
    number = f"<DemandeRSA><NUMDEMRSA>{claim}</NUMDEMRSA></DemandeRSA>" if claim else ""
    who = "<Personne><NOM>VIRELANGE</NOM><NIR>2850499990123</NIR></Personne>"
    return f"<InfosFoyerRSA><IdentificationRSA>{number}</IdentificationRSA>{who}{content}</InfosFoyerRSA>"


def debts(claim: str = "00000001099") -> bytes:
    return flow_file(one(DEBT, claim))


def kept(office: Path, content: bytes) -> Report:
    return import_flow(path=written(office, content, "flux.xml"), by=BY, at=clock.now())


def test_each_flow_is_told_by_its_own_tags() -> None:
    assert flow_of(debts()) == Flow.DEBTS
    assert flow_of(flow_file(one(ACCOUNT))) == Flow.ACCOUNTS
    assert flow_of(file_of(Dossier())) is None
    assert flow_of(b"MATRICULE;NIR") is None


def test_a_debt_is_kept_whole_without_identities(office: Path) -> None:
    report = kept(office, debts())
    assert (report.status, report.counters["rows_kept"], report.counters["rows_without_dossier"]) == ("done", 1, 1)
    assert report.warnings[0]["code"] == "unverified_format"
    content = str(FlowRecord.objects.get().content)
    assert "0000450.10" in content
    assert "VIRELANGE" not in content
    assert "2850499990123" not in content


def test_the_same_file_again_keeps_nothing_twice(office: Path) -> None:
    kept(office, debts())
    report = kept(office, debts())
    assert report.counters["rows_unchanged"] == 1
    assert FlowRecord.objects.count() == 1


def test_a_dossier_without_number_is_refused_alone(office: Path) -> None:
    report = kept(office, flow_file(one(DEBT, ""), one(DEBT)))
    assert (report.exit_code, report.counters["rows_kept"], report.counters["rows_refused"]) == (1, 1, 1)


@pytest.mark.parametrize("content", [debts()[:-80], debts().replace(b"<Racine>", b"<!DOCTYPE a><Racine>"), b"<Racine>"])
def test_a_damaged_or_hostile_file_keeps_nothing_and_says_why(office: Path, content: bytes) -> None:
    report = kept(office, content)
    assert report.exit_code == 2
    assert report.error.endswith(".")
    assert FlowRecord.objects.count() == 0
    assert Run.objects.get().status == "refused"


def test_the_page_shows_it_with_a_warning(
    load: Callable[..., Report], office: Path, sign_in: Callable[[str], Client]
) -> None:
    load(file_of(Dossier()))
    kept(office, debts())
    person = Person.objects.get(first_name__iexact="ADELINE")
    page = sign_in("rsa_office").get(f"/personnes/{person.pk}/donnees-caf/").content.decode()
    assert "450,10" in page
    assert "Créances transférées" in page
    assert "Format à confirmer" in page


HELD_BACK = (
    "<OrganismeCedant><FONORGCEDMUT>MSA</FONORGCEDMUT><MATRICULEORGCEDMUT>2850499990123</MATRICULEORGCEDMUT>"
    "</OrganismeCedant><Adresse><NOMVOIE>DES SECRETS</NOMVOIE></Adresse><Creance><CODEPOS>99123</CODEPOS></Creance>"
    "<Grossesse><DDGRO>2026-08-01</DDGRO></Grossesse>"
)


def test_it_hides_what_the_rest_of_the_page_hides(
    load: Callable[..., Report], office: Path, sign_in: Callable[[str], Client]
) -> None:
    load(file_of(Dossier()))
    kept(office, flow_file(one(HELD_BACK + DEBT)))
    person = Person.objects.get(first_name__iexact="ADELINE")
    address = f"/personnes/{person.pk}/donnees-caf/"
    social = sign_in("social_worker").get(address).content.decode()
    assert "2850499990123" not in social
    assert "DES SECRETS" in social
    assert "1er août 2026" in social
    clerk = sign_in("rsa_office")
    first = clerk.get(address).content.decode()
    assert "2850499990123" in first
    assert "1er août 2026" not in first
    with acting(BY):
        Person.objects.update(confidential_address=True)
    second = clerk.get(address).content.decode()
    assert "DES SECRETS" not in second
    assert "99123" not in second


@pytest.mark.django_db
def test_a_debt_that_may_be_the_spouses_is_not_shown_to_who_may_not_open_their_page() -> None:
    content = {"tag": "InfosFoyerRSA", "values": [["MTINICRE", "0000450.10"]], "blocks": []}
    assert "450,10" in str(shown(content, eyes()))
    assert "450,10" not in str(shown(content, eyes(knows_adults=False)))
