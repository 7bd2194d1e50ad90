"""The follow-up status as a badge, and as what a list can be narrowed by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emploi.pathway.appointments.queries.standing import TO_CONVENE, TO_DO, Standing

S = Standing
LISTS = {TO_DO: "À faire", TO_CONVENE: "Convocables"}
SHOWN = {
    S.NOT_INVITED: ("Pas encore invité", "warning", "send"),
    S.PENDING: ("Invitation en attente", "info", "hourglass"),
    S.EXPIRED: ("Invitation expirée", "danger", "clock"),
    S.BOOKED: ("Rendez-vous pris", "success", "calendar"),
    S.TO_MARK: ("Présence à noter", "danger", "question"),
    S.CAME: ("Venu", "success", "check"),
    S.ABSENT: ("Absent", "danger", "x"),
    S.EXCUSED: ("Excusé", "warning", "info"),
    S.CANCELLED_BY_US: ("Annulé par le service", "danger", "calendar-x"),
    S.CLOSED: ("Suivi clos", "neutral", "minus"),
}


def _choices(statuses: list[Standing]) -> list[Any]:
    each = [(status.value, SHOWN[status][0]) for status in statuses]
    return [("", "Tous"), ("Listes", list(LISTS.items())), ("Un seul état", each)]


CHOICES = _choices(list(S))
# Of somebody who waits for her first interview: neither came nor closed.
WAITING_CHOICES = _choices([status for status in S if status not in (S.CAME, S.CLOSED)])


@dataclass(frozen=True, slots=True)
class ShownStanding:
    """A follow-up status in words, with its colour and sign."""

    label: str
    tone: str
    icon: str


def shown_standing(status: str | None) -> ShownStanding | None:
    """Return a status ready to be shown, None when nothing is known of it."""
    if not status:
        return None
    return ShownStanding(*SHOWN[Standing(status)])
