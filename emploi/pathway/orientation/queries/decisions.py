"""Reading decisions: the current one, the history, the unsent, the bodies and referents one may choose."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from emploi.foundation import clock, department
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.messaging.models import Message
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.clocks.enums import DeadlineKind
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation.models import Decision, EngagementContract, Modality, PublicBody
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.roles import Role
from emploi.territory.geography import queries as geography
from emploi.territory.organizations.enums import FOR_ONE_PUBLIC
from emploi.territory.organizations.models import Organization
from emploi.territory.rulebook import queries as rulebook
from emploi.territory.rulebook.facts import Source

# Who may be a "référent unique" (AMB-09): those who accompany people, not those who run the office.
REFERENT_ROLES = (Role.COUNSELLOR, Role.SOCIAL_WORKER, Role.ORIENTATION_OFFICER, Role.PROVIDER)

# How near a body that leads a pathway is, from the one named first to those kept for one public.
KEPT_FOR_SOME = 4


@dataclass(frozen=True, slots=True)
class Appeal:
    """The delay to contest a decision, and its last day."""

    months: int
    last_on: date
    source: Source


def decisions() -> QuerySet[Decision]:
    """Return decisions with everything a list shows, in one query."""
    return Decision.objects.select_related(
        "person", "entry", "entry__commune", "modality", "responsible_organization", "referent", "decided_by"
    )


def current_decision(entry_id: int) -> Decision | None:
    """Return the orientation in force for an entry."""
    return decisions().filter(entry_id=entry_id, is_current=True).first()


def decision_at(entry_id: int, moment: datetime) -> Decision | None:
    """Return the orientation that was in force for an entry at a past moment."""
    known = decisions().filter(entry_id=entry_id, recorded_at__lte=moment)
    return known.order_by("-recorded_at", "-pk").first()


def current_decisions(entry_ids: Sequence[int]) -> dict[int, Decision]:
    """Return the orientation in force of each of these entries, in one query."""
    return {row.entry_id: row for row in decisions().filter(entry_id__in=entry_ids, is_current=True)}


def entries_with_current_decision(entry_ids: Sequence[int]) -> set[int]:
    """Return, among these entries, those that have an orientation in force."""
    return set(Decision.objects.current().filter(entry_id__in=entry_ids).values_list("entry_id", flat=True))


def history_of(person_id: int) -> QuerySet[Decision]:
    """Return every orientation of a person, the latest first (former entries included)."""
    return decisions().filter(person_id=person_id).order_by("-decided_on", "-id")


def engagement_of(decision_id: int) -> EngagementContract | None:
    """Return the contrat d'engagement d'orientation of a decision."""
    return EngagementContract.objects.filter(decision_id=decision_id).select_related("document", "officer").first()


def untold_decisions() -> QuerySet[Decision]:
    """Return our decisions the person has not received, the oldest first, with where their letter stands."""
    letter = Message.objects.filter(document_id=OuterRef("notification_id"), channel=Channel.LETTER).order_by("-pk")
    return (
        decisions()
        .filter(pk__in=Decision.objects.untold().values("pk"), entry__closed_on=None)
        .annotate(
            letter_status=Subquery(letter.values("status")[:1]), printed_at=Subquery(letter.values("sent_at")[:1])
        )
        .order_by("decided_on", "id")
    )


def printed_at(decision: Decision) -> datetime | None:
    """Return the moment the letter that encloses the decision was printed: asking for it is not sending it."""
    if decision.notification_id is None:
        return None
    letters = Message.objects.filter(document_id=decision.notification_id, channel=Channel.LETTER)
    return letters.exclude(sent_at=None).order_by("sent_at").values_list("sent_at", flat=True).first()


def registered_letter_of(document_id: int | None) -> Message | None:
    """Return the registered letter that encloses a document, with what the post said of it."""
    if document_id is None:
        return None
    letters = Message.objects.filter(document_id=document_id, channel=Channel.LETTER, is_registered=True)
    return letters.select_related("registered").order_by("-pk").first()


def appeal_of(decision: Decision) -> Appeal | None:
    """Return until when the person may contest, by the rules of the day she was told; None until she was."""
    if decision.notified_on is None:
        return None
    found = rulebook.parameter("appeal_months", decision.notified_on)
    return Appeal(months=int(found.value), last_on=appeal_end(decision.notified_on), source=found.source)


def appeal_end(notified_on: date) -> date:
    """Return the last day to contest; a day that is not worked is put off, for the person's benefit (legal.md §6)."""
    months = int(rulebook.value("appeal_months", notified_on))
    return clock.next_working_day(clock.add_months(notified_on, months))


