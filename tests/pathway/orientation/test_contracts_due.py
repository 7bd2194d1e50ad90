"""Who must sign a contrat d'engagement before 1 January 2027, by referent: the list a head of service prints."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.models import Consultation
from emploi.foundation.audit.writing import acting
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.clocks import actions as clocks
from emploi.pathway.orientation.models import Decision, FormerContract, Modality
from emploi.territory.agents.models import Agent
from tests.pathway.orientation.cast import MORNING, SYSTEM, World, entrant

pytestmark = pytest.mark.django_db
ADDRESS = "/orientations/contrats-a-signer/"


def oriented(world: World, first_name: str, on: date, referent: Agent | None = None, body: str = "department") -> Entry:
    entry = entrant(first_name, f"Nom{first_name}")
    with acting(SYSTEM):
        Decision.objects.create(
            entry=entry, person=entry.person, modality=Modality.objects.filter(is_sensitive=False)[0],
            legal_path="social", responsible_organization=getattr(world, body), referent=referent, basis="taken_over",
            decided_on=on, decided_by=world.office, recorded_at=MORNING, delegation="Avant la reprise",
            regime_code="R1", to_transmit=False, agreed_with_person=False, notification_means="former",
        )  # fmt: skip
    return entry


def signed(entry: Entry, kind: str, on: date, until: date | None = None) -> None:
    with acting(SYSTEM):
        FormerContract.objects.create(
            entry=entry, person=entry.person, kind=kind, signed_on=on, ends_on=until, source="reprise.csv",
            recorded_at=MORNING,
        )  # fmt: skip


@pytest.fixture
def stock(world: World) -> World:
    signed(oriented(world, "Amina", date(2023, 3, 15), world.social_worker), "cer", date(2023, 4, 15))
    oriented(world, "Bruno", date(2024, 12, 31), body="provider")  # no contract at all
    signed(oriented(world, "Chloe", date(2023, 3, 15), world.social_worker), "engagement", date(2025, 6, 2))
    signed(oriented(world, "David", date(2023, 3, 15)), "engagement", date(2025, 1, 2), date(2025, 12, 31))  # over
    oriented(world, "Elsa", date(2025, 1, 1))  # the law already applied
    signed(oriented(world, "Fatou", date(2025, 2, 1)), "cer", date(2025, 3, 1))  # still under a former contract
    with acting(SYSTEM):
        Entry.objects.filter(pk=oriented(world, "Gilles", date(2023, 1, 1)).pk).update(
            closed_on=date(2026, 11, 1), closing_reason="right_ended"
        )
    return world


def page_of(agent: Agent, query: str = "") -> str:
    client = Client()
    client.force_login(agent)
    with clock.frozen("2026-11-23T09:00"):
        return client.get(f"{ADDRESS}{query}").content.decode()


def test_only_those_the_law_gives_until_the_end_of_2026(stock: World) -> None:
    page = page_of(stock.office)
    listed = [name for name in ("Amina", "Bruno", "Chloe", "David", "Elsa", "Fatou", "Gilles") if name in page]
    assert listed == ["Amina", "Bruno", "David", "Fatou"]
    assert "31 décembre 2026" in page and "38 jours restants" in page
    assert "à confirmer par un juriste" in page and "2024-1244" in page


def test_the_list_is_read_by_referent(stock: World) -> None:
    mine = page_of(stock.office, f"?referent={stock.social_worker.pk}")
    assert "Amina" in mine and "Bruno" not in mine
    nobody = page_of(stock.office, "?referent=aucun")
    assert "Bruno" in nobody and "Amina" not in nobody
    theirs = page_of(stock.office, f"?organization={stock.provider.pk}")
    assert "Bruno" in theirs and "Amina" not in theirs


def test_it_leaves_as_a_file_for_who_may_export_and_is_traced(stock: World) -> None:
    client = Client()
    client.force_login(stock.office)
    with clock.frozen("2026-11-23T09:00"):
        text = b"".join(client.get(f"{ADDRESS}export/").streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) == 5 and "Inès Leroy" in text and "31/12/2026" in text
    assert Consultation.objects.filter(page="Contrats d’engagement à signer").count() == 4
    client.force_login(stock.social_worker)
    assert client.get(f"{ADDRESS}export/").status_code == 403


def test_the_page_costs_the_same_whatever_the_list(stock: World, django_assert_max_num_queries) -> None:
    for rank in range(8):
        oriented(stock, f"Plus{rank}", date(2023, 1, 1), stock.social_worker)
    client = Client()
    client.force_login(stock.office)
    with clock.frozen("2026-11-23T09:00"), django_assert_max_num_queries(14):
        assert client.get(ADDRESS).status_code == 200


def test_who_signed_after_a_reorientation_is_no_longer_asked(stock: World) -> None:
    entry = Entry.objects.get(person__first_name="Amina")
    with acting(SYSTEM):
        clocks.start_contract(entry_ids=[entry.pk], on=date(2026, 11, 2), by=SYSTEM, at=MORNING)
    assert "NomAmina" in page_of(stock.office), "owed and not signed"
    with acting(SYSTEM):
        clocks.meet(entry_ids=[entry.pk], kind="contract", on=date(2026, 11, 10), by=SYSTEM, at=MORNING)
    assert "NomAmina" not in page_of(stock.office)


def test_the_signature_is_noted_from_the_list(stock: World) -> None:
    decision = Decision.objects.get(person__first_name="Amina")
    client = Client()
    client.force_login(stock.officer)
    with clock.frozen("2026-11-23T09:00"):
        assert f"/orientations/{decision.pk}/#contrat" in client.get(ADDRESS).text
        shown = client.get(f"/orientations/{decision.pk}/").text
        assert "31 décembre 2026" in shown and "Noter la signature" in shown
        address = reverse("orientation:contract_signed", args=[decision.pk])
        assert "existe depuis le 1er janvier 2025" in client.post(address, {"on": "2024-11-02"}).text
        client.post(address, {"on": "2026-11-20"})
    assert "NomAmina" not in page_of(stock.officer)
    kept = FormerContract.objects.get(kind="engagement", person=decision.person)
    assert (kept.signed_on, kept.source) == (date(2026, 11, 20), "noté par Claire Martin")
