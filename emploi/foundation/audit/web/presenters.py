"""The French sentence of the events of the traces."""

from emploi.foundation.audit.events import HealthWordsKept
from emploi.foundation.audit.presenters import presents


@presents(HealthWordsKept)
def kept(event: HealthWordsKept) -> str:
    """« Texte gardé … »."""
    return f"Texte gardé malgré l’avertissement sur la santé : {event.fields} (page {event.page})."
