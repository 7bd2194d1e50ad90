"""Rules edited on a screen: a condition as groups of lines ("one of these" in each group, and all the groups)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from emploi.pathway.orientation.rules.conditions import Condition

Groups = list[list[Condition]]
STEP = 10
NESTED = ("all", "any", "not")


def groups_of(when: Condition) -> Groups | None:
    """Return a condition as groups of lines, or None when it is written in a way the screen cannot show."""
    parts = when.get("all", [when])
    groups: Groups = []
    for part in parts:
        lines = list(part["any"]) if "any" in part else [part]
        if any(word in line for line in lines for word in NESTED):
            return None
        groups.append(lines)
    return groups


def condition_of(groups: Sequence[Sequence[Condition]]) -> dict[str, Any]:
    """Return the condition these groups say, without needless nesting; empty groups are left out."""
    kept = [list(group) for group in groups if group]
    parts = [dict(group[0]) if len(group) == 1 else {"any": group} for group in kept]
    if not parts:
        return {}
    return parts[0] if len(parts) == 1 else {"all": parts}


def ordered(rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rules in the order they are read."""
    return [dict(rule) for rule in sorted(rules, key=lambda rule: int(rule["priority"]))]


def renumbered(rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give each rule its rank in the list as it stands."""
    return [{**rule, "priority": rank * STEP} for rank, rule in enumerate(rules, start=1)]


def moved(data: Mapping[str, Any], slug: str, by: int) -> dict[str, Any]:
    """Return the data with one rule read earlier (-1) or later (+1); the ends stay where they are."""
    rules = ordered(data["rules"])
    index = next(position for position, rule in enumerate(rules) if rule["slug"] == slug)
    target = min(max(index + by, 0), len(rules) - 1)
    rules.insert(target, rules.pop(index))
    return _with(data, rules)


def without(data: Mapping[str, Any], slug: str) -> dict[str, Any]:
    """Return the data without one rule."""
    return _with(data, [rule for rule in ordered(data["rules"]) if rule["slug"] != slug])


def with_rule(data: Mapping[str, Any], rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data with one rule changed in its place, or added at the end."""
    rules = ordered(data["rules"])
    slugs = [row["slug"] for row in rules]
    if rule["slug"] in slugs:
        rules[slugs.index(rule["slug"])] = {**rules[slugs.index(rule["slug"])], **rule}
    else:
        rules.append(dict(rule))
    return _with(data, rules)


def _with(data: Mapping[str, Any], rules: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {**deepcopy(dict(data)), "rules": renumbered(rules)}
