"""A small Département to give appointments in: two places, two officers, people who just entered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.actions import OpeningPlan
from emploi.pathway.appointments.models import Kind, Opening, Slot
from emploi.pathway.beneficiaries.enums import ContactKind, Source
from emploi.pathway.beneficiaries.models import Address, Contact, Entry, Household, HouseholdRole, Person
from emploi.pathway.clocks.actions import start_deadlines
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.roles import Role
from emploi.territory.geography.models import Commune, Place
from emploi.territory.organizations.models import Organization
from emploi.territory.rulebook.actions import load_shipped

TESTS = Actor.system("Tests")
MONDAY = date(2026, 11, 23)
WORKDAYS = (1, 2, 3, 4, 5)


@dataclass
class World:
    """What a test needs at hand."""

    kind: Kind
    town: Place
    village: Place
    officer: Agent
    colleague: Agent
    secretary: Agent
    counter: int = 0
    people: list[Entry] = field(default_factory=list)

    @property
    def by(self) -> Actor:
        return self.officer.as_actor()

    def entry(self, first_name: str = "Nadia", **wanted: Any) -> Entry:
        """Somebody who entered today; `mobile`, `email`, `address`, `opened_on`, `birth_date`… change what is known."""
        self.counter += 1
        number = self.counter
        opened_on = wanted.pop("opened_on", MONDAY)
        contacts = {ContactKind.MOBILE: wanted.pop("mobile", f"+3363998{number:04d}")}
        contacts[ContactKind.EMAIL] = wanted.pop("email", "")
        address = wanted.pop("address", True)
        commune = wanted.pop("commune", self.town.commune)
        with acting(TESTS):
            household = Household.objects.create(claim_number=f"{number:011d}", payer="CAF", state="2")
            person = Person.objects.create(
                **{
                    "title": "MME",
                    "first_name": first_name,
                    "last_name": f"ESSAI{number}",
                    "sort_name": f"ESSAI{number:04d} {first_name}",
                    "search_text": f"essai{number} {first_name.lower()}",
                    "birth_date": date(1988, 4, 12),
                    **wanted,
                }
            )
            HouseholdRole.objects.create(
                person=person, household=household, role="DEM", started_on=opened_on, subject_to_duties=True
            )
            entry = Entry.objects.create(
                person=person, household=household, opened_on=opened_on, kind="first", commune=commune
            )
            for kind, value in contacts.items():
                if value:
                    Contact.objects.create(
                        person=person, kind=kind, value=value, source=Source.TYPED, received_on=opened_on
                    )
            if address:
                Address.objects.create(
                    household=household,
                    source=Source.CAF,
                    lines={"number": "12", "street_type": "RUE", "street": "DES LILAS"},
                    postal_code="99000",
                    city="EXEMPLEVILLE",
                    commune=commune,
                    received_on=opened_on,
                )
        start_deadlines(entry_ids=[entry.pk], by=TESTS, at=clock.at_noon(opened_on))
        self.people.append(entry)
        return entry

    def opening(self, **wanted: Any) -> Opening:
        """Every working day from today for two weeks, nine to twelve, an hour each, at the town hall, the officer."""
        plan = OpeningPlan(
            **{
                "agent_id": self.officer.pk,
                "place_id": self.town.pk,
                "kind_id": self.kind.pk,
                "first_on": MONDAY,
                "last_on": MONDAY + timedelta(days=13),
                "weekdays": WORKDAYS,
                "starts_at": time(9),
                "ends_at": time(12),
                "slot_minutes": 60,
                **wanted,
            }
        )
        return actions.create_opening(plan=plan, by=self.by, at=clock.now()).opening

    def slot(self, day: date, hour: int, *, agent: Agent | None = None) -> Slot:
        """The slot of an agent at an hour."""
        return Slot.objects.get(agent=agent or self.officer, starts_at=at(day, hour))


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A moment in Paris."""
    return datetime.combine(day, time(hour, minute), clock.ZONE)


def build() -> World:
    """Two communes, two places, three agents, the rulebook, the first interview."""
    load_shipped(by=TESTS, at=at(date(2026, 1, 1)))
    with acting(TESTS):
        big = _commune("99001", "Exempleville", 45.0, 5.0)
        small = _commune("99002", "Bourg-Témoin", 45.2, 5.2)
        town = Place.objects.create(
            slug="ville", name="Maison du Département", address="1 place du Modèle", commune=big,
            phone="0465719910", accessible=True, directions="Arrêt de bus « Mairie ». Ascenseur dans le hall.",
        )  # fmt: skip
        village = Place.objects.create(
            slug="bourg", name="Permanence de Bourg-Témoin", address="2 rue Basse", commune=small
        )
        service = Organization.objects.create(slug="pole", name="Pôle insertion", kind="pole_insertion")
        kind, _ = Kind.objects.get_or_create(
            is_first_interview=True,
            defaults={
                "slug": "premier-rendez-vous", "name": "Premier rendez-vous d’orientation", "duration_minutes": 60,
                "presentation": "Nous parlons de votre situation.", "what_to_bring": "Une pièce d’identité\nVotre CV",
            },
        )  # fmt: skip
        officer = agent("Claire", "Martin", Role.ORIENTATION_OFFICER, service)
        colleague = agent("Hugo", "Petit", Role.ORIENTATION_OFFICER, service)
        secretary = agent("Sonia", "Roux", Role.RSA_OFFICE, service)
    return World(kind, town, village, officer, colleague, secretary)


def agent(first_name: str, last_name: str, role: str, service: Organization) -> Agent:
    """An account with one role everywhere."""
    email = f"{first_name}.{last_name}@exemple.invalid".lower()
    created = Agent.objects.create_user(email, "mot-de-passe-de-test", first_name=first_name, last_name=last_name)
    Membership.objects.create(agent=created, organization=service, role=role, started_on=date(2020, 1, 1))
    return created


def _commune(code: str, name: str, latitude: float, longitude: float) -> Commune:
    commune, _ = Commune.objects.update_or_create(
        code=code,
        defaults={
            "name": name, "name_sort": name.lower(), "department_code": "99", "postal_codes": ["99000"],
            "latitude": latitude, "longitude": longitude,
        },
    )  # fmt: skip
    return commune
