"""The small, closed language of the rules' conditions: nothing is executed, an unknown answer stays unknown.

`{all: […]}`, `{any: […]}`, `{not: …}`, `{fact: slug, eq|in|has|gte|lte: value}`, `{fact: slug, known: true}`,
`{has_brake: kind}` or `{has_brake: {kind, subtype, min_severity, wants_help}}`, `{no_brake: true}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emploi.pathway.orientation.rules.brakes import BrakeState
from emploi.pathway.orientation.rules.facts import Fact, Facts

Condition = Mapping[str, Any]

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, wanted: value == wanted,
    "in": lambda value, wanted: value in wanted,
    "has": lambda value, wanted: isinstance(value, list) and wanted in value,
    "gte": lambda value, wanted: isinstance(value, int) and value >= wanted,
    "lte": lambda value, wanted: isinstance(value, int) and value <= wanted,
}
BRAKE_KEYS = frozenset({"kind", "subtype", "min_severity", "wants_help"})


class ConditionError(ValueError):
    """A condition uses a word the language does not know."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """True, False or None (not enough is known), with what was looked at and what is missing."""

    value: bool | None
    facts: tuple[Fact, ...] = ()
    brakes: tuple[BrakeState, ...] = ()
    missing: tuple[str, ...] = ()


def evaluate(condition: Condition, facts: Facts) -> Verdict:
    """Say whether a condition holds; three-valued, so that silence never counts as a "no"."""
    match condition:
        case {"all": list(parts)}:
            return _all([evaluate(part, facts) for part in parts])
        case {"any": list(parts)}:
            return _any([evaluate(part, facts) for part in parts])
        case {"not": dict(part)}:
            inner = evaluate(part, facts)
            value = None if inner.value is None else not inner.value
            return Verdict(value, inner.facts, inner.brakes, inner.missing)
        case {"has_brake": wanted}:
            return _has_brake(_brake_query(wanted), facts)
        case {"no_brake": bool(wanted)}:
            return _no_brake(wanted, facts)
        case {"fact": str(slug)}:
            return _compare(slug, condition, facts)
        case _:
            raise ConditionError(f"Condition incomprise : {dict(condition)}.")


def _compare(slug: str, condition: Condition, facts: Facts) -> Verdict:
    fact = facts.values.get(slug)
    if "known" in condition:
        return Verdict((fact is not None) is bool(condition["known"]), (fact,) if fact else ())
    operator, wanted = comparison(condition)
    if fact is None:
        return Verdict(None, missing=(slug,))
    return Verdict(COMPARISONS[operator](fact.value, wanted), (fact,))


def comparison(condition: Condition) -> tuple[str, Any]:
    """Return the one operator of a comparison and its value; raise ConditionError when there is none or several."""
    found = [(key, value) for key, value in condition.items() if key in COMPARISONS]
    if len(found) != 1 or len(condition) != 2:
        raise ConditionError(f"Il faut une seule comparaison : {dict(condition)}.")
    return found[0]


def _brake_query(wanted: Any) -> Mapping[str, Any]:
    query = {"kind": wanted} if isinstance(wanted, str) else wanted
    if not isinstance(query, Mapping) or "kind" not in query or set(query) - BRAKE_KEYS:
        raise ConditionError(f"Frein incompris : {wanted}.")
    return query


def _has_brake(query: Mapping[str, Any], facts: Facts) -> Verdict:
    found = tuple(brake for brake in facts.brakes if _matches(brake, query))
    if found:
        return Verdict(True, brakes=found)
    if not facts.brakes_asked:
        return Verdict(None, missing=(f"brake.{query['kind']}",))
    return Verdict(False)


def _no_brake(wanted: bool, facts: Facts) -> Verdict:
    if not facts.brakes and not facts.brakes_asked:
        return Verdict(None, missing=("brake",))
    return Verdict((not facts.brakes) is wanted, brakes=facts.brakes)


def _matches(brake: BrakeState, query: Mapping[str, Any]) -> bool:
    return bool(
        brake.kind == query["kind"]
        and query.get("subtype", brake.subtype) == brake.subtype
        and brake.severity >= query.get("min_severity", 1)
        and query.get("wants_help", brake.wants_help) == brake.wants_help
    )


def _all(verdicts: list[Verdict]) -> Verdict:
    if any(verdict.value is False for verdict in verdicts):
        return _merge(False, [verdict for verdict in verdicts if verdict.value is False])
    value = None if any(verdict.value is None for verdict in verdicts) else True
    return _merge(value, verdicts)


def _any(verdicts: list[Verdict]) -> Verdict:
    if any(verdict.value for verdict in verdicts):
        return _merge(True, [verdict for verdict in verdicts if verdict.value])
    value = None if any(verdict.value is None for verdict in verdicts) else False
    return _merge(value, verdicts)


def _merge(value: bool | None, verdicts: list[Verdict]) -> Verdict:
    facts = {fact.slug: fact for verdict in verdicts for fact in verdict.facts}
    brakes = dict.fromkeys(brake for verdict in verdicts for brake in verdict.brakes)
    missing = dict.fromkeys(slug for verdict in verdicts for slug in verdict.missing)
    return Verdict(value, tuple(facts.values()), tuple(brakes), tuple(missing))


def leaves(condition: Condition) -> Iterator[Condition]:
    """Yield every comparison and brake test of a condition, to check it when the rules are loaded."""
    match condition:
        case {"all": [*parts]} | {"any": [*parts]} if len(condition) == 1 and parts:
            for part in parts:
                yield from leaves(part)
        case {"not": dict(part)} if len(condition) == 1:
            yield from leaves(part)
        case _:
            yield _leaf(condition)


def _leaf(condition: Condition) -> Condition:
    match condition:
        case {"has_brake": wanted} if len(condition) == 1:
            return {"has_brake": _brake_query(wanted)}
        case {"no_brake": bool()} if len(condition) == 1:
            return condition
        case {"fact": str(), "known": bool()} if len(condition) == 2:
            return condition
        case {"fact": str()}:
            comparison(condition)
            return condition
        case _:
            raise ConditionError(f"Condition incomprise : {condition}.")
