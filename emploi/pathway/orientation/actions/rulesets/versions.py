"""Drafts of rules: copied from those in force, or read from a file; every change leaves rules that stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.actions.interviews import agent_id
from emploi.pathway.orientation.events import RulesetChanged, RulesetDeleted, RulesetPrepared
from emploi.pathway.orientation.models import RulesetVersion
from emploi.pathway.orientation.rules import editing
from emploi.pathway.orientation.rules.ruleset import Ruleset, RulesetError

MOVED = (
    "Ces règles ont été modifiées par quelqu’un d’autre depuis que vous les avez ouvertes. "
    "Rien n’est enregistré : relisez-les."
)


@action
def copy_rules(
    *, source_id: int | None = None, version: str, title: str = "", by: Actor, at: datetime
) -> RulesetVersion:
    """Copy the rules in force, or those of another version, as a draft one may change."""
    data = queries.version_data(source_id) if source_id else queries.ruleset_data(at.date())
    head = data["ruleset"]
    based_on = f"{head['slug']} {head['version']}"
    renamed = {**head, "version": version.strip(), "title": title.strip() or head["title"]}
    return _create({**data, "ruleset": renamed}, based_on, by, at)


@action
def keep_rules(*, data: Mapping[str, Any], by: Actor, at: datetime) -> RulesetVersion:
    """Keep rules read from a file as a draft. Raises DomainError on the first thing that cannot stand."""
    return _create(dict(data), "", by, at)


@action
def change_rule(*, version_id: int, rule: Mapping[str, Any], revision: int, by: Actor, at: datetime) -> RulesetVersion:
    """Change one rule of a draft, or add it at the end."""
    return _edit(version_id, revision, str(rule["slug"]), lambda data: editing.with_rule(data, rule), by, at)


@action
def move_rule(*, version_id: int, slug: str, earlier: bool, revision: int, by: Actor, at: datetime) -> RulesetVersion:
    """Read one rule earlier or later."""
    return _edit(version_id, revision, slug, lambda data: editing.moved(data, slug, -1 if earlier else 1), by, at)


@action
def remove_rule(*, version_id: int, slug: str, revision: int, by: Actor, at: datetime) -> RulesetVersion:
    """Take one rule out of a draft."""
    return _edit(version_id, revision, slug, lambda data: editing.without(data, slug), by, at)


@action
def delete_draft(*, version_id: int, by: Actor, at: datetime) -> None:
    """Delete a draft and its simulations; rules that were switched on are kept for ever."""
    row = _draft(version_id)
    identity = row.identity
    row.delete()
    publish(RulesetDeleted(ruleset=identity), by=by, at=at)


def checked(data: Mapping[str, Any]) -> Ruleset:
    """Read rules and refuse, in French, what cannot stand."""
    try:
        return queries.parsed(data)
    except RulesetError as error:
        raise DomainError(str(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DomainError(
            "Ces règles ne sont pas écrites comme il faut : il manque une partie, ou une valeur n’a pas la bonne "
            f"forme ({error})."
        ) from error


def _create(data: dict[str, Any], based_on: str, by: Actor, at: datetime) -> RulesetVersion:
    rules = checked(data)
    if not rules.version:
        raise DomainError("Donnez un numéro à ces règles.", field="version")
    taken = RulesetVersion.objects.filter(slug=rules.slug, version=rules.version).exists()
    if taken or rules.identity == queries.shipped_ruleset().identity:
        raise DomainError(
            f"La version « {rules.version} » existe déjà : donnez un autre numéro, une décision garde le sien.",
            field="version",
        )
    row = RulesetVersion.objects.create(
        slug=rules.slug,
        version=rules.version,
        title=rules.title,
        data={**data, "rules": editing.renumbered(editing.ordered(data["rules"]))},
        based_on=based_on,
        created_at=at,
        created_by_id=agent_id(by),
    )
    publish(RulesetPrepared(ruleset=row.identity, version_id=row.pk), by=by, at=at)
    return row


def _edit(
    version_id: int,
    revision: int,
    rule: str,
    change: Callable[[Mapping[str, Any]], dict[str, Any]],
    by: Actor,
    at: datetime,
) -> RulesetVersion:
    row = _draft(version_id)
    if row.revision != revision:
        raise DomainError(MOVED)
    data = change(row.data)
    checked(data)
    row.data, row.revision = data, row.revision + 1
    row.save(update_fields=["data", "revision"])
    publish(RulesetChanged(ruleset=row.identity, version_id=row.pk, rule=rule), by=by, at=at)
    return row


def _draft(version_id: int) -> RulesetVersion:
    row = RulesetVersion.objects.select_for_update(of=("self",)).filter(pk=version_id).first()
    if row is None:
        raise DomainError("Ces règles n’existent plus.")
    if not row.is_draft:
        raise DomainError("Ces règles ont une date d’entrée en vigueur : elles ne changent plus. Copiez-les.")
    return row
