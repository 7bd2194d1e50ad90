"""From facts to an ordered, explained proposal: deterministic, never empty, never a score (RG-54, RG-62)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from emploi.pathway.orientation.rules.brakes import Nomenclature
from emploi.pathway.orientation.rules.conditions import Verdict, evaluate
from emploi.pathway.orientation.rules.facts import Fact, Facts, brake_fact
from emploi.pathway.orientation.rules.ruleset import Rule, Ruleset

FALLBACK_RULE = "personne_n_est_inemployable"


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that applied: its sentence and the facts it rests on."""

    rule: str
    sentence: str
    facts: tuple[Fact, ...] = ()

    @property
    def sensitive(self) -> bool:
        """Tell whether showing this reason would show health data."""
        return any(fact.sensitive for fact in self.facts)

    def as_dict(self) -> dict[str, Any]:
        """Return the reason as it is stored."""
        return {
            "rule": self.rule,
            "sentence": self.sentence,
            "sensitive": self.sensitive,
            "facts": [fact.as_dict() for fact in self.facts],
        }


@dataclass(frozen=True, slots=True)
class Proposed:
    """A pathway put forward, with every reason that speaks for it."""

    modality: str
    reasons: tuple[Reason, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the proposed pathway as it is stored."""
        return {"modality": self.modality, "reasons": [reason.as_dict() for reason in self.reasons]}


@dataclass(frozen=True, slots=True)
class NotApplied:
    """A rule that did not speak, and whether it was false or lacked an answer."""

    rule: str
    modality: str
    title: str
    missing: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the silent rule as it is stored."""
        return {"rule": self.rule, "modality": self.modality, "title": self.title, "missing": list(self.missing)}


@dataclass(frozen=True, slots=True)
class Result:
    """The whole answer of the rules: pathways in order, rules that stayed silent, questions that would help."""

    ruleset: str
    ranked: tuple[Proposed, ...]
    not_applied: tuple[NotApplied, ...] = ()
    missing: tuple[str, ...] = field(default=())

    @property
    def first(self) -> str:
        """Return the slug of the pathway proposed first."""
        return self.ranked[0].modality


def propose(ruleset: Ruleset, facts: Facts, nomenclature: Nomenclature) -> Result:
    """Read every rule in order; pathways come in the order of their first rule that applies, the fallback last."""
    reasons: dict[str, list[Reason]] = {}
    silent: list[NotApplied] = []
    for rule in ruleset.rules:
        verdict = evaluate(rule.when, facts)
        if verdict.value:
            reasons.setdefault(rule.modality, []).append(_reason(rule, verdict, nomenclature))
        else:
            missing = verdict.missing if verdict.value is None else ()
            silent.append(NotApplied(rule.slug, rule.modality, rule.title, missing))
    if ruleset.fallback not in reasons:
        reasons[ruleset.fallback] = [Reason(FALLBACK_RULE, ruleset.fallback_sentence)]
    missing = tuple(dict.fromkeys(slug for item in silent for slug in item.missing))
    ranked = tuple(Proposed(modality, tuple(found)) for modality, found in reasons.items())
    return Result(ruleset.identity, ranked, tuple(silent), missing)


def _reason(rule: Rule, verdict: Verdict, nomenclature: Nomenclature) -> Reason:
    facts = (*verdict.facts, *(brake_fact(brake, nomenclature) for brake in verdict.brakes))
    return Reason(rule.slug, rule.sentence, facts)
