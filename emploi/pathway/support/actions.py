"""Everything that writes regular meetings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.texts.guard import check_numbers
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.support.enums import EndReason
from emploi.pathway.support.events import RhythmConfirmed, RhythmEnded, RhythmSet, RhythmToConfirm
from emploi.pathway.support.models import LONGEST_WEEKS, Rhythm, RhythmQuerySet
from emploi.territory.agents.models import Agent

ENDED = "Ces entretiens sont déjà arrêtés : la page montre ce qui est en cours."


@dataclass(frozen=True, slots=True)
class RhythmPlan:
    """What is agreed with the person."""

    kind_id: int
    with_id: int
    modality: str
    every_weeks: int
    since: date
    reason: str


@action
def set_rhythm(*, entry_id: int, plan: RhythmPlan, agent_id: int, by: Actor, at: datetime) -> Rhythm:
    """Agree regular meetings of a person with an agent; the former rhythm ends. Raises DomainError."""
    entry = Entry.objects.select_for_update(of=("self",)).get(pk=entry_id)
    today = _day(at)
    _check(entry, plan, today)
    _end(Rhythm.objects.running().filter(entry=entry), EndReason.REPLACED, by=by, at=at)
    rhythm = Rhythm.objects.create(
        person_id=entry.person_id,
        entry=entry,
        kind_id=plan.kind_id,
        modality=plan.modality,
        every_weeks=plan.every_weeks,
        since=plan.since,
        agent_id=plan.with_id,
        reason=plan.reason.strip(),
        set_at=at,
        set_by_id=agent_id,
    )
    event = RhythmSet(
        person_id=entry.person_id,
        entry_id=entry.pk,
        rhythm_id=rhythm.pk,
        every_weeks=plan.every_weeks,
        modality=plan.modality,
        since=plan.since,
    )
    publish(event, by=by, at=at)
    return rhythm


@action
def end_rhythm(*, rhythm_id: int, note: str, by: Actor, at: datetime) -> None:
    """Stop regular meetings, with the reason told. Raises DomainError."""
    check_numbers({"reason": note})
    _locked(rhythm_id)
    _end(Rhythm.objects.filter(pk=rhythm_id), EndReason.AGREED, note=note.strip(), by=by, at=at)


@action
def confirm_rhythm(*, rhythm_id: int, agent_id: int, by: Actor, at: datetime) -> Rhythm:
    """Take on the meetings agreed with the former referent: whoever was named does, anybody when nobody was.

    Raises DomainError. The next is due today at the earliest.
    """
    rhythm = _locked(rhythm_id)
    if rhythm.to_confirm_since is None:
        raise DomainError("Ces entretiens n’attendent personne : ils ont déjà été repris.")
    if rhythm.agent is not None and not rhythm.awaits(agent_id):
        raise DomainError(f"C’est à {rhythm.agent.full_name} de reprendre ces entretiens.")
    agent = Agent.objects.get(pk=agent_id)
    rhythm.agent, rhythm.to_confirm_since = agent, None
    rhythm.save(update_fields=["agent", "to_confirm_since"])
    event = RhythmConfirmed(
        person_id=rhythm.person_id, entry_id=rhythm.entry_id, rhythm_id=rhythm.pk, to=agent.full_name
    )
    publish(event, by=by, at=at)
    return rhythm


@action
def hand_over(*, referents: Mapping[int, int | None], by: Actor, at: datetime) -> int:
    """Stop the rhythms of entries whose referent changed until the new one confirms them; return how many.

    `referents` gives each entry its referent, None when the body in charge named nobody.
    """
    running = Rhythm.objects.running().filter(entry__in=referents).select_for_update(of=("self",))
    changed = [rhythm for rhythm in running if referents[rhythm.entry_id] != rhythm.agent_id]
    for rhythm in changed:
        rhythm.agent_id, rhythm.to_confirm_since = referents[rhythm.entry_id], rhythm.to_confirm_since or _day(at)
    Rhythm.objects.bulk_update(changed, ["agent", "to_confirm_since"])
    publish([_to_confirm(rhythm) for rhythm in changed], by=by, at=at)
    return len(changed)


@action
def leave(*, agent_ids: Collection[int], by: Actor, at: datetime) -> int:
    """Stop the rhythms of agents who leave until somebody takes them on; return how many."""
    running = list(Rhythm.objects.running().filter(agent__in=agent_ids).select_for_update(of=("self",)))
    for rhythm in running:
        rhythm.agent_id, rhythm.to_confirm_since = None, rhythm.to_confirm_since or _day(at)
    Rhythm.objects.bulk_update(running, ["agent", "to_confirm_since"])
    publish([_to_confirm(rhythm) for rhythm in running], by=by, at=at)
    return len(running)


@action
def close_rhythms(*, entry_ids: Collection[int], reason: EndReason, by: Actor, at: datetime) -> int:
    """End the rhythms of entries that close; return how many."""
    return _end(Rhythm.objects.running().filter(entry__in=entry_ids), reason, by=by, at=at)


@action
def keep_last(*, entry_ids: Collection[int], by: Actor, at: datetime) -> int:
    """End the rhythms of entries that become one, but the last agreed; return how many."""
    running = Rhythm.objects.running().filter(entry__in=entry_ids).order_by("-set_at", "-pk")
    former = list(running.values_list("pk", flat=True))[1:]
    return _end(Rhythm.objects.filter(pk__in=former), EndReason.DUPLICATE, by=by, at=at)


def _check(entry: Entry, plan: RhythmPlan, today: date) -> None:
    check_numbers({"reason": plan.reason})
    if entry.closed_on is not None:
        raise DomainError("La personne n’est plus dans le dispositif.")
    if not 1 <= plan.every_weeks <= LONGEST_WEEKS:
        raise DomainError(f"Indiquez un nombre de semaines entre 1 et {LONGEST_WEEKS}.", field="every_weeks")
    if plan.since < today:
        raise DomainError("Ce jour est passé : le premier entretien se prévoit à partir d’aujourd’hui.", field="since")
    if not plan.reason.strip():
        raise DomainError("Écrivez pourquoi ces entretiens sont convenus.", field="reason")


def _end(rhythms: RhythmQuerySet, reason: EndReason, *, by: Actor, at: datetime, note: str = "") -> int:
    found = list(rhythms.select_for_update(of=("self",)))
    Rhythm.objects.filter(pk__in=[rhythm.pk for rhythm in found]).update(
        ended_on=_day(at), end_reason=reason, end_note=note
    )
    ended = [
        RhythmEnded(person_id=row.person_id, entry_id=row.entry_id, rhythm_id=row.pk, end_reason=reason.value)
        for row in found
    ]
    publish(ended, by=by, at=at, reason=note)
    return len(found)


def _locked(rhythm_id: int) -> Rhythm:
    rhythm = Rhythm.objects.select_for_update(of=("self",)).get(pk=rhythm_id)
    if rhythm.ended_on is not None:
        raise DomainError(ENDED)
    return rhythm


def _to_confirm(rhythm: Rhythm) -> RhythmToConfirm:
    return RhythmToConfirm(person_id=rhythm.person_id, entry_id=rhythm.entry_id, rhythm_id=rhythm.pk)


def _day(at: datetime) -> date:
    return at.astimezone(clock.ZONE).date()
