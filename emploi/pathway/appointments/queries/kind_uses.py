"""The kinds of appointment as an administrator sees them: what uses each, and what a person would read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from emploi.foundation.messaging.catalogue import message_text
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.messaging.queries import own_wordings
from emploi.foundation.messaging.rendering import plain_letter, render
from emploi.pathway.appointments.enums import Act, AppointmentStatus, Modality
from emploi.pathway.appointments.models import Kind, Opening
from emploi.pathway.appointments.queries import terms
from emploi.pathway.appointments.queries.places.kinds import places_of


@dataclass(frozen=True, slots=True)
class Read:
    """One message about a kind, as an example person would read it."""

    title: str
    channel: str
    subject: str
    body: str


def support_kinds() -> list[int]:
    """Return the kinds whose first appointment held after the decision begins the support, stopped ones too."""
    kinds = Kind.objects.filter(starts_support=True, is_first_interview=False, is_collective=False)
    return list(kinds.values_list("pk", flat=True))


def kinds_with_use(at: datetime) -> QuerySet[Kind]:
    """Every kind, stopped ones too, with its coming appointments and running openings."""
    coming = Q(appointments__status=AppointmentStatus.PLANNED, appointments__starts_at__gt=at)
    running = Q(openings__last_on=None) | Q(openings__last_on__gte=at.date())
    return (
        Kind.objects.annotate(
            coming=Count("appointments", filter=coming, distinct=True),
            running=Count("openings", filter=running & Q(openings__isnull=False), distinct=True),
        )
        .prefetch_related("places")
        .order_by("position", "name", "pk")
    )


def kind_names() -> dict[str, str]:
    """The names of the kinds in use by identifier: each may have its own words in the messages."""
    return dict(Kind.objects.filter(is_active=True).values_list("slug", "name"))


def openings_apart(kind: Kind, at: datetime) -> int:
    """How many running openings are not given as their kind now says: they go on as they are."""
    running = Opening.objects.filter(Q(last_on=None) | Q(last_on__gte=at.date()), kind=kind)
    together = Q(seats__gt=1)
    apart = ~Q(modality__in=kind.modalities) | (~together if kind.is_collective else together)
    return running.filter(apart | ~Q(place__in=places_of(kind).values("pk"))).count()


def read_by_person(kind: Kind, *, at: datetime) -> list[Read]:
    """What an example person would read of this kind, kept or not: invitation, convocation, reminder."""
    found = []
    if kind.can_be_invited:
        name = "invitation" if kind.bookable_by_person else "invitation_to_call"
        found.append(_read("Invitation", Channel.EMAIL, name, kind, Act.INVITATION, at))
    if kind.can_be_summoned:
        found.append(_read("Convocation", Channel.LETTER, "convocation", kind, Act.CONVOCATION, at))
    for reminder in terms.reminders(kind, at.date()):
        title = f"Rappel, {reminder.hours} heures avant"
        found += [_read(title, channel, "reminder", kind, Act.INVITATION, at) for channel in reminder.channels]
    return found


def _read(title: str, channel: str, name: str, kind: Kind, act: str, at: datetime) -> Read:
    template = f"appointments/{name}"
    sample: dict[str, Any] = {
        **message_text(template).sample,
        "kind": kind.name,
        "presentation": kind.presentation,
        "what_to_bring": kind.things_to_bring,
        "absence": kind.absence_means(act),
        "expires_on": terms.expires_on(kind, at.date()),
        "is_physical": kind.default_modality == Modality.PHYSICAL,
        "modality": Modality(kind.default_modality).label,
    }
    shown = render(channel, template, sample, own=own_wordings(), variant=kind.slug)
    body = plain_letter(shown.body) if channel == Channel.LETTER else shown.body
    return Read(f"{title} ({Channel(channel).label})", channel, shown.subject, body)
