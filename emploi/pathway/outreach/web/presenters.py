"""The sentences of the journal about the register of information."""

from __future__ import annotations

from emploi.foundation.audit.presenters import presents
from emploi.pathway.outreach import events
from emploi.pathway.outreach.models import Information


@presents(events.InformationRecorded)
def information_recorded(event: events.InformationRecorded) -> str:
    """A line was noted."""
    return f"Information sur les droits notée au registre (ligne {event.information_id})."


@presents(events.InformationCorrected)
def information_corrected(event: events.InformationCorrected) -> str:
    """A line was corrected."""
    labels = {field.name: str(field.verbose_name) for field in Information._meta.concrete_fields}
    names = ", ".join(labels.get(name, name) for name in event.fields.split(", "))
    return f"Registre d’information, ligne {event.information_id} corrigée : {names}."


@presents(events.InformationCancelled)
def information_cancelled(event: events.InformationCancelled) -> str:
    """A line was taken out."""
    return f"Registre d’information : ligne {event.information_id} retirée."


@presents(events.InformationLinked)
def information_linked(event: events.InformationLinked) -> str:
    """The person informed is known."""
    return "Cette personne avait été informée de ses droits avant son entrée."
