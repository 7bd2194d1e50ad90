"""Decisions and France Travail: what is to send, what was sent and answered, where we departed from its word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from emploi.foundation.texts.guard import speaks_of_health
from emploi.foundation.ui.french import date_num_fr
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.clocks.enums import DeadlineKind
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation.enums import Decider, LegalPath
from emploi.pathway.orientation.models import Decision, SentDecision, Transmission
from emploi.pathway.orientation.models.transmission import Receipt
from emploi.pathway.orientation.queries.decisions import decisions
from emploi.pathway.orientation.queries.france_travail import with_recommended

SIX_WEEKS_PASSED = Q(
    kind=DeadlineKind.ORIENTATION_SIX_WEEKS,
    met_on=None,
    voided_on=None,
    entry__closed_on=None,
    entry__is_stock=False,
)


@dataclass(frozen=True, slots=True)
class Departure:
    """What France Travail had recommended, and why the decision is another one; `reason` may be still to write."""

    recommended: str
    reason: str
    is_written: bool


def unsent_decisions() -> QuerySet[Any]:
    """Return the decisions to send to France Travail, the oldest first, with its last refusal when there is one.

    Not here: a decision replaced before it was accepted; France Travail learns the one in force.
    """
    refused = (
        SentDecision.objects.filter(decision=OuterRef("pk"), answer=Receipt.REFUSED, transmission__undone_at=None)
    ).order_by("-answered_on", "-pk")
    found: QuerySet[Any] = (
        with_recommended(decisions())
        .filter(pk__in=Decision.objects.to_send().values("pk"))
        .select_related("departure", "entry__commune")
        .annotate(
            refused_on=Subquery(refused.values("answered_on")[:1]),
            refused_code=Subquery(refused.values("answer_code")[:1]),
            refused_words=Subquery(refused.values("answer_words")[:1]),
        )
        .order_by("decided_on", "id")
    )
    return found


def departure_of(decision: Decision) -> Departure | None:
    """Return how a decision departs from the recommendation known the day it was taken; None when it does not."""
    # A list brings it with its rows; one decision alone asks for it.
    listed: Any = decision
    if not hasattr(decision, "recommended_path"):
        listed = with_recommended(Decision.objects.filter(pk=decision.pk)).get()
    path, day = listed.recommended_path, listed.recommended_on
    if decision.decider != Decider.DEPARTEMENT or not path or path == decision.legal_path:
        return None
    written = getattr(decision, "departure", None)
    # What was written for ourselves only leaves when it says nothing of health.
    ours = "" if speaks_of_health(decision.override_reason) or decision.is_about_health else decision.override_reason
    recommended = f"{LegalPath(path).label}, le {date_num_fr(day)}"
    return Departure(recommended, written.text if written else ours, written is not None)


def transmissions() -> QuerySet[Transmission]:
    """Return the sendings, the latest first, with what was answered."""
    found = Transmission.objects.select_related("recorded_by", "undone_by").annotate(
        total=Count("rows"),
        accepted=Count("rows", filter=Q(rows__answer=Receipt.ACCEPTED)),
        refused=Count("rows", filter=Q(rows__answer=Receipt.REFUSED)),
    )
    return found.order_by("-sent_on", "-pk")


def sent_in(transmission: Transmission) -> QuerySet[Any]:
    """Return the decisions of a sending, as its file lists them."""
    sent = SentDecision.objects.filter(decision=OuterRef("pk"), transmission=transmission)
    found: QuerySet[Any] = (
        with_recommended(decisions())
        .filter(sendings__transmission=transmission)
        .select_related("departure")
        .annotate(
            answer=Subquery(sent.values("answer")[:1]),
            answered_on=Subquery(sent.values("answered_on")[:1]),
            answer_code=Subquery(sent.values("answer_code")[:1]),
            answer_words=Subquery(sent.values("answer_words")[:1]),
        )
        .order_by("decided_on", "id")
    )
    return found


def sendings_of(decision: Decision) -> QuerySet[SentDecision]:
    """Return when a decision was sent and what was answered, the latest first."""
    return SentDecision.objects.filter(decision=decision).select_related("transmission").order_by("-pk")


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits between the Département and France Travail."""

    unsent: int
    refused: int
    unanswered: int
    overdue: int


def waiting_with_france_travail(today: date, people: QuerySet[Person]) -> Waiting:
    """Count, for these people, what each list shows: to send, refused, without an answer, six weeks passed."""
    found = (
        Decision.objects.to_send(),
        unsent_decisions().exclude(refused_on=None),
        unanswered_decisions(),
        six_weeks_passed(today),
    )
    mine = people.order_by()
    return Waiting(*(rows.filter(person__in=mine).count() for rows in found))


def unanswered_decisions() -> QuerySet[Any]:
    """Return the decisions whose last sending has no answer; `sent_on` is its day.

    Sendings nobody noted here come from before they were kept: no answer is awaited for them.
    """
    held = SentDecision.objects.filter(
        decision=OuterRef("pk"), transmission__undone_at=None, transmission__recorded_by__isnull=False
    ).order_by("-transmission__sent_on", "-pk")
    return (
        decisions()
        .annotate(
            last_answer=Subquery(held.values("answer")[:1]), sent_on=Subquery(held.values("transmission__sent_on")[:1])
        )
        .filter(last_answer=Receipt.NONE)
        .order_by("sent_on", "pk")
    )


def six_weeks_passed(today: date) -> QuerySet[Deadline]:
    """Return the entries whose first orientation is now France Travail's to decide (D262-65-2), the oldest first."""
    return (
        Deadline.objects.filter(SIX_WEEKS_PASSED, due_on__lt=today)
        .select_related("person", "entry", "entry__commune")
        .order_by("due_on", "pk")
    )


def followed_entries() -> QuerySet[Entry]:
    """Return the entries that run of people France Travail follows."""
    return _entries().filter(france_travail_followed=True)


def recommended_entries() -> QuerySet[Entry]:
    """Return the entries that run with a recommendation and no orientation yet."""
    oriented = Decision.objects.current().values("entry")
    return _entries().exclude(france_travail_path="").exclude(pk__in=oriented)


def departing_decisions() -> QuerySet[Any]:
    """Return the orientations in force that depart from the recommendation of France Travail."""
    ours = decisions().filter(decider=Decider.DEPARTEMENT, is_current=True, entry__closed_on=None)
    departing = with_recommended(ours).exclude(Q(recommended_path=None) | Q(recommended_path=""))
    found = departing.exclude(recommended_path=F("legal_path")).select_related("departure")
    return found.order_by("decided_on", "pk")


def _entries() -> QuerySet[Entry]:
    return Entry.objects.open().select_related("person", "commune").order_by("person__sort_name", "pk")
