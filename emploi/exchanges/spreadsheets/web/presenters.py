"""Spreadsheets in words."""

from typing import Any

from emploi.exchanges.spreadsheets.enums import NameKind
from emploi.exchanges.spreadsheets.events import (
    PeopleExported,
    PersonUpdatedBySheet,
    SheetForgotten,
    SheetLineCorrected,
    SheetMappingSaved,
    SheetUndone,
    StockNameSettled,
)
from emploi.foundation.audit.presenters import presents
from emploi.foundation.ui.french import pluriel


@presents(SheetMappingSaved)
def _mapping(event: Any) -> str:
    return f"Correspondance de colonnes enregistrée : {event.name}, version {event.version}"


@presents(PersonUpdatedBySheet)
def _updated(event: Any) -> str:
    return f"Complétée par un tableur : {event.fields}"


@presents(SheetUndone)
def _undone(event: Any) -> str:
    kept = f", {pluriel(event.kept, 'ligne gardée', 'lignes gardées')}" if event.kept else ""
    return f"Tableur annulé : {event.file_name}, {pluriel(event.undone, 'ligne annulée', 'lignes annulées')}{kept}"


@presents(SheetLineCorrected)
def _corrected(event: Any) -> str:
    return f"Ligne {event.number} d’un tableur corrigée à l’écran"


@presents(StockNameSettled)
def _name(event: Any) -> str:
    done = "non repris" if event.is_left_out else "reconnu"
    return f"Nom d’un ancien logiciel {done} ({NameKind(event.kind).label.lower()})"


@presents(PeopleExported)
def _people(event: Any) -> str:
    numbers = "avec les numéros de sécurité sociale" if event.with_nir else "sans les numéros de sécurité sociale"
    addresses = " et les adresses confidentielles" if event.with_confidential_addresses else ""
    return f"Liste complète exportée : {pluriel(event.people, 'personne', 'personnes')}, {numbers}{addresses}"


@presents(SheetForgotten)
def _forgotten(event: Any) -> str:
    return f"Lignes gardées effacées : {pluriel(event.lines, 'ligne', 'lignes')} de {event.file_name}"
