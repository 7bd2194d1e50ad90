"""What a rule file may not hold is refused when it is loaded, with a French sentence."""

from typing import Any

import pytest

from emploi.foundation.texts.guard import refusal_of
from emploi.pathway.orientation.enums import BrakeKind, LegalPath
from emploi.pathway.orientation.rules import steps
from emploi.pathway.orientation.rules.bases import Situation, Target, unmet_by_default, unmet_on_file
from emploi.pathway.orientation.rules.brakes import BrakesError, parse_brakes
from emploi.pathway.orientation.rules.conditions import evaluate
from emploi.pathway.orientation.rules.questionnaire import QuestionnaireError, parse_questionnaire
from emploi.pathway.orientation.rules.ruleset import LEGAL_PATHS, RulesetError, parse_ruleset
from tests.pathway.orientation.reference import BRAKES, QUESTIONS, facts

from datetime import date  # isort: skip


def ruleset(when: Any = None, **changes: Any) -> dict[str, Any]:
    rule = {
        "slug": "r",
        "modality": "m",
        "priority": 10,
        "title": "Titre.",
        "sentence": "Phrase.",
        "when": when or {"fact": "answer.ready", "eq": "now"},
        **changes,
    }
    modality = {
        "slug": "m",
        "name": "M",
        "description": "D",
        "legal_path": "social",
        "responsible_kinds": ["departement"],
    }
    return {
        "ruleset": {"slug": "essai", "version": 1, "title": "Essai"},
        "modalities": [modality],
        "rules": [rule],
        "fallback": {"modality": "m", "title": "T.", "sentence": "S."},
    }


def refusal(data: dict[str, Any]) -> str:
    with pytest.raises(RulesetError) as caught:
        parse_ruleset(data, QUESTIONS, BRAKES)
    return str(caught.value)


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        ("person.sex", "le sexe"),
        ("person.nationality", "la nationalité"),
        ("household.single_parent", "le fait d'être parent seul"),
        ("household.income", "le niveau de revenu"),
        ("answer.niveau_de_revenu", "le niveau de revenu"),
        ("person.age", "l'âge"),
        ("household.dependants", "le nombre d'enfants"),
        ("person.commune", "le lieu d'habitation"),
        ("right.montant", "le montant du RSA"),
    ],
)
def test_a_discriminating_criterion_is_refused(fact: str, why: str) -> None:
    """RG-60: never the sex, the nationality, lone parenthood or the level of income."""
    assert refusal(ruleset({"fact": fact, "eq": "x"})).startswith(f"Règle « r » : {why} ne peut pas servir")


def test_a_discriminating_criterion_is_refused_even_deep_inside() -> None:
    when = {"any": [{"fact": "answer.ready", "eq": "now"}, {"not": {"all": [{"fact": "person.sex", "eq": "2"}]}}]}
    assert "le sexe" in refusal(ruleset(when))


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ({"fact": "answer.at_charge", "gte": 1}, "fermée aux règles"),
        ({"fact": "answer.unknown", "eq": "x"}, "n'est pas une question"),
        ({"fact": "answer.ready", "eq": "perhaps"}, "n'est pas une réponse"),
        ({"fact": "answer.ready", "in": ["now", "perhaps"]}, "n'est pas une réponse"),
        ({"has_brake": "love"}, "n'existe pas"),
        ({"has_brake": {"kind": "health", "subtype": "flu"}}, "n'existe pas"),
        ({"has_brake": {"kind": "health", "weight": 3}}, "incompris"),
        ({"fact": "answer.ready", "eq": "now", "in": ["now"]}, "une seule comparaison"),
        ({"exec": "import os"}, "incomprise"),
        ({"any": []}, "incomprise"),
    ],
)
def test_a_condition_the_language_does_not_know_is_refused(when: dict[str, Any], why: str) -> None:
    assert why in refusal(ruleset(when))


def test_a_weight_or_a_score_is_refused() -> None:
    assert "n'a pas de sens" in refusal(ruleset(weight=3))
    assert "n'a pas de sens" in refusal(ruleset(score=0.7))


def test_a_rule_without_its_sentence_is_refused() -> None:
    assert "chaque règle s'explique" in refusal(ruleset(sentence=" "))


