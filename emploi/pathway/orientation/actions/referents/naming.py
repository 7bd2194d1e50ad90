"""Naming and changing the référent unique (RG-57): always one of the body in charge, the former ones kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.messaging.actions import queue_message
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.texts.guard import check_texts
from emploi.foundation.ui.french import date_long_fr
from emploi.pathway.appointments.queries.recipients import reach_of
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.events import ReferentNamed
from emploi.pathway.orientation.models import Decision, FormerReferent
from emploi.territory.agents.models import Agent

GONE = "Ne travaille plus pour cet organisme"


@dataclass(frozen=True, slots=True)
class Named:
    """How many people of a list have the referent chosen, and why the others do not: decision, sentence."""

    done: int
    refused: tuple[tuple[int, str], ...]


@action
def name_referent(
    *,
    decision_id: int,
    referent_id: int,
    reason: str = "",
    keeps_health_words: bool = False,
    by: Actor,
    at: datetime,
) -> Decision:
    """Name the referent, or another one in her place with the reason; the person is told. Raises DomainError."""
    check_texts({"reason": reason}, keeps_health_words=keeps_health_words)
    decision = _locked(decision_id)
    today = at.astimezone(clock.ZONE).date()
    chosen = queries.referents_of(decision.responsible_organization_id, today).filter(pk=referent_id).first()
    if chosen is None:
        raise DomainError("Ce professionnel ne travaille pas dans l’organisme référent.", field="referent")
    former = decision.referent
    if former == chosen:
        return decision
    if former is not None:
        _keep_former(decision, former, reason.strip(), at)
    decision.referent, decision.referent_since = chosen, today
    decision.save(update_fields=["referent", "referent_since"])
    event = ReferentNamed(
        person_id=decision.person_id,
        entry_id=decision.entry_id,
        decision_id=decision.pk,
        referent_id=chosen.pk,
        name=chosen.full_name,
        former=former.full_name if former else "",
    )
    publish(event, by=by, at=at)
    _tell(decision, chosen, by, at)
    return decision


@action
def name_referents(
    *,
    decision_ids: Collection[int],
    referent_id: int,
    reason: str = "",
    keeps_health_words: bool = False,
    by: Actor,
    at: datetime,
) -> Named:
    """Name one referent for several people at once; who may not have her keeps what she had, with the reason told."""
    done, refused = 0, []
    for decision_id in decision_ids:
        try:
            name_referent(
                decision_id=decision_id,
                referent_id=referent_id,
                reason=reason,
                keeps_health_words=keeps_health_words,
                by=by,
                at=at,
            )
        except DomainError as refusal:
            if refusal.field == "keeps_health_words":
                raise
            refused.append((decision_id, refusal.message))
        else:
            done += 1
    return Named(done, tuple(refused))


def _locked(decision_id: int) -> Decision:
    decision = (
        Decision.objects.select_for_update(of=("self",))
        .select_related("person", "entry", "responsible_organization", "referent")
        .get(pk=decision_id)
    )
    if not decision.is_current:
        raise DomainError("Cette orientation n’est plus en vigueur.")
    if decision.entry.closed_on is not None:
        raise DomainError(f"Cette personne est sortie du dispositif le {date_long_fr(decision.entry.closed_on)}.")
    return decision


def _keep_former(decision: Decision, former: Agent, reason: str, at: datetime) -> None:
    """Keep who it was and until when; a change is explained, a departure explains itself."""
    today = at.astimezone(clock.ZONE).date()
    is_gone = not queries.referents_of(decision.responsible_organization_id, today).filter(pk=former.pk).exists()
    if not reason and not is_gone:
        raise DomainError(
            f"{former.full_name} est déjà le référent : écrivez pourquoi vous en nommez un autre.", field="reason"
        )
    FormerReferent.objects.create(
        decision=decision, agent=former, since=decision.referent_since, until=today, reason=reason or GONE
    )


def _tell(decision: Decision, referent: Agent, by: Actor, at: datetime) -> None:
    """Tell the person whom she may ask for; before she has the decision itself, its own paper says it."""
    if decision.is_to_notify:
        return
    reach = reach_of([decision.entry])[decision.entry_id]
    address = "\n".join([decision.person.full_name, *reach.address_lines]) if reach.address_lines else ""
    known = ((Channel.SMS, reach.mobile), (Channel.EMAIL, reach.email), (Channel.LETTER, address))
    channel, to = next(((channel, to) for channel, to in known if to), (None, ""))
    if channel is None:
        return
    queue_message(
        channel=channel,
        to=to,
        template="orientation/referent_named",
        context={
            "first_name": decision.person.said_first_name,
            "organization": decision.responsible_organization.name,
            "referent": referent.full_name,
        },
        dedup_key=f"referent:{decision.pk}:{decision.former_referents.count()}:{referent.pk}",
        person_id=decision.person_id,
        entry_id=decision.entry_id,
        about="Nom du référent",
        by=by,
        at=at,
    )
