"""Rules come into force on a day, today at the earliest: decisions already taken keep those they used."""

from __future__ import annotations

from datetime import date, datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.ui.french import date_long_fr
from emploi.pathway.orientation.actions.interviews import agent_id
from emploi.pathway.orientation.actions.modalities import load_modalities
from emploi.pathway.orientation.actions.rulesets.versions import checked
from emploi.pathway.orientation.events import RulesetSwitchCancelled, RulesetSwitchedOn
from emploi.pathway.orientation.models import RulesetVersion, Simulation


@action
def switch_on(*, version_id: int, on: date, reason: str, by: Actor, at: datetime) -> RulesetVersion:
    """Give a day to a draft: its proposals are those of that day and after, never of an earlier one."""
    row = RulesetVersion.objects.select_for_update(of=("self",)).get(pk=version_id)
    if not row.is_draft:
        raise DomainError(f"Ces règles ont déjà leur date : le {date_long_fr(row.in_force_from)}.")
    if on < at.date():
        raise DomainError("Des règles ne s’appliquent jamais au passé : choisissez aujourd’hui ou après.", field="on")
    if not reason.strip():
        raise DomainError("Écrivez pourquoi ces règles entrent en vigueur.", field="reason")
    other = RulesetVersion.objects.filter(in_force_from=on).first()
    if other is not None:
        raise DomainError(f"Les règles « {other.identity} » commencent déjà ce jour-là.", field="on")
    if not _was_compared(row):
        raise DomainError("Simulez d’abord ces règles, telles qu’elles sont maintenant.")
    checked(row.data)
    row.in_force_from, row.switched_on_at, row.switched_on_by_id, row.reason = on, at, agent_id(by), reason.strip()
    row.save(update_fields=["in_force_from", "switched_on_at", "switched_on_by", "reason"])
    publish(RulesetSwitchedOn(ruleset=row.identity, version_id=row.pk, on=on), by=by, at=at, reason=reason.strip())
    if on == at.date():
        load_modalities(by=by, at=at)
    return row


@action
def cancel_switch(*, version_id: int, by: Actor, at: datetime) -> RulesetVersion:
    """Take the day back while it has not come: the rules are a draft again."""
    row = RulesetVersion.objects.select_for_update(of=("self",)).get(pk=version_id)
    if row.in_force_from is None or row.in_force_from <= at.date():
        raise DomainError("Ces règles sont déjà entrées en vigueur : elles restent, d’autres peuvent les suivre.")
    was_for = row.in_force_from
    row.in_force_from = row.switched_on_at = row.switched_on_by = None
    row.reason = ""
    row.save(update_fields=["in_force_from", "switched_on_at", "switched_on_by", "reason"])
    publish(RulesetSwitchCancelled(ruleset=row.identity, version_id=row.pk, on=was_for), by=by, at=at)
    return row


def _was_compared(row: RulesetVersion) -> bool:
    """Tell whether a whole simulation read these rules as they stand."""
    latest = Simulation.objects.filter(candidate=row, candidate_revision=row.revision, error="").order_by("-pk").first()
    return latest is not None and not latest.is_running