def test_two_rules_of_the_same_rank_are_refused() -> None:
    data = ruleset()
    data["rules"].append({**data["rules"][0], "slug": "s"})
    assert refusal(data) == "Deux règles ont le même rang : 10."


def test_a_rule_to_nowhere_and_a_pathway_nobody_reaches_are_refused() -> None:
    assert "n'existe pas" in refusal(ruleset(modality="x"))
    data = ruleset()
    data["modalities"].append({**data["modalities"][0], "slug": "forgotten"})
    assert refusal(data) == "Aucune règle ne propose jamais : forgotten."


def test_health_read_after_the_rest_is_refused() -> None:
    """RG-56."""
    data = ruleset()
    data["modalities"].append({**data["modalities"][0], "slug": "health", "sensitive": True})
    data["rules"].append({**data["rules"][0], "slug": "s", "priority": 20, "modality": "health"})
    assert "RG-56" in refusal(data)


def test_a_pathway_outside_the_law_is_refused() -> None:
    data = ruleset()
    data["modalities"][0]["legal_path"] = "sportif"
    assert "sportif" in refusal(data)


class TestConditions:
    def test_silence_is_neither_yes_nor_no(self) -> None:
        nothing = facts()
        assert evaluate({"fact": "answer.ready", "eq": "now"}, nothing).value is None
        assert evaluate({"not": {"fact": "answer.ready", "eq": "now"}}, nothing).value is None
        assert evaluate({"fact": "answer.ready", "known": False}, nothing).value is True

    def test_one_yes_is_enough_for_any_and_one_no_for_all(self) -> None:
        known = facts({"ready": "now"})
        yes, no = {"fact": "answer.ready", "eq": "now"}, {"fact": "answer.ready", "eq": "later"}
        unknown = {"fact": "answer.immersion", "eq": "yes"}
        assert evaluate({"any": [unknown, yes]}, known).value is True
        assert evaluate({"any": [unknown, no]}, known).value is None
        assert evaluate({"all": [unknown, no]}, known).value is False
        assert evaluate({"all": [unknown, yes]}, known).value is None

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("mobility", True),
            ({"kind": "mobility", "min_severity": 2}, True),
            ({"kind": "mobility", "min_severity": 3}, False),
            ({"kind": "mobility", "subtype": "licence"}, True),
            ({"kind": "mobility", "subtype": "cost"}, False),
            ({"kind": "mobility", "wants_help": True}, False),
            ("housing", False),
        ],
    )
    def test_brakes(self, query: Any, expected: bool) -> None:
        known = facts(brakes=[{"kind": "mobility", "subtype": "licence", "severity": 2}])
        assert evaluate({"has_brake": query}, known).value is expected


class TestSteps:
    def test_the_order_is_that_of_the_plan(self) -> None:
        assert steps.blocking({}, "orientation") == "rights_and_duties"
        assert steps.blocking({"rights_and_duties": "left_open"}, "orientation") == "diagnosis"
        assert steps.blocking({"rights_and_duties": "done", "diagnosis": "left_open"}, "orientation") == ""

    def test_the_next_step_is_never_forgotten(self) -> None:
        done = dict.fromkeys(steps.ORDER, "done")
        assert steps.current({}) == "rights_and_duties"
        assert steps.current({**done, "diagnosis": "left_open"}) == "diagnosis"
        assert steps.current({**done, "diagnosis": "left_open", "engagement": "open"}) == "engagement"
        assert steps.current(done) == ""
        assert steps.all_settled({**done, "diagnosis": "left_open"})
        assert not steps.all_settled({"rights_and_duties": "done"})


