"""Whatever the order in which the files come, and however often, what is known in the end is the same."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emploi.exchanges.spreadsheets.lists import Report
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.orientation import actions
from emploi.pathway.orientation.facts import (
    FollowUpSaid,
    FranceTravailSaid,
    FranceTravailSource,
    RecommendationSaid,
)
from emploi.pathway.orientation.models import FollowUp, Recommendation

pytestmark = pytest.mark.django_db
BY = Actor.system("France Travail")
DAYS = [date(2026, 11, 1) + timedelta(days=n) for n in range(4)]
AT = datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE)

follow_ups = st.builds(
    FollowUpSaid,
    stated_on=st.sampled_from(DAYS),
    followed=st.booleans(),
    category=st.sampled_from(["", "1"]),
)
recommendations = st.builds(
    RecommendationSaid,
    recommended_on=st.sampled_from(DAYS),
    legal_path=st.sampled_from(["social", "professionnel"]),
    body_name=st.sampled_from(["", "Nord"]),
    is_decision=st.booleans(),
)
lines = st.tuples(
    st.sampled_from(["Claire", "Paul"]),
    st.sampled_from(["", "1A", "2B"]),
    st.none() | follow_ups,
    st.lists(recommendations, max_size=2).map(tuple),
)
files = st.lists(st.tuples(st.sampled_from(DAYS), st.lists(lines, min_size=1, max_size=4)), min_size=2, max_size=4)


def learnt(people: dict[str, Person], received: Sequence[tuple[date, Sequence[Any]]]) -> list[Any]:
    """The files come in this order in an empty world; what is known in the end."""
    with transaction.atomic():
        for name, (day, rows) in enumerate(received):
            source = FranceTravailSource(f"fichier {name}", day, run_id=name)
            said = [
                FranceTravailSaid(
                    line=n,
                    person_id=people[who].pk,
                    name=who,
                    number=number and f"{number}{who[0]}",
                    follow_up=follow_up,
                    recommendations=recommended,
                )
                for n, (who, number, follow_up, recommended) in enumerate(rows)
            ]
            actions.learn(rows=said, source=source, by=BY, at=AT + timedelta(minutes=name))
        fields = [f"france_travail_{what}" for what in ("followed", "since", "path", "path_on")]
        state = [
            list(Entry.objects.order_by("person").values_list(*fields)),
            list(Person.objects.order_by("pk").values_list("france_travail_number")),
            list(FollowUp.objects.order_by("person", "mark").values_list("person", "mark", "received_on")),
            list(Recommendation.objects.order_by("person", "mark").values_list("person", "mark", "received_on")),
        ]
        transaction.set_rollback(True)
    return state


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(received=files, data=st.data())
def test_any_order_of_files_gives_the_same_state(
    people: dict[str, Person], received: list[tuple[date, list[Any]]], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(received))
    again = data.draw(st.sampled_from(received))
    assert learnt(people, received) == learnt(people, [*shuffled, again])


def test_an_entry_that_opens_after_the_file_says_what_the_file_said(people: dict[str, Person]) -> None:
    from emploi.foundation.events import publish
    from emploi.pathway.beneficiaries.events import EntryReopened
    from tests.exchanges.france_travail.conftest import entry_of, touch

    claire = people["Claire"]
    entry = entry_of(claire)
    touch(closed_on=date(2026, 11, 1), closing_reason="moved_out")
    said = FollowUpSaid(stated_on=date(2026, 11, 10), followed=True, since=date(2026, 9, 1))
    line = FranceTravailSaid(line=1, person_id=claire.pk, name="Claire", follow_up=said)
    actions.learn(rows=[line], source=FranceTravailSource("fichier", date(2026, 11, 12)), by=BY, at=AT)
    assert Entry.objects.get(pk=entry.pk).france_travail_followed is None
    touch(closed_on=None, closing_reason="")
    opened = EntryReopened(person_id=claire.pk, entry_id=entry.pk, reopened_on=date(2026, 11, 20))
    publish(opened, by=BY, at=AT)
    assert entry_of(claire).france_travail_followed is True


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    content=st.binary(max_size=600) | st.text(alphabet=";\n\"'=@+-0123456789 ouinonNé/", max_size=400).map(str.encode)
)
def test_no_bytes_make_it_crash(load: Callable[..., Report], people: dict[str, Person], content: bytes) -> None:
    for about in ("france_travail", "france_travail_receipt"):
        report = load(content, name="octets.csv", about=about, dry_run=True)
        assert report.status in ("done", "done_with_refused_lines", "not_done")


def tied(followed: bool) -> tuple[date, list[Any]]:
    """A file of one line, stated and received the same days as the other."""
    return DAYS[0], [("Claire", "", FollowUpSaid(stated_on=DAYS[0], followed=followed), ())]


def test_two_files_of_one_day_that_disagree_give_the_same_state_in_either_order(people: dict[str, Person]) -> None:
    assert learnt(people, [tied(True), tied(False)]) == learnt(people, [tied(False), tied(True)])


def test_the_comparison_sees_a_tie_left_to_the_order_of_arrival(
    people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    from emploi.pathway.orientation.queries import france_travail

    monkeypatch.setattr(france_travail, "FOLLOW_UP_ORDER", ("-stated_on", "-received_on", "source", "pk"))
    assert learnt(people, [tied(True), tied(False)]) != learnt(people, [tied(False), tied(True)])
