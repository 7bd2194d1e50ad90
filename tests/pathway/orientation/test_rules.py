"""The rules of orientation as tables: golden cases of the Départements, order, silence, properties."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emploi.pathway.orientation.rules.proposing import FALLBACK_RULE, propose
from emploi.pathway.orientation.rules.words import in_words, missing_in_words
from tests.pathway.orientation.reference import BRAKES, PRODUCT, QUESTIONS, RULE_FILES, facts, read, rules_of

CASES = [
    pytest.param(path.parent.parent.name, case, id=f"{path.parent.parent.name}: {case['title']}")
    for path in sorted((PRODUCT / "departments").glob("*/cases/orientation.yaml"))
    for case in read(path)
]


@pytest.mark.parametrize(("department", "case"), CASES)
def test_golden_case(department: str, case: dict[str, Any]) -> None:
    result = propose(rules_of(department), facts(**case["given"]), BRAKES)
    spoken = [reason.rule for proposed in result.ranked for reason in proposed.reasons]
    fallback_only_last = [rule for rule in spoken if rule != FALLBACK_RULE] or spoken
    assert result.first == case["expected"]["first"]
    assert sorted(fallback_only_last) == sorted(case["expected"]["rules"])
    assert case["source"]


def test_every_rule_of_a_department_with_cases_is_spoken_by_one() -> None:
    """A rule nobody wrote a case for is a rule nobody checked."""
    for path in (PRODUCT / "departments").glob("*/cases/orientation.yaml"):
        rules = rules_of(path.parent.parent.name)
        spoken = {rule for case in read(path) for rule in case["expected"]["rules"]}
        checked = {rule.slug for rule in rules.rules} - spoken
        # The person's own wish is covered by the rules' table below.
        assert checked <= {"sante_demandee", "regler_d_abord"}


@pytest.mark.parametrize(
    ("answers", "first"),
    [({"first_wish": "care"}, "accompagnement_sante"), ({"first_wish": "settle"}, "accompagnement_social")],
)
def test_what_the_person_asks_first_is_heard(answers: dict[str, Any], first: str) -> None:
    assert propose(rules_of("drome"), facts(answers), BRAKES).first == first


def answered() -> st.SearchStrategy[dict[str, Any]]:
    """Any set of possible answers, unanswered questions included."""
    choices: dict[str, st.SearchStrategy[Any]] = {}
    for question in QUESTIONS:
        values = [slug for slug, _ in question.choices]
        if question.type == "choices":
            choices[question.slug] = st.lists(st.sampled_from(values), unique=True)
        elif values:
            choices[question.slug] = st.sampled_from([None, *values])
    return st.fixed_dictionaries(choices)


def troubled() -> st.SearchStrategy[list[dict[str, Any]]]:
    kinds = st.sampled_from([kind.slug for kind in BRAKES.kinds])
    brake = st.fixed_dictionaries({"kind": kinds, "severity": st.integers(1, 3), "wants_help": st.booleans()})
    return st.lists(brake, max_size=4)


@settings(max_examples=60, deadline=None)
@given(answers=answered(), brakes=troubled(), followed=st.booleans())
@pytest.mark.parametrize("name", RULE_FILES)
def test_there_is_always_an_explained_and_stable_proposal(
    name: str, answers: dict[str, Any], brakes: list[dict[str, Any]], followed: bool
) -> None:
    """RG-62: nobody is left without a pathway; the same facts always give the same answer, with its reasons."""
    rules = rules_of(name)
    known = facts(answers, brakes, {"entry.france_travail_followed": followed})
    result = propose(rules, known, BRAKES)
    assert result == propose(rules, known, BRAKES)
    assert result.ranked
    assert all(proposed.reasons and all(reason.sentence for reason in proposed.reasons) for proposed in result.ranked)
    assert len({proposed.modality for proposed in result.ranked}) == len(result.ranked)
    spoken = {reason.rule for proposed in result.ranked for reason in proposed.reasons} - {FALLBACK_RULE}
    assert spoken | {item.rule for item in result.not_applied} == {rule.slug for rule in rules.rules}


@settings(max_examples=40, deadline=None)
@given(answers=answered(), brakes=troubled())
@pytest.mark.parametrize("name", ["demo", "national"])
def test_health_that_prevents_work_always_comes_first(
    name: str, answers: dict[str, Any], brakes: list[dict[str, Any]]
) -> None:
    """RG-56, whatever else the person said."""
    rules = rules_of(name)
    result = propose(rules, facts({**answers, "health_work": "yes"}, brakes), BRAKES)
    assert result.ranked[0].reasons[0].rule == rules.rules[0].slug


def test_a_reason_names_the_facts_and_where_they_come_from() -> None:
    result = propose(rules_of("demo"), facts({"first_wish": "job", "ready": "now"}), BRAKES)
    stored = result.ranked[0].as_dict()["reasons"][0]
    assert [(fact["label"], fact["text"], fact["source"]) for fact in stored["facts"]] == [
        ("Première envie", "Trouver un travail vite", "dit par la personne"),
        ("Prêt à commencer", "Oui, tout de suite", "dit par la personne"),
    ]


def test_what_is_not_known_is_asked_and_never_taken_for_a_no() -> None:
    """A rule without its answer stays silent and says which question would let it speak."""
    result = propose(rules_of("demo"), facts({"first_wish": "job"}), BRAKES)
    silent = {item.rule: item.missing for item in result.not_applied}
    assert silent["pret_a_travailler"] == ("answer.ready",)
    assert silent["reprendre_petit_a_petit"] == ("answer.immersion",)
    words = missing_in_words(list(result.missing), QUESTIONS, BRAKES)
    assert "Pourriez-vous commencer un travail ?" in words


def test_a_health_reason_is_marked_so_that_it_can_be_hidden() -> None:
    result = propose(rules_of("demo"), facts({"health_work": "yes"}), BRAKES)
    assert result.ranked[0].reasons[0].sensitive
    wish = propose(rules_of("drome"), facts({"first_wish": "care"}), BRAKES)
    assert wish.ranked[0].reasons[0].sensitive


@pytest.mark.parametrize("name", RULE_FILES)
def test_every_rule_is_said_in_words(name: str) -> None:
    for rule in rules_of(name).rules:
        words = in_words(rule.when, QUESTIONS, BRAKES)
        assert "answer." not in words
        assert "{" not in words
        assert rule.sentence.endswith((".", "!"))