class TestBases:
    TODAY = date(2026, 11, 23)

    def situation(self, **changes: Any) -> Situation:
        values = {
            "today": self.TODAY,
            "interview_held_on": None,
            "invited_on": date(2026, 11, 2),
            "convoked_on": date(2026, 11, 9),
            "convocation_missed_on": date(2026, 11, 18),
            "exchange_on": date(2026, 11, 20),
            "exchange_how": "téléphone",
            "reason": "Hospitalisée",
        }
        return Situation(**{**values, **changes})

    @pytest.mark.parametrize(
        ("changes", "missing"),
        [
            ({}, ""),
            ({"reason": " "}, "ne peut pas venir"),
            ({"exchange_on": None}, "la date et le moyen"),
            ({"exchange_how": ""}, "la date et le moyen"),
            ({"exchange_on": date(2026, 11, 24)}, "dans le futur"),
            ({"interview_held_on": date(2026, 11, 10)}, "Un entretien a eu lieu"),
        ],
    )
    def test_on_file(self, changes: dict[str, Any], missing: str) -> None:
        assert missing in " ".join(unmet_on_file(self.situation(**changes)))
        assert bool(unmet_on_file(self.situation(**changes))) == bool(missing)

    @pytest.mark.parametrize(
        ("changes", "missing"),
        [
            ({}, ""),
            ({"convoked_on": None}, "une invitation ne suffit pas"),
            ({"convocation_missed_on": None}, "attendez ce rendez-vous"),
            ({"reason": ""}, "motif légitime"),
            ({"interview_held_on": date(2026, 11, 10)}, "Un entretien a eu lieu"),
        ],
    )
    def test_by_default(self, changes: dict[str, Any], missing: str) -> None:
        target = Target("social", "departement", False)
        unmet = unmet_by_default(self.situation(**changes), target, "departement")
        assert missing in " ".join(unmet)
        assert bool(unmet) == bool(missing)

    @pytest.mark.parametrize(
        ("target", "rule", "allowed"),
        [
            (Target("professionnel", "departement", False), "departement", True),
            (Target("professionnel", "france_travail", True), "departement", True),
            (Target("professionnel", "provider", False), "departement", False),
            (Target("social", "ccas", False), "services_sociaux", True),
            (Target("professionnel", "departement", False), "services_sociaux", False),
        ],
    )
    def test_where_a_person_is_sent_by_default_follows_the_law_of_the_day(
        self, target: Target, rule: str, allowed: bool
    ) -> None:
        assert (unmet_by_default(self.situation(), target, rule) == []) is allowed


class TestData:
    def test_the_eight_brakes_are_those_of_the_plan(self) -> None:
        assert [kind.slug for kind in BRAKES.kinds] == BrakeKind.values
        assert [kind.label for kind in BRAKES.kinds] == BrakeKind.labels
        assert [kind.code for kind in BRAKES.kinds] == [f"FR-0{number}" for number in range(1, 9)]
        assert [kind.slug for kind in BRAKES.kinds if kind.sensitive] == ["health"]

    def test_the_legal_paths_are_the_same_everywhere(self) -> None:
        assert list(LEGAL_PATHS) == LegalPath.values

    def test_a_duplicate_brake_is_refused(self) -> None:
        row = {"slug": "a", "label": "A", "question": "A ?"}
        with pytest.raises(BrakesError):
            parse_brakes([row, row])

    def test_a_department_adds_a_question_and_cannot_ask_twice(self) -> None:
        sections = [{"slug": "work", "title": "T", "questions": [{"slug": "a", "label": "A ?", "type": "yes_no"}]}]
        extra = {"section": "work", "slug": "b", "label": "B ?", "type": "text"}
        assert [q.slug for q in parse_questionnaire(sections, [extra])] == ["a", "b"]
        with pytest.raises(QuestionnaireError, match="deux fois"):
            parse_questionnaire(sections, [{**extra, "slug": "a"}])
        with pytest.raises(QuestionnaireError, match="inconnue"):
            parse_questionnaire(sections, [{**extra, "section": "x"}])

    def test_yes_without_quotes_is_refused(self) -> None:
        question = {"slug": "a", "label": "A ?", "choices": {True: "Oui", False: "Non"}}
        with pytest.raises(QuestionnaireError, match="guillemets"):
            parse_questionnaire([{"slug": "s", "title": "T", "questions": [question]}])


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("Son numéro est 2 85 05 26 362 123 45", True),
        ("285052636212345", True),
        ("1850526362123", True),
        ("Il a travaillé en 2024 et 2025", False),
        ("Téléphone 06 39 98 12 34", False),
    ],
)
def test_a_social_security_number_is_not_written_in_a_free_field(text: str, refused: bool) -> None:
    assert bool(refusal_of(text)) is refused
