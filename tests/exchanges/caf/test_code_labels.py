"""The administrator names the payers' codes; the unknown ones are shown first, the shipped ones come back."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from emploi.exchanges.caf import codes, labels
from emploi.exchanges.caf.engine.ledger import Report
from emploi.exchanges.caf.models import CodeLabel
from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.errors import DomainError
from tests.exchanges.caf.builder import Dossier, file_of
from tests.exchanges.caf.conftest import BY


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    labels.forget()
    yield
    labels.forget()


def named(label: str, tag: str = "SITFAM", code: str = "CEL") -> None:
    labels.set_label(tag=tag, code=code, label=label, by=BY, at=clock.now())
    labels.forget()


@pytest.mark.django_db
def test_a_local_label_is_used_everywhere_and_given_back() -> None:
    shipped = codes.label("SITFAM", "CEL")
    named("Vit seul")
    assert codes.label("SITFAM", "CEL") == "Vit seul"
    named("")
    assert codes.label("SITFAM", "CEL") == shipped
    assert [line.label for line in labels.history_of("SITFAM", "CEL")] == ["", "Vit seul"]
    assert JournalEntry.objects.filter(event__icontains="codelabel").count() == 2


@pytest.mark.django_db
def test_the_same_words_twice_are_one_line_of_history_and_the_shipped_words_none() -> None:
    named("Vit seul")
    named(" Vit  seul ")
    assert CodeLabel.objects.count() == 1
    named(codes.shipped("SITFAM", "MAR"), code="MAR")
    assert CodeLabel.objects.count() == 1


@pytest.mark.django_db
def test_an_invented_list_is_refused() -> None:
    with pytest.raises(DomainError, match="n’existe pas"):
        named("x", tag="INVENTE")


def test_an_unknown_code_comes_first_with_its_count_then_is_known(
    load: Callable[..., Report], sign_in: Callable[[str], Client]
) -> None:
    load(file_of(Dossier(family="XYZ"), Dossier(claim="00000002099", matricule="305599000000000", family="XYZ")))
    first = labels.lines()[0]
    assert (first.tag, first.code, first.seen, first.is_unnamed) == ("SITFAM", "XYZ", 2, True)
    client = sign_in("administrator")
    page = client.get("/reglages/codes-caf/").content.decode()
    assert page.index("XYZ") < page.index("sans libellé") < page.index("Absent foyer")
    answer = client.post("/reglages/codes-caf/libelle/?balise=SITFAM&code=XYZ", {"label": "Cohabitation"})
    assert answer.status_code == 302
    labels.forget()
    assert codes.label("SITFAM", "XYZ") == "Cohabitation"
    assert codes.is_known("SITFAM", "XYZ")
    again = client.get("/reglages/codes-caf/libelle/?balise=SITFAM&code=XYZ").content.decode()
    assert "2 dossiers" in again
    assert "par Noé administrator" in again


def test_words_and_lists_narrow_the_screen_and_a_wrong_code_is_not_found(sign_in: Callable[[str], Client]) -> None:
    client = sign_in("administrator")
    page = client.get("/reglages/codes-caf/", {"q": "veuvage"}).content.decode()
    assert "Veuvage" in page
    assert "Mariage" not in page
    assert "Mariage" in client.get("/reglages/codes-caf/", {"liste": "SITFAM"}).content.decode()
    assert client.get("/reglages/codes-caf/libelle/", {"balise": "NOM", "code": "X"}).status_code == 404
    long = client.post("/reglages/codes-caf/libelle/?balise=SITFAM&code=CEL", {"label": "x" * 201})
    assert long.status_code == 422
    assert "trop long" in long.content.decode()
