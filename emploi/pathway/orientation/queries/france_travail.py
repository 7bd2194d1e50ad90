"""What France Travail says of people, as it stands: the newest fact of each sort, whatever the order of files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from emploi.foundation.ui.french import date_num_fr
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation.models import Decision, FollowUp, Recommendation
from emploi.pathway.orientation.models.recommendation import StatedBy


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest facts of some people, for the entry of each that runs."""

    follow_ups: dict[int, FollowUp] = field(default_factory=dict)
    recommendations: dict[int, Recommendation] = field(default_factory=dict)
    numbers: dict[int, list[str]] = field(default_factory=dict)


def newest_statements(people: Collection[int]) -> Newest:
    """Return the newest follow-up and recommendation of each person with an entry that runs, in three queries."""
    return Newest(
        follow_ups=_newest(FollowUp.objects.filter(person__in=people), "stated_on"),
        recommendations=_newest(Recommendation.objects.filter(person__in=people, is_decision=False), "recommended_on"),
        numbers=stated_numbers(people),
    )


def _newest(facts: QuerySet[Any], day: str) -> dict[int, Any]:
    """One fact a person; what an agent was told in a former passage is not carried into a later one."""
    of_the_entry = Q(source=StatedBy.FILE) | Q(received_on__gte=F("person__entries__opened_on"))
    found = facts.filter(of_the_entry, person__entries__closed_on=None, person__entries__isnull=False)
    ordered = found.order_by("person_id", f"-{day}", "-received_on", "-mark").distinct("person_id")
    return {one.person_id: one for one in ordered}


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
    said = [
        (one.stated_on, f"suivi : {follow_up_in_words(one)}", one.source_label)
        for one in FollowUp.objects.filter(person=person_id)
    ]
    said += [
        (one.recommended_on, f"{'a décidé' if one.is_decision else 'recommande'} : {_path(one)}", one.source_label)
        for one in Recommendation.objects.filter(person=person_id)
    ]
    return sorted(said, reverse=True)


def _path(one: Recommendation) -> str:
    return str(one.get_legal_path_display()).lower() + (f", {one.body_name}" if one.body_name else "")


def recommendation_for(entry: Entry) -> Recommendation | None:
    """Return the newest recommendation that counts for an entry that runs."""
    return newest_statements([entry.person_id]).recommendations.get(entry.person_id)


def theirs_to_record() -> QuerySet[Recommendation]:
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
