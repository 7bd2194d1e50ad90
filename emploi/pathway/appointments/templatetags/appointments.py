"""An appointment in a list, its state as a badge, a channel in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template

from emploi.foundation import clock
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.ui.french import date_fr, hour_fr, liste_fr
from emploi.pathway.appointments.enums import AppointmentStatus, CallOutcome, Modality, RequestWish, Weekday
from emploi.pathway.appointments.models import Appointment, Closure, Kind, Opening
from emploi.pathway.appointments.permissions import can_manage_openings_of
from emploi.pathway.appointments.queries.places.kinds import where
from emploi.pathway.appointments.rules.booking import may_mark_missed, may_mark_present, may_undo
from emploi.pathway.appointments.workflow import APPOINTMENT
from emploi.territory.agents.roles import Permission

register = template.Library()
ICONS = {
    AppointmentStatus.PLANNED: "calendar",
    AppointmentStatus.HELD: "check",
    AppointmentStatus.ABSENT: "x",
    AppointmentStatus.EXCUSED: "info",
    AppointmentStatus.CANCELLED_BY_PERSON: "minus",
    AppointmentStatus.CANCELLED_BY_US: "minus",
}


@dataclass(frozen=True, slots=True)
class Marks:
    """The buttons an appointment shows now to this agent."""

    present: bool
    absent: bool
    undo: bool


@register.inclusion_tag("appointments/_row.html", takes_context=True)
def appointment_row(context: template.Context, appointment: Appointment, shows: str = "") -> dict[str, Any]:
    """One appointment with its presence buttons; `shows` adds "day", "agent" or "place"."""
    request = context["request"]
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "appointment": appointment,
        "marks": marks_of(appointment, request.user),
        "shows": shows.split(),
        "refusal": context.get("refusal", ""),
        "next": context.get("next") or request.get_full_path(),
    }


@register.simple_tag
def marks(appointment: Appointment, agent: Any) -> Marks:
    """The buttons an appointment shows now to this agent."""
    return marks_of(appointment, agent)


def marks_of(appointment: Appointment, agent: Any) -> Marks:
    """Say which marks are possible now."""
    now = clock.now()
    allowed = agent.can(Permission.MARK_ATTENDANCE)
    planned = allowed and appointment.status == AppointmentStatus.PLANNED
    starts_on = appointment.starts_at.astimezone(clock.ZONE).date()
    marked_on = appointment.marked_at.astimezone(clock.ZONE).date() if appointment.marked_at else None
    return Marks(
        present=planned and may_mark_present(starts_on, today=now.date()),
        absent=planned and may_mark_missed(appointment.starts_at, at=now),
        undo=allowed and may_undo(marked_on, today=now.date()),
    )


@register.filter
def status_tone(status: str) -> str:
    """The tone of an appointment's state."""
    return APPOINTMENT.tones.get(status, "neutral")


@register.filter
def status_icon(status: str) -> str:
    """The icon that says the state without colour."""
    return ICONS.get(AppointmentStatus(status), "calendar")


@register.filter
def channel_words(channels: list[str]) -> str:
    """Channels in words: "SMS, e-mail"."""
    return ", ".join(str(Channel(channel).label) for channel in channels)


@register.filter
def modality_words(modalities: list[str]) -> str:
    """Ways to meet in words, the usual one first: "sur place ou par téléphone"."""
    words = [str(Modality(modality).label).lower() for modality in modalities]
    return " ou ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


@register.filter
def wishes_words(wishes: list[str]) -> str:
    """When a person could come, in words."""
    known = set(RequestWish.values)
    return ", ".join(str(RequestWish(wish).label).lower() for wish in wishes if wish in known)


@register.filter
def call_words(outcome: str) -> str:
    """The result of a call, in words."""
    return str(CallOutcome(outcome).label) if outcome else ""


@register.filter
def opening_days(opening: Opening) -> str:
    """The days of an opening, in words: "mardi et jeudi", "du lundi au vendredi"."""
    days = sorted(opening.weekdays)
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"du {Weekday(days[0]).label} au {Weekday(days[-1]).label}"
    return liste_fr([Weekday(day).label for day in days])


@register.filter
def kind_places(kind: Kind) -> str:
    """Where a kind of appointment is given, nothing when everywhere."""
    return liste_fr(where(kind))


@register.filter
def closure_days(closure: Closure) -> str:
    """When nobody is received, in words: "mardi 24 novembre, de 9 h à 12 h"."""
    days = date_fr(closure.first_on)
    if closure.last_on != closure.first_on:
        days = f"du {days} au {date_fr(closure.last_on)}"
    if closure.weekdays:
        days = f"chaque {liste_fr([Weekday(day).label for day in closure.weekdays])} {days}"
    if closure.starts_at and closure.ends_at:
        days = f"{days}, de {hour_fr(closure.starts_at)} à {hour_fr(closure.ends_at)}"
    return days


@register.filter
def closure_door(owner_id: int | None, viewer: Any) -> bool:
    """Tell whether the viewer may open the page of somebody's absence, or of a place's closure (None)."""
    return can_manage_openings_of(viewer, owner_id)


@register.simple_tag(takes_context=True)
def posted_reason(context: template.Context, appointment_id: int) -> str:
    """The reason typed for one person of a session, kept when another line was refused."""
    return str(context["request"].POST.get(f"raison-{appointment_id}", ""))


@register.filter
def may(agent: Any, permission: str) -> bool:
    """Tell whether the agent holds a permission."""
    return bool(agent.can(Permission(permission)))


@register.filter
def lost_words(channel: str) -> str:
    """What failed, in a few words."""
    return {
        Channel.SMS: "Numéro qui ne marche plus",
        Channel.EMAIL: "Adresse e-mail qui ne marche plus",
        Channel.LETTER: "Courrier revenu",
    }[Channel(channel)]
