"""The telephone reception (DIS-075): who called, what was answered, who is owed a call and by when."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.beneficiaries.actions import apply_households
from emploi.pathway.beneficiaries.events import PersonDied
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.reception import actions, queries
from emploi.pathway.reception.facts import TypedCall
from emploi.pathway.reception.models import Call
from emploi.territory.agents.events import AccountClosed
from emploi.territory.agents.models import Agent
from tests.pathway.beneficiaries.builders import file, household
from tests.pathway.beneficiaries.conftest import BY

pytestmark = pytest.mark.usefixtures("rules")

ANSWERED: dict[str, Any] = {
    "caller": "Madame Dupont",
    "subject": "letter",
    "question": "Elle ne comprend pas sa lettre.",
    "answer": "La lettre l’invite à choisir un rendez-vous.",
}
OWED = {**ANSWERED, "answer": "", "calls_back": "on", "number": "06 39 98 00 01"}


@pytest.fixture
def office(as_role: Callable[..., Client]) -> Client:
    return as_role("rsa_office")


@pytest.fixture
def person(at: Any) -> Person:
    apply_households([household()], file=file(), by=BY, at=at)
    return Person.objects.earliest("pk")


def noted(client: Client, address: str = "/appels/noter/", **changes: Any) -> Call:
    client.post(address, {**OWED, **changes})
    return Call.objects.latest("pk")


def test_nobody_calls_back_somebody_who_died(office: Client, person: Person) -> None:
    owed = noted(office, person=str(person.pk), caller="")
    other = noted(office)
    publish(PersonDied(person_id=person.pk, died_on=clock.today()), by=BY, at=clock.now())
    assert [call.pk for call in Call.objects.waiting()] == [other.pk]
    owed.refresh_from_db()
    assert owed.state == "given_up"
    assert "Décès" in JournalEntry.objects.filter(event="reception.CallBackGivenUp").latest("pk").reason


class TestNote:
    def test_a_call_answered_at_once_is_over(self, office: Client) -> None:
        answer = office.post("/appels/noter/", ANSWERED)
        assert answer.headers["Location"] == "/appels/"
        call = Call.objects.get()
        assert (call.state, call.due_on, call.who) == ("answered", None, "Madame Dupont")
        assert "réponse donnée" in sentence_of(JournalEntry.objects.latest("pk"))

    def test_who_must_be_called_back_has_a_last_day_in_working_days(self, office: Client) -> None:
        with clock.frozen("2026-11-27T15:00"):  # a Friday
            call = noted(office)
        assert (call.state, call.due_on) == ("to_call_back", date(2026, 12, 1))

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"caller": ""}, "Écrivez le nom donné par la personne"),
            ({"number": ""}, "Sans numéro, personne ne pourra rappeler"),
            ({"calls_back": ""}, "Écrivez la réponse donnée"),
            ({"subject": ""}, "Choisissez le sujet de l’appel."),
            ({"question": ""}, "Écrivez sa demande en quelques mots."),
            ({"number": "06399"}, "Ce numéro n&#x27;est pas complet"),
            ({"question": "Son numéro est 2 68 05 86 995 804 47"}, "numéro de sécurité sociale"),
        ],
    )
    def test_what_is_missing_is_said_and_nothing_typed_is_lost(
        self, office: Client, change: dict[str, str], sentence: str
    ) -> None:
        typed = {**OWED, "number": "0639980001", **change}
        answer = office.post("/appels/noter/", typed)
        shown = answer.content.decode()
        assert answer.status_code == 422
        assert sentence in shown
        assert typed["caller"] in shown
        assert not Call.objects.exists()

    def test_who_is_to_call_her_back_may_open_her_file(
        self, office: Client, person: Person, agent_of: Callable[..., Agent]
    ) -> None:
        partner = agent_of("counsellor", "provider")
        address = f"/appels/noter/?personne={person.pk}"
        assert f'value="{partner.pk}"' not in office.get(address).content.decode()
        assert office.post(address, {**OWED, "owner": str(partner.pk)}).status_code == 422
        typed = TypedCall(person.pk, "", "", "letter", "Elle rappelle.", "", True, partner.pk)
        with pytest.raises(DomainError, match="ne suit pas cette personne"):
            actions.note_call(typed=typed, agent_id=partner.pk, by=BY, at=clock.now())
        assert f'value="{partner.pk}"' in office.get("/appels/noter/").content.decode()

    def test_the_list_of_who_may_call_back_asks_as_much_for_one_as_for_many(
        self, office: Client, person: Person, agent_of: Callable[..., Agent]
    ) -> None:
        def questions() -> int:
            with CaptureQueriesContext(connection) as asked:
                office.get(f"/appels/noter/?personne={person.pk}")
            return len(asked)

        questions()
        few = questions()
        for role in ("counsellor", "social_worker", "head_of_service"):
            agent_of(role)
        assert questions() == few

    def test_a_person_of_ours_needs_neither_name_nor_number(self, office: Client, person: Person) -> None:
        call = noted(office, f"/appels/noter/?personne={person.pk}", caller="", number="")
        assert (call.person_id, call.caller, call.state) == (person.pk, "", "to_call_back")
        assert "à rappeler" in office.get(f"/personnes/{person.pk}/appels/").content.decode().lower()

    def test_looking_for_the_person_in_the_middle_loses_nothing(self, office: Client, person: Person) -> None:
        typed = {**OWED, "caller": ""}
        searched = office.post("/appels/noter/", {**typed, "q": person.last_name, "search": "1"}).content.decode()
        assert person.full_name in searched
        assert typed["question"] in searched
        chosen = office.post("/appels/noter/", {**typed, "q": "", "choose": str(person.pk)}).content.decode()
        assert typed["question"] in chosen
        assert not Call.objects.exists()
        office.post("/appels/noter/", {**typed, "person": str(person.pk)})
        assert Call.objects.get().person_id == person.pk

    def test_health_is_read_by_who_may(self, office: Client, as_role: Callable[..., Client]) -> None:
        told = "Hospitalisée jusqu’à vendredi"
        call = noted(office, question=told, question__garder="on")
        assert told not in office.get(f"/appels/{call.pk}/").content.decode()
        assert told in as_role("counsellor").get(f"/appels/{call.pk}/").content.decode()


class TestCallBack:
    def test_nobody_answers_then_she_does(self, office: Client) -> None:
        call = noted(office)
        office.post(f"/appels/{call.pk}/rappel/", {"outcome": "no_answer"})
        assert Call.objects.get().state == "to_call_back"
        office.post(f"/appels/{call.pk}/rappel/", {"outcome": "reached", "answer": "Rendez-vous pris jeudi."})
        call.refresh_from_db()
        assert (call.state, call.answer) == ("called_back", "Rendez-vous pris jeudi.")
        assert [attempt.outcome for attempt in call.attempts.all()] == ["no_answer", "reached"]

    def test_what_was_said_is_asked(self, office: Client) -> None:
        call = noted(office)
        answer = office.post(f"/appels/{call.pk}/rappel/", {"outcome": "reached"})
        assert "Écrivez ce que vous avez répondu" in answer.content.decode()
        assert not call.attempts.exists()

    def test_two_agents_call_back_the_second_is_told(self, office: Client) -> None:
        call = noted(office)
        told = {"outcome": "reached", "answer": "Fait."}
        office.post(f"/appels/{call.pk}/rappel/", told)
        again = office.post(f"/appels/{call.pk}/rappel/", told)
        assert "s’en est déjà occupé" in again.content.decode()
        assert call.attempts.count() == 1

    def test_giving_up_asks_for_a_reason(self, office: Client) -> None:
        call = noted(office)
        assert office.post(f"/appels/{call.pk}/abandonner/", {"reason": ""}).status_code == 422
        office.post(f"/appels/{call.pk}/abandonner/", {"reason": "Numéro non attribué"})
        call.refresh_from_db()
        assert (call.state, call.closed_at is not None) == ("given_up", True)

    def test_a_call_handed_to_a_colleague_leaves_my_list(self, office: Client, agent_of: Callable[..., Any]) -> None:
        call, colleague = noted(office), agent_of("counsellor")
        office.post(f"/appels/{call.pk}/confier/", {"owner": str(colleague.pk)})
        me = Agent.objects.get(pk=call.received_by_id)
        assert not queries.waiting_for(me).exists()
        assert queries.waiting_for(colleague).get() == call

    def test_the_calls_of_who_leaves_go_back_to_the_reception(
        self, office: Client, agent_of: Callable[..., Any], at: Any
    ) -> None:
        call, colleague = noted(office), agent_of("counsellor")
        office.post(f"/appels/{call.pk}/confier/", {"owner": str(colleague.pk)})
        with acting(BY):
            publish(AccountClosed(agent_id=colleague.pk, name=colleague.full_name), by=BY, at=at)
        assert queries.waiting_for(Agent.objects.get(pk=call.received_by_id)).get() == call


class TestList:
    def test_the_late_ones_are_said_and_the_month_is_counted(self, office: Client) -> None:
        call = noted(office)
        with acting(BY):
            Call.objects.update(due_on=date(2026, 11, 20))
        assert "en retard" in office.get("/appels/").content.decode()
        office.post(f"/appels/{call.pk}/rappel/", {"outcome": "reached", "answer": "Fait."})
        office.post("/appels/noter/", ANSWERED)
        month = queries.month_of(Call.objects.all(), clock.today())
        assert (month.calls, month.answered, month.owed, month.in_time) == (2, 1, 1, 0)

    def test_the_number_of_queries_does_not_move_with_the_calls(self, office: Client) -> None:
        noted(office)
        office.get("/appels/")
        with CaptureQueriesContext(
            connection,
        ) as few:
            office.get("/appels/")
        for _ in range(5):
            noted(office)
        with CaptureQueriesContext(connection) as many:
            office.get("/appels/")
        assert len(many) == len(few)

    def test_the_calls_of_a_person_follow_who_may_open_her_file(
        self, office: Client, person: Person, as_role: Callable[..., Client]
    ) -> None:
        call = noted(office, f"/appels/noter/?personne={person.pk}")
        assert as_role("provider").get(f"/appels/{call.pk}/").status_code == 403
        assert office.get(f"/appels/{call.pk}/").status_code == 200
