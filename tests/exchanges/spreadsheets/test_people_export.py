"""Everybody taken away on screen: asked twice, told before it leaves, read back unchanged."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from emploi.exchanges.spreadsheets.engine.ledger import Report
from emploi.foundation.audit.models import Consultation, JournalEntry
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.audit.writing import acting
from emploi.pathway.beneficiaries.models import Address, Person
from tests.exchanges.spreadsheets.conftest import BY, CLAIRE, HEADER, INES, PAUL

pytestmark = pytest.mark.django_db
NO_SECRET = {"with_confidential_addresses": False}
ADDRESS = "/imports/tableurs/export/"
Sign = Callable[[str], Client]


def exported(client: Client) -> bytes:
    return b"".join(client.post(ADDRESS, {"agreed": "on"}).streaming_content)  # type: ignore[arg-type]


def test_nothing_leaves_without_the_confirmation(load: Callable[..., Report], sign_in: Sign) -> None:
    load([HEADER, CLAIRE, PAUL])
    office = sign_in("rsa_office")
    assert "2 personnes" in office.get(ADDRESS).content.decode()
    refused = office.post(ADDRESS, {})
    assert refused.status_code == 422
    assert "Cochez cette case" in refused.content.decode()
    assert not JournalEntry.objects.filter(event="spreadsheets.PeopleExported").exists()
    assert not Consultation.objects.exists()


def test_what_leaves_is_told_and_comes_back_unchanged(load: Callable[..., Report], sign_in: Sign) -> None:
    load([(*HEADER, "NIR"), (*CLAIRE, "2780899001001"), (*PAUL, "")])
    content = exported(sign_in("rsa_office"))
    told = JournalEntry.objects.get(event="spreadsheets.PeopleExported")
    assert (told.actor_kind, told.payload) == ("agent", {"people": 2, "with_nir": True, **NO_SECRET})
    assert set(Consultation.objects.values_list("person_id", flat=True)) == set(
        Person.objects.values_list("pk", flat=True)
    )
    report = load(content)
    assert (report.counters.get("unchanged"), report.counters["rows"]) == (2, 2)


def test_the_list_is_the_same_as_the_command(load: Callable[..., Report], sign_in: Sign, office: Path) -> None:
    from django.core.management import call_command

    load([HEADER, CLAIRE, PAUL])
    call_command("export_people", "--out", str(office / "out.csv"))
    lines = (office / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    on_screen = exported(sign_in("rsa_office")).decode("utf-8-sig").splitlines()
    assert list(csv.reader(lines, delimiter=";")) == list(csv.reader(on_screen, delimiter=";"))


@pytest.mark.parametrize(("role", "status"), [("administrator", 403), ("counsellor", 403), ("steering", 404)])
def test_who_may_not_take_it_does_not(sign_in: Sign, role: str, status: int) -> None:
    client = sign_in(role)
    assert client.get(ADDRESS).status_code == status
    assert client.post(ADDRESS, {"agreed": "on"}).status_code == status


def cities(content: bytes) -> dict[str, str]:
    lines = csv.DictReader(content.decode("utf-8-sig").splitlines(), delimiter=";")
    return {line["Prénom"]: f"{line['Code postal']} {line['Ville']}".strip() for line in lines}


def test_a_confidential_address_leaves_for_nobody_of_the_household(
    load: Callable[..., Report], sign_in: Sign, office: Path
) -> None:
    from django.core.management import call_command

    load([HEADER, CLAIRE, PAUL, INES])
    with acting(BY):
        Person.objects.filter(first_name="Claire").update(confidential_address=True)
    out = office / "out.csv"
    call_command("export_people", "--out", str(out))
    hidden = {"Claire": "", "Paul": "", "Inès": "99000 Exempleville"}
    on_screen = exported(sign_in("rsa_office"))
    assert cities(on_screen) == cities(out.read_bytes()) == hidden
    # Brought back, what was not written is not lost.
    assert load(on_screen).counters.get("unchanged") == 3
    assert Address.objects.filter(rank=1, is_current=True, postal_code="99000").count() == 2
    call_command("export_people", "--out", str(out), "--with-confidential-addresses")
    assert cities(out.read_bytes())["Claire"] == cities(out.read_bytes())["Paul"] == "99000 Exempleville"
    told = JournalEntry.objects.filter(event="spreadsheets.PeopleExported").latest("pk")
    assert "et les adresses confidentielles" in sentence_of(told)
