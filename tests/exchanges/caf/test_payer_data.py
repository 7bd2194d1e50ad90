"""Everything a payer sent of a dossier is read back from the archive, by whom it concerns and as they may see it."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emploi.exchanges.caf.blocks import comparing, passages, reading
from emploi.exchanges.caf.blocks.indexing import index_archive
from emploi.exchanges.caf.engine.ledger import Report
from emploi.exchanges.caf.models import DossierPassage, ReceivedFile
from emploi.foundation import clock
from emploi.foundation.audit.models import Consultation
from emploi.foundation.audit.writing import acting
from emploi.foundation.intake import actions as intake
from emploi.foundation.intake.models import Row
from emploi.foundation.intake.sealing import seal
from emploi.pathway.beneficiaries.models import HouseholdRole, Person
from tests.exchanges.caf.builder import Dossier, Someone, file_of, many, stopped_payment
from tests.exchanges.caf.conftest import BY

Load = Callable[..., Report]
ADELINE = Someone("ADELINE")
BASILE = Someone("BASILE", role="CJT", birth="1983-02-03", nir="1830299990456", sex="1")
MEANS = (
    "<Ressources><GeneraliteRessourcesTrimestre><TOPRESSNUL>0</TOPRESSNUL><DDRESS>2026-07-01</DDRESS>"
    "<DFRESS>2026-09-30</DFRESS></GeneraliteRessourcesTrimestre><RessourcesMensuelles><MOISRESS>2026-08-01</MOISRESS>"
    "<DetailRessourcesMensuelles><NATRESS>001</NATRESS><MTNATRESSMEN>0001675.00</MTNATRESSMEN>"
    "</DetailRessourcesMensuelles></RessourcesMensuelles></Ressources>"
)
PREGNANCY = "<Grossesse><DDGRO>2026-08-01</DDGRO><DTDECLGRO>2026-09-01</DTDECLGRO></Grossesse>"


def couple(**changes: Any) -> str:
    """A couple, the husband with means, the wife pregnant."""
    text = replace(Dossier(people=(ADELINE, BASILE)), **changes).xml()
    wife, husband = text.index("<Personne>"), text.rindex("<Personne>")
    duties = "<MontantCalculDroitRSAPersonne>"
    at = text.index(duties, husband)
    text = text[:at] + MEANS + text[at:]
    end = text.index("</Personne>", wife)
    return text[:end] + PREGNANCY + text[end:]


def page_of(client: Client, name: str = "ADELINE", **query: Any) -> str:
    person = Person.objects.get(first_name__iexact=name)
    return client.get(f"/personnes/{person.pk}/donnees-caf/", query).content.decode()


def eyes(**changes: Any) -> reading.Eyes:
    seen: dict[str, Any] = {
        "sees_nir": True,
        "sees_health": True,
        "sees_addresses": True,
        "knows": lambda who: True,
        "knows_adults": True,
    }
    return reading.Eyes(**{**seen, **changes})


def test_the_same_bytes_come_back_from_the_archive(load: Load) -> None:
    dossiers = many(60)
    load(file_of(*dossiers))
    kept = {passage.household.claim_number: passage for passage in DossierPassage.objects.select_related("household")}
    assert len(kept) == 60
    for dossier in dossiers:
        assert passages.raw_of(kept[dossier.claim]).decode("cp1252") == dossier.xml()


def test_a_compressed_file_is_read_too(load: Load) -> None:
    load(gzip.compress(file_of(*many(3))), name="f.xml.gz")
    passage = DossierPassage.objects.first()
    assert passage and passages.raw_of(passage).startswith(b"<InfosFoyerRSA>")


def test_a_file_that_repeats_adds_no_version_and_a_change_adds_one(load: Load) -> None:
    first = Dossier()
    load(file_of(first))
    load(file_of(first, reference="2026-11-30", created="2026-12-05"))
    assert DossierPassage.objects.count() == 1
    load(file_of(replace(first, street="DES LILAS"), reference="2026-12-31", created="2027-01-05"))
    load(file_of(first, reference="2027-01-31", created="2027-02-05"))
    assert DossierPassage.objects.count() == 3


def test_a_late_file_takes_its_place_in_time(load: Load) -> None:
    load(file_of(Dossier(street="NOUVELLE"), reference="2026-11-30", created="2026-12-05"))
    load(file_of(Dossier(street="ANCIENNE")))
    household = DossierPassage.objects.first().household_id  # type: ignore[union-attr]
    found = [version.run.caf_file.reference_on.month for version in passages.versions_of(household)]
    assert found == [11, 10]


def test_a_dry_run_and_a_refused_dossier_note_nothing_but_a_dossier_taken_again_does(load: Load) -> None:
    load(file_of(Dossier()), dry_run=True)
    assert DossierPassage.objects.count() == 0
    load(file_of(Dossier().xml().replace("<DTNAI>1985-04-12", "<DTNAI>1985-04-62")))
    assert DossierPassage.objects.count() == 0
    row = Row.objects.get()
    row.raw = seal(Dossier().xml().encode())
    row.save()
    intake.replay(row=row, by=BY, at=clock.now())
    assert b"<DTNAI>1985-04-12" in passages.raw_of(DossierPassage.objects.get())


def test_a_file_recorded_before_can_be_indexed(load: Load) -> None:
    load(file_of(*many(5)))
    DossierPassage.objects.all().delete()
    assert index_archive(frame=ReceivedFile.objects.get(), by=BY, at=clock.now()) == 5
    assert DossierPassage.objects.count() == 5


@pytest.mark.django_db
def test_every_value_received_is_on_the_page() -> None:
    dossier = reading.parsed(couple(state="4", situation=stopped_payment("06")).encode("cp1252"), "cp1252")
    said = [value for section in reading.laid_out(dossier, eyes()) for _, value in section.all_values()]
    received = [leaf for leaf in dossier.iter() if not len(leaf) and (leaf.text or "").strip()]
    assert sorted(value.tag for value in said) == sorted(str(leaf.tag) for leaf in received)
    texts = {value.text for value in said}
    assert {"1\u202f675,00\u00a0€", "août 2026", "12 avril 1985", "Dernière adresse"} <= texts


@pytest.mark.django_db
def test_what_changed_is_marked_in_words_and_what_is_gone_is_listed() -> None:
    def laid(text: str) -> list[reading.Section]:
        return reading.laid_out(reading.parsed(text.encode("cp1252"), "cp1252"), eyes())

    sections, gone = comparing.compared(laid(couple(street="DES LILAS", amount="0000100.00")), laid(couple()))
    marked = {value.tag: value for section in sections for _, value in section.all_values() if value.mark}
    assert {tag: value.mark for tag, value in marked.items()} == {"NOMVOIE": "changed", "MTTOTDRORSA": "changed"}
    assert marked["NOMVOIE"].before == "DU MODELE"
    assert gone == []
    _, gone = comparing.compared(laid(couple().replace(PREGNANCY, "")), laid(couple()))
    assert {item.label for item in gone} == {"Depuis le", "Déclarée le"}


def test_an_unknown_code_is_said_so(load: Load, sign_in: Callable[[str], Client]) -> None:
    load(file_of(Dossier(family="XYZ")))
    text = page_of(sign_in("rsa_office"))
    assert "Code XYZ" in text
    assert "code inconnu" in text


def test_health_and_numbers_are_kept_from_those_who_may_not_see_them(
    load: Load, sign_in: Callable[[str], Client]
) -> None:
    load(file_of(couple()))
    office = page_of(sign_in("rsa_office"))
    assert "2850499990123" in office
    assert "Grossesse" not in office
    assert "touche à la santé" in office
    social = page_of(sign_in("social_worker"))
    assert "Grossesse" in social
    assert "2850499990123" not in social


@pytest.mark.django_db
def test_the_spouses_means_are_only_shown_to_who_may_open_the_spouses_page() -> None:
    dossier = reading.parsed(couple().encode("cp1252"), "cp1252")
    alone = reading.laid_out(dossier, eyes(knows=lambda who: who.first_name == "ADELINE"))
    text = str(alone)
    assert "1830299990456" not in text
    assert "675,00" not in text
    assert "par qui peut l’ouvrir" in text


def test_a_page_is_traced_and_refused_to_other_roles(load: Load, sign_in: Callable[[str], Client]) -> None:
    load(file_of(couple()))
    person = Person.objects.get(first_name="ADELINE")
    assert sign_in("counsellor").get(f"/personnes/{person.pk}/donnees-caf/").status_code == 403
    page_of(sign_in("rsa_office"))
    assert Consultation.objects.filter(person_id=person.pk, page="Données CAF").count() == 1


def test_the_text_received_is_only_given_to_whom_the_page_hides_nothing_and_is_traced(
    load: Load, sign_in: Callable[[str], Client]
) -> None:
    load(file_of(couple()))
    person = Person.objects.get(first_name="ADELINE")
    address = f"/personnes/{person.pk}/donnees-caf/{DossierPassage.objects.get().pk}/xml/"
    office = sign_in("rsa_office")
    for other in (sign_in("social_worker"), office):
        assert other.get(address).status_code == 403
    assert "Télécharger le texte reçu" not in page_of(office)
    head = sign_in("head_of_service")
    assert "Télécharger le texte reçu" in page_of(head)
    assert head.get(address).content.decode("cp1252") == couple()
    assert Consultation.objects.filter(page__contains="téléchargé").count() == 1
    with acting(BY):
        Person.objects.filter(first_name="BASILE").update(confidential_address=True)
    assert head.get(address).status_code == 403


def test_an_other_adult_hidden_on_the_page_keeps_the_text_received_from_who_may_not_open_theirs(
    load: Load, monkeypatch: pytest.MonkeyPatch, sign_in: Callable[[str], Client]
) -> None:
    load(file_of(couple()))
    person, other = (Person.objects.get(first_name=name) for name in ("ADELINE", "BASILE"))
    with acting(BY):
        HouseholdRole.objects.filter(person=other).update(role="AUT")
    head = sign_in("head_of_service")
    address = f"/personnes/{person.pk}/donnees-caf/{DossierPassage.objects.get().pk}/xml/"
    assert head.get(address).status_code == 200
    monkeypatch.setattr(
        "emploi.exchanges.caf.blocks.dossiers.visible_to", lambda agent: Person.objects.exclude(pk=other.pk)
    )
    assert head.get(address).status_code == 403


def test_who_left_the_household_no_longer_reads_it(load: Load, sign_in: Callable[[str], Client]) -> None:
    load(file_of(couple()))
    load(file_of(Dossier(street="DES SECRETS"), reference="2026-11-30", created="2026-12-05"))
    client = sign_in("rsa_office")
    assert "DES SECRETS" in page_of(client)
    assert "DES SECRETS" not in page_of(client, "BASILE")


def test_a_confidential_address_stays_so(load: Load, sign_in: Callable[[str], Client]) -> None:
    load(file_of(couple()))
    with acting(BY):
        Person.objects.filter(first_name="ADELINE").update(confidential_address=True)
    text = page_of(sign_in("rsa_office"), "BASILE")
    assert "DU MODELE" not in text
    assert "confidentielle" in text


@pytest.mark.parametrize("versions", [1, 6])
def test_the_number_of_queries_does_not_move(load: Load, sign_in: Callable[[str], Client], versions: int) -> None:
    for month in range(1, versions + 1):
        load(file_of(couple(amount=f"000010{month}.00"), reference=f"2026-0{month}-28", created=f"2026-0{month}-28"))
    client = sign_in("rsa_office")
    page_of(client)
    with CaptureQueriesContext(connection) as queries:
        page_of(client)
    assert len(queries) <= 22


def test_the_card_says_when_nothing_was_archived(load: Load, sign_in: Callable[[str], Client]) -> None:
    load(file_of(couple()))
    client = sign_in("rsa_office")
    person = Person.objects.get(first_name="ADELINE")
    address = f"/personnes/{person.pk}/donnees-caf/"
    assert "1 version reçue" in client.get(address, headers={"HX-Request": "true"}).content.decode()
    DossierPassage.objects.all().delete()
    assert "Aucun fichier archivé" in client.get(address).content.decode()
