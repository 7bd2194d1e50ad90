"""What France Travail says of people, as it stands: the newest fact of each sort, whatever the order of files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import DateField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Value

from emploi.foundation.ui.french import date_num_fr
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation.models import Decision, FollowUp, Recommendation
from emploi.pathway.orientation.models.recommendation import StatedBy
from emploi.territory.rulebook import queries as rulebook

# The day first; then an agent before a file (« agent » sorts before « file »). Two files of one day disagree: their
# content decides, never the order in which they came.
FOLLOW_UP_ORDER = ("-stated_on", "-received_on", "source", "-mark")
RECOMMENDATION_ORDER = ("-recommended_on", "source", "-received_on", "-mark")
# A file that only gives a number says nothing of the follow-up.
_ONLY_A_NUMBER = Q(source=StatedBy.FILE, followed=None)


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest facts of some people, for the entry of each that runs."""

    follow_ups: dict[int, FollowUp] = field(default_factory=dict)
    recommendations: dict[int, Recommendation] = field(default_factory=dict)
    numbers: dict[int, list[str]] = field(default_factory=dict)


def newest_statements(people: Collection[int], on: date) -> Newest:
    """Return the newest follow-up and recommendation of each person with an entry that runs, in three queries."""
    gap = int(rulebook.value("return_gap_months", on))
    follow_ups = FollowUp.objects.filter(person__in=people).exclude(_ONLY_A_NUMBER)
    recommended = uncovered(Recommendation.objects.filter(person__in=people, is_decision=False))
    return Newest(
        follow_ups=_newest(follow_ups, FOLLOW_UP_ORDER, gap),
        recommendations=_newest(recommended, RECOMMENDATION_ORDER, gap),
        numbers=stated_numbers(people),
    )


def _newest(facts: QuerySet[Any], order: tuple[str, ...], gap: int) -> dict[int, Any]:
    """One fact a person; what was said in a former passage is not carried into a later one."""
    opened = F("person__entries__opened_on")
    # A new passage begins after the gap: what files say within it is about this one, the payer's file is late.
    since = Func(
        opened, Value(gap), template="(%(expressions)s))::date", arg_joiner=" - make_interval(months => ",
        output_field=DateField(),
    )  # fmt: skip
    of_the_entry = Q(source=StatedBy.FILE, **{f"{order[0].removeprefix('-')}__gte": since})
    of_the_entry |= Q(source=StatedBy.AGENT, received_on__gte=opened)
    found = facts.filter(of_the_entry, person__entries__closed_on=None, person__entries__isnull=False)
    ordered = found.order_by("person_id", *order).distinct("person_id")
    return {one.person_id: one for one in ordered}


def uncovered(facts: QuerySet[Recommendation], told: Q | None = None) -> QuerySet[Recommendation]:
    """Leave out what an agent has spoken over: her word covers all that was known that day, whatever its date."""
    word = Recommendation.objects.filter(
        told or Q(), person=OuterRef("person"), source=StatedBy.AGENT, is_decision=False
    ).order_by()
    same_day = word.filter(received_on=OuterRef("first_received_on"))
    return (
        facts.exclude(Exists(word.filter(received_on__gt=OuterRef("first_received_on"))))
        .exclude(Q(source=StatedBy.FILE) & Exists(same_day))
        .exclude(Q(source=StatedBy.AGENT) & Exists(same_day.filter(pk__gt=OuterRef("pk"))))
    )


def with_recommended(found: QuerySet[Decision]) -> QuerySet[Any]:
    """Add to decisions what France Travail recommended, as it was known the day each was taken."""
    known = uncovered(
        Recommendation.objects.filter(
            person=OuterRef("person"),
            is_decision=False,
            recommended_on__lte=OuterRef("decided_on"),
            first_received_on__lte=OuterRef("decided_on"),
        ),
        told=Q(received_on__lte=OuterRef(OuterRef("decided_on"))),
    ).order_by(*RECOMMENDATION_ORDER)
    return found.annotate(
        recommended_path=Subquery(known.values("legal_path")[:1]),
        recommended_on=Subquery(known.values("recommended_on")[:1]),
    )


