"""Sentences of the journal about calls and replies."""

from __future__ import annotations

from emploi.foundation.audit.presenters import presents
from emploi.foundation.ui.french import pluriel
from emploi.pathway.reception import events
from emploi.pathway.reception.enums import Means, Reached, Subject


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
    what = "Réponse confiée" if event.is_reply else "Rappel confié"
    return f"{what} à {event.to}" if event.to else f"{what} à l’accueil téléphonique"


@presents(events.AnswerReceived)
def _answered(event: events.AnswerReceived) -> str:
    what = "STOP reçu" if event.is_stop else "Réponse reçue"
    return f"{what} par {Means(event.means).label}"


@presents(events.AnswerAttributed)
def _attributed(event: events.AnswerAttributed) -> str:
    return f"Réponse reçue par {Means(event.means).label} : un agent a reconnu la personne"


@presents(events.AnswerTakenBack)
def _taken_back(event: events.AnswerTakenBack) -> str:
    return f"Réponse reçue par {Means(event.means).label} retirée de la fiche : quelqu’un d’autre l’a écrite"


@presents(events.AnswerSettled)
def _settled(event: events.AnswerSettled) -> str:
    return f"Réponse reçue par {Means(event.means).label} : suite donnée"


@presents(events.SmsRefused)
def _sms_refused(event: events.SmsRefused) -> str:
    return "Plus aucun SMS vers son numéro : STOP reçu"


@presents(events.SmsAccepted)
def _sms_accepted(event: events.SmsAccepted) -> str:
    return "Les SMS repartent vers son numéro, à sa demande"


@presents(events.UnknownCallersForgotten)
def _forgotten(event: events.UnknownCallersForgotten) -> str:
    calls = pluriel(event.calls, "appel ou réponse d’inconnus effacé", "appels et réponses d’inconnus effacés")
    return f"{calls}, délai passé"