def responsible_bodies(modality: Modality, entry: Entry) -> QuerySet[Organization]:
    """Return the bodies that may lead a pathway, those of the person's territory first, then the whole Département."""
    territory = geography.territory_of(entry.commune_id) if entry.commune_id else None
    return bodies_near(modality, territory.pk if territory else 0)


def bodies_near(modality: Modality, territory_id: int) -> QuerySet[Organization]:
    """Return the bodies that may lead a pathway, seen from a territory (0 when it is not known).

    Those kept for one public (farmers, self-employed, the young) come after all the others: who is in it is told apart.
    """
    kept_for_some = PublicBody.objects.filter(public__is_active=True).values("organization")
    nearness = Case(
        When(pk=modality.responsible_organization_id or 0, then=Value(0)),
        When(pk__in=kept_for_some, then=Value(KEPT_FOR_SOME)),
        When(kind__in=FOR_ONE_PUBLIC, then=Value(KEPT_FOR_SOME)),
        When(territory=territory_id, then=Value(1)),
        When(territory__isnull=True, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return (
        Organization.objects.responsible()
        .filter(kind__in=modality.responsible_kinds)
        .annotate(nearness=nearness)
        .order_by("nearness", "name")
    )


def referents_by_entry(entry_ids: Collection[int]) -> dict[int, int]:
    """Return the agent named as referent of each entry by the orientation in force, unless she left; one query."""
    named = Decision.objects.current().filter(entry__in=entry_ids, referent__is_active=True)
    return dict(named.values_list("entry_id", "referent_id"))


def referents_by_person(person_ids: Collection[int]) -> dict[int, int]:
    """Return the agent named as referent of each person by the orientation in force, unless she left; one query."""
    named = Decision.objects.current().filter(person__in=person_ids, referent__is_active=True).order_by("pk")
    return dict(named.values_list("person_id", "referent_id"))


def referents_of(organization_id: int, on: date) -> QuerySet[Agent]:
    """Return the agents of a body who may be named referent that day."""
    # One filter() only: the organisation, the role and the dates are those of the same membership.
    return (
        Agent.objects.filter(
            Q(memberships__ended_on=None) | Q(memberships__ended_on__gte=on),
            is_active=True,
            memberships__organization_id=organization_id,
            memberships__role__in=REFERENT_ROLES,
            memberships__started_on__lte=on,
        )
        .order_by("last_name", "first_name")
        .distinct()
    )


def referents_of_bodies(bodies: QuerySet[Any], on: date) -> QuerySet[Agent]:
    """Return the agents who may be named referent in one of these bodies that day."""
    posts = Membership.objects.active(on=on).filter(role__in=REFERENT_ROLES, organization__in=bodies)
    return Agent.objects.filter(is_active=True, pk__in=posts.values("agent")).order_by("last_name", "first_name", "pk")


def possible_referents(modality: Modality) -> QuerySet[Agent]:
    """Return the agents of every body that may lead a pathway; the action checks the body chosen."""
    return (
        Agent.objects.filter(
            is_active=True,
            memberships__ended_on=None,
            memberships__role__in=REFERENT_ROLES,
            memberships__organization__kind__in=modality.responsible_kinds,
            memberships__organization__can_be_responsible=True,
        )
        .order_by("last_name", "first_name")
        .distinct()
    )


def possible_referents_anywhere() -> QuerySet[Agent]:
    """Return the agents who may be named referent in some body."""
    posts = Membership.objects.filter(agent=OuterRef("pk"), ended_on=None, role__in=REFERENT_ROLES)
    return Agent.objects.filter(Exists(posts), is_active=True).order_by("last_name", "first_name", "pk")


def six_weeks_overdue_on(entry_id: int, on: date) -> date | None:
    """Return the day six weeks ended when no first orientation came in time: France Travail decides (D262-65-2)."""
    return six_weeks_overdue([entry_id], on).get(entry_id)


def six_weeks_overdue(entry_ids: Sequence[int], on: date) -> dict[int, date]:
    """Return, among these entries, those whose six weeks ended without an orientation, with the day, in one query."""
    owed = Deadline.objects.waiting().filter(entry_id__in=entry_ids, kind=DeadlineKind.ORIENTATION_SIX_WEEKS)
    return dict(owed.filter(due_on__lt=on).values_list("entry_id", "due_on"))


def legal_delay(entry: Entry) -> str:
    """Return how long the Département has before France Travail decides, in words; nothing before that law."""
    try:
        return rulebook.in_words("orientation_weeks_legal", entry.reopened_on or entry.opened_on)
    except rulebook.UnknownValue:
        return ""


def default_delegation(agent: Agent) -> str:
    """Return the mention of delegation of an agent: on whose behalf she signs, and the act that allows it."""
    act = department.wording("orientation.delegation_act", "")
    mention = f"{department.identity().signatory_title}, {agent.full_name}"
    return f"{mention} ({act})" if act else mention
