"""Two interviews of one couple: side by side, never mixed; nothing of one is read in the pages of the other."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client

from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.pathway.beneficiaries.models import Entry, HouseholdRole, Person
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import Answer, Brake, Interview
from emploi.pathway.orientation.rules.questionnaire import QuestionnaireError, parse_questionnaire
from tests.pathway.orientation.cast import MORNING, SYSTEM, World, entrant, interview, told
from tests.pathway.orientation.reference import QUESTIONS
from tests.pathway.orientation.test_journey import at, html, signed_in

PAGES = ("rights", "diagnosis", "orientation", "engagement", "next_appointment", "summary", "papers")
SECTIONS = ("situation", "work", "brakes", "wishes", "distance")


@dataclass
class Couple:
    """Amina and Karim, both in rights and duties, each with an interview in progress."""

    hers: Interview
    his: Interview


@pytest.fixture
def couple(world: World) -> Couple:
    amina = entrant("Amina", "Benali")
    karim = entrant("Karim", "Haddad")
    joined(karim, amina)
    return Couple(interview(world, amina), interview(world, karim))


def joined(entry: Entry, other: Entry) -> None:
    """Put somebody in the household of another, as the spouse."""
    with acting(SYSTEM):
        HouseholdRole.objects.filter(person=entry.person).update(household=other.household, role="CJT")
        entry.household = other.household
        entry.save()


def violence(world: World, held: Interview, subtype: str) -> None:
    """Note that somebody of the couple spoke of violence, or of a separation."""
    by = world.officer.as_actor()
    actions.add_brake(interview_id=held.pk, kind="family", subtype=subtype, severity=3, by=by, at=MORNING)


def everything(client: Client, held: Interview) -> str:
    """Every page of an interview, put end to end."""
    pages = [html(client, at(held, name)) for name in PAGES]
    return "".join([*pages, *(html(client, at(held, "section", slug)) for slug in SECTIONS)])


class TestDoor:
    def test_each_interview_opens_that_of_the_other_in_another_tab(self, world: World, couple: Couple) -> None:
        text = html(signed_in(world.officer), at(couple.hers, "diagnosis"))
        assert "Entretien de Karim Haddad (conjoint), dans un autre onglet" in text
        assert f'href="/entretien/{couple.his.pk}/" target="_blank"' in text

    def test_begun_from_there_when_it_has_not_begun(self, world: World) -> None:
        amina, karim = entrant("Amina", "Benali"), entrant("Karim", "Haddad")
        joined(karim, amina)
        text = html(signed_in(world.officer), at(interview(world, amina), "diagnosis"))
        assert "Commencer l’entretien de Karim Haddad (conjoint)" in text

    @pytest.mark.parametrize("secret", ["hers", "his"])
    def test_a_secret_address_of_one_hides_everything(self, world: World, couple: Couple, secret: str) -> None:
        told(world, couple.his, at_charge=3)
        with acting(SYSTEM):
            Person.objects.filter(pk=getattr(couple, secret).person_id).update(confidential_address=True)
        text = everything(signed_in(world.officer), couple.hers)
        assert "Haddad" not in text and "conjoint)" not in text and "C’est pareil pour moi" not in text

    @pytest.mark.parametrize("subtype", ["violence", "separation"])
    @pytest.mark.parametrize("who", ["hers", "his"])
    @pytest.mark.parametrize("is_over", [False, True])
    def test_violence_or_separation_once_said_hides_the_name_and_the_door(
        self, world: World, couple: Couple, who: str, subtype: str, is_over: bool
    ) -> None:
        violence(world, getattr(couple, who), subtype)
        if is_over:
            with acting(SYSTEM):
                Brake.objects.update(ended_on=MORNING.date())
        client = signed_in(world.officer)
        for held, other in ((couple.hers, "Haddad"), (couple.his, "Benali")):
            text = html(client, at(held, "diagnosis"))
            assert other not in text and "conjoint)" not in text

    @pytest.mark.parametrize("change", [{"subject_to_duties": False}, {"subject_to_duties": None}, {"role": "AUT"}])
    def test_no_door_unless_both_are_in_rights_and_duties(
        self, world: World, couple: Couple, change: dict[str, object]
    ) -> None:
        with acting(SYSTEM):
            HouseholdRole.objects.filter(person=couple.his.person).update(**change)
        assert queries.spouse_of(couple.hers.entry) is None

    def test_no_door_once_they_no_longer_live_together(self, world: World, couple: Couple) -> None:
        with acting(SYSTEM):
            HouseholdRole.objects.filter(person=couple.his.person).update(ended_on=MORNING.date())
        assert queries.spouse_of(couple.hers.entry) is None


class TestNeverMixed:
    def test_nothing_he_says_is_in_her_pages(self, world: World, couple: Couple) -> None:
        told(
            world,
            couple.his,
            health_work="yes",
            trade="Dresseur de loups",
            social_worker="yes",
            social_worker_name="Madame Untel",
            childcare="unsolved",
            ready="later",
        )
        by = world.officer.as_actor()
        actions.add_brake(
            interview_id=couple.his.pk,
            kind="money",
            subtype="debts",
            severity=3,
            note="Crédit à la SOFINCO",
            by=by,
            at=MORNING,
        )
        actions.add_trade(interview_id=couple.his.pk, wish="sought", words="Fauconnier", by=by, at=MORNING)
        note = actions.PaperNote(paper="cv", state="not_needed")
        actions.note_papers(interview_id=couple.his.pk, notes=[note], by=by, at=MORNING)
        text = everything(signed_in(world.officer), couple.hers)
        for private in (
            "Dresseur",
            "Madame Untel",
            "SOFINCO",
            "Fauconnier",
            "C’est pareil pour moi",
            "Pas concerné, noté",
        ):
            assert private not in text
        assert f"/entretien/{couple.his.pk}/" in text  # the pages do show the door: the search reads the right ones


class TestHouseholdFacts:
    def test_the_list_is_closed(self) -> None:
        assert {question.slug for question in QUESTIONS if question.household} == {"at_charge"}

    @pytest.mark.parametrize("more", [{"type": "text"}, {"type": "yes_no", "sensitive": True}])
    def test_a_departement_cannot_open_it_to_health_or_free_words(self, more: dict[str, object]) -> None:
        question = {"slug": "extra", "label": "Question", "household": True, **more}
        with pytest.raises(QuestionnaireError, match="ne passe jamais au conjoint"):
            parse_questionnaire([{"slug": "situation", "title": "Situation", "questions": [question]}])

    def test_said_by_one_proposed_to_the_other_never_written_before_she_agrees(
        self, world: World, couple: Couple
    ) -> None:
        told(world, couple.his, at_charge=3, housing="hosted")
        client = signed_in(world.officer)
        text = html(client, at(couple.hers, "section", "situation"))
        assert "Dit par votre conjoint le 23 novembre 2026 : 3" in text
        assert not Answer.objects.filter(person=couple.hers.person, question="at_charge", source="spouse").exists()
        assert queries.said_by_spouse(couple.hers, ["housing"]) == {}  # a couple just apart: where he sleeps is his
        shown = queries.known_answers(couple.hers.person_id, interview=couple.hers)["at_charge"].value
        typed = {"childcare": "no", "at_charge": str(shown), "same": "at_charge"}
        client.post(at(couple.hers, "section", "situation"), typed)
        known = queries.known_answers(couple.hers.person_id, interview=couple.hers)
        assert (known["at_charge"].value, known["at_charge"].provenance) == (
            3,
            "dit par le conjoint, le 23 novembre 2026",
        )
        assert known["childcare"].value == "no"
        assert "C’est pareil pour moi" not in html(client, at(couple.hers, "section", "situation"))

    def test_her_own_word_is_never_questioned(self, world: World, couple: Couple) -> None:
        told(world, couple.hers, at_charge=1)
        told(world, couple.his, at_charge=3)
        assert queries.said_by_spouse(couple.hers, ["at_charge"]) == {}

    @pytest.mark.parametrize("subtype", ["violence", "separation"])
    @pytest.mark.parametrize("who", ["hers", "his"])
    def test_nothing_passes_once_one_said_violence_or_separation(
        self, world: World, couple: Couple, who: str, subtype: str
    ) -> None:
        told(world, couple.his, at_charge=3)
        violence(world, getattr(couple, who), subtype)
        assert queries.said_by_spouse(couple.hers, ["at_charge"]) == {}

    @pytest.mark.parametrize("question", ["health_work", "first_wish", "trade", "childcare", "housing", "nowhere"])
    def test_asking_for_another_question_gives_nothing(self, world: World, couple: Couple, question: str) -> None:
        told(world, couple.his, health_work="yes", first_wish="job", trade="Soudeur", childcare="solved", housing="own")
        with pytest.raises(DomainError, match="n’est plus proposée"):
            actions.take_from_spouse(
                interview_id=couple.hers.pk, question=question, by=world.officer.as_actor(), at=MORNING
            )
        assert not Answer.objects.filter(person=couple.hers.person, question=question).exists()
