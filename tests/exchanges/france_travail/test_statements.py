"""What France Travail says of people: learnt with its day and its source, never deciding, never going back in time."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from emploi.exchanges.spreadsheets.engine.undoing import undo
from emploi.exchanges.spreadsheets.lists import Report
from emploi.exchanges.spreadsheets.models import SheetFile, StagedRow
from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.intake.models import Row, Run
from emploi.pathway.beneficiaries.actions import FranceTravailFacts, tell_france_travail
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.orientation.models import Decision, FollowUp, Recommendation
from tests.exchanges.france_travail.conftest import CLAIRE, INES, PAUL, TITLES, entry_of, said
from tests.exchanges.spreadsheets.conftest import BY

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE)
Send = Callable[..., Report]
People = dict[str, Person]


def test_the_follow_up_the_recommendation_and_the_number_are_learnt_and_nothing_is_decided(
    send: Send, people: People
) -> None:
    line = said(
        CLAIRE, followed="oui", since="02/09/2026", path="Professionnel", recommended="18/11/2026", body="FT Nord"
    )
    report = send(line, said(PAUL, followed="non"))
    assert (report.as_json()["updated"], report.as_json()["refused"]) == (2, 0)
    entry = entry_of(people["Claire"])
    assert (entry.france_travail_followed, entry.france_travail_since) == (True, date(2026, 9, 2))
    assert (entry.france_travail_path, entry.france_travail_path_on) == ("professionnel", date(2026, 11, 18))
    assert entry.france_travail_told_by == "Fichier de France Travail « france-travail.csv »"
    assert Person.objects.get(pk=people["Claire"].pk).france_travail_number == "4567890A"
    assert entry_of(people["Paul"]).france_travail_followed is False
    # Nobody spoke of Inès: unknown stays unknown.
    assert entry_of(people["Inès"]).france_travail_followed is None
    recommended = Recommendation.objects.get()
    assert (recommended.body_name, recommended.adviser, recommended.agency_code) == ("FT Nord", "Inès Leroy", "99001")
    assert not Decision.objects.exists()
    events = set(JournalEntry.objects.filter(person_id=people["Claire"].pk).values_list("event", flat=True))
    assert {"orientation.FollowUpLearnt", "orientation.RecommendationLearnt"} <= events


def test_the_same_file_again_changes_nothing_and_absence_deletes_nothing(send: Send, people: People) -> None:
    send(said(CLAIRE, followed="oui"), said(PAUL, followed="oui"))
    again = send(said(CLAIRE, followed="oui"), name="encore.csv")
    assert (again.as_json()["updated"], again.as_json()["unchanged"]) == (0, 1)
    assert FollowUp.objects.count() == 2
    assert entry_of(people["Paul"]).france_travail_followed is True


def test_an_older_file_that_comes_later_never_covers_a_newer_fact(send: Send, people: People) -> None:
    send(said(CLAIRE, on="20/11/2026", followed="non", path="social", recommended="19/11/2026"))
    late = send(
        said(CLAIRE, on="01/10/2026", followed="oui", path="professionnel", recommended="01/10/2026"), name="vieux.csv"
    )
    entry = entry_of(people["Claire"])
    assert (entry.france_travail_followed, entry.france_travail_path) == (False, "social")
    # It is kept all the same, as history.
    assert late.as_json()["updated"] == 1
    assert FollowUp.objects.count() == Recommendation.objects.count() == 2


def test_what_an_agent_typed_since_is_not_covered_by_an_older_file(send: Send, people: People) -> None:
    tell_france_travail(person_id=people["Claire"].pk, told=FranceTravailFacts(followed=False), by=BY, at=AT)
    send(said(CLAIRE, on="01/11/2026", followed="oui"))
    assert entry_of(people["Claire"]).france_travail_followed is False
    with clock.frozen("2026-12-02T09:00"):
        send(said(CLAIRE, on="01/12/2026", followed="oui"), name="decembre.csv")
    assert entry_of(people["Claire"]).france_travail_followed is True


def test_an_end_of_follow_up_ends_it(send: Send, people: People) -> None:
    send(said(CLAIRE, on="01/11/2026", followed="oui", since="02/09/2026"))
    send(said(CLAIRE, on="20/11/2026", followed="non", until="15/11/2026"), name="fin.csv")
    entry = entry_of(people["Claire"])
    assert (entry.france_travail_followed, entry.france_travail_since) == (False, None)
    assert FollowUp.objects.get(ended_on__isnull=False).ended_on == date(2026, 11, 15)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (said(("", "Inconnu", "Jean", "01/01/1980"), followed="oui"), "n’est pas dans le logiciel"),
        (said(("4567890A", "Duval", "Paul", "05/11/1975"), followed="oui"), "est celui de Claire Martin"),
        (said(CLAIRE, followed="peut-être"), "Suivi par France Travail : « peut-être » n’est pas connu"),
        (said(CLAIRE, followed="oui", until="01/11/2026"), "est passé alors que la ligne dit « suivi »"),
        (said(CLAIRE, path="professionnel"), "Recommandé le : elle manque"),
        (said(CLAIRE, recommended="18/11/2026"), "Parcours recommandé : il manque"),
        (said(CLAIRE, path="voie royale", recommended="18/11/2026"), "« voie royale » n’est pas connu"),
        (said(CLAIRE, path="social", recommended="18/12/2026"), "est dans le futur"),
        (said(("4567890A", "Martin", "Claire", ""), followed="oui"), "Date de naissance : elle manque"),
        (said(INES), "cette ligne ne dit ni un suivi, ni une recommandation, ni un numéro"),
        (said(CLAIRE, followed="=1+1"), "est une formule"),
    ],
)
def test_a_line_in_doubt_is_refused_with_its_reason_and_the_others_go_through(
    send: Send, people: People, line: tuple[str, ...], words: str
) -> None:
    send(said(CLAIRE, on="01/11/2026", followed="oui"))
    report = send(line, said(PAUL, followed="oui"), name="doute.csv")
    assert (report.as_json()["refused"], report.as_json()["updated"]) == (1, 1)
    assert words in Row.objects.get(run_id=report.run_id).reason


def test_the_number_of_somebody_is_never_replaced_when_an_agent_typed_it(send: Send, people: People) -> None:
    tell_france_travail(person_id=people["Claire"].pk, told=FranceTravailFacts(number="9999999Z"), by=BY, at=AT)
    report = send(said(CLAIRE, followed="oui"))
    assert Person.objects.get(pk=people["Claire"].pk).france_travail_number == "9999999Z"
    row = StagedRow.objects.get(run_id=report.run_id)
    assert row.has_kept


def test_the_number_found_alone_when_the_name_changed(send: Send, people: People) -> None:
    send(said(CLAIRE, followed="oui"))
    send(said(("4567890A", "Durand", "Claire", "02/08/1978"), on="21/11/2026", followed="non"), name="mariage.csv")
    assert entry_of(people["Claire"]).france_travail_followed is False


def test_a_file_is_taken_back_whole(send: Send, people: People) -> None:
    send(said(CLAIRE, on="01/11/2026", followed="oui", since="02/09/2026"), name="premier.csv")
    report = send(said(CLAIRE, followed="non", path="social", recommended="18/11/2026"), said(PAUL, followed="oui"))
    undone, kept = undo(sheet=SheetFile.objects.get(run_id=report.run_id), by=BY, at=clock.now())
    assert (undone, kept) == (2, 0)
    entry = entry_of(people["Claire"])
    assert (entry.france_travail_followed, entry.france_travail_since) == (True, date(2026, 9, 2))
    assert (entry.france_travail_path, entry.france_travail_path_on) == ("", None)
    assert entry_of(people["Paul"]).france_travail_followed is None
    assert Person.objects.get(pk=people["Paul"].pk).france_travail_number == ""
    assert Person.objects.get(pk=people["Claire"].pk).france_travail_number == "4567890A"


def test_titles_of_another_file_are_recognised_or_chosen(send: Send, people: People) -> None:
    titles = ("Date de naissance", "Prénom", "NOM", "Préconisation", "Date de préconisation", "Suivi FT", "Code SAFIR")
    report = send(("02/08/1978", "Claire", "MARTIN", "Parcours social", "18/11/2026", "Oui", "99001"), titles=titles)
    assert report.as_json()["updated"] == 1
    assert Recommendation.objects.get().legal_path == "social"
    assert len(titles) < len(TITLES)


def test_a_preview_keeps_nothing(send: Send, people: People) -> None:
    report = send(said(CLAIRE, followed="oui"), dry_run=True)
    assert report.as_json()["updated"] == 1
    assert not FollowUp.objects.exists()
    assert not Run.objects.filter(pk=report.run_id or 0).exists()


def test_one_new_number_given_to_two_people_is_given_to_neither(send: Send, people: People) -> None:
    report = send(
        said(CLAIRE, followed="oui"), said((CLAIRE[0], *PAUL[1:]), followed="non"), said(INES, followed="non")
    )
    assert (report.as_json()["refused"], report.as_json()["updated"]) == (2, 1)
    assert "plusieurs personnes" in Row.objects.filter(run_id=report.run_id).order_by("number")[0].reason
    assert not Person.objects.exclude(france_travail_number="").exists()
