"""The people of these stories, and the little world they live in (the fictional Département)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.pathway.appointments.models import Appointment, Kind, Slot
from emploi.pathway.beneficiaries.models import Address, Contact, Entry, Household, HouseholdRole, Person
from emploi.pathway.clocks import actions as clocks
from emploi.pathway.orientation import actions
from emploi.pathway.orientation.models import Decision, Interview, Modality
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.roles import Role
from emploi.territory.geography.models import Commune, Place
from emploi.territory.organizations.models import Organization
from emploi.territory.rulebook import actions as rulebook

SYSTEM = Actor.system("essai")
J0 = date(2026, 11, 16)
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE)
# Appointments of one slot each, so that two never meet in the same agent's hour.
_hours = iter(range(1, 10_000))


@dataclass
class World:
    """Services, bodies, professionals and pathways."""

    department: Organization
    france_travail: Organization
    provider: Organization
    place: Place
    officer: Agent
    colleague: Agent
    social_worker: Agent
    provider_agent: Agent
    office: Agent

    def modality(self, slug: str) -> Modality:
        return Modality.objects.get(slug=slug)


def make_world() -> World:
    with acting(SYSTEM):
        rulebook.load_shipped(by=SYSTEM, at=MORNING)
        actions.load_modalities(by=SYSTEM, at=MORNING)
        commune = Commune.objects.create(
            code="99001", name="Exempleville", name_sort="exempleville", department_code="99", postal_codes=["99000"]
        )
        place = Place.objects.create(name="Maison du Val", address="1 place du Modèle", commune=commune)
        department = organization("departement", "Pôle insertion du Val", "pole_insertion", agenda_is_ours=True)
        france_travail = organization("france-travail", "France Travail Exempleville", "france_travail")
        provider = organization("ateliers", "Les Ateliers du Modèle", "provider")
        return World(
            department=department,
            france_travail=france_travail,
            provider=provider,
            place=place,
            officer=agent("Claire", "Martin", Role.ORIENTATION_OFFICER, department),
            colleague=agent("Hugo", "Petit", Role.ORIENTATION_OFFICER, department),
            social_worker=agent("Inès", "Leroy", Role.SOCIAL_WORKER, department),
            provider_agent=agent("Paul", "Duval", Role.PROVIDER, provider),
            office=agent("Sophie", "Bernard", Role.RSA_OFFICE, department),
        )


def organization(slug: str, name: str, kind: str, **values: Any) -> Organization:
    return Organization.objects.create(slug=slug, name=name, kind=kind, can_be_responsible=True, **values)


def agent(first_name: str, last_name: str, role: str, home: Organization) -> Agent:
    found = Agent.objects.create(
        email=f"{first_name}.{last_name}@essai.fr".lower(), first_name=first_name, last_name=last_name
    )
    Membership.objects.create(agent=found, organization=home, role=role, started_on=date(2026, 1, 1))
    return found


def entrant(first_name: str = "Amina", last_name: str = "Benali", *, opened_on: date = J0, **household: Any) -> Entry:
    """A person who entered the RSA, with her clocks running."""
    values = {"payer": "CAF", "state": "2", "last_reference_on": date(2026, 11, 1), "dependants": 2, **household}
    with acting(SYSTEM):
        home = Household.objects.create(claim_number=f"{next(_hours):011d}", **values)
        person = Person.objects.create(
            first_name=first_name,
            last_name=last_name,
            birth_date=date(1990, 5, 14),
            sex="2",
            search_text=f"{first_name} {last_name}".lower(),
            sort_name=f"{last_name} {first_name}".lower(),
            name_key=f"{last_name}{first_name}".lower(),
        )
        HouseholdRole.objects.create(
            person=person, household=home, role="DEM", started_on=opened_on, subject_to_duties=True
        )
        Address.objects.create(
            household=home,
            source="caf",
            lines={"number": "3", "street_type": "rue", "street": "des Lilas"},
            postal_code="99000",
            city="EXEMPLEVILLE",
            received_on=opened_on,
        )
        Contact.objects.create(person=person, kind="mobile", value="+33639981234", source="caf", received_on=opened_on)
        entry = Entry.objects.create(
            person=person, household=home, opened_on=opened_on, kind="first", commune_id="99001"
        )
        clocks.start_deadlines(entry_ids=[entry.pk], by=SYSTEM, at=MORNING)
    return entry


def appointment(world: World, entry: Entry, *, starts_at: datetime = MORNING, **values: Any) -> Appointment:
    """A first interview planned with the officer."""
    kind = values.pop("kind", None) or Kind.objects.get(is_first_interview=True)
    officer = values.pop("agent", world.officer)
    with acting(SYSTEM):
        slot = free_slot(world, starts_at, kind=kind, agent=officer)
        return Appointment.objects.create(
            person_id=entry.person_id,
            entry=entry,
            kind=kind,
            slot=slot,
            agent=officer,
            place=world.place,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=45),
            is_first_interview=kind.is_first_interview,
            booked_at=starts_at - timedelta(days=3),
            booked_via="person",
            **values,
        )


def free_slot(world: World, starts_at: datetime, *, kind: Kind, agent: Agent) -> Slot:
    with acting(SYSTEM):
        return Slot.objects.create(
            agent=agent, place=world.place, kind=kind, period=(starts_at, starts_at + timedelta(minutes=45))
        )


def interview(world: World, entry: Entry | None = None) -> Interview:
    """An interview in progress with the officer."""
    entry = entry or entrant()
    return actions.start_interview(entry_id=entry.pk, by=world.officer.as_actor(), at=MORNING)


def told(world: World, held: Interview, **answers: Any) -> None:
    """What the person says, recorded by the officer."""
    actions.save_answers(interview_id=held.pk, answers=answers, by=world.officer.as_actor(), at=MORNING)


def ready_to_orient(world: World, entry: Entry | None = None, **answers: Any) -> Interview:
    """An interview whose first two steps are done."""
    held = interview(world, entry)
    told(world, held, **(answers or {"first_wish": "job", "ready": "now"}))
    for step in ("rights_and_duties", "diagnosis"):
        actions.complete_step(interview_id=held.pk, step=step, by=world.officer.as_actor(), at=MORNING)
    return held


def decided(world: World, held: Interview, slug: str = "emploi_direct", **values: Any) -> Decision:
    """The orientation chosen with the person."""
    draft = actions.Draft(
        modality_id=world.modality(slug).pk,
        responsible_organization_id=values.pop("organization", world.department).pk,
        interview_id=held.pk,
        agreed_with_person=True,
        **values,
    )
    return actions.decide_orientation(entry_id=held.entry_id, draft=draft, by=world.officer.as_actor(), at=MORNING)
