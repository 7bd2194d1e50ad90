"""The screens of this app: what each role may open, what is typed, what is said."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emploi.foundation.audit.models import Consultation
from emploi.pathway.beneficiaries.actions import add_contact, apply_contacts, apply_households
from emploi.pathway.beneficiaries.facts import ContactFacts
from emploi.pathway.beneficiaries.models import Address, Contact, Entry, Person, ReviewItem
from tests.pathway.beneficiaries.builders import child, file, household, many, member, spouse
from tests.pathway.beneficiaries.conftest import BY

pytestmark = pytest.mark.usefixtures("rules")

NEW = {
    "last_name": "Bensaïd",
    "birth_name": "Meyer",
    "first_name": "Amina",
    "birth_date": "1988-04-12",
    "sex": "2",
    "role": "DEM",
    "subject": "yes",
    "phone": "06 12 34 56 78",
    "insee": "99001",
}


@pytest.fixture
def office(as_role: Callable[..., Client]) -> Client:
    return as_role("rsa_office")


@pytest.fixture
def family(at: datetime) -> dict[str, Person]:
    apply_households([household(members=(member(), spouse(), child()))], file=file(), by=BY, at=at)
    return {person.first_name: person for person in Person.objects.all()}


class TestCreate:
    def test_the_office_creates_a_person_and_her_entry(self, office: Client) -> None:
        answer = office.post("/personnes/nouvelle/", NEW)
        amina = Person.objects.get()
        assert answer.headers["Location"] == f"/personnes/{amina.pk}/"
        assert Contact.objects.get().value == "+33612345678"
        assert Entry.objects.get().kind == "manual"

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"last_name": ""}, "Indiquez le nom de la personne."),
            ({"birth_date": ""}, "Indiquez la date de naissance"),
            ({"nir": "288992699000100"}, "La clé (les deux derniers chiffres) ne correspond pas"),
            ({"nir": "1889926990001"}, "ne correspond pas au sexe"),
            ({"claim_number": "123"}, "Le numéro de demande RSA a 11 chiffres."),
            ({"phone": "06 12"}, "pas complet"),
            ({"email": "amina@"}, "ne ressemble pas à un courriel"),
            ({"insee": "", "street": "3 place Haute"}, "Choisissez la commune"),
        ],
    )
    def test_a_mistake_is_said_in_french_and_nothing_typed_is_lost(
        self, office: Client, change: dict[str, str], sentence: str
    ) -> None:
        answer = office.post("/personnes/nouvelle/", {**NEW, **change})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert sentence in page
        assert 'value="Amina"' in page
        assert not Person.objects.exists()

    def test_suspected_duplicates_are_shown_before_creating(self, office: Client, family) -> None:
        answer = office.post("/personnes/nouvelle/", {**NEW, "first_name": "Aminah"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Cette personne existe peut-être déjà" in page
        assert f"/personnes/{family['AMINA'].pk}/" in page
        assert Person.objects.count() == 3
        office.post("/personnes/nouvelle/", {**NEW, "first_name": "Aminah", "not_same": [family["AMINA"].pk]})
        assert Person.objects.count() == 4
        assert ReviewItem.objects.get().outcome == "Ce n’est pas la même personne"

    def test_the_same_nir_cannot_be_set_aside(self, office: Client, family) -> None:
        data = {**NEW, "nir": "2889926990001", "not_same": [family["AMINA"].pk]}
        assert "ouvrez sa fiche" in office.post("/personnes/nouvelle/", data).content.decode()
        assert Person.objects.count() == 3

    @pytest.mark.parametrize("role", ["orientation_officer", "counsellor", "elected", "provider"])
    def test_others_do_not(self, as_role: Callable[..., Client], role: str) -> None:
        assert as_role(role).get("/personnes/nouvelle/").status_code == 403


class TestCards:
    def test_identity_in_words_with_the_nir_under_its_permission(self, as_role, family) -> None:
        page = as_role("rsa_office").get(f"/personnes/{family['AMINA'].pk}/identite/").content.decode()
        assert "RSA ouvert et versé" in page
        assert "2 88 99 26 990 001" in page
        assert "Karim Bensaid" in page
        counsellor = as_role("counsellor").get(f"/personnes/{family['AMINA'].pk}/identite/").content.decode()
        assert "990 001" not in counsellor

    def test_the_shared_screen_says_nothing_of_the_spouse(self, as_role, family) -> None:
        page = (
            as_role("orientation_officer").get(f"/personnes/{family['AMINA'].pk}/identite/?partage=1").content.decode()
        )
        assert "En couple" in page
        assert "KARIM" not in page
        assert "990 001" not in page
        assert "Historique des droits" not in page

    def test_opening_the_card_alone_leaves_a_trace(self, as_role, family) -> None:
        client = as_role("counsellor")
        client.get(f"/personnes/{family['AMINA'].pk}/identite/", headers={"HX-Request": "true"})
        assert not Consultation.objects.exists()
        client.get(f"/personnes/{family['AMINA'].pk}/identite/")
        assert Consultation.objects.get().page == "Identité et droits"

    def test_a_partner_does_not_open_a_stranger(self, as_role, family) -> None:
        client = as_role("provider", "provider")
        for card in ("identite", "coordonnees"):
            assert client.get(f"/personnes/{family['AMINA'].pk}/{card}/").status_code == 404

    def test_a_confidential_address_is_not_shown(self, office: Client, family) -> None:
        amina = family["AMINA"].pk
        assert "LILAS" in office.get(f"/personnes/{amina}/coordonnees/").content.decode()
        office.post(
            f"/personnes/{amina}/corriger/",
            {"last_name": "BENSAID", "first_name": "AMINA", "birth_name": "MEYER", "confidential_address": "on"},
        )
        page = office.get(f"/personnes/{amina}/coordonnees/").content.decode()
        assert "LILAS" not in page and "Adresse confidentielle" in page

    def test_the_delays_card_counts_days(self, office: Client, family) -> None:
        page = office.get(f"/personnes/{family['AMINA'].pk}/delais/").content.decode()
        assert "J\u00a018/15" in page
        assert "dépassé de 3 jours" in page


class TestContacts:
    def test_a_phone_is_added_chosen_and_declared_dead(self, office: Client, family) -> None:
        amina = family["AMINA"].pk
        office.post(
            f"/personnes/{amina}/coordonnees/modifier/",
            {"kind": "phone", "value": "07 11 11 11 11", "given_by": "person"},
        )
        phone = Contact.objects.get()
        assert (phone.value, phone.kind, phone.source, phone.is_preferred) == ("+33711111111", "mobile", "person", True)
        page = office.get(f"/personnes/{amina}/coordonnees/modifier/").content.decode()
        assert "07 11 11 11 11" in page
        office.post(f"/personnes/{amina}/coordonnees/{phone.pk}/hors-service/", {"reason": "Numéro non attribué"})
        phone.refresh_from_db()
        assert phone.is_dead

    def test_a_wrong_number_is_said(self, office: Client, family) -> None:
        path = f"/personnes/{family['AMINA'].pk}/coordonnees/modifier/"
        answer = office.post(path, {"kind": "phone", "value": "06 12", "given_by": "person"})
        assert answer.status_code == 422
        assert "complet" in answer.content.decode() and 'value="06 12"' in answer.content.decode()

    def test_the_contact_of_somebody_else_is_not_found(self, office: Client, family) -> None:
        amina, karim = family["AMINA"].pk, family["KARIM"].pk
        office.post(
            f"/personnes/{amina}/coordonnees/modifier/",
            {"kind": "email", "value": "a@exemple.fr", "given_by": "typed"},
        )
        kept = Contact.objects.get()
        assert office.post(f"/personnes/{karim}/coordonnees/{kept.pk}/premier/").status_code == 404

    def test_an_address_is_typed_with_the_commune(self, office: Client, family) -> None:
        office.post(f"/personnes/{family['AMINA'].pk}/adresse/", {"street": "3 place Haute", "insee": "99001"})
        typed = Address.objects.get(source="typed")
        assert (typed.city, typed.postal_code, typed.commune_id) == ("Exempleville", "99000", "99001")


class TestReviews:
    @pytest.fixture
    def unknown(self, at: datetime) -> ReviewItem:
        apply_households([household(members=(member(subject=None),))], file=file(), by=BY, at=at)
        return ReviewItem.objects.get()

    def test_the_office_answers_yes(self, office: Client, unknown: ReviewItem) -> None:
        page = office.get("/personnes/a-verifier/").content.decode()
        assert "La caisse ne dit pas" in page
        office.post(f"/personnes/a-verifier/{unknown.pk}/droits-et-devoirs/", {"subject": "yes"})
        assert Entry.objects.count() == 1
        assert "Rien à vérifier" in office.get("/personnes/a-verifier/").content.decode()

    def test_an_answer_is_needed(self, office: Client, unknown: ReviewItem) -> None:
        office.post(f"/personnes/a-verifier/{unknown.pk}/droits-et-devoirs/", {})
        office.post(f"/personnes/a-verifier/{unknown.pk}/regler/", {"outcome": ""})
        unknown.refresh_from_db()
        assert unknown.settled_at is None

    def test_two_agents_on_one_point_the_second_is_not_lost(self, office: Client, unknown: ReviewItem) -> None:
        path = f"/personnes/a-verifier/{unknown.pk}/droits-et-devoirs/"
        office.post(path, {"subject": "no"})
        assert office.post(path, {"subject": "yes"}).status_code == 404
        assert Entry.objects.count() == 0

    def test_the_list_filters_and_costs_the_same(self, office: Client, unknown: ReviewItem, at: datetime) -> None:
        def count() -> int:
            with CaptureQueriesContext(connection) as seen:
                assert office.get("/personnes/a-verifier/?kind=duties_unknown").status_code == 200
            return len(seen)

        count()  # the first page of a browser reads a little more
        few = count()
        others = [household(claim_number=f"{n:011d}", members=(member(nir13="", nir_valid=False, subject=None,
                  first_name=f"P{'ABCDEFGHIJ'[n]}"),)) for n in range(10)]  # fmt: skip
        apply_households(others, file=file(), by=BY, at=at)
        assert count() == few

    def test_the_day_counts_them(self, office: Client, unknown: ReviewItem) -> None:
        page = office.get("/ma-journee/a-verifier/", headers={"HX-Request": "true"}).content.decode()
        assert "Droits et devoirs inconnus" in page


def test_cards_cost_the_same_in_a_big_household(as_role, family, at: datetime) -> None:
    client = as_role("rsa_office")

    def count(person: Person) -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/personnes/{person.pk}/identite/")
        return len(seen)

    alone = many(1, start=51)[0]
    apply_households([alone], file=file(), by=BY, at=at)
    single = Person.objects.get(roles__household__claim_number=alone.claim_number)
    count(single)  # the first page of a browser reads a little more
    assert count(family["AMINA"]) == count(single)


class TestPayerBeside:
    """What the payer gives otherwise is shown beside what an agent typed, and taken in one click."""

    def test_the_payer_s_number_is_adopted_in_one_click(self, office: Client, family, at: datetime) -> None:
        amina = family["AMINA"]
        add_contact(person_id=amina.pk, kind="mobile", value="+33711111111", source="typed", by=BY, at=at)
        facts = ContactFacts("2055990", "DEM", "", "", ("+33612345678",), "", claimed_on=date(2026, 9, 12))
        apply_contacts([facts], received_on=date(2026, 11, 6), run_id=3, by=BY, at=at)
        card = office.get(f"/personnes/{amina.pk}/coordonnees/").content.decode()
        assert "CAF : <strong>06 12 34 56 78</strong> (06/11/2026) / saisi : <strong>07 11 11 11 11</strong>" in card
        payers = Contact.objects.get(source="caf")
        office.post(f"/personnes/{amina.pk}/coordonnees/{payers.pk}/premier/")
        assert "La caisse donne autre chose" not in office.get(f"/personnes/{amina.pk}/coordonnees/").content.decode()
        identity = office.get(f"/personnes/{amina.pk}/identite/").content.decode()
        assert "selon le fichier de contacts" in identity
        assert "12 septembre 2026" in identity
