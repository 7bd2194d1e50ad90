"""Sentences of the journal about calls."""

from __future__ import annotations

from emploi.foundation.audit.presenters import presents
from emploi.pathway.reception import events
from emploi.pathway.reception.enums import Reached, Subject


@presents(events.CallReceived)
def _received(event: events.CallReceived) -> str:
    follow = "réponse donnée" if event.is_settled else "à rappeler"
    return f"Appel reçu ({str(Subject(event.subject).label).lower()}) : {follow}"


@presents(events.CallReturned)
def _returned(event: events.CallReturned) -> str:
    return f"Rappel : {str(Reached(event.outcome).label).lower()}"


@presents(events.CallBackGivenUp)
def _given_up(event: events.CallBackGivenUp) -> str:
    return "Rappel abandonné"


@presents(events.CallHandedOver)
def _handed(event: events.CallHandedOver) -> str:
    return f"Rappel confié à {event.to}" if event.to else "Rappel confié à l’accueil téléphonique"
