"""The diagnosis, the brakes and the rules in force: shipped data, completed by the Département's folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db.models import Count, Q, QuerySet

from emploi.foundation import department
from emploi.foundation.ui.french import month_fr
from emploi.pathway.orientation.models import Modality, RulesetVersion
from emploi.pathway.orientation.rules.brakes import Nomenclature, parse_brakes
from emploi.pathway.orientation.rules.questionnaire import Questionnaire, parse_questionnaire
from emploi.pathway.orientation.rules.ruleset import Ruleset, parse_ruleset
from emploi.pathway.orientation.rules.words import in_words

VERSION = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
SHIPPED = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True, slots=True)
class RuleInWords:
    """A rule as published: when it speaks, what it proposes, where it comes from."""

    title: str
    condition: str
    modality: str
    sentence: str
    source: str


@dataclass(frozen=True, slots=True)
class RulesInWords:
    """The whole set of rules, for the public page and for the person who asks (CRPA L311-3-1, L312-1-3)."""

    title: str
    identity: str
    rules: tuple[RuleInWords, ...]
    fallback_title: str
    fallback_modality: str


def questionnaire() -> Questionnaire:
    """Return the diagnosis of the Département in force."""
    return _questionnaire(settings.DEPARTMENT)


def nomenclature() -> Nomenclature:
    """Return the brakes and their sub-types."""
    return _nomenclature()


def ruleset(on: date) -> Ruleset:
    """Return the rules in force a day: those of the last version switched on, else of the Département's file."""
    version = RulesetVersion.objects.in_force(on).first()
    return shipped_ruleset() if version is None else _switched_on(settings.DEPARTMENT, version.pk, version.identity)


def shipped_ruleset() -> Ruleset:
    """Return the rules of the Département's file, checked; the three paths of the law when it wrote none."""
    return _ruleset(settings.DEPARTMENT)


def ruleset_data(on: date) -> dict[str, Any]:
    """Return the rules in force a day as plain data, to copy or to compare."""
    version = RulesetVersion.objects.in_force(on).first()
    return dict(version.data) if version else dict(_shipped_data(settings.DEPARTMENT))


def version_data(version_id: int) -> dict[str, Any]:
    """Return the rules of a version as plain data."""
    return dict(RulesetVersion.objects.values_list("data", flat=True).get(pk=version_id))


def parsed(data: Mapping[str, Any]) -> Ruleset:
    """Read and check rules given as data; raise RulesetError with a French sentence on what cannot stand."""
    return parse_ruleset(data, questionnaire(), nomenclature())


def active_modalities() -> QuerySet[Modality]:
    """Return the pathways that may be decided today."""
    return Modality.objects.filter(is_active=True).select_related("responsible_organization")


def closed_here() -> set[str]:
    """Return the pathways an administrator closed, whatever the rules say."""
    return set(Modality.objects.exclude(closed_reason="").values_list("slug", flat=True))


def every_modality() -> QuerySet[Modality]:
    """Return every pathway known here, open or closed, with how many people it leads now."""
    current = Count("decisions", filter=Q(decisions__is_current=True, decisions__entry__closed_on=None))
    found = Modality.objects.select_related("responsible_organization").annotate(people=current)
    return found.order_by("position", "name")


def rules_in_words(on: date) -> RulesInWords:
    """Return the rules in force a day, in plain French."""
    return said(ruleset(on))


def said(rules: Ruleset) -> RulesInWords:
    """Say a set of rules in plain French."""
    questions, brakes = questionnaire(), nomenclature()
    names = {spec.slug: spec.name for spec in rules.modalities}
    return RulesInWords(
        title=rules.title,
        identity=rules.identity,
        rules=tuple(
            RuleInWords(
                rule.title, in_words(rule.when, questions, brakes), names[rule.modality], rule.sentence, rule.source
            )
            for rule in rules.rules
        ),
        fallback_title=rules.fallback_title,
        fallback_modality=names[rules.fallback],
    )


# Read once per process: a changed file is taken at the next start, like the code it travels with.
@lru_cache(maxsize=8)
def _questionnaire(name: str) -> Questionnaire:
    extra = department.load_yaml("questions.yaml") if department.has("questions.yaml") else []
    return parse_questionnaire(shipped("questionnaire.yaml"), extra or [])


@lru_cache(maxsize=1)
def _nomenclature() -> Nomenclature:
    return parse_brakes(shipped("brakes.yaml"))


@lru_cache(maxsize=8)
def _ruleset(name: str) -> Ruleset:
    return parse_ruleset(_shipped_data(name), _questionnaire(name), _nomenclature())


@lru_cache(maxsize=8)
def _shipped_data(name: str) -> Mapping[str, Any]:
    own = department.has("modalities.yaml")
    data: Mapping[str, Any] = department.load_yaml("modalities.yaml") if own else shipped("modalities.yaml")
    return data


# What is in force is frozen (actions/rulesets): one reading a process is enough.
@lru_cache(maxsize=32)
def _switched_on(name: str, version_id: int, identity: str) -> Ruleset:
    data = RulesetVersion.objects.values_list("data", flat=True).get(pk=version_id)
    return parse_ruleset(data, _questionnaire(name), _nomenclature())


def shipped(name: str) -> Any:
    """Return a data file delivered with this app."""
    return yaml.safe_load((SHIPPED / name).read_text(encoding="utf-8"))


def mention_in_words(mention: str) -> str:
    """Say which rules were used: « demo.orientation 2026-01 », « règles du Val-d’Exemple, version de janvier 2026 »."""
    if not mention:
        return ""
    version = mention.partition(" ")[2]
    month = VERSION.fullmatch(version)
    said = f"de {month_fr(date(int(month[1]), int(month[2]), 1))}" if month else version
    said = said.replace("de avril", "d’avril").replace("de août", "d’août").replace("de octobre", "d’octobre")
    return f"règles {department.identity().of_name}, version {said}"
