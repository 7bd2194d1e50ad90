"""The sentences of the journal about persons and entries."""

from __future__ import annotations

from datetime import date

from emploi.foundation.audit.presenters import presents
from emploi.foundation.ui.french import date_num_fr, nombre
from emploi.pathway.beneficiaries import events
from emploi.pathway.beneficiaries.enums import (
    NEEDS_IN_SHORT,
    ClosingReason,
    ContactKind,
    EntryKind,
    RecommendedPath,
    ReviewKind,
    Source,
    WrittenBy,
)
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.beneficiaries.rules.words import france_travail_in_words


def _day(value: date | str) -> str:
    """A date of an event: read back from the journal, it is ISO text."""
    return date_num_fr(date.fromisoformat(value) if isinstance(value, str) else value)


@presents(events.PersonCreated)
def person_created(event: events.PersonCreated) -> str:
    """A person was created by hand."""
    return "Personne créée à la main."


@presents(events.PersonCorrected)
def person_corrected(event: events.PersonCorrected) -> str:
    """What describes a person was corrected."""
    labels = {field.name: str(field.verbose_name) for field in Person._meta.concrete_fields}
    names = ", ".join(labels.get(name, name) for name in event.fields.split(", "))
    return f"Fiche corrigée : {names}."


@presents(events.PersonDied)
def person_died(event: events.PersonDied) -> str:
    """The death of a person is known."""
    return f"Décès le {_day(event.died_on)}."


@presents(events.ContactAdded)
def contact_added(event: events.ContactAdded) -> str:
    """A phone or an address was added."""
    return f"{ContactKind(event.contact_kind).label} ajouté ({Source(event.source).label.lower()})."


@presents(events.ContactPreferred)
def contact_preferred(event: events.ContactPreferred) -> str:
    """A phone or an address was chosen."""
    return f"{ContactKind(event.contact_kind).label} à utiliser en premier choisi."


@presents(events.NeedsTold)
def needs_told(event: events.NeedsTold) -> str:
    """What somebody needs to come was said."""
    said = ", ".join(NEEDS_IN_SHORT.get(need, need) for need in event.needs.split())
    return f"Besoins pour venir ({Source(event.source).label.lower()}) : {said or 'aucun à cocher'}."


@presents(events.WishTold)
def wish_told(event: events.WishTold) -> str:
    """How somebody wants to be written to was said."""
    means = WrittenBy(event.means).label.lower() if event.means else "le moyen le plus simple"
    unread = "" if event.reads_sms else ", ne lit pas les SMS"
    return f"Comment lui écrire ({Source(event.source).label.lower()}) : {means}{unread}."


@presents(events.ContactDied)
def contact_died(event: events.ContactDied) -> str:
    """A phone or an address no longer works."""
    return f"{ContactKind(event.contact_kind).label} qui ne fonctionne plus."


@presents(events.AddressTyped)
def address_typed(event: events.AddressTyped) -> str:
    """An address was typed."""
    return "Adresse saisie par un agent."


@presents(events.EntryOpened)
def entry_opened(event: events.EntryOpened) -> str:
    """An entry was opened."""
    return f"Entrée dans le dispositif le {_day(event.opened_on)} ({EntryKind(event.kind).label.lower()})."


@presents(events.EntryClosed)
def entry_closed(event: events.EntryClosed) -> str:
    """An entry was closed."""
    return f"Sortie du dispositif le {_day(event.closed_on)} : {ClosingReason(event.reason).label.lower()}."


@presents(events.EntryReopened)
def entry_reopened(event: events.EntryReopened) -> str:
    """The same entry runs again."""
    if event.continuous:
        return "Même entrée, sous un autre numéro de dossier."
    return f"Retour le {_day(event.reopened_on)} : la même entrée reprend."


@presents(events.EntryDateCorrected)
def entry_date_corrected(event: events.EntryDateCorrected) -> str:
    """A late file moved the dates of an entry."""
    said = []
    if event.opened_on != event.former_opened_on:
        said.append(f"entrée le {_day(event.opened_on)} (et non le {_day(event.former_opened_on)})")
    if event.closed_on is not None and event.former_closed_on is not None and event.closed_on != event.former_closed_on:
        said.append(f"sortie le {_day(event.closed_on)} (et non le {_day(event.former_closed_on)})")
    if event.kind != event.former_kind and EntryKind.STOCK in (event.kind, event.former_kind):
        is_stock = event.kind == EntryKind.STOCK
        said.append(
            "reprise du stock, aucun délai ne court" if is_stock else "hors reprise du stock, les délais courent"
        )
    return f"Entrée corrigée par un fichier importé en retard : {', '.join(said) or 'sortie revue'}."


@presents(events.FranceTravailTold)
def france_travail_told(event: events.FranceTravailTold) -> str:
    """Somebody said what France Travail does."""
    since = date.fromisoformat(event.since) if isinstance(event.since, str) else event.since
    path = f" ; recommande : {RecommendedPath(event.path).label.lower()}" if event.path else ""
    return f"Suivi France Travail : {france_travail_in_words(event.followed, since)}{path}."


@presents(events.DutiesUnknown)
def duties_unknown(event: events.DutiesUnknown) -> str:
    """The payer does not say."""
    return "Droits et devoirs non précisés par la caisse : à vérifier."


@presents(events.DutiesSettled)
def duties_settled(event: events.DutiesSettled) -> str:
    """An agent answered."""
    return f"Droits et devoirs vérifiés : {'oui' if event.subject else 'non'}."


@presents(events.HouseholdsDisappeared)
def households_disappeared(event: events.HouseholdsDisappeared) -> str:
    """Dossiers are missing from a file."""
    return f"{nombre(event.count)} dossiers absents du fichier du {_day(event.reference_on)} : rien n’est clos."


@presents(events.ReviewSettled)
def review_settled(event: events.ReviewSettled) -> str:
    """A point was checked."""
    return f"Point vérifié : {ReviewKind(event.review_kind).label.lower()}."


@presents(events.PersonsMerged)
def persons_merged(event: events.PersonsMerged) -> str:
    """Two records became one."""
    return f"Fiches réunies : la fiche n° {event.absorbed_id} a rejoint celle-ci."


@presents(events.EntryAbsorbed)
def entry_absorbed(event: events.EntryAbsorbed) -> str:
    """A duplicate entry was closed in favour of this one."""
    return "Entrée en double close : ce qui y était fait compte pour l’entrée la plus ancienne."


@presents(events.MergeUndone)
def merge_undone(event: events.MergeUndone) -> str:
    """Two records were parted."""
    return f"Fusion défaite : cette fiche et la fiche n° {event.other_id} sont de nouveau séparées."
