"""Contacts of the payer's file and those typed: each keeps its source, the typed one is used first."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emploi.foundation.errors import DomainError
from emploi.pathway.beneficiaries.actions import (
    add_contact,
    apply_contacts,
    apply_households,
    mark_contact_dead,
    prefer_contact,
    type_address,
)
from emploi.pathway.beneficiaries.facts import ContactFacts, TypedAddress
from emploi.pathway.beneficiaries.models import Address, Contact, Entry, Household, Person, StatedDate
from emploi.pathway.beneficiaries.queries import contacts_of, payer_differs, reach_of, stated_dates
from tests.pathway.beneficiaries.builders import file, household, many, member, spouse
from tests.pathway.beneficiaries.conftest import BY

pytestmark = pytest.mark.usefixtures("rules")

MOBILE, LANDLINE, TYPED = "+33612345678", "+33475792626", "+33711111111"


def line(**changes: object) -> ContactFacts:
    base: dict[str, object] = {
        "payer_number": "2055990",
        "role": "DEM",
        "nir13": "",
        "claim_number": "",
        "phones": (MOBILE, LANDLINE),
        "email": "amina@exemple.test",
    }
    return ContactFacts(**{**base, **changes})  # type: ignore[arg-type]


@pytest.fixture
def family(at: datetime) -> dict[str, Person]:
    apply_households([household(members=(member(), spouse()))], file=file(), by=BY, at=at)
    return {person.first_name: person for person in Person.objects.all()}


@pytest.fixture
def receive(at: datetime):
    def run(*lines: ContactFacts, received_on: date = date(2026, 11, 6)):
        return apply_contacts(lines, received_on=received_on, run_id=3, by=BY, at=at)

    return run


class TestFile:
    def test_payer_number_and_role_find_the_person(self, family, receive) -> None:
        done = receive(line(role="CJT"))
        assert (done.matched, done.added) == (1, 3)
        assert set(family["KARIM"].contacts.values_list("kind", flat=True)) == {"mobile", "phone", "email"}

    def test_the_nir_comes_before_the_number(self, family, receive) -> None:
        receive(line(role="CJT", nir13="2889926990001"))
        assert family["AMINA"].contacts.count() == 3
        assert family["KARIM"].contacts.count() == 0

    def test_an_unknown_line_is_reported_by_its_place(self, family, receive) -> None:
        done = receive(line(), line(payer_number="9999999"))
        assert (done.unmatched, done.unmatched_numbers) == (1, (1,))

    def test_the_same_file_twice_adds_nothing(self, family, receive) -> None:
        receive(line(), line(role="CJT"))
        before = list(Contact.objects.order_by("pk").values())
        done = receive(line(), line(role="CJT"))
        assert (done.added, done.unchanged) == (0, 2)
        assert list(Contact.objects.order_by("pk").values()) == before

    def test_it_dates_the_duties_of_the_running_entry(self, family, receive) -> None:
        receive(line(duties_since_on=date(2026, 9, 15)))
        assert Entry.objects.get(person=family["AMINA"]).duties_since_on == date(2026, 9, 15)

    def test_it_keeps_the_dates_it_states_with_the_day_it_came(self, family, receive) -> None:
        dates = {"claimed_on": date(2026, 9, 12), "duties_since_on": date(2026, 9, 15)}
        for received_on in (date(2026, 11, 6), date(2026, 11, 13)):
            receive(line(**dates), received_on=received_on)
        receive(line(claimed_on=date(2026, 9, 20)), received_on=date(2026, 11, 20))
        amina = family["AMINA"]
        said = [(row.kind, row.stated_on, row.received_on) for row in stated_dates(amina.pk)]
        assert said == [
            ("claim", date(2026, 9, 20), date(2026, 11, 20)),
            ("duties", date(2026, 9, 15), date(2026, 11, 6)),
        ]
        assert StatedDate.objects.count() == 3
        assert Entry.objects.get(person=amina).claimed_on == date(2026, 9, 10)

    def test_a_msa_line_is_found_by_its_nir_number(self, receive, at: datetime) -> None:
        apply_households([household(payer="MSA", payer_number="2889926990001")], file=file(), by=BY, at=at)
        assert receive(line(payer_number="2889926990001")).matched == 1

    def test_statements_do_not_move_with_lines(self, receive, at: datetime) -> None:
        apply_households(many(60), file=file(), by=BY, at=at)
        lines = [line(payer_number=f"{n:07d}", phones=(f"+336{n:08d}",)) for n in range(60)]

        def count(some: list[ContactFacts]) -> int:
            with CaptureQueriesContext(connection) as seen:
                receive(*some)
            return len(seen)

        assert count(lines[5:]) == count(lines[:5])


class TestTyped:
    def test_what_is_typed_is_used_first_and_survives_the_next_file(self, family, receive, at: datetime) -> None:
        amina = family["AMINA"].pk
        add_contact(person_id=amina, kind="phone", value=TYPED, source="typed", by=BY, at=at)
        receive(line(), received_on=date(2026, 12, 6))
        assert reach_of([amina])[amina].mobile == TYPED

    def test_what_the_payer_gives_otherwise_is_shown_beside_until_it_is_adopted(
        self, family, receive, at: datetime
    ) -> None:
        amina = family["AMINA"]
        add_contact(person_id=amina.pk, kind="mobile", value=TYPED, source="typed", by=BY, at=at)
        receive(line())
        ((payers, used),) = payer_differs(contacts_of(amina.pk))
        assert (payers.value, used.value) == (MOBILE, TYPED)
        prefer_contact(contact_id=payers.pk, by=BY, at=at)
        assert payer_differs(contacts_of(amina.pk)) == []
        assert reach_of([amina.pk])[amina.pk].mobile == MOBILE
        mark_contact_dead(contact_id=payers.pk, reason="Faux numéro", by=BY, at=at)
        receive(line(), received_on=date(2026, 12, 6))
        assert payer_differs(contacts_of(amina.pk)) == []

    def test_a_dead_number_given_again_by_the_payer_stays_dead(self, family, receive, at: datetime) -> None:
        receive(line())
        mobile = Contact.objects.get(value=MOBILE)
        mark_contact_dead(contact_id=mobile.pk, reason="Numéro non attribué", by=BY, at=at)
        receive(line())
        amina = family["AMINA"].pk
        assert reach_of([amina])[amina].mobile == ""
        assert reach_of([amina])[amina].best_phone == LANDLINE

    def test_a_dead_contact_cannot_be_chosen(self, family, at: datetime) -> None:
        kept = add_contact(person_id=family["AMINA"].pk, kind="phone", value=TYPED, source="person", by=BY, at=at)
        mark_contact_dead(contact_id=kept.pk, reason="Rendu", by=BY, at=at)
        with pytest.raises(DomainError, match="ne fonctionne plus"):
            prefer_contact(contact_id=kept.pk, by=BY, at=at)

    def test_one_is_preferred_at_a_time(self, family, receive, at: datetime) -> None:
        receive(line())
        add_contact(person_id=family["AMINA"].pk, kind="phone", value=TYPED, source="typed", by=BY, at=at)
        prefer_contact(contact_id=Contact.objects.get(value=MOBILE).pk, by=BY, at=at)
        preferred = Contact.objects.filter(is_preferred=True).values_list("value", flat=True)
        assert list(preferred) == [MOBILE]

    @pytest.mark.parametrize(("kind", "value"), [("phone", "0612"), ("email", "amina@exemple")])
    def test_what_cannot_be_dialled_or_written_to_is_refused(self, family, at: datetime, kind: str, value: str) -> None:
        with pytest.raises(DomainError) as refusal:
            add_contact(person_id=family["AMINA"].pk, kind=kind, value=value, source="typed", by=BY, at=at)
        assert refusal.value.field == "value"

    def test_a_death_of_a_number_needs_a_reason(self, family, at: datetime) -> None:
        kept = add_contact(person_id=family["AMINA"].pk, kind="phone", value=TYPED, source="typed", by=BY, at=at)
        with pytest.raises(DomainError):
            mark_contact_dead(contact_id=kept.pk, reason="  ", by=BY, at=at)


class TestAddress:
    def test_a_typed_address_and_its_commune_survive_the_next_file(self, family, at: datetime) -> None:
        home = Household.objects.get()
        typed = TypedAddress(street="3 place Haute", postal_code="99000", city="Exempleville", insee="99001")
        type_address(household_id=home.pk, address=typed, by=BY, at=at)
        away = household(members=(member(), spouse()), addresses=())
        later = file(reference_on=date(2026, 11, 30), created_on=date(2026, 12, 4), received_on=date(2026, 12, 5))
        apply_households([away], file=later, by=BY, at=at)
        home.refresh_from_db()
        assert home.commune_id == "99001"
        assert Address.objects.get(source="typed").is_current
