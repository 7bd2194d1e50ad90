"""What a fact of France Travail becomes: said by several files, taken back, corrected, of a former passage."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from emploi.exchanges.spreadsheets.engine.undoing import undo
from emploi.exchanges.spreadsheets.lists import Report
from emploi.exchanges.spreadsheets.models import SheetFile
from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.pathway.beneficiaries.actions import FranceTravailFacts, tell_france_travail
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.models import FollowUp, Recommendation
from tests.exchanges.france_travail.conftest import CLAIRE, PAUL, entry_of, said, touch
from tests.exchanges.spreadsheets.conftest import BY

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE)
Send = Callable[..., Report]
People = dict[str, Person]


def take_back(report: Report) -> None:
    undo(sheet=SheetFile.objects.get(run_id=report.run_id), by=BY, at=clock.now())


def tell(person: Person, *, at: datetime = AT, **told: object) -> None:
    tell_france_travail(person_id=person.pk, told=FranceTravailFacts(**told), by=BY, at=at)  # type: ignore[arg-type]


def path_of(person: Person) -> tuple[str, date | None]:
    entry = entry_of(person)
    return entry.france_travail_path, entry.france_travail_path_on


def test_a_fact_two_files_say_stays_when_the_first_is_taken_back(send: Send, people: People) -> None:
    line = said(CLAIRE, followed="oui", path="social", recommended="18/11/2026")
    first = send(line, name="a.csv", received_on=date(2026, 11, 20))
    second = send(line, name="b.csv", received_on=date(2026, 11, 22))
    take_back(first)
    entry = entry_of(people["Claire"])
    assert (entry.france_travail_followed, entry.france_travail_path) == (True, "social")
    take_back(second)
    entry = entry_of(people["Claire"])
    assert (entry.france_travail_followed, entry.france_travail_path, entry.france_travail_told_by) == (None, "", "")
    assert not FollowUp.objects.exists()


def test_taking_the_second_file_back_gives_the_first_its_day_again(send: Send, people: People) -> None:
    line = said(CLAIRE, followed="oui")
    send(line, name="a.csv", received_on=date(2026, 11, 20))
    second = send(line, name="b.csv", received_on=date(2026, 11, 22))
    take_back(second)
    fact = FollowUp.objects.get()
    assert (fact.received_on, "a.csv" in fact.source_label) == (date(2026, 11, 20), True)
    assert "a.csv" in entry_of(people["Claire"]).france_travail_told_by


def test_a_weekly_file_that_says_the_same_adds_no_fact_and_no_news(send: Send, people: People) -> None:
    line = said(CLAIRE, on="", followed="oui", since="02/09/2026")
    send(line, name="a.csv", received_on=date(2026, 11, 13))
    again = send(line, name="b.csv", received_on=date(2026, 11, 20))
    assert (again.as_json()["updated"], again.as_json()["unchanged"]) == (0, 1)
    assert FollowUp.objects.get().stated_on == date(2026, 11, 20)
    assert JournalEntry.objects.filter(event="orientation.FollowUpLearnt").count() == 1


def test_what_was_true_again_is_news(send: Send, people: People) -> None:
    for day, followed in ((6, "oui"), (13, "non"), (20, "oui")):
        report = send(said(CLAIRE, on="", followed=followed), name=f"{day}.csv", received_on=date(2026, 11, day))
        assert report.as_json()["updated"] == 1, day
    assert entry_of(people["Claire"]).france_travail_followed is True
    days = [day for day, *_ in queries.statements_of(people["Claire"].pk)]
    assert days == [date(2026, 11, 20), date(2026, 11, 13), date(2026, 11, 6)]
    assert JournalEntry.objects.filter(event="orientation.FollowUpLearnt").count() == 3


def test_a_line_that_only_gives_the_number_gives_it(send: Send, people: People) -> None:
    report = send(said(CLAIRE))
    assert report.as_json()["updated"] == 1
    assert Person.objects.get(pk=people["Claire"].pk).france_travail_number == "4567890A"
    assert entry_of(people["Claire"]).france_travail_followed is None
    send(said(PAUL, followed="oui"), name="autre.csv")
    send(said(PAUL, on="21/11/2026"), name="numero.csv")
    assert entry_of(people["Paul"]).france_travail_followed is True
    take_back(report)
    assert Person.objects.get(pk=people["Claire"].pk).france_travail_number == ""


def test_what_was_said_in_a_former_passage_is_not_carried_into_a_new_one(send: Send, people: People) -> None:
    claire = people["Claire"]
    send(said(CLAIRE, on="10/01/2025", followed="oui", path="social", recommended="10/01/2025"), name="ancien.csv")
    entry = entry_of(claire)
    opened = entry.opened_on
    assert opened > date(2026, 6, 1)
    assert (entry.france_travail_followed, entry.france_travail_path) == (None, "")
    # What came a little before the entry is about it: the payer's file is late.
    day = opened - timedelta(days=20)
    send(said(CLAIRE, on=f"{day:%d/%m/%Y}", followed="oui"), name="veille.csv")
    assert entry_of(claire).france_travail_followed is True


def test_a_recommendation_an_agent_cleared_does_not_come_back_with_the_next_file(send: Send, people: People) -> None:
    claire = people["Claire"]
    line = said(CLAIRE, path="social", recommended="18/11/2026")
    send(line, name="a.csv", received_on=date(2026, 11, 20))
    tell(claire, path="", path_on=None)
    with clock.frozen("2026-11-30T09:00"):
        send(line, name="b.csv", received_on=date(2026, 11, 30))
        assert path_of(claire) == ("", None)
        assert queries.recommendation_for(entry_of(claire)) is None
        assert "recommandation retirée" in [words for _, words, _ in queries.statements_of(claire.pk)]
        send(said(CLAIRE, path="professionnel", recommended="25/11/2026"), name="c.csv")
    assert path_of(claire) == ("professionnel", date(2026, 11, 25))


def test_an_agent_who_says_nothing_new_leaves_no_fact(send: Send, people: People) -> None:
    claire = people["Claire"]
    send(said(CLAIRE, on="18/11/2026", followed="oui", path="social", recommended="18/11/2026"))
    tell(claire, number="4567890A", followed=True, path="social", path_on=date(2026, 11, 18))
    assert not Recommendation.objects.filter(source="agent").exists()
    assert not FollowUp.objects.filter(source="agent").exists()


def test_a_day_an_agent_corrected_to_an_earlier_one_stays(send: Send, people: People) -> None:
    claire = people["Claire"]
    line = said(CLAIRE, path="social", recommended="18/11/2026")
    send(line, name="a.csv", received_on=date(2026, 11, 20))
    tell(claire, path="social", path_on=date(2026, 11, 10))
    with clock.frozen("2026-11-30T09:00"):
        send(line, name="b.csv", received_on=date(2026, 11, 30))
    assert path_of(claire) == ("social", date(2026, 11, 10))


def test_the_word_of_an_agent_goes_before_a_file_of_the_same_day(send: Send, people: People) -> None:
    claire, paul = people["Claire"], people["Paul"]
    for who, line, followed in ((claire, CLAIRE, True), (paul, PAUL, False)):
        tell(who, followed=followed, at=clock.now())
        today = f"{clock.today():%d/%m/%Y}"
        send(said(line, on=today, followed="non" if followed else "oui"), name=f"{who.pk}.csv")
        assert entry_of(who).france_travail_followed is followed


def test_an_entry_that_opens_again_later_takes_nothing_older_than_the_gap(send: Send, people: People) -> None:
    claire = people["Claire"]
    send(said(CLAIRE, on="01/11/2026", followed="oui"))
    touch(opened_on=date(2027, 6, 1), france_travail_followed=None)
    with clock.frozen("2027-06-02T09:00"):
        send(said(CLAIRE, on="01/11/2026", followed="oui", since="01/10/2026"), name="tard.csv")
    assert Entry.objects.get(person=claire).france_travail_followed is None
