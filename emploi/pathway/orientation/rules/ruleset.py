"""A Département's orientation rules as data: checked word by word when loaded, refused with a French sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from emploi.pathway.orientation.rules.brakes import Nomenclature
from emploi.pathway.orientation.rules.conditions import Condition, ConditionError, comparison, leaves
from emploi.pathway.orientation.rules.facts import ENTRY_FACTS, forbidden_reason
from emploi.pathway.orientation.rules.questionnaire import Question, Questionnaire

LEGAL_PATHS = ("professionnel", "socio_professionnel", "social")


class RulesetError(ValueError):
    """The rules cannot be used: the message says which one and why."""


@dataclass(frozen=True, slots=True)
class ModalitySpec:
    """One pathway of the Département (a "voie"): its words, its legal path, the kinds of bodies that may lead it."""

    slug: str
    code: str
    name: str
    description: str
    legal_path: str
    responsible_kinds: tuple[str, ...]
    sensitive: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to propose a pathway: a condition, the sentence said to the person, the title published."""

    slug: str
    modality: str
    priority: int
    title: str
    sentence: str
    when: Condition
    source: str = ""


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The rules in force under a stable slug and version; a decision keeps both."""

    slug: str
    version: str
    title: str
    modalities: tuple[ModalitySpec, ...]
    rules: tuple[Rule, ...]
    fallback: str
    fallback_sentence: str
    fallback_title: str

    @property
    def identity(self) -> str:
        """Return "slug version", the mention kept by proposals and decisions."""
        return f"{self.slug} {self.version}"

    def modality(self, slug: str) -> ModalitySpec | None:
        """Return the pathway of that slug, if it exists."""
        return next((item for item in self.modalities if item.slug == slug), None)


def parse_ruleset(data: Mapping[str, Any], questionnaire: Questionnaire, nomenclature: Nomenclature) -> Ruleset:
    """Read and check modalities.yaml; raise RulesetError on the first thing that cannot stand."""
    head = data["ruleset"]
    modalities = tuple(_modality(row) for row in data["modalities"])
    rules = tuple(sorted((_rule(row) for row in data["rules"]), key=lambda rule: rule.priority))
    fallback = data["fallback"]
    ruleset = Ruleset(
        slug=head["slug"],
        version=str(head["version"]),
        title=head["title"],
        modalities=modalities,
        rules=rules,
        fallback=fallback["modality"],
        fallback_sentence=fallback["sentence"],
        fallback_title=fallback["title"],
    )
    _check_unique(ruleset)
    _check_targets(ruleset)
    _check_health_first(ruleset)
    for rule in rules:
        check_condition(rule.slug, rule.when, questionnaire, nomenclature)
    return ruleset


def _modality(row: Mapping[str, Any]) -> ModalitySpec:
    if row["legal_path"] not in LEGAL_PATHS:
        raise RulesetError(f"Voie « {row['slug']} » : parcours légal « {row['legal_path']} » inconnu.")
    return ModalitySpec(
        slug=row["slug"],
        code=row.get("code", ""),
        name=row["name"],
        description=row["description"],
        legal_path=row["legal_path"],
        responsible_kinds=tuple(row["responsible_kinds"]),
        sensitive=bool(row.get("sensitive", False)),
        source=row.get("source", ""),
    )


def _rule(row: Mapping[str, Any]) -> Rule:
    for key in ("title", "sentence"):
        if not str(row.get(key, "")).strip():
            raise RulesetError(f"Règle « {row.get('slug')} » : il manque « {key} », chaque règle s'explique.")
    unknown = set(row) - {"slug", "modality", "priority", "title", "sentence", "when", "source"}
    if unknown:
        # A "weight" or a "score" would be one of these: rules are ordered, a person is never scored.
        raise RulesetError(f"Règle « {row['slug']} » : « {', '.join(sorted(unknown))} » n'a pas de sens ici.")
    return Rule(
        slug=row["slug"],
        modality=row["modality"],
        priority=int(row["priority"]),
        title=row["title"].strip(),
        sentence=row["sentence"].strip(),
        when=row["when"],
        source=row.get("source", ""),
    )


def _check_unique(ruleset: Ruleset) -> None:
    for what, values in (
        ("Deux voies portent le même nom", [item.slug for item in ruleset.modalities]),
        ("Deux règles portent le même nom", [rule.slug for rule in ruleset.rules]),
        ("Deux règles ont le même rang", [str(rule.priority) for rule in ruleset.rules]),
    ):
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise RulesetError(f"{what} : {', '.join(twice)}.")


def _check_targets(ruleset: Ruleset) -> None:
    for slug, where in [*((rule.modality, rule.slug) for rule in ruleset.rules), (ruleset.fallback, "fallback")]:
        if ruleset.modality(slug) is None:
            raise RulesetError(f"Règle « {where} » : la voie « {slug} » n'existe pas.")
    reached = {rule.modality for rule in ruleset.rules} | {ruleset.fallback}
    never = [item.slug for item in ruleset.modalities if item.slug not in reached]
    if never:
        raise RulesetError(f"Aucune règle ne propose jamais : {', '.join(never)}.")


def _check_health_first(ruleset: Ruleset) -> None:
    """RG-56: health is settled before the professional project, so its rules are read first."""
    is_health = [bool((spec := ruleset.modality(rule.modality)) and spec.sensitive) for rule in ruleset.rules]
    if any(later and not earlier for earlier, later in pairwise(is_health)):
        raise RulesetError("Les règles de santé doivent être lues avant les autres (RG-56).")


def check_condition(where: str, when: Condition, questionnaire: Questionnaire, nomenclature: Nomenclature) -> None:
    """Check every leaf of a condition: known question and answers, known brake, nothing discriminating (RG-60)."""
    try:
        parts = list(leaves(when))
    except ConditionError as error:
        raise RulesetError(f"Règle « {where} » : {error}") from error
    for leaf in parts:
        if "has_brake" in leaf:
            _check_brake(where, leaf["has_brake"], nomenclature)
        elif "fact" in leaf:
            _check_fact(where, leaf, questionnaire)


def _check_brake(where: str, query: Mapping[str, Any], nomenclature: Nomenclature) -> None:
    kind = nomenclature.kind(query["kind"])
    if kind is None:
        raise RulesetError(f"Règle « {where} » : le frein « {query['kind']} » n'existe pas.")
    if query.get("subtype") and not kind.subtype_label(query["subtype"]):
        raise RulesetError(f"Règle « {where} » : la précision « {query['subtype']} » n'existe pas.")


def _check_fact(where: str, leaf: Condition, questionnaire: Questionnaire) -> None:
    slug = leaf["fact"]
    reason = forbidden_reason(slug)
    if reason:
        raise RulesetError(f"Règle « {where} » : {reason} ne peut pas servir à proposer une voie ({slug}).")
    if slug in ENTRY_FACTS:
        return
    question = questionnaire.question(slug.removeprefix("answer.")) if slug.startswith("answer.") else None
    if question is None:
        raise RulesetError(f"Règle « {where} » : « {slug} » n'est pas une question du diagnostic.")
    if not question.usable_in_rules:
        raise RulesetError(f"Règle « {where} » : la question « {question.label} » est fermée aux règles.")
    if "known" not in leaf:
        _check_value(where, question, *comparison(leaf))


def _check_value(where: str, question: Question, operator: str, wanted: Any) -> None:
    values: Sequence[Any] = wanted if operator == "in" else [wanted]
    known = {slug for slug, _ in question.choices}
    wrong = [str(value) for value in values if question.choices and value not in known]
    if wrong:
        raise RulesetError(f"Règle « {where} » : « {', '.join(wrong)} » n'est pas une réponse à « {question.label} ».")