def stated_numbers(people: Collection[int]) -> dict[int, list[str]]:
    """Return the numbers the files give each person, the newest first."""
    found: dict[int, list[tuple[date, date, str, str]]] = defaultdict(list)
    for model, day in ((FollowUp, "stated_on"), (Recommendation, "recommended_on")):
        stated: Any = model._default_manager.filter(person__in=people, source=StatedBy.FILE)
        rows = stated.exclude(number="").order_by().values_list("person_id", day, "received_on", "mark", "number")
        for person_id, *key in rows:
            found[person_id].append(tuple(key))
    return {
        person_id: list(dict.fromkeys(key[3] for key in sorted(keys, reverse=True)))
        for person_id, keys in found.items()
    }


def follow_up_in_words(one: FollowUp) -> str:
    """Return a follow-up in words: what an agent says aloud."""
    if one.followed:
        since = f" depuis le {date_num_fr(one.since)}" if one.since else ""
        return f"oui{since}"
    if one.ended_on:
        return f"non, terminé le {date_num_fr(one.ended_on)}"
    return "inconnu" if one.followed is None else "non"


def recommendation_in_words(one: Recommendation) -> str:
    """Return a recommendation in words, with its day and the body it names."""
    body = f", {one.body_name}" if one.body_name else ""
    return f"{one.get_legal_path_display()}{body}, le {date_num_fr(one.recommended_on)}"


def statements_of(person_id: int) -> list[tuple[date, str, str]]:
    """Return all that was said of a person, the latest first: the day, the words, where they come from."""
    said = _changes(FollowUp.objects.filter(person=person_id).exclude(_ONLY_A_NUMBER))
    said += [
        (one.recommended_on, _recommended(one), one.source_label)
        for one in Recommendation.objects.filter(person=person_id)
    ]
    return sorted(said, reverse=True)


def _changes(facts: QuerySet[FollowUp]) -> list[tuple[date, str, str]]:
    """Each day the follow-up changed, and the last day each was said: not one line a week."""
    times = sorted(
        (day, received, follow_up_in_words(one), label) for one in facts for received, label, _, day in one.told
    )
    spoken = [(date.fromisoformat(day), f"suivi : {words}", label) for day, _, words, label in times]
    return [
        one for n, one in enumerate(spoken)
        if n + 1 == len(spoken) or spoken[n + 1][1] != one[1] or n == 0 or spoken[n - 1][1] != one[1]
    ]  # fmt: skip


def _recommended(one: Recommendation) -> str:
    if not one.legal_path:
        return "recommandation retirée"
    return f"{'a décidé' if one.is_decision else 'recommande'} : {_path(one)}"


def _path(one: Recommendation) -> str:
    return str(one.get_legal_path_display()).lower() + (f", {one.body_name}" if one.body_name else "")


def recommendation_for(entry: Entry) -> Recommendation | None:
    """Return the newest recommendation that counts for an entry that runs."""
    found = newest_statements([entry.person_id], entry.opened_on).recommendations.get(entry.person_id)
    return found if found and found.legal_path else None


def theirs_for(entry: Entry) -> Recommendation | None:
    """Return the newest first orientation France Travail decided for an entry, when nobody has recorded it here."""
    return theirs_to_record().filter(entry_id=entry.pk).order_by("-recommended_on", "-pk").first()


def theirs_to_record() -> QuerySet[Any]:
    """Return the first orientations France Travail decided that nobody has recorded here (D262-65-2)."""
    oriented = Decision.objects.current().values("entry")
    waiting = Entry.objects.open().exclude(pk__in=oriented)
    return (
        Recommendation.objects.filter(
            is_decision=True, person__entries__in=waiting, recommended_on__gte=F("person__entries__opened_on")
        )
        .annotate(entry_id=F("person__entries"))
        .select_related("person")
        .order_by("recommended_on", "pk")
    )
