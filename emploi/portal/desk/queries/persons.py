"""The list of persons: one line each, whatever the size of the Département."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from emploi.foundation import clock
from emploi.foundation.ui.french import age_on
from emploi.pathway.appointments import queries as appointments
from emploi.pathway.appointments.enums import ACTIVE_STATUSES
from emploi.pathway.appointments.models import Appointment, Invitation, InvitationStop, Kind
from emploi.pathway.appointments.queries import standing as follow_up
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.beneficiaries.queries import hidden_homes
from emploi.pathway.orientation.models import Decision
from emploi.portal.desk.queries.people import only_visible
from emploi.portal.desk.queries.steps import next_steps
from emploi.portal.desk.rules.next_step import Facts, NextStep
from emploi.territory.agents.models import Agent
from emploi.territory.geography import queries as geography
from emploi.territory.geography.models import Territory


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One line of the list."""

    person: Person
    entry: Entry | None
    age: int | None
    territory: Territory | None
    step: NextStep
    facts: Facts
    standing: str = ""
    hides_home: bool = False
    stop: InvitationStop | None = None


def plain(text: str) -> str:
    """Return a text in small letters without accents nor punctuation, as names are stored for searching."""
    folded = unicodedata.normalize("NFKD", text.lower())
    kept = "".join(c if c.isalnum() else " " for c in folded if not unicodedata.combining(c))
    return " ".join(kept.split())


def named(text: str, prefix: str = "") -> Q:
    """Return the condition for people whose names hold each word, in any order, accents ignored."""
    condition = Q()
    for word in plain(text).split():
        condition &= Q(**{f"{prefix}search_text__contains": word})
    return condition


def in_pathway(agent: Agent) -> QuerySet[Entry]:
    """Return the running entries of the people this agent may see, ready for the list."""
    return only_visible(Entry.objects.open(), agent).select_related("person", "commune")


def in_order_of_names(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Say what the index of names knows, so that a page is read from it and not sorted: adults have names to search."""
    return entries.exclude(person__search_text="")


def oriented() -> Exists:
    """Return the condition for entries with an orientation in force."""
    return Exists(Decision.objects.current().filter(entry_id=OuterRef("pk")))


def oriented_to(*, body: str | None = None, referent: str | None = None, way: str | None = None) -> Q:
    """Return the condition for entries oriented to a body, to a referent of that name, or by a way; all three hold."""
    if not (body or referent or way):
        return Q()
    found = Decision.objects.current()
    if body:
        found = found.filter(responsible_organization_id=int(body))
    if way:
        found = found.filter(modality__slug=way)
    for word in (referent or "").split():
        said = Q(referent__last_name__icontains=word) | Q(referent__first_name__icontains=word)
        found = found.filter(said)
    return Q(pk__in=found.order_by().values("entry_id"))


def invited_between(kind: Kind, first: date | None, last: date | None) -> Q:
    """Return the condition for entries invited or summoned to a kind between two days, both included."""
    if not (first or last):
        return Q()
    sent = Invitation.objects.filter(kind=kind, revoked_at=None, entry__isnull=False)
    sent = sent.filter(sent_on__gte=first) if first else sent
    sent = sent.filter(sent_on__lte=last) if last else sent
    return Q(pk__in=sent.order_by().values("entry_id"))


def expected_between(kind: Kind, first: date | None, last: date | None) -> Q:
    """Return the condition for entries with an appointment of a kind between two days, given up ones left out."""
    if not (first or last):
        return Q()
    given = Appointment.objects.filter(kind=kind, status__in=ACTIVE_STATUSES, entry__isnull=False)
    given = given.filter(starts_at__gte=clock.start_of(first)) if first else given
    given = given.filter(starts_at__lt=clock.start_of(clock.add_days(last, 1))) if last else given
    return Q(pk__in=given.order_by().values("entry_id"))


def at_standing(entries: QuerySet[Entry], name: str, kind: Kind, *, at: datetime) -> QuerySet[Entry]:
    """Narrow to the people whose follow-up is at a status, or in one of its lists."""
    return follow_up.standing_in(entries, name, kind, at)


def lines(entries: Sequence[Entry], *, at: datetime, kind: Kind | None = None) -> list[PersonLine]:
    """Complete a page of entries into lines, in a constant number of queries; the follow-up is that of the kind."""
    followed = kind or appointments.first_interview_kind()
    standing = follow_up.standings([entry.pk for entry in entries], followed, at)
    steps = next_steps([entry.person_id for entry in entries], at=at)
    territories = geography.territories_of(entry.commune_id for entry in entries if entry.commune_id)
    hidden = hidden_homes([entry.household_id for entry in entries])
    stops = appointments.stops_of([entry.person_id for entry in entries], at.date())
    return [
        replace(
            _line(entry, steps, territories, at.date()),
            standing=standing.get(entry.pk, ""),
            hides_home=entry.household_id in hidden,
            stop=stops.get(entry.person_id),
        )
        for entry in entries
    ]


def _line(
    entry: Entry, steps: dict[int, tuple[NextStep, Facts]], territories: dict[str, Territory], today: date
) -> PersonLine:
    step, facts = steps[entry.person_id]
    return PersonLine(
        person=entry.person,
        entry=entry,
        age=age_on(entry.person.birth_date, today),
        territory=territories.get(entry.commune_id or ""),
        step=step,
        facts=facts,
    )
