"""Sentences of the journal about regular meetings."""

from __future__ import annotations

from datetime import date

from emploi.foundation.audit.presenters import presents
from emploi.foundation.ui.french import date_num_fr
from emploi.pathway.appointments.enums import Modality
from emploi.pathway.support import events
from emploi.pathway.support.enums import EndReason
from emploi.pathway.support.queries import every_words


def _day(value: date | str) -> str:
    """A day of an event: a date when it is fresh, a text when the journal gives it back."""
    return date_num_fr(date.fromisoformat(value) if isinstance(value, str) else value)


@presents(events.RhythmSet)
def _set(event: events.RhythmSet) -> str:
    how = str(Modality(event.modality).label).lower()
    return f"Entretiens réguliers convenus {every_words(event.every_weeks)}, {how}, dès le {_day(event.since)}"


@presents(events.RhythmToConfirm)
def _to_confirm(event: events.RhythmToConfirm) -> str:
    return "Entretiens réguliers en attente : le référent change"


@presents(events.RhythmConfirmed)
def _confirmed(event: events.RhythmConfirmed) -> str:
    return f"Entretiens réguliers repris par {event.to}"


@presents(events.RhythmEnded)
def _ended(event: events.RhythmEnded) -> str:
    return f"Entretiens réguliers arrêtés : {str(EndReason(event.end_reason).label).lower()}"
