"""The rules said in words, for the public page and for the person who asks (CRPA L311-3-1, L312-1-3)."""

from __future__ import annotations

from typing import Any

from emploi.pathway.orientation.rules.brakes import SEVERITIES, Nomenclature
from emploi.pathway.orientation.rules.conditions import Condition, comparison
from emploi.pathway.orientation.rules.facts import ENTRY_FACTS
from emploi.pathway.orientation.rules.questionnaire import Questionnaire

LINKS = {"eq": "est", "has": "contient", "gte": "est au moins", "lte": "est au plus"}


def in_words(condition: Condition, questionnaire: Questionnaire, nomenclature: Nomenclature) -> str:
    """Say a condition as one French sentence part, exactly as it is evaluated."""
    if "all" in condition:
        return " et ".join(_wrapped(part, questionnaire, nomenclature) for part in condition["all"])
    if "any" in condition:
        return " ou ".join(_wrapped(part, questionnaire, nomenclature) for part in condition["any"])
    if "not" in condition:
        return f"il n'est pas vrai que {_wrapped(condition['not'], questionnaire, nomenclature)}"
    if "has_brake" in condition:
        return _brake(condition["has_brake"], nomenclature)
    if "no_brake" in condition:
        return "aucune difficulté n'est signalée" if condition["no_brake"] else "au moins une difficulté est signalée"
    return _fact(condition, questionnaire)


def _wrapped(part: Condition, questionnaire: Questionnaire, nomenclature: Nomenclature) -> str:
    words = in_words(part, questionnaire, nomenclature)
    grouped = ("all" in part and len(part["all"]) > 1) or ("any" in part and len(part["any"]) > 1)
    return f"({words})" if grouped else words


def _brake(wanted: Any, nomenclature: Nomenclature) -> str:
    query: dict[str, Any] = {"kind": wanted} if isinstance(wanted, str) else dict(wanted)
    label = nomenclature.label(query["kind"], query.get("subtype", ""))
    words = f"la difficulté « {label} » est signalée"
    if query.get("min_severity", 1) > 1:
        words += f" (au moins « {SEVERITIES[query['min_severity']]} »)"
    if query.get("wants_help"):
        words += " et la personne veut de l'aide"
    return words


def _fact(condition: Condition, questionnaire: Questionnaire) -> str:
    slug = condition["fact"]
    question = questionnaire.question(slug.removeprefix("answer."))
    label = ENTRY_FACTS.get(slug) or (question.fact_label if question else slug)
    if "known" in condition:
        return f"« {label} » est connu" if condition["known"] else f"« {label} » n'est pas connu"
    operator, wanted = comparison(condition)
    if question is None:
        return f"« {label} » est {'oui' if wanted else 'non'}"
    if operator == "in":
        choices = ", ".join(f"« {question.text_of(item)} »" for item in wanted)
        return f"« {label} » est parmi : {choices}"
    value = [wanted] if question.type == "choices" else wanted
    return f"« {label} » {LINKS[operator]} « {question.text_of(value)} »"


def missing_in_words(slugs: list[str], questionnaire: Questionnaire, nomenclature: Nomenclature) -> list[str]:
    """Name the questions whose answer would let more rules speak."""
    words: list[str] = []
    for slug in slugs:
        if slug.startswith("brake"):
            words.append("Les difficultés (freins)")
            continue
        question = questionnaire.question(slug.removeprefix("answer."))
        words.append(ENTRY_FACTS.get(slug) or (question.label if question else slug))
    return list(dict.fromkeys(words))
