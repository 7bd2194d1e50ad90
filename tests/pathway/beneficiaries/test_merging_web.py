"""The duplicate settled on screen: compared, put together, parted, or said to be two people."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emploi.foundation.audit.models import Consultation
from emploi.pathway.beneficiaries.actions import apply_households, correct_person, create_person, merge_persons
from emploi.pathway.beneficiaries.facts import TypedPerson
from emploi.pathway.beneficiaries.models import Entry, MergeRecord, Person, ReviewItem
from tests.pathway.beneficiaries.builders import file, household, member, spouse
from tests.pathway.beneficiaries.conftest import BY

pytestmark = pytest.mark.usefixtures("rules")


@pytest.fixture
def office(as_role: Callable[..., Client]) -> Client:
    return as_role("rsa_office")


@pytest.fixture
def twice(at: datetime) -> tuple[Person, Person]:
    """Amina of the file, and Aminah typed at the counter."""
    typed = TypedPerson(
        title="MME", last_name="Bensaid", birth_name="", first_name="Aminah", birth_date=date(1988, 4, 12), sex="2",
        phone="+33611111111", subject=True, local_number="IODAS-7",
    )  # fmt: skip
    counter = create_person(typed=typed, by=BY, at=at - timedelta(days=20))
    apply_households([household()], file=file(received_on=date(2026, 11, 10)), by=BY, at=at)
    return Person.objects.exclude(pk=counter.pk).get(), counter


def address(kept: Person, absorbed: Person) -> str:
    return f"/personnes/{kept.pk}/reunir/{absorbed.pk}/"


class TestCompare:
    def test_the_queue_leads_to_the_two_records_side_by_side(self, office: Client, twice) -> None:
        kept, absorbed = twice
        queue = office.get("/personnes/a-verifier/").content.decode()
        assert address(kept, absorbed) in queue or address(absorbed, kept) in queue
        page = office.get(address(kept, absorbed)).content.decode()
        assert "Est-ce la même personne" in page
        assert "différent" in page
        assert "IODAS-7" in page
        assert "06 11 11 11 11" in page
        assert "Deux entrées sont en cours" in page
        assert "J0 le 3 novembre 2026" in page or "J0 le 03/11/2026" in page
        assert {c.person_id for c in Consultation.objects.filter(page="Comparaison")} == {kept.pk, absorbed.pk}

    def test_each_difference_is_chosen_and_the_absorbed_address_leads_to_the_kept_page(
        self, office: Client, twice
    ) -> None:
        kept, absorbed = twice
        choices = {"last_name": "absorbed", "birth_name": "kept", "first_name": "kept", "birth": "kept", "nir": "kept"}
        typed = {**choices, "local_number": "absorbed", "reason": "Carte d’identité vue"}
        answer = office.post(address(kept, absorbed), typed)
        assert answer.headers["Location"] == f"/personnes/{kept.pk}/"
        kept.refresh_from_db()
        assert (kept.last_name, kept.first_name, kept.local_number) == ("Bensaid", "AMINA", "IODAS-7")
        assert office.get(f"/personnes/{absorbed.pk}/").headers["Location"] == f"/personnes/{kept.pk}/"
        history = office.get(f"/personnes/{kept.pk}/historique/").content.decode()
        assert f"la fiche n° {absorbed.pk} a rejoint celle-ci" in history
        assert "Personne créée à la main" in history

    def test_a_missing_choice_or_reason_is_said_and_nothing_is_lost(self, office: Client, twice) -> None:
        kept, absorbed = twice
        answer = office.post(address(kept, absorbed), {"local_number": "absorbed"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Choisissez la valeur à garder : prénom." in page
        assert "Indiquez la raison" in page
        assert 'value="absorbed"' in page.split('name="local_number"')[2].split(">")[0]
        assert not MergeRecord.objects.exists()

    def test_a_couple_is_warned_of_and_needs_a_tick(self, office: Client, at: datetime) -> None:
        apply_households([household(members=(member(), spouse()))], file=file(), by=BY, at=at)
        her, him = Person.objects.order_by("pk")
        page = office.get(address(her, him)).content.decode()
        assert "Les deux sont adultes dans le même dossier" in page
        choices = dict.fromkeys(["title", "birth_name", "first_name", "birth", "sex", "nir"], "kept")
        answer = office.post(address(her, him), {**choices, "reason": "x"})
        assert answer.status_code == 422
        assert "Lisez l’avertissement" in answer.content.decode()

    def test_the_same_number_of_questions_whatever_they_hold(self, office: Client, twice, at: datetime) -> None:
        kept, absorbed = twice
        office.get(address(kept, absorbed))
        with CaptureQueriesContext(connection) as few:
            office.get(address(kept, absorbed))
        home = household(claim_number="00000000399")
        apply_households([home], file=file(reference_on=date(2026, 11, 30)), by=BY, at=at)
        with CaptureQueriesContext(connection) as many:
            office.get(address(kept, absorbed))
        assert len(many) == len(few) <= 40


class TestTwoPeople:
    def test_said_once_never_asked_again(self, office: Client, twice) -> None:
        review = ReviewItem.objects.get(settled_at=None)
        page = office.get(address(*twice)).content.decode()
        assert f"/personnes/a-verifier/{review.pk}/regler/" in page
        office.post(f"/personnes/a-verifier/{review.pk}/regler/", {"outcome": "Ce ne sont pas les mêmes personnes"})
        assert not ReviewItem.objects.filter(settled_at=None).exists()


class TestUndo:
    def test_from_the_page_of_the_kept_person(self, office: Client, twice, at: datetime) -> None:
        kept, absorbed = twice
        record = merge_persons(kept_id=kept.pk, absorbed_id=absorbed.pk, adopted=(), reason="Même carte", by=BY, at=at)
        card = office.get(f"/personnes/{kept.pk}/identite/").content.decode()
        assert "1 fiche réunie" in card
        assert "Même carte" in office.get(f"/personnes/{kept.pk}/fusions/").content.decode()
        parted = f"/personnes/fusions/{record.pk}/separer/"
        assert office.post(parted, {"reason": ""}).status_code == 422
        answer = office.post(parted, {"reason": "Deux sœurs"})
        assert answer.headers["Location"] == address(kept, absorbed)
        assert Entry.objects.open().count() == 2
        assert "séparée" in office.get(f"/personnes/{kept.pk}/fusions/").content.decode()

    def test_a_refusal_is_said_in_french(self, office: Client, twice, at: datetime) -> None:
        kept, absorbed = twice
        record = merge_persons(
            kept_id=kept.pk, absorbed_id=absorbed.pk, adopted=("local_number",), reason="Même carte", by=BY, at=at
        )
        correct_person(person_id=kept.pk, values={"local_number": "IODAS-9"}, by=BY, at=at)
        answer = office.post(f"/personnes/fusions/{record.pk}/separer/", {"reason": "Erreur"})
        assert answer.status_code == 422
        assert "numéro du logiciel précédent" in answer.content.decode()


class TestFind:
    def test_another_record_is_looked_for_by_name_or_number(self, office: Client, twice) -> None:
        kept, absorbed = twice
        page = office.get(f"/personnes/{kept.pk}/reunir/").content.decode()
        assert address(kept, absorbed) in page
        assert address(kept, kept) not in page
        page = office.get(f"/personnes/{kept.pk}/reunir/", {"q": "06 11 11 11 11"}).content.decode()
        assert address(kept, absorbed) in page

    @pytest.mark.parametrize("role", ["counsellor", "steering", "provider"])
    def test_others_do_not_merge(self, as_role: Callable[..., Client], twice, role: str) -> None:
        assert as_role(role).get(address(*twice)).status_code == 403
