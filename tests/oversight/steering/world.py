"""Hand-made cohorts: entrants, what was offered to them, whether they came, what was decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.pathway.appointments.models import Appointment, Invitation, Kind, Slot
from emploi.pathway.beneficiaries.models import Entry, Household, Person
from emploi.pathway.clocks import actions as clocks
from emploi.pathway.orientation.models import Decision, Interview, Modality
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.geography.models import Commune, Grid, Place, Territory, TerritoryCommune
from emploi.territory.organizations.enums import OrganizationKind
from emploi.territory.organizations.models import Organization
from emploi.territory.rulebook.actions import load_shipped

TESTS = Actor.system("Tests")


@dataclass
class World:
    """A Département of two territories, three communes, one officer."""

    north: Territory
    south: Territory
    communes: dict[str, Commune]
    place: Place
    kind: Kind
    officer: Agent
    modality: Modality
    home: Organization
    number: int = 0
    entries: dict[str, Entry] = field(default_factory=dict)

    def entrant(self, name: str, opened_on: date, commune: str = "north", **changes: Any) -> Entry:
        """Somebody whose entry opened that day; the clocks start as they do in real life."""
        self.number += 1
        with acting(TESTS):
            household = Household.objects.create(claim_number=f"{self.number:011d}", payer="CAF", state="2")
            person = Person.objects.create(
                first_name=name, last_name=f"ESSAI{self.number}", search_text=name.lower(), sort_name=f"ESSAI{name}"
            )
            entry = Entry.objects.create(
                person=person,
                household=household,
                opened_on=opened_on,
                commune=self.communes[commune] if commune else None,
                **{"kind": "first", **changes},
            )
        clocks.start_deadlines(entry_ids=[entry.pk], by=TESTS, at=clock.at_noon(opened_on))
        self.entries[name] = entry
        return entry

    def invited(self, name: str, on: date) -> None:
        entry = self.entries[name]
        with acting(TESTS):
            Invitation.objects.create(
                entry=entry, person=entry.person, kind=self.kind, token=uuid4().hex, code=uuid4().hex[:8],
                sent_at=clock.at_noon(on), sent_on=on, expires_on=on + timedelta(days=10),
            )  # fmt: skip

    def slot(self, on: date) -> Slot:
        """One free place of first interview that day."""
        self.number += 1
        start = datetime.combine(on, time(8), clock.ZONE) + timedelta(minutes=self.number)
        with acting(TESTS):
            return Slot.objects.create(
                agent=self.officer,
                place=self.place,
                kind=self.kind,
                period=DateTimeTZRange(start, start + timedelta(minutes=1)),
                seats=1,
            )

    def appointment(self, name: str, on: date, status: str, **changes: Any) -> Appointment:
        """An appointment of first interview that day, in its own slot; held ones meet the clock."""
        entry, slot = self.entries[name], self.slot(on)
        start, end = slot.period.lower, slot.period.upper
        marked = {"marked_at": end} if status in ("held", "absent", "excused") else {}
        cancelled = {"cancelled_at": start} if status.startswith("cancelled") else {}
        with acting(TESTS):
            made = Appointment.objects.create(
                entry=entry, person=entry.person, slot=slot, agent=self.officer, place=self.place,
                starts_at=start, ends_at=end, status=status, booked_via="person",
                **{"kind": self.kind, "is_first_interview": True, "booked_at": clock.at_noon(on - timedelta(days=1)),
                   **marked, **cancelled, **changes},
            )  # fmt: skip
        if status == "held" and made.is_first_interview:
            self.met(name, on)
        return made

    def met(self, name: str, on: date, kind: str = "first_interview") -> None:
        at = clock.at_noon(on)
        clocks.meet(entry_ids=[self.entries[name].pk], kind=kind, on=on, by=TESTS, at=at)

    def closed(self, name: str, on: date, reason: str = "right_ended", known_on: date | None = None) -> None:
        entry = self.entries[name]
        with acting(TESTS):
            Entry.objects.filter(pk=entry.pk).update(
                closed_on=on, closing_reason=reason, closed_known_on=known_on or on
            )
        clocks.close_deadlines(exits=[(entry.pk, on, reason)], by=TESTS, at=clock.at_noon(on))

    def returned(self, name: str, on: date) -> None:
        """The same entry runs again after a true interruption."""
        entry = self.entries[name]
        with acting(TESTS):
            Entry.objects.filter(pk=entry.pk).update(
                closed_on=None, closing_reason="", closed_known_on=None, reopened_on=on
            )
        clocks.reopen_deadlines(entry_ids=[entry.pk], on=on, continuous=False, by=TESTS, at=clock.at_noon(on))

    def decided(self, name: str, on: date, basis: str = "interview", **changes: Any) -> None:
        entry, moment = self.entries[name], clock.at_noon(on)
        with acting(TESTS):
            interview = None
            if basis == "interview":
                interview = Interview.objects.create(
                    entry=entry, person=entry.person, officer=self.officer, started_at=moment, closed_at=moment
                )
            Decision.objects.create(
                **{
                    "interview": interview,
                    "entry": entry, "person": entry.person, "modality": self.modality, "legal_path": "social",
                    "responsible_organization": self.home, "basis": basis, "decided_on": on, "is_current": True,
                    "decided_by": self.officer, "recorded_at": moment, "delegation": "Essai",
                    "agreed_with_person": True, "regime_code": "R2", **changes,
                }
            )  # fmt: skip
        for kind in ("orientation_month", "orientation_six_weeks"):
            self.met(name, on, kind)


def agent(role: str, email: str = "") -> Agent:
    """Somebody of that role in the Département's own services."""
    with acting(TESTS):
        home, _ = Organization.objects.get_or_create(
            slug="departement-essai", defaults={"name": "Département", "kind": OrganizationKind.DEPARTEMENT}
        )
        found = Agent.objects.create(email=email or f"{role}@essai.fr", first_name="Agent", last_name=role)
        Membership.objects.create(agent=found, organization=home, role=role, started_on=clock.today())
    return found


def build() -> World:
    """An empty Département with its rulebook."""
    load_shipped(by=TESTS, at=clock.now())
    with acting(TESTS):
        grid = Grid.objects.create(slug="essai", name="Essai", kind="social", is_default=True)
        north = Territory.objects.create(grid=grid, slug="nord", name="Nord et ses montagnes", position=1)
        south = Territory.objects.create(grid=grid, slug="sud", name="Sud", position=2)
        communes = {}
        for number, (slug, territory) in enumerate((("north", north), ("village", north), ("south", south))):
            communes[slug] = Commune.objects.create(
                code=f"9900{number}", name=slug.title(), name_sort=slug, department_code="99"
            )
            TerritoryCommune.objects.create(territory=territory, commune=communes[slug], grid=grid)
        place = Place.objects.create(slug="maison", name="Maison", address="1 place", commune=communes["north"])
        kind, _ = Kind.objects.get_or_create(
            is_first_interview=True, defaults={"slug": "premier", "name": "Premier rendez-vous", "duration_minutes": 60}
        )
        modality, _ = Modality.objects.get_or_create(
            slug="essai", defaults={"name": "Accompagnement social", "legal_path": "social"}
        )
    officer = agent("orientation_officer")
    home = Organization.objects.get(slug="departement-essai")
    return World(north, south, communes, place, kind, officer, modality, home)
