"""The sentences of the journal about what the files show of a household."""

from __future__ import annotations

from datetime import date

from emploi.foundation.audit.presenters import presents
from emploi.foundation.ui.french import date_num_fr, pluriel
from emploi.pathway.beneficiaries import right_events as told
from emploi.pathway.beneficiaries.enums import RoleKind
from emploi.pathway.beneficiaries.rules.words import right_in_words


def _on(event: told.HouseholdEvent) -> str:
    """« (situation au 31/10/2026) »: read back from the journal, a date is ISO text."""
    day = date.fromisoformat(event.on) if isinstance(event.on, str) else event.on
    return f"(situation au {date_num_fr(day)})"


def _commune(name: str, code: str) -> str:
    """« Exempleville (99001) »; what was written before names were kept says the code alone."""
    return f"{name} ({code})" if name and code else name or code


@presents(told.HouseholdEvent)
def household_event(event: told.HouseholdEvent) -> str:
    """The common ancestor is never published."""
    return f"Le dossier a changé {_on(event)}."


@presents(told.ClaimPending)
def claim_pending(event: told.ClaimPending) -> str:
    """A claim waits."""
    return f"Demande de RSA en attente de décision {_on(event)}."


@presents(told.ClaimRefused)
def claim_refused(event: told.ClaimRefused) -> str:
    """A claim is refused."""
    return f"{right_in_words('1', event.motive)} {_on(event)}."


@presents(told.RightSuspended)
def right_suspended(event: told.RightSuspended) -> str:
    """The right is suspended."""
    return f"{right_in_words(event.state, event.motive)} {_on(event)}."


@presents(told.RightResumed)
def right_resumed(event: told.RightResumed) -> str:
    """The right is paid again."""
    return f"RSA de nouveau versé {_on(event)}."


@presents(told.RightClosed)
def right_closed(event: told.RightClosed) -> str:
    """The right ended."""
    return f"{right_in_words('5', event.motive)} {_on(event)}."


@presents(told.SanctionApplied)
def sanction_applied(event: told.SanctionApplied) -> str:
    """A decision of the Département is applied."""
    words = right_in_words(event.state, event.motive)
    return f"Décision du Département appliquée par la caisse : {words[:1].lower()}{words[1:]} {_on(event)}."


@presents(told.RightReduced)
def right_reduced(event: told.RightReduced) -> str:
    """A reduction runs."""
    return f"RSA réduit de {event.amount.replace('.', ',')} € par décision du Département {_on(event)}."


@presents(told.ReductionEnded)
def reduction_ended(event: told.ReductionEnded) -> str:
    """A reduction no longer runs."""
    return f"Fin de la réduction du RSA {_on(event)}."


@presents(told.HouseholdMoved)
def household_moved(event: told.HouseholdMoved) -> str:
    """The household lives elsewhere."""
    former = _commune(event.former_name, event.former_commune) or "commune inconnue"
    now = _commune(event.name, event.commune) or "commune inconnue ou hors de France"
    return f"Changement de commune : {former}, puis {now} {_on(event)}."


@presents(told.JoinedHousehold)
def joined_household(event: told.JoinedHousehold) -> str:
    """The person joined a household."""
    return f"A rejoint un foyer connu, comme {RoleKind(event.role).label.lower()} {_on(event)}."


@presents(told.LeftHousehold)
def left_household(event: told.LeftHousehold) -> str:
    """The person left a household."""
    return f"A quitté le foyer {_on(event)}."


@presents(told.ChildArrived)
def child_arrived(event: told.ChildArrived) -> str:
    """Children joined the household."""
    return f"{pluriel(event.count, 'nouvel enfant', 'nouveaux enfants')} dans le foyer {_on(event)}."


@presents(told.TransferredIn)
def transferred_in(event: told.TransferredIn) -> str:
    """The dossier comes from another payer."""
    return f"Dossier reçu d’une autre caisse {_on(event)}."


@presents(told.TransferredOut)
def transferred_out(event: told.TransferredOut) -> str:
    """The dossier goes to another payer."""
    return f"Dossier parti vers une autre caisse {_on(event)}."
