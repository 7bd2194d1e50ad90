"""The administrator's kinds of appointment: create, change, stop proposing, put in order; nothing booked changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.utils.text import slugify

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.appointments.events import KindChanged, KindCreated, KindMoved, KindResumed, KindStopped
from emploi.pathway.appointments.models import Kind
from emploi.pathway.appointments.rules.kinds import faults
from emploi.territory.geography.enums import PlaceKind
from emploi.territory.rulebook import queries as rulebook

COLUMNS = (
    "name", "presentation", "what_to_bring", "duration_minutes", "modalities", "physical_required", "is_collective",
    "interview_about", "offered_after_interview",
    "bookable_by_person", "with_referent_only", "starts_support", "by_follower",
    "booking_horizon_days", "booking_notice_hours",
    "can_be_invited", "can_be_summoned", "invitation_validity_days", "convocation_notice_days",
    "absence_after_invitation", "absence_after_convocation", "reminders",
    "relaunches", "relaunches_alone", "place_kinds",
)  # fmt: skip
CHANGED_MEANWHILE = (
    "Quelqu’un a modifié ce type pendant que vous l’écriviez. Rien n’est enregistré, et rien de ce que vous avez tapé "
    "n’est perdu : ouvrez la page dans un autre onglet, comparez, puis enregistrez de nouveau depuis celui-ci."
)
# Longer, a value says nothing in one line of the journal: the field alone is named.
SHORT = 40


@action
def create_kind(*, values: Mapping[str, Any], by: Actor, at: datetime) -> Kind:
    """Add a kind of appointment; it is never a first interview, of which there is one."""
    _check(values, None, at=at)
    last = Kind.objects.order_by("-position").values_list("position", flat=True).first() or 0
    kind = Kind(slug=_free_slug(values["name"]), position=last + 1, **_columns(values))
    _since_when(kind, COLUMNS, at=at)
    kind.save()
    kind.places.set(values["places"])
    publish(KindCreated(kind_id=kind.pk, name=kind.name), by=by, at=at)
    return kind


@action
def change_kind(*, kind_id: int, values: Mapping[str, Any], seen: str, by: Actor, at: datetime) -> Kind:
    """Change a kind from now on: slots, invitations and appointments that exist keep what they were made with.

    `seen` is the fingerprint of what the author read: somebody else's change meanwhile is never overwritten.
    """
    kind = _locked(kind_id)
    if fingerprint(kind) != seen:
        raise DomainError(CHANGED_MEANWHILE)
    _check(values, kind, at=at)
    before, after = _said(kind), _columns(values)
    places = sorted(place.name for place in values["places"])
    changed = [name for name in COLUMNS if getattr(kind, name) != after[name]]
    for name in changed:
        setattr(kind, name, after[name])
    if changed:
        kind.save(update_fields=[*changed, *_since_when(kind, changed, at=at)])
    if places != before["places"]:
        changed.append("places")
        kind.places.set(values["places"])
    if changed:
        now = _said(kind)
        changes = tuple((name, _short(before[name]), _short(now[name])) for name in changed)
        publish(KindChanged(kind_id=kind.pk, name=kind.name, changes=changes), by=by, at=at)
    return kind


@action
def stop_kind(*, kind_id: int, reason: str, by: Actor, at: datetime) -> Kind:
    """Stop proposing a kind: nobody books or is invited to it any more, the appointments taken stay."""
    kind = _locked(kind_id)
    if not reason.strip():
        raise DomainError("Indiquez la raison.", field="reason")
    if kind.is_first_interview:
        raise DomainError("Le premier rendez-vous est toujours proposé : le premier délai en dépend.")
    if not kind.is_active:
        raise DomainError("Ce type de rendez-vous n’est déjà plus proposé.")
    kind.is_active = False
    kind.save(update_fields=["is_active"])
    publish(KindStopped(kind_id=kind.pk, name=kind.name), by=by, at=at, reason=reason.strip())
    return kind


@action
def resume_kind(*, kind_id: int, by: Actor, at: datetime) -> Kind:
    """Propose a kind again."""
    kind = _locked(kind_id)
    if kind.is_active:
        raise DomainError("Ce type de rendez-vous est déjà proposé.")
    kind.is_active = True
    kind.save(update_fields=["is_active"])
    publish(KindResumed(kind_id=kind.pk, name=kind.name), by=by, at=at)
    return kind


@action
def move_kind(*, kind_id: int, upwards: bool, by: Actor, at: datetime) -> Kind:
    """Exchange a kind with the one before or after it, wherever kinds are listed."""
    kinds = list(Kind.objects.select_for_update(of=("self",)).order_by("position", "name", "pk"))
    here = next((rank for rank, kind in enumerate(kinds) if kind.pk == kind_id), None)
    there = None if here is None else here + (-1 if upwards else 1)
    if here is None or there is None or not 0 <= there < len(kinds):
        raise DomainError("Ce type de rendez-vous est déjà au bout de la liste.")
    kinds[here], kinds[there] = kinds[there], kinds[here]
    for rank, kind in enumerate(kinds, start=1):
        kind.position = rank
    Kind.objects.bulk_update(kinds, ["position"])
    moved = kinds[there]
    publish(KindMoved(kind_id=moved.pk, name=moved.name, position=moved.position), by=by, at=at)
    return moved


def _since_when(kind: Kind, changed: Collection[str], *, at: datetime) -> list[str]:
    """Relaunches that begin to leave alone begin that day: what was due before stays with the agents."""
    if "relaunches_alone" not in changed:
        return []
    kind.relaunches_alone_since = at.date() if kind.relaunches_alone else None
    return ["relaunches_alone_since"]


def fingerprint(kind: Kind) -> str:
    """What tells two states of a kind apart."""
    text = json.dumps(_said(kind), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _said(kind: Kind) -> dict[str, Any]:
    """The values of a kind, its places by their names."""
    places = sorted(kind.places.values_list("name", flat=True))
    sorts = [str(PlaceKind(one).label) for one in kind.place_kinds]
    return {**{name: getattr(kind, name) for name in COLUMNS}, "place_kinds": sorts, "places": places}


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    texts = {name: value.strip() for name in COLUMNS if isinstance(value := values[name], str)}
    return {**{name: values[name] for name in COLUMNS}, **texts}


def _check(values: Mapping[str, Any], kind: Kind | None, *, at: datetime) -> None:
    others = Kind.objects.exclude(pk=kind.pk) if kind else Kind.objects.all()
    found = faults(
        values,
        is_first=kind is not None and kind.is_first_interview,
        names_taken=list(others.values_list("name", flat=True)),
        letter_days=int(rulebook.value("letter_days", at.date())),
    )
    if found:
        raise DomainError(found[0].sentence, field=found[0].field)


def _locked(kind_id: int) -> Kind:
    found = Kind.objects.select_for_update(of=("self",)).filter(pk=kind_id).first()
    if found is None:
        raise DomainError("Ce type de rendez-vous n’existe plus.")
    return found


def _free_slug(name: str) -> str:
    """An identifier nobody has, made from the name once: it never changes afterwards."""
    base = slugify(name.replace("’", " "))[:50] or "type"
    taken = set(Kind.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{rank}" for rank in range(2, len(taken) + 3))
    return base if base not in taken else next(slug for slug in numbered if slug not in taken)


def _short(value: Any) -> str:
    """A value as the journal says it in one line; nothing when it is too long to."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    text = (
        json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str("" if value is None else value)
    )
    return text if len(text) <= SHORT else ""
